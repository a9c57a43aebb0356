# Numbers, bits, aggregates and units.
package builtins.numbers

answers.abs := [abs(-2.5), abs(3)]

answers.ceil := [ceil(1.2), ceil(-1.2)]

answers.floor := [floor(1.8), floor(-1.2)]

answers.round := [round(2.5), round(-2.5), round(2.4)]

answers.plus := [1 + 2, 0.1 + 0.2]

answers.minus := [1 - 2, {1, 2} - {2}]

answers.mul := [3 * 4, 2.5 * 2]

answers.div := [7 / 2, 15.3 / 3]

answers.rem := [7 % 3, -7 % 3]

answers.bits.and := bits.and(6, 3)

answers.bits.or := bits.or(6, 3)

answers.bits.xor := bits.xor(6, 3)

answers.bits.lsh := bits.lsh(1, 70)

answers.bits.rsh := bits.rsh(1024, 3)

answers.bits.negate := [bits.negate(5), bits.negate(-1)]

answers.numbers.range := [numbers.range(1, 3), numbers.range(3, 1)]

answers.numbers.range_step := [numbers.range_step(1, 6, 2), numbers.range_step(6, 1, 3)]

answers.rand.intn := [rand.intn("one", 1), rand.intn("same", 1000) == rand.intn("same", 1000)]

answers.count := [count([1, 1]), count({1, 1}), count({"a": 1}), count("héy")]

answers.sum := [sum([1, 2.5]), sum(set())]

answers.product := [product([2, 3, 4]), product({5})]

answers.max := [max([1, 3, 2]), max({"b", "a", 9})]

answers.min := [min([2, 1, 3]), min({"b", "a", 9})]

answers.sort := [sort([3, "a", null, true]), sort({"b", "a"})]

answers.to_number := [to_number("12.5"), to_number(true), to_number(null), to_number(7)]

answers.units.parse := [units.parse("10Ki"), units.parse("2M"), units.parse("100m")]

answers.units.parse_bytes := [units.parse_bytes("1.5Gi"), units.parse_bytes("1kb")]
