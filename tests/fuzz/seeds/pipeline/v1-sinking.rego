package sinking

# The text is made only for what matches, and once.
found contains path if {
	some part in input.parts
	path := concat("/", [part, input.name])
	some pattern in input.patterns
	startswith(part, pattern)
}

# The text is never made, so nothing is found, whatever the loop goes through.
unnamed contains pattern if {
	path := concat("/", input.parts)
	some pattern in input.patterns
	pattern != path
}

# It is read in two places.
twice contains [pattern, path] if {
	path := concat("/", input.parts)
	some pattern in input.patterns
	pattern != ""
	startswith(path, pattern)
	endswith(path, pattern)
}

# What nothing reads must be made all the same.
unread contains pattern if {
	made := upper(input.name)
	some pattern in input.patterns
	pattern != ""
}

# The conflict is met before the text fails; where the text fails first, it is not.
kind(x) := "a" if startswith(x, "a")

kind(x) := "z" if endswith(x, "z")

before contains text if {
	kind(input.kind) == "a"
	text := upper(input.name)
	input.go
}

after contains text if {
	text := upper(input.name)
	input.go
	kind(input.kind) == "a"
}

# The text is made of what is replaced, or of what is not.
replaced contains text if {
	text := shouted with input.name as "other"
	input.go
	input.name == text with input.name as "OTHER"
}

shouted := upper(input.name)

whispered := text if {
	text := lower(input.name)
	input.go with input.go as true
	text != ""
}

# Failing within `not` is something else than failing before it.
negated if {
	text := lower(input.name)
	input.go
	not text == "none"
}

collected := [part |
	text := lower(input.name)
	some part in input.parts
	part != ""
	not startswith(part, text)
]

# Each branch makes it, or does not.
otherwise := text if {
	text := upper(input.name)
	input.go
	text != "NONE"
} else := lower(text) if {
	text := concat("-", input.parts)
	count(input.patterns) > 0
	text != ""
} else := "none"

# One value feeds another.
chained contains short if {
	long := concat("/", input.parts)
	short := trim_prefix(long, "a/")
	some pattern in input.patterns
	pattern != ""
	endswith(short, pattern)
}

# A collection is made only where the test holds.
listed := parts if {
	parts := [upper(part) | some part in input.parts]
	input.go
	count(parts) > 1
}

walked contains path if {
	walk(input.tree, [steps, leaf])
	path := concat(".", steps)
	some pattern in input.patterns
	leaf == pattern
}
