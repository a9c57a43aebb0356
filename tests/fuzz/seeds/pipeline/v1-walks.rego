package walks

# Of a path that is not needed whole, the walk tells the length and the steps.

images contains image if {
	walk(input.spec, [path, image])
	is_string(image)
	path[count(path) - 1] == "image"
}

named[name] contains value if {
	walk(input.spec, [path, value])
	count(path) > 1
	name := path[0]
	not path[1] == "image"
	not is_object(value)
}

deep[path] := depth if {
	walk(input.spec, [path, value])
	depth := count(path)
	depth > input.depth
	path[depth - 1] != 0
	value
}

depths := {[path, depth] | some path, depth in deep}

steps := {[step, value] |
	walk(input.spec, [path, value])
	step := path[input.step]
}

pairs := {[one, other] |
	walk(input.spec, [outer, one])
	is_string(one)
	outer[count(outer) - 1] == "image"
	walk(input.other, [inner, other])
	count(inner) == count(outer)
	inner[0] == outer[0]
}
