# Sets, arrays, objects, graphs, comparisons and types.
package builtins.collections

answers.and := {1, 2} & {2, 3}

answers.or := {1, 2} | {2, 3}

answers.intersection := intersection({{1, 2, 3}, {2, 3}, {3, 4}})

answers.union := union({{1}, {2, 3}, {3}})

answers.array.concat := array.concat([1], [2, 3])

answers.array.flatten := array.flatten([1, [2, 3], [[4]]])

answers.array.reverse := array.reverse([1, 2, 3])

answers.array.slice := [
	array.slice([1, 2, 3, 4], 1, 3),
	array.slice([1, 2], -1, 9),
	array.slice([1, 2], 2, 1),
]

answers.object.filter := object.filter({"a": 1, "b": 2, "c": 3}, ["a", "c"])

answers.object.get := [
	object.get({"a": {"b": 1}}, ["a", "b"], 0),
	object.get({"a": 1}, "x", "none"),
]

answers.object.keys := object.keys({"a": 1, "b": 2})

answers.object.remove := object.remove({"a": 1, "b": 2, "c": 3}, {"a", "c"})

answers.object.subset := [
	object.subset({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 2}}),
	object.subset([1, 2, 3], [1, 3]),
	object.subset({1, 2}, {2}),
]

answers.object.union := object.union({"a": {"x": 1}, "b": 1}, {"a": {"y": 2}, "b": 3})

answers.object.union_n := object.union_n([{"a": 1}, {"b": 2}, {"a": 3}])

answers.internal.member_2 := [1 in [1, 2], "a" in {"k": "a"}, 3 in {1, 2}]

answers.internal.member_3 := [(0, "a" in ["a"]), ("k", "b" in {"k": "a"})]

answers.walk := [[path, value] | walk({"a": [1]}, [path, value])]

answers.graph.reachable := graph.reachable({"a": ["b"], "b": {"c"}, "c": ["a"], "d": ["a"]}, {"a"})

answers.graph.reachable_paths := graph.reachable_paths(
	{"a": ["b", "c"], "b": [], "c": ["d"], "d": []},
	["a"],
)

answers.equal := [1 == 1.0, [1] == [1, 2], {"a": 1} == {"a": 1}]

answers.neq := ["a" != "b", null != null]

answers.gt := [2 > 1, "a" > 1, [1] > [1, 0]]

answers.gte := [2 >= 2, null >= false]

answers.lt := [1 < 2, {1} < [1]]

answers.lte := [2 <= 2, "b" <= "a"]

answers.is_array := [is_array([]), is_array({1})]

answers.is_boolean := [is_boolean(false), is_boolean(0)]

answers.is_null := [is_null(null), is_null(0)]

answers.is_number := [is_number(1.5), is_number("1")]

answers.is_object := [is_object({}), is_object(set())]

answers.is_set := [is_set(set()), is_set({})]

answers.is_string := [is_string(""), is_string(1)]

answers.type_name := [type_name(x) | some x in [null, true, 1, "", [], {}, set()]]

answers.trace := trace("noted")

answers.opa.runtime := opa.runtime()

answers.net.lookup_ip_addr := net.lookup_ip_addr("::1")
