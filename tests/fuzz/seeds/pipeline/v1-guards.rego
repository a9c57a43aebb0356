# Guards that successive definitions share, and functions that cannot stop the evaluation.
package guards

found contains "a" if {
	input.kind == "Pod"
	is_named(input.object)
	input.object.a
}

found contains name if {
	input.kind == "Pod"
	is_named(input.object)
	name := input.object.name
	not input.object.b
}

found contains "c" if {
	input.kind == "Pod"
	input.object.c > 1
}

found contains "d" if input.kind == "Job"

is_named(object) if {
	object.name
	not is_reserved(object)
}

is_reserved(object) if object.name in {"kube", "root"}

# The definitions of a complete rule may conflict.
level := 1 if {
	size := input.size
	size > 2
	input.one
}

level := 2 if {
	large := input.size
	large > 2
	input.two
}

# A guard of branches.
text := "long" if {
	count(input.text) > 1
	count(input.text) > 4
} else := "short" if {
	count(input.text) > 1
	count(input.text) < 3
} else := "other"

is_valid if {
	is_object(input.object)
	input.object.a
	input.one
}

is_valid if {
	is_object(input.object)
	input.object.a
	pair(input.object.b) == ["b", true]
}

pair(value) := [first, second] if {
	first := letter(value)
	second := is_string(value)
}

letter("1") := "a"

letter("2") := "b"

valid := "yes" if is_valid

# A guard that stops the evaluation, behind a lookup that keeps it from doing so.
stopped contains 1 if {
	input.low
	both(1) > 0
	input.one
}

stopped contains 2 if {
	input.low
	both(1) > 0
	input.two
}

both(_) := 1 if input.one

both(_) := 2 if input.two
