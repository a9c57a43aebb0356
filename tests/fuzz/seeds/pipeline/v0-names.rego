package names

# Names of variables that generated code might have a use for itself.

by_value[found] {
	value := input.wanted[_]
	found := input.groups[value].members[_]
}

by_inner[found] {
	inner := input.wanted[_]
	found := input.groups[inner].members[inner]
}

by_base[cx] {
	value := input.wanted[_]
	cx := data.groups[value].members[_]
}
