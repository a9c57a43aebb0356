package base_documents

# A reference into `data` is a path of OPA's storage: its keys are texts, of strings and of numbers.
by_input := [[i, x] | some i in input.keys; x := data.list[i]]

by_value := [[i, x] | some i in input.keys; list := data.list; x := list[i]]

below_iterated := [[i, x] | some i in input.keys; x := data.groups[_][i]]

below_object := [[i, x] | some i in input.keys; x := data.groups.named[i]]

below_index := [[i, x] | some i in input.keys; x := data.objects[i].q]

constant_text := data.list["1"]

constant_number := data.list[1.0]

constant_odd := data.list["+01.0"]

constant_below := data.objects["1"].q

constant_member := data.groups.named[1.0]

conditions if {
	data.list[input.key] == input.wanted
}

found contains name if {
	some group, name
	data.groups[group][name] == input.wanted
}
