package logical

import rego.v2

either if input.a or input.b

both if input.a and input.b

precedence if input.a or input.b and input.c

grouped if (input.a or input.b) and input.c

negated_group if not (input.a or input.b)

negated_operand if not input.a and input.b

bodies if {
	{
		x := input.numbers[_]
		x > 5
	} or {
		y := input.names[_]
		y == "root"
	}
}

own_variables := x if {
	x := 1
	{
		x := 2
		x == input.two
	} and input.a
}

replaced if input.a == 1 and input.b == 2 with input.b as 2

outer contains x if {
	some x in input.numbers
	x > 5 or x == 1
}

calls if startswith(input.name, "a") or endswith(input.name, "z")

in_comprehension := [x | some x in input.numbers; x < 2 or x > 8]

nested if { { input.a or input.b } and { input.c or input.d } }

in_every if {
	every x in input.numbers {
		x > 0 and x < 10
	}
}
