# JSON, its schemas, and YAML.
package builtins.json

answers.json.filter := json.filter({"a": {"b": 1, "c": 2}, "d": 3}, ["a/b"])

answers.json.remove := json.remove({"a": {"b": 1, "c": 2}, "d": 3}, ["a/b", "d"])

answers.json.patch := json.patch({"a": 1, "c": [1]}, [
	{"op": "add", "path": "/b", "value": 2},
	{"op": "remove", "path": "/a"},
	{"op": "add", "path": "/c/-", "value": 2},
])

answers.json.is_valid := [json.is_valid("[1]"), json.is_valid("[1,")]

answers.json.marshal := json.marshal({"b": [1.50, null], "a": "<"})

answers.json.marshal_with_options := json.marshal_with_options(
	[1, {"a": 2}],
	{"prefix": ">", "indent": " "},
)

answers.json.unmarshal := json.unmarshal(`{"a": [1, "x", null]}`)

answers.json.match_schema := [
	json.match_schema({"a": 1}, {"properties": {"a": {"type": "integer"}}})[0],
	json.match_schema(`{"a": "x"}`, {"properties": {"a": {"type": "integer"}}})[0],
]

answers.json.verify_schema := [
	json.verify_schema({"type": "object"}),
	json.verify_schema({"type": "nothing"})[0],
]

answers.yaml.marshal := yaml.marshal({"b": [1, "x"], "a": null})

answers.yaml.unmarshal := yaml.unmarshal("a: [1, x]\nb: true\n")

answers.yaml.is_valid := [yaml.is_valid("a: 1"), yaml.is_valid("a: [")]
