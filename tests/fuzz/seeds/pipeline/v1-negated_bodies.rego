package negated_bodies

import future.keywords.not

# What `not` negates holds its operands: without the import this is undefined where there is no
# `name`.
operand_inside if not startswith(input.name, "a")

comparison_inside if not count(input.names) > 1

iterated if {
	not {
		startswith(input.names[_], "a")
	}
}

body := x if {
	x := input.limit
	not {
		y := input.numbers[_]
		y > x
	}
}

shadowed := x if {
	x := 1
	not {
		x := input.limit
		x > 5
	}
}

of_false if not input.flag

replaced if not startswith(input.name, "a") with input.name as "b"

nested contains name if {
	some name in input.names
	not {
		some other in input.names
		not other <= name
	}
}

# What a body of `every` reads of its own variable is read in it.
all_safe if {
	every container in input.containers {
		container.context.escalation == false
		not container.context.privileged
	}
}
