package emptiness

# Only `true` counts.
one { any([b | b := input.bs[_]]) }

one_of_set { any({b | b := input.bs[_]}) }

none { not any([b | b := input.bs[_]]) }

each { all([b | b := input.bs[_]]) }

each_of_set { all({b | b := input.bs[_]}) }

not_each { not all([b | b := input.bs[_]]) }

compared { all([fits | x := input.xs[_]; fits := startswith(x, "a")]) }

constant { any([true | input.xs[_] == "a"]) }
