package patterns

from_registry if regex.match(`^registry\.example/`, input.image)

is_latest if regex.match(":latest$", input.image)

is_colour if regex.match("^(red|green)$", input.image)

any_case if regex.match("(?i)^ID$", input.image)

has_digest if regex.match("@sha256:[0-9a-f]{4}$", input.image)

has_at if regex.match(".*@.*", input.image)

lines := [regex.match("^b$", input.image), regex.match("(?m)^b$", input.image)]

parts := regex.split("[/:@]", input.image)

flags_alone := regex.split("(?i)", input.image)

words := regex.find_n(`[a-z]+`, input.image, input.count)

groups := regex.find_all_string_submatch_n(`([a-z]+)[.:]([a-z]+)`, input.image, -1)

moved := regex.replace(input.image, `^(?P<host>[^/]+)/(?P<rest>.*)$`, "mirror/$host/${rest}")

marked := regex.replace(input.image, "x*", "-")

moved_to_latest if {
	regex.match("[0-9]$", input.image)
	regex.replace(input.image, "[0-9]$", "latest") == "app:latest"
}

templated if regex.template_match("registry.<[a-z]+>/<.*>", input.image, "<", ">")

host if glob.match("*.example", [":", "."], input.host)

host_by_default if glob.match("*.example", [], input.host)

any_host if glob.match("*.example", null, input.host)

host_among if glob.match("{a,b}?.*", ["."], input.host)

unreadable if regex.match("a**", input.image)

unreadable_denied := "yes" if not regex.match("[", input.image)

unreadable_template if regex.template_match("<a", input.image, "<", ">")

unreadable_glob if glob.match("[", null, input.host)

long_delimiter if glob.match("*", ["ab"], input.host)
