package collections

names := {user.name | some user in input.users}

by_role := {role: members |
	some role in {user.role | some user in input.users}
	members := [user.name | some user in input.users; user.role == role]
}

squares := {n: square | some n in numbers.range(1, 3); square := n * n}

clash := {user.role: user.name | some user in input.users}

all_adults if {
	every user in input.users { user.age >= 18 }
}

vacuous if {
	every x in [] { x == "never" }
}

positions := {i | some i, user in input.users; user.age < 18}

nested := [[(cell * 2) | some cell in row] | some row in [[1, 2], [], [3]]]

pairs := {[a, b] | some a in {1, 2}; some b in {1, 2}; a < b}

object_keys := {"s": 1, 2: "n", [3]: null, {"o": 4}: {5}, true: false}

last_wins := {"a": 1, "a": 2}

grouped contains group if {
	some i
	user := input.users[i].name
	group := {"user": user, "peers": [p |
		some j
		p := input.users[j].name
		i != j
	]}
}

from_walk contains path if {
	walk({"a": [{"b": "x"}]}, [path, "x"])
}

walked_values := [value | walk(input, [_, value]); is_number(value)]

walked_paths := [path | walk(input, [path, _])]

walked_pairs := [pair | walk(input, pair); count(pair[0]) == 1]

walked_twice := [[path, below] |
	walk(input.a, [path, value])
	is_number(value)
	walk({"x": value}, [below, value])
]

doubled := input.value * 2

walked_with := [[path, twice] |
	walk(input.a, [path, value])
	is_number(value)
	twice := doubled with input.value as value
]

# The names that are wanted and not given: the keys are only taken away.
missing contains name if {
	given := {key | input.given[key]}
	wanted := {one.name | some one in input.wanted}
	absent := wanted - given
	count(absent) > 0
	some name in absent
}

all_given if {
	given := {key | some key, _ in input.given}
	wanted := {name | name := input.wanted[_].name}
	wanted - given == set()
}
