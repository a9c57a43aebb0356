package emptiness

some_big if count({x | some x in input.xs; x > 1}) > 0

at_least_one if count([x | some x in input.xs; x > 1]) >= 1

none_big if count([x | some x in input.xs; x > 1]) == 0

fewer_than_one if 1 > count({x | some x in input.xs; x > 1})

no_members if {x | some x in input.xs; x > 1} == set()

items if [x | some x in input.xs; x > 1] != []

negated if not count({x | some x in input.xs; x > 1}) > 0

# Two are more than one.
several if count({x | some x in input.xs; x > 1}) > 1

read_again := xs if {
	xs := [x | some x in input.xs; x > 1]
	count(xs) > 0
}

read_after contains [n, x] if {
	some n, xs in input.lists
	big := {x | some x in xs; x > 1}
	count(big) != 0
	some x in big
}

kind(x) := "small" if x < 9

kind(x) := "odd" if x % 2 == 1

# The conflict is met after the first solution.
clash if count([x | some x in input.xs; kind(x) == "small"]) > 0

# So is what fails, which is no solution.
failing if count([x | some x in input.xs; lower(x) == "a"]) > 0

within contains n if {
	some n, xs in input.lists
	count([x | some x in xs; count([y | some y in xs; y > x]) == 0]) > 0
}

# A key that is bound is not read again, but another context is.
contexts := [x, y, input.o.k] if {
	x := input.o.k
	y := input.o.k with input.o.k as 7
	not input.o.k == 5
}

# Below base documents a number finds the key that is its text.
numbered := [table["1"], found] if {
	table := data.table
	found := data.table[input.one]
}

branches contains x if {
	some o in input.os
	x := o.k.l
	o.k.l > 1
	[y | y := o.k.l; y < 9] == [x]
}
