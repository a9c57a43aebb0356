# Patterns, paths and templates where a policy would be answered wrongly if they were not read as
# OPA reads them: a call that fails is undefined, and one that OPA cannot answer stops.
package patterns_as_in_go

# Go knows neither the names of Unicode's blocks nor scripts of two words.
class.accepted contains name if {
	some name in ["Lu", "greek", "Uppercase_Letter", "IsGreek", "Old_Italic", "Zyyy"]
	regex.is_valid(sprintf(`\p{%s}`, [name]))
}

class.unassigned := regex.match(`\p{Cn}`, "\ud803\udd50")

# A glob that OPA refuses denies nothing, and must not match either.
glob_matches contains pattern if {
	some pattern in ["a{b,c", `a\`, "a*", "a[b", "\u0000"]
	glob.match(pattern, [], "ab")
}

globs_meet contains pattern if {
	some pattern in ["[", "a+", "a*b+"]
	regex.globs_match(pattern, "a+b+")
}

# An element that the patch has moved is looked up where it was.
patched.moved := json.patch([{"a": 1}], [
	{"op": "add", "path": "/0", "value": 7},
	{"op": "add", "path": "/1/b", "value": 2},
])

patched.zero := json.patch([1], [{"op": "replace", "path": [0.0], "value": 2}])

# OPA panics here: nothing of the document remains.
patched.nothing := json.patch(input, [{"op": "remove", "path": ""}])

rendered.number := strings.render_template("{{.a}} {{.b}}", {"a": 1.50})

rendered.set := strings.render_template("{{.a}}", {"a": {1}})

# OPA reads deeper values than this implementation, which must not take them for undefined.
deep := json.unmarshal(concat("", array.concat(
	["[" | some _ in numbers.range(1, 600)],
	["]" | some _ in numbers.range(1, 600)],
)))
