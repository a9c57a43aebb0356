# OPA's parser keeps the first of the keys that are written alike, with the last of their values.
# The other values are neither checked nor evaluated.
package duplicate_keys

undefined_first[y] { y := {"msg": input.nope, "msg": "no"} }

undefined_last[y] { y := {"msg": "no", "msg": input.nope} }

unsafe_first[y] { y := {"msg": unsafe, "msg": "no"} }

call_first[y] { y := {"msg": sprintf("%v", [input.nope]), "msg": "no"} }

iterated_first[y] { y := {"msg": input.names[_], "msg": "no"} }

in_head[{"msg": input.nope, "msg": "no"}] { true }

nested[y] { y := [{"outer": {"msg": input.nope, "msg": "no"}}] }

numbers[y] { y := {1: input.nope, 1.0: 2} }

references[y] { y := {input.name: input.nope, input["name"]: 2} }

calls[y] { y := {lower(input.name): input.nope, lower(input.name): 2} }

# These keys are equal only when they are evaluated.
computed[y] { y := {input.name: 3, "x": 2} }

dropped_is_not_asked { {"key": input.nope, "key": 1} == {"key": 1} }
