# Text.
package builtins.strings

answers.concat := [concat("-", ["a", "b"]), concat("", {"b", "a"}), concat(", ", [])]

answers.contains := [contains("abc", "bc"), contains("abc", "x"), contains("abc", "")]

answers.endswith := [endswith("abc", "bc"), endswith("abc", "ab")]

answers.startswith := [startswith("abc", "ab"), startswith("abc", "bc")]

answers.format_int := [
	format_int(255, 16),
	format_int(-255, 16),
	format_int(10.7, 10),
	format_int(5, 2),
]

answers.indexof := [indexof("héllo", "l"), indexof("abc", "x")]

answers.indexof_n := [indexof_n("banana", "a"), indexof_n("abc", "x")]

answers.lower := lower("ÀB1")

answers.upper := upper("àb1")

answers.replace := [replace("a.b.c", ".", "/"), replace("aaa", "", "-")]

answers.split := [split("a,b,,c", ","), split("", ","), split("abc", "")]

answers.sprintf := [
	sprintf("%d %s %v", [1, "x", [1, "y"]]),
	sprintf("%06.2f|%-4s|%x", [3.14159, "ab", 255]),
]

answers.strings.any_prefix_match := [
	strings.any_prefix_match(["ab", "cd"], ["c"]),
	strings.any_prefix_match("ab", {"b", "x"}),
]

answers.strings.any_suffix_match := [
	strings.any_suffix_match(["ab", "cd"], "d"),
	strings.any_suffix_match("ab", {"a", "x"}),
]

answers.strings.count := [strings.count("cheese", "e"), strings.count("cheese", "x")]

answers.strings.render_template := strings.render_template(
	"{{.a}}{{range .b}} <{{.}}>{{end}}",
	{"a": "x", "b": ["1", "2"]},
)

answers.strings.replace_n := strings.replace_n({"a": "b", "c": "d"}, "aceg")

answers.strings.reverse := strings.reverse("héy")

answers.substring := [substring("héllo", 1, 3), substring("abc", 1, -1), substring("abc", 5, 1)]

answers.trim := trim(" .a.b. ", " .")

answers.trim_left := trim_left("xxaxx", "x")

answers.trim_right := trim_right("xxaxx", "x")

answers.trim_prefix := [trim_prefix("aab", "a"), trim_prefix("aab", "b")]

answers.trim_suffix := [trim_suffix("baa", "a"), trim_suffix("baa", "b")]

answers.trim_space := trim_space("\t a b \n")

answers.internal.template_string := $"{1 + 1} and {input.nope}"

answers.strings.split_n := [
	strings.split_n("a/b/c", "/", 2),
	strings.split_n("a/b/c", "/", -1),
	strings.split_n("a/b", "/", 9),
	strings.split_n("éb", "", 1),
	strings.split_n("", "/", -3),
	strings.split_n("a", "/", 0),
]
