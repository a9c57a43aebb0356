package choices

# One definition for each type: at most one of them holds.
show(x) := sprintf("[%d]", [x]) if is_number(x)

show(x) := concat("", ["<", x, ">"]) if is_string(x)

show(x) := count(x) if is_array(x)

show(null) := "nothing"

show(true) := "yes"

show(false) := "no"

shown := [show(x) | some x in input.things]

# A condition, and its contrary.
half(x) := y if {
	is_number(x)
	y := x / 2
}

half(x) := y if {
	not is_number(x)
	y := substring(x, 0, floor(count(x) / 2))
}

halves := [half(x) | some x in input.things]

# Texts, of which some ask more.
price("bread", _) := 3

price("milk", amount) := sum if {
	amount > 1
	sum := 2 * amount
}

price("wine", amount) := sum if {
	sum := input.wine * amount with input.wine as 9
}

price("tea", _) := first if {
	first := [1, 2][_]
	first > input.least
}

prices := [price(what, amount) | [what, amount] = input.bought[_]]

# Equal numbers exclude nothing.
number(1) := "one"

number(1.0) := input.name

# Nor do different questions.
either(x, _) := "first" if is_number(x)

either(_, y) := "second" if is_string(y)

order(x, y) := "less" if x < y

order(x, y) := "more" if x >= y

orders := [order(x, y) | [x, y] = input.pairs[_]]

named := number(input.number)

chosen := either(input.x, input.y)
