//! Integers of any size, which do not allocate on the heap if they fit 128 bits.

use core::cmp::Ordering;
use core::fmt;
use core::ops::{Add, Mul, Sub};

use num_bigint::BigInt;

/// An integer. It is [`Integer::Small`] whenever it fits, so that equal integers have one variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Integer {
    /// An integer that fits 128 bits.
    Small(i128),
    /// Any other integer.
    Big(BigInt),
}

impl Integer {
    /// Returns the integer with these decimal digits, or `None` if one of them is not a digit.
    pub fn from_digits(digits: impl Iterator<Item = u8> + Clone) -> Option<Self> {
        let mut copy = digits.clone();
        let small = copy.try_fold(0_i128, |number, digit| {
            number.checked_mul(10)?.checked_add(i128::from(digit.wrapping_sub(b'0')))
        });
        match small {
            _ if !digits.clone().all(|digit| digit.is_ascii_digit()) => None,
            Some(small) => Some(Integer::Small(small)),
            None => BigInt::parse_bytes(&digits.collect::<Vec<_>>(), 10).map(Integer::Big),
        }
    }

    /// Returns `10^exponent`.
    pub fn power_of_ten(exponent: u32) -> Self {
        match 10_i128.checked_pow(exponent) {
            Some(small) => Integer::Small(small),
            None => Integer::Big(BigInt::from(10).pow(exponent)),
        }
    }

    /// Returns the integer without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.compare_with_zero().is_lt() { Integer::Small(0) - self } else { self }
    }

    /// Compares the integer with zero.
    pub fn compare_with_zero(&self) -> Ordering {
        match self {
            Integer::Small(small) => small.cmp(&0),
            Integer::Big(big) => big.cmp(&BigInt::ZERO),
        }
    }

    /// Returns an upper bound of the number of bits of the magnitude, which is exact for big
    /// integers.
    pub fn bits(&self) -> u64 {
        match self {
            Integer::Small(_) => i128::BITS.into(),
            Integer::Big(big) => big.bits(),
        }
    }

    /// Returns the truncated quotient and the remainder, which has the sign of `self`, or `None` if
    /// the divisor is zero.
    pub fn divide(self, divisor: Self) -> Option<(Self, Self)> {
        if let (Integer::Small(a), Integer::Small(b)) = (&self, &divisor)
            && let (Some(quotient), Some(rest)) = (a.checked_div(*b), a.checked_rem(*b))
        {
            return Some((Integer::Small(quotient), Integer::Small(rest)));
        }
        let (a, b) = (BigInt::from(self), BigInt::from(divisor));
        let quotient = a.checked_div(&b)?;
        let rest = a - &quotient * b;
        Some((quotient.into(), rest.into()))
    }

    /// Returns the value as an `i64`, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            Integer::Small(small) => i64::try_from(*small).ok(),
            Integer::Big(_) => None,
        }
    }
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Integer::Small(number.into())
    }
}

impl From<BigInt> for Integer {
    fn from(number: BigInt) -> Self {
        match i128::try_from(&number) {
            Ok(small) => Integer::Small(small),
            Err(_) => Integer::Big(number),
        }
    }
}

impl From<Integer> for BigInt {
    fn from(number: Integer) -> Self {
        match number {
            Integer::Small(small) => small.into(),
            Integer::Big(big) => big,
        }
    }
}

/// Implements an operator: at 128 bits if the result fits, otherwise at any size.
macro_rules! operator {
    ($operator:ident, $method:ident, $checked:ident) => {
        impl $operator for Integer {
            type Output = Integer;

            fn $method(self, other: Integer) -> Integer {
                if let (Integer::Small(a), Integer::Small(b)) = (&self, &other)
                    && let Some(result) = a.$checked(*b)
                {
                    return Integer::Small(result);
                }
                BigInt::from(self).$method(BigInt::from(other)).into()
            }
        }
    };
}

operator!(Add, add, checked_add);
operator!(Sub, sub, checked_sub);
operator!(Mul, mul, checked_mul);

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Integer::Small(small) => small.fmt(f),
            Integer::Big(big) => big.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Generates integers around the values at which their representation changes.
    fn edge() -> impl Strategy<Value = BigInt> {
        let near = prop_oneof![Just(0_u32), Just(31), Just(63), Just(64), Just(127), Just(200)];
        (near, -3..=3_i32, any::<bool>()).prop_map(|(power, distance, negative)| {
            let edge = (BigInt::from(1) << power) + distance;
            if negative { -edge } else { edge }
        })
    }

    fn integer() -> impl Strategy<Value = BigInt> {
        prop_oneof![
            edge(),
            any::<i128>().prop_map(BigInt::from),
            any::<i64>().prop_map(BigInt::from)
        ]
    }

    proptest! {
        #[test]
        fn operators_are_those_of_integers_of_any_size(a in integer(), b in integer()) {
            let (x, y) = (|| Integer::from(a.clone()), || Integer::from(b.clone()));
            prop_assert_eq!(x() + y(), Integer::from(&a + &b));
            prop_assert_eq!(x() - y(), Integer::from(&a - &b));
            prop_assert_eq!(x() * y(), Integer::from(&a * &b));
            let divided = x().divide(y());
            if b == BigInt::ZERO {
                prop_assert_eq!(divided, None);
            } else {
                prop_assert_eq!(divided, Some((Integer::from(&a / &b), Integer::from(&a % &b))));
            }
            prop_assert_eq!(x().compare_with_zero(), a.cmp(&BigInt::ZERO));
            prop_assert_eq!(x().abs(), Integer::from(BigInt::from(a.magnitude().clone())));
            prop_assert_eq!(x().to_i64(), i64::try_from(&a).ok());
            prop_assert!(x().bits() >= a.bits());
            prop_assert_eq!(format!("{:045}", x()), format!("{a:045}"));
        }

        #[test]
        fn digits_of_any_number_are_read(digits in "[0-9]{1,60}") {
            let expected: BigInt = digits.parse().expect("digits");
            prop_assert_eq!(Integer::from_digits(digits.bytes()), Some(expected.into()));
        }
    }

    #[test]
    fn what_is_no_digit_is_refused() {
        assert_eq!(Integer::from_digits(b"1_0".iter().copied()), None);
        assert_eq!(Integer::from_digits(std::iter::repeat_n(b'a', 60)), None);
        assert_eq!(Integer::from_digits(std::iter::empty()), Some(Integer::Small(0)));
    }
}
