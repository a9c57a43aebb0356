# What stops an evaluation is met only if OPA's rule index gives the definition. The index gives
# definitions in their order.
package indexed

clash := x if some x in [1, 2]

needs_true if {
	clash
	input.flag
}

needs_defined if {
	clash
	value := input.flag
	value != 0
}

needs_value if {
	clash
	input.flag == "on"
}

any_counts if {
	clash
	input.flag == "off"
	input.flag == "on"
}

of_argument(x) if {
	clash
	x == "on"
}

by_argument if of_argument(input.flag)

of_pattern("on") if clash

by_pattern if of_pattern(input.flag)

pair if {
	clash
	[_, "on"] = input.flag
}

in_order if {
	input.flag
	clash
}

in_order if true

first_answers if true

first_answers if {
	input.flag
	clash
}

twice := y if {
	y := input.flag
	clash
}

members contains "flag" if {
	clash
	input.flag
}

# The index also knows what a variable is bound to.
of_alias if {
	clash
	value := input.flag
	value == "on"
}

below_alias if {
	clash
	whole := input
	whole.flag.set
}

value_below_alias if {
	clash
	flag := input.flag
	flag.set == 1
}
