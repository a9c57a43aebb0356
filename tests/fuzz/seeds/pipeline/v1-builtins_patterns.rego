# Globs, regular expressions, versions and network addresses.
package builtins.patterns

answers.glob.match := [
	glob.match("*.example.com", [], "api.example.com"),
	glob.match("*.example.com", [], "a.b.example.com"),
	glob.match("**.example.com", ["."], "a.b.example.com"),
	glob.match("a*c", null, "a.c"),
]

answers.glob.quote_meta := glob.quote_meta("*.x")

answers.regex.find_all_string_submatch_n := regex.find_all_string_submatch_n(
	"a(x*)b",
	"-axxb-ab-",
	-1,
)

answers.regex.find_n := regex.find_n("[0-9]+", "a1b22c333", 2)

answers.regex.globs_match := [
	regex.globs_match("a.b", "a[x-z]b"),
	regex.globs_match("[0-9]+", "[a-z]+"),
]

answers.regex.is_valid := [regex.is_valid("a+"), regex.is_valid("(")]

answers.regex.match := [regex.match("^a.c$", "abc"), regex.match("b$", "abc")]

answers.regex.replace := regex.replace("foo_bar", "([a-z]+)_([a-z]+)", "$2-$1")

answers.regex.split := regex.split("[,;]", "a,b;c")

answers.regex.template_match := [
	regex.template_match("urn:x:{.*}", "urn:x:y", "{", "}"),
	regex.template_match("urn:{[0-9]+}", "urn:y", "{", "}"),
]

answers.semver.compare := [
	semver.compare("1.2.3", "1.10.0"),
	semver.compare("1.0.0", "1.0.0-rc1"),
	semver.compare("1.0.0", "1.0.0"),
]

answers.semver.is_valid := [
	semver.is_valid("1.2.3-a+b"),
	semver.is_valid("1.2"),
	semver.is_valid(1),
]

answers.net.cidr_contains := [
	net.cidr_contains("10.0.0.0/8", "10.1.2.3"),
	net.cidr_contains("10.0.0.0/8", "10.0.0.0/7"),
]

answers.net.cidr_contains_matches := net.cidr_contains_matches(
	"10.0.0.0/8",
	["10.1.2.3", "11.0.0.1"],
)

answers.net.cidr_expand := net.cidr_expand("192.0.2.0/30")

answers.net.cidr_intersects := [
	net.cidr_intersects("10.0.0.0/8", "10.1.0.0/16"),
	net.cidr_intersects("10.0.0.0/8", "11.0.0.0/8"),
]

answers.net.cidr_is_valid := [net.cidr_is_valid("::/0"), net.cidr_is_valid("10.0.0.0/33")]

answers.net.cidr_merge := net.cidr_merge(["192.0.2.0/25", "192.0.2.128/25"])
