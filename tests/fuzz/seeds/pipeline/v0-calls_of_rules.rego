package calls_of_rules

declared() = x {
	x := input.a
}

plain = x {
	x := input.b
}

default either() = "neither"

either() = x {
	x := input.a
}

calls_declared = declared() {
	true
}

calls_plain {
	plain() == 2
}

calls_either = y {
	y := either()
}

tests {
	declared()
}

negates {
	not declared()
}

adds(y) = z {
	z := declared() + y
}

sum = adds(1) {
	true
}

listed = [x | x := declared()]

# The only argument of a call that is a statement is its output.
output_constant {
	plain(1)
}

output_negated {
	not plain(1)
}

output_bound = y {
	declared(y)
}

output_pattern = y {
	declared([y])
}

output_listed = [y | declared(y)]

output_replaced {
	declared(2) with input.a as 2
}
