package binding

# Both sides of a unification may bind.
swapped := [y, x] if {
	[x, {"k": 2, "v": y}] = [1, {"k": 2, "v": 3}]
}

first_and_rest := {"first": head, "second": second} if {
	[head, [second, _]] := input.pairs
}

# Literals are put in an order that binds before use.
reordered := total if {
	total == doubled + 1
	doubled = base * 2
	base = input.base
	total = 7
}

every_level := {[outer, inner] | input.tree[outer][inner] == "leaf"}

by_call := upper(name) if {
	name := split(input.path, "/")[count(split(input.path, "/")) - 1]
}

from_literal contains {"a": 1, "b": 2}[key] if some key in ["a", "c"]

from_comprehension := [(n * 2) | n := input.numbers[_]; n > 1][0]

shadowed := value if {
	value := 1
	inner := [value | some value in [2, 3]]
	inner == [2, 3]
}

declared contains x if {
	some x
	input.numbers[x] > 1
}

composite_key := {"x": found} if {
	pairs := {[1, "a"], [2, "b"]}
	pairs[[2, found]]
}

member contains name if {
	set := {{"name": "a", "ok": true}, {"name": "b", "ok": false}}
	set[{"name": name, "ok": true}]
}

negated if not input.nothing.here

false_is_a_value := x if x := 1 > 3

nothing_from_undefined := {"a": input.nope}

only_the_defined := [x.y | some x in [{"y": 1}, {"z": 2}, {"y": 3}]]
