# Builtins that v1 no longer has.
package builtins.deprecated

answers.all := [all([true, true]), all({false}), all([])]

answers.any := [any([false, true]), any(set())]

answers.cast_array := [cast_array([1]), cast_array({1})]

answers.cast_boolean := cast_boolean(false)

answers.cast_null := cast_null(null)

answers.cast_object := cast_object({"a": 1})

answers.cast_set := cast_set([1, 1])

answers.cast_string := cast_string("a")

answers.net.cidr_overlap := net.cidr_overlap("10.0.0.0/8", "10.1.2.3")

answers.re_match := [re_match("^a", "abc"), re_match("^b", "abc")]

answers.set_diff := set_diff({1, 2}, {2})
