package modifiers

allowed if input.user == "admin"

allowed if data.grants[input.user]

as_admin if allowed with input as {"user": "admin"}

as_guest if not allowed with input as {"user": "guest"} with data.grants as {}

granted if allowed with input.user as "guest" with data.grants as {"guest": true}

old_input := x if x := input.foo with input.foo as input

mocked := x if x := lower("ABC") with lower as reversed

reversed(text) := strings.reverse(text)

fixed := x if x := time.now_ns() with time.now_ns as 42

limit := 10

within := input.size < limit

raised if within with data.modifiers.limit as 100

outer := [a, b] if {
	a := input.x with input.x as 1
	b := input.x
}
