package set_patterns

nested[{y}] {
	y := input.list[_]
}

in_parameter({x}) = 1 {
	true
}

after_binding([x, {x}]) = "bound" {
	true
}

before_binding({x}, x) = 1 {
	true
}

pattern = x {
	nested[{x}]
}

calls = in_parameter({1}) {
	true
}

bound = after_binding([1, {1}]) {
	true
}

other = after_binding([1, {2}]) {
	true
}

late = before_binding({1}, 1) {
	true
}
