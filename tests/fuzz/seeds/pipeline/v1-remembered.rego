package remembered

# What is dear to compute: a text, and how long it is.
described(x) := text if {
	parts := [json.marshal(x), sprintf("%d", [count(json.marshal(x))])]
	text := concat(":", parts)
	not startswith(text, input.hidden)
}

# Asked for the same things twice.
first := [described(x) | some x in input.things]

second := [described(x) | some x in input.things]

missing := [x | some x in input.things; not described(x)]

# The limit is asked for at each thing.
longer := {x | some x in input.things; described(x) > described(input.limit)}

# Another input is another question.
other := [text |
	some x in input.things
	text := described(x) with input.hidden as "2"
]

both := {"first": first, "other": other, "second": second}

# Two arguments, in either order.
joined(x, y) := text if text := concat("-", [sprintf("%v", [x]), sprintf("%v", [y])])

pairs contains joined(x, y) if {
	some x in input.things
	some y in input.others
}

pairs contains joined(y, x) if {
	some x in input.things
	some y in input.others
}

swapped contains joined(x, y) if {
	some x in input.things
	some y in input.others
	joined(x, y) != joined(y, x)
}

# A conflict stops whoever meets it first.
strict(x) := sprintf("%v", [x]) if is_number(x)

strict(x) := sprintf("<%v>", [x]) if x == input.limit

stopped if {
	some x in input.things
	strict(x) == strict(input.limit)
}
