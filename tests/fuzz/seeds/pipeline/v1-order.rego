package order

# The iteration waits for the set, and the set for its operand.
late_set contains member if {
	member = members[_]
	members = {"a", "b"} - {other}
	other = input.others[_]
}

late_operand if {
	count([x + 1]) == 1
	x = y.a - 1
	y = input
}

in_order if {
	input.x[k].c == input.x[k].d - input.x[i].y
	t := input.z
}

# The body closes over `z`, so nothing waits for the domain, which is no collection yet.
early_every if {
	z = 1
	every y in x { y > z }
	x = input.a
}

# This one closes over nothing and waits.
late_every if {
	every y in x { y > 1 }
	x = input.a
}

# OPA evaluates the reference before the comprehension, which would stop the evaluation.
reference_first if not {"key": value | some value in [1, 2]} = input.nope

# The operand's head `entry` is not bound by the lookup, which waits; the conflict comes first.
conflict_first if {
	listed[entry.port]
	entry = input.entries[_]
	mark = both[_]
}

listed contains input.port

both := input.values[_]
