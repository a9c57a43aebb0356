package fused

# Definitions that begin with the same loop: that they share it must not show.

# The text of the first definition's member stays, whichever item it comes from.
numbers contains number if {
	some item in input.items
	number := item.first
}

numbers contains number if {
	some item in input.items
	number := item.second
}

# The conflict of the first definition is met first, whichever item it comes from.
conflicts contains value if {
	some item in input.items
	value := choice(item.first)
}

conflicts contains value if {
	some item in input.items
	value := other(item.second)
}

choice(number) := 1 if number > 1

choice(number) := 2 if number > 2

other(number) := 3 if number > 3

other(number) := 4 if number > 4

# Loops within loops, keys, and what all go on with.
pairs contains sprintf("%v is %v", [key, value]) if {
	some item in input.items
	some key, value in item.of
	is_number(value)
	value > input.limit
}

pairs contains sprintf("%v is no text", [name]) if {
	some item in input.items
	some name, value in item.of
	is_number(value)
	not value > input.limit
}

pairs contains "none" if not input.items

pairs contains sprintf("%v is named", [value]) if {
	limit := input.limit
	some item in input.items
	some value in item.of
	value != limit
	not is_number(value)
}

# A test that a loop does not change is made before it, but only if there is a member.
early contains name if {
	some name, group in input.groups
	some member in group
	lower(name) == "a"
	member > 1
}

late contains name if {
	some name, group in input.groups
	some member in group
	choice(name)
	member > 1
}

# A lookup that is undefined comes before a conflict in a call, also where a loop is shared.
spared contains 1 if {
	limit := input.limit
	some value in pair(1)
	value > limit
}

spared contains 2 if {
	least := input.least
	some value in pair(1)
	value < least
}

pair(_) := [1] if input.one

pair(_) := [2] if input.two
