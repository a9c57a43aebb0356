//! Natural numbers of a few hundred bits on the stack, for the digits of floats.

use num_bigint::BigUint;

use crate::arena::ArenaVec;

/// The number of limbs. All floats between about `2^-128` and `2^446` fit.
const LIMBS: usize = 16;

/// A natural number of at most 512 bits, the lowest limb first.
struct Natural {
    limbs: [u32; LIMBS],
    /// The number of limbs in use; the others are zero.
    length: usize,
}

/// Appends the decimal digits of `mantissa × 2^exponent`. For a negative exponent, it appends those
/// of `mantissa × 5^-exponent`, which differ only in the place of the point.
pub(super) fn push_digits(mantissa: u128, exponent: i64, digits: &mut ArenaVec<'_, u8>) {
    match Natural::scaled(mantissa, exponent) {
        Some(natural) => natural.push_digits(digits),
        None => push_big_digits(mantissa, exponent, digits),
    }
}

#[cold]
fn push_big_digits(mantissa: u128, exponent: i64, digits: &mut ArenaVec<'_, u8>) {
    let power = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
    let mantissa = BigUint::from(mantissa);
    let scaled =
        if exponent >= 0 { mantissa << power } else { mantissa * BigUint::from(5_u32).pow(power) };
    digits.extend(scaled.to_str_radix(10).into_bytes());
}

impl Natural {
    fn scaled(mantissa: u128, exponent: i64) -> Option<Self> {
        // The base of the factor, and its greatest power that fits a limb.
        let (base, most): (u32, u32) = if exponent >= 0 { (2, 31) } else { (5, 13) };
        let mut natural = Self::from_u128(mantissa);
        let mut rest = u32::try_from(exponent.unsigned_abs()).ok()?;
        while rest > 0 {
            let step = rest.min(most);
            natural.multiply(base.pow(step))?;
            rest -= step;
        }
        Some(natural)
    }

    fn from_u128(mut number: u128) -> Self {
        let mut natural = Self { limbs: [0; LIMBS], length: 0 };
        for limb in &mut natural.limbs {
            if number == 0 {
                break;
            }
            *limb = low(number & u128::from(u32::MAX));
            number >>= u32::BITS;
            natural.length += 1;
        }
        natural
    }

    /// Multiplies in place, or returns `None` if the product does not fit.
    fn multiply(&mut self, factor: u32) -> Option<()> {
        let mut carry = 0_u64;
        for limb in self.limbs.iter_mut().take(self.length) {
            let product = u64::from(*limb) * u64::from(factor) + carry;
            *limb = low(product & u64::from(u32::MAX));
            carry = product >> u32::BITS;
        }
        if carry > 0 {
            *self.limbs.get_mut(self.length)? = low(carry);
            self.length += 1;
        }
        Some(())
    }

    /// Divides by [`BILLION`] in place, and returns the remainder.
    fn divide(&mut self) -> u32 {
        let mut rest = 0_u64;
        for limb in self.limbs.iter_mut().take(self.length).rev() {
            let dividend = rest << u32::BITS | u64::from(*limb);
            *limb = low(dividend / u64::from(BILLION));
            rest = dividend % u64::from(BILLION);
        }
        while self.length > 0 && self.limbs.get(self.length - 1) == Some(&0) {
            self.length -= 1;
        }
        low(rest)
    }

    fn push_digits(mut self, digits: &mut ArenaVec<'_, u8>) {
        let start = digits.len();
        while self.length > 0 {
            let mut nine = self.divide();
            for _ in 0..9 {
                digits.push(b'0' + u8::try_from(nine % 10).unwrap_or_default());
                nine /= 10;
            }
        }
        let written = digits[start..].iter().rposition(|&digit| digit != b'0');
        digits.truncate(start + written.map_or(0, |last| last + 1));
        if digits.len() == start {
            digits.push(b'0');
        }
        digits[start..].reverse();
    }
}

/// The divisor of [`Natural::divide`], which splits off nine decimal digits.
const BILLION: u32 = 1_000_000_000;

/// Converts a limb that was computed with more bits than it has.
fn low(limb: impl TryInto<u32>) -> u32 {
    limb.try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use proptest::prelude::*;

    fn digits(mantissa: u128, exponent: i64) -> String {
        let arena = Arena::new();
        let mut digits = arena.vec();
        push_digits(mantissa, exponent, &mut digits);
        digits.iter().map(|&digit| char::from(digit)).collect()
    }

    proptest! {
        #[test]
        fn digits_are_those_of_a_number_of_any_size(
            mantissa in any::<u128>(), narrow in 0..128_u32, exponent in -260..700_i64,
        ) {
            let arena = Arena::new();
            let mantissa = mantissa >> narrow;
            let mut expected = arena.vec();
            push_big_digits(mantissa, exponent, &mut expected);
            prop_assert_eq!(digits(mantissa, exponent).into_bytes(), expected.to_vec());
        }
    }

    #[test]
    fn the_room_is_used_to_its_end() {
        assert!(Natural::scaled(u128::MAX, 384).is_some());
        assert!(Natural::scaled(u128::MAX, 385).is_none());
        assert!(Natural::scaled(u128::from(u64::MAX), -192).is_some());
        assert_eq!(digits(0, 9), "0");
    }
}
