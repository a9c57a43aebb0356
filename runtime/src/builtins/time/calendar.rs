//! The proleptic Gregorian calendar, as computed by Go's `time` package.

/// The number of nanoseconds in a second.
pub(super) const SECOND: i64 = 1_000_000_000;
/// The number of seconds in a day.
pub(super) const DAY: i64 = 86_400;

/// The number of days before each month of a year without a leap day, and before the next year.
const DAYS_BEFORE: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/// Returns the number of days from 1970 to a date, like `time.Date`. `month` (from 1) and `day` may
/// be outside their ranges and carry over: February 30 is March 1 or 2. Any 64-bit year, month and
/// day fit.
pub(super) fn days_from_date(year: i128, month: i128, day: i128) -> i128 {
    // In years that begin in March, the leap day is the last day.
    let months = month - 3;
    let year = year + months.div_euclid(12);
    let month = months.rem_euclid(12);
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let days_before_month = (153 * month + 2) / 5;
    let days_before_year = year * 365 + year / 4 - year / 100;
    era * 146_097 + days_before_year + days_before_month + day - 1 - 719_468
}

/// Returns the number of seconds from 1970 to a date and a time of day, like `time.Date`. The
/// 64-bit arithmetic wraps around like Go's at the extremes that `time.add_date` reaches.
#[cfg(feature = "time")]
pub(super) fn wrapping_seconds(year: i64, month: i64, day: i64, second_of_day: i64) -> i64 {
    /// The number of years before year 1 at which Go's calendar begins: a multiple of 400.
    const YEARS: u64 = 292_277_022_400;
    /// The number of days from that March 1 to 1970.
    const DAYS: i64 = (YEARS / 400).cast_signed() * 146_097 + 306 + 719_162;
    let (year, month) = carry(year, month.wrapping_sub(1), 12);
    let before_march = month < 2;
    let month = if before_march { month + 13 } else { month + 1 };
    let year = year.cast_unsigned().wrapping_sub(before_march.into()).wrapping_add(YEARS);
    let centuries = 146_097_u64.wrapping_mul(year / 100) / 4;
    let years = 1461 * (year % 100) / 4;
    let months = (979 * month - 2919) >> 5;
    let days = centuries.wrapping_add(years).cast_signed();
    let days = days.wrapping_add(months).wrapping_add(day).wrapping_sub(1);
    days.wrapping_mul(DAY).wrapping_add(second_of_day).wrapping_sub(DAYS.wrapping_mul(DAY))
}

/// Carries the excess of `low` over `base` to `high`, with Go's overflows.
#[cfg(feature = "time")]
fn carry(high: i64, low: i64, base: i64) -> (i64, i64) {
    let carried = if low < 0 {
        -(low.wrapping_neg().wrapping_sub(1) / base).wrapping_add(1)
    } else {
        low / base
    };
    (high.wrapping_add(carried), low.wrapping_sub(carried.wrapping_mul(base)))
}

/// Returns `true` if `year` has a leap day.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Returns the number of days in `month` (from 1) of `year`, or 0 if `month` is invalid.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    let Some(index) = usize::try_from(month - 1).ok().filter(|&index| index < 12) else {
        return 0;
    };
    DAYS_BEFORE[index + 1] - DAYS_BEFORE[index] + i64::from(month == 2 && is_leap(year))
}

/// Returns the month (from 1) and day of the day `year_day` (from 1) of a year without a leap day.
/// Returns `None` if `year_day` is outside such a year.
pub(super) fn month_and_day(year_day: i64) -> Option<(i64, i64)> {
    let month = DAYS_BEFORE.iter().rposition(|&before| before < year_day)?;
    let day = year_day - DAYS_BEFORE[month];
    let month = i64::try_from(month).ok().filter(|&month| month < 12)?;
    Some((month + 1, day))
}

/// A date and a time of day, without a zone.
#[cfg(any(feature = "time", feature = "aws"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateTime {
    pub(super) year: i64,
    /// The month from 1 on.
    pub(super) month: i64,
    pub(super) day: i64,
    /// The day of the year from 1 on.
    pub(super) year_day: i64,
    /// The day of the week, with Sunday as 0.
    pub(super) weekday: usize,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nanosecond: i64,
}

#[cfg(any(feature = "time", feature = "aws"))]
impl DateTime {
    /// Returns the date and time at `nanoseconds` since the beginning of 1970, on a clock that is
    /// `offset` seconds ahead of UTC.
    pub(super) fn new(nanoseconds: i64, offset: i64) -> Self {
        let seconds = nanoseconds.div_euclid(SECOND) + offset;
        let (days, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = date_from_days(days);
        let year_day = (1..month).map(|month| days_in_month(year, month)).sum::<i64>() + day;
        DateTime {
            year,
            month,
            day,
            year_day,
            // 1970 began on a Thursday.
            weekday: usize::try_from((days + 4).rem_euclid(7)).unwrap_or_default(),
            hour: time / 3600,
            minute: time / 60 % 60,
            second: time % 60,
            nanosecond: nanoseconds.rem_euclid(SECOND),
        }
    }

    /// Returns the number of seconds since the beginning of the day.
    #[cfg(feature = "time")]
    pub(super) fn second_of_day(&self) -> i64 {
        self.hour * 3600 + self.minute * 60 + self.second
    }
}

/// Returns the year, month and day that is `days` after 1 January 1970.
#[cfg(any(feature = "time", feature = "aws"))]
fn date_from_days(days: i64) -> (i64, i64, i64) {
    // The inverse of `days_from_date`, with years that begin in March.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let year_day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * year_day + 2) / 153;
    let day = year_day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_carry_over() {
        assert_eq!(days_from_date(1970, 1, 1), 0);
        assert_eq!(days_from_date(2000, 3, 1), 11_017);
        assert_eq!(days_from_date(2001, 2, 29), days_from_date(2001, 3, 1));
        assert_eq!(days_from_date(2000, 14, 0), days_from_date(2001, 1, 31));
        assert_eq!(days_from_date(2000, -1, 1), days_from_date(1999, 11, 1));
        assert!(days_from_date(i64::MAX.into(), i64::MAX.into(), i64::MAX.into()) > 0);
    }

    #[test]
    fn months_and_year_days() {
        assert_eq!(days_in_month(2000, 2), 29);
        assert_eq!(days_in_month(1900, 2), 28);
        assert_eq!(days_in_month(2001, 12), 31);
        assert_eq!(days_in_month(2001, 13), 0);
        assert_eq!(month_and_day(1), Some((1, 1)));
        assert_eq!(month_and_day(31), Some((1, 31)));
        assert_eq!(month_and_day(60), Some((3, 1)));
        assert_eq!(month_and_day(365), Some((12, 31)));
        assert_eq!(month_and_day(0), None);
        assert_eq!(month_and_day(366), None);
    }

    #[cfg(feature = "time")]
    #[test]
    fn every_day_of_the_range_comes_back() {
        for days in (-106_751..=106_751).step_by(13) {
            let date = DateTime::new(days * DAY * SECOND, 0);
            let again = days_from_date(date.year.into(), date.month.into(), date.day.into());
            assert_eq!(again, days.into());
        }
        let date = DateTime::new(1_582_977_600 * SECOND + 5, 3600);
        assert_eq!((date.year, date.month, date.day, date.year_day), (2020, 2, 29, 60));
        assert_eq!((date.hour, date.minute, date.second, date.nanosecond), (13, 0, 0, 5));
        assert_eq!(date.weekday, 6);
    }
}
