//! Floats of any precision, for parsing long numbers.

use num_bigint::BigUint;

/// A float of any precision, for intermediate results.
pub(super) struct Wide {
    pub(super) mantissa: BigUint,
    pub(super) exponent: i64,
}

impl Wide {
    /// Rounds to `precision` bits, to nearest even. If `sticky` is set, the true value is slightly
    /// larger.
    pub(super) fn rounded(self, precision: u32, sticky: bool) -> Self {
        let excess = self.mantissa.bits().saturating_sub(precision.into());
        if excess == 0 {
            return self;
        }
        let mut kept = &self.mantissa >> excess;
        let half = self.mantissa.bit(excess - 1);
        let beyond_half =
            sticky || self.mantissa.trailing_zeros().is_some_and(|zeros| zeros < excess - 1);
        if half && (beyond_half || kept.bit(0)) {
            kept += 1_u32;
        }
        let exponent = self.exponent + i64::try_from(excess).unwrap_or(i64::MAX);
        Self { mantissa: kept, exponent }
    }

    fn times(&self, other: &Self, precision: u32) -> Self {
        let mantissa = &self.mantissa * &other.mantissa;
        Self { mantissa, exponent: self.exponent + other.exponent }.rounded(precision, false)
    }
}

/// Returns `5^power` at 128 bits, with the roundings of `big.Float.pow5`.
pub(super) fn power_of_five(power: u32) -> Wide {
    const LAST: u32 = 27;
    let exact = |power: u32| Wide { mantissa: BigUint::from(5_u32).pow(power), exponent: 0 };
    let Some(mut rest @ 1..) = power.checked_sub(LAST) else { return exact(power) };
    let mut result = exact(LAST);
    let mut factor = exact(1);
    while rest > 0 {
        if rest & 1 == 1 {
            result = result.times(&factor, 128);
        }
        factor = factor.times(&factor, 192);
        rest >>= 1;
    }
    result
}
