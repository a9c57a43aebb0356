package bags

# Sets that are only iterated: what order their members have must not show.

# Of equal results the one that is added first gives the text, by the order of the names.
texts contains text if {
	names := {name | name := input.names[_]}
	text := input.texts[names[_]]
}

# Members of one value are one member, with the text of the first.
lengths contains message if {
	sizes := {size | size := input.sizes[_]}
	message := sprintf("%v", [[sizes[_]]])
}

# Which of two conflicts is met first is decided by the order of the members.
values contains value if {
	members := {member | member := input.members[_]}
	value := choice(members[_])
}

choice(member) := 1 if member.a

choice(member) := 2 if member.b

exists if {
	members := {member | member := input.members[_]}
	members[_].a
}
