package heads

constant := 5

truth if input.on

default level := "low"

level := "high" if input.score > 10

else := "middle" if input.score > 5

else := "" if input.score == 0

settings.port := 8080

settings.names contains name if some name in input.names

by_team[team][user.name] := user.age if {
	some team, members in input.teams
	some user in members
}

flags[name] if some name in ["a", "b"]

grades[name] := grade if {
	grade := input.grades[name]
	is_number(grade)
}

default size(_) := 0

size(x) := count(x) if is_array(x)

size(x) := 1 if is_string(x)

size({"width": w, "height": h}) := w * h

sizes := [size(x) | some x in input.things]

kind("a", _) := "letter"

kind(_, 1) := "one"

kinds := [kind("a", 2), kind("b", 1), kind("a", input.second)]

conflicting := 1 if input.first

conflicting := 2 if input.second

same := 1 if input.first

same := 0 + 1 if input.second

pick[key] := value if some key, value in input.entries

deep.one.two := "three"

deep.one[name] := 1 if some name in ["x", "y"]

# OPA drops a body that is only `true` if the head's value needs expressions, and looks at neither
# `not` nor `with` there.
lone_not := count(input.x) if not true

lone_not_in_comprehension := [count(x) | not true] if x := input.x

lone_not_of_constant := 1 if not true

lone_not_and_more := count(input.x) if {
	not true
	true
}
