package integers

# Integers are exact at any size and in any notation.
next := input.limit + 1

total := sum(input.parts)

factors := product(input.parts)

steps := numbers.range(input.limit, input.limit + 2)

low_bits := bits.and(input.limit, 255)

remainder := input.limit % 18446744073709551616

text := sprintf("%v %d", [input.limit, input.limit])

second := ["a", "b", "c"][input.index]

sliced := array.slice(["a", "b", "c"], input.index, 3)

hexadecimal := [to_number(input.number) == 16, to_number(input.number) + 1]
