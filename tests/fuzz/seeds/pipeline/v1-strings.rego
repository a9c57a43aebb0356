package strings_and_templates

escapes := "tab\tquote\" back\\slash é \u00e9 \n"

raw := `no \n escapes "here"`

template := $"{input.who} has {count(input.things)} things: {input.things}"

with_undefined := $"value: {input.nope}"

escaped_brace := $"\{literal} {1 + 1}"

raw_template := $`{input.who}\n`

split_and_joined := concat("-", [part | some part in split("a,b,,c", ","); part != ""])

found := regex.find_n(`[0-9]+`, "a1b22c333", 2)

trimmed := trim_suffix(trim_prefix(lower("PRE-body-SUF"), "pre-"), "-suf")

replaced := replace(replace("a.b.c", ".", "/"), "/", "::")

cut := [substring("héllo", 1, 3), substring("abc", 1, -1), indexof("héllo", "l"), count("héllo")]

# Go prints the shortest text of a float; of two that are equally near, the even one.
even_digit := [sprintf("%v", [input.number]), yaml.marshal(input.number)]

# Two byte order marks are read before a single line; before several lines go-yaml loses track.
marked := yaml.unmarshal(input.text)
