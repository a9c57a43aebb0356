package operators

precedence := 1 + 2 * 3 - 8 / 4 % 3

negative := [-1, -input.n, 2 - -1, 0 - (input.n + 1)]

compared := [1 < 2, 2 <= 1, "a" > 1, [1] >= [1, 0], null != false, 1 == 1.0]

sets := {
	"both": {1, 2} & {2, 3},
	"either": {1} | {2},
	"left": {1, 2, 3} - {2},
}

mixed := {1, 2} | {3} & {3, 4}

within := [x | some x in [1, "b", null]; x in [null, 1]]

keyed if "a", 1 in {"a": 1}

absent := [2 in [1], "x" in {"y": "x"}, 1 in 1]

big := 12345678901234567890 * 10

exact := [0.1 + 0.2, 1 / 3, 10 / 4, 7 % 3, -7 % 3]

undefined_results := [x | some n in [0, 1, 2]; x := 10 / n]

text := sprintf("%v and %d, %s, %q, %5.2f|%x|%v", [{"a": {1}}, 5, "s", "q", 3.14159, 255, set()])

order := sort([{"a": 1}, [1], "x", 2, true, null, {1}])

quoted := sprintf("%q: %v, %s, %v%s", [input.text, input.parts, [1, "x"], null, true])

quoted_number := sprintf("%q: %v, %s", [5, 1.50, {"a", 2}])
