//! Go's `time.Parse`, which parses a time in a layout (`time/format.go`). The result is an instant;
//! the zone that Go remembers does not matter here.

use super::calendar::{DAY, SECOND, days_from_date, days_in_month, is_leap, month_and_day};
use super::layout::{
    Element, Fraction, MONTHS, Offset, RFC3339, RFC3339_NANO, WEEKDAYS, next_chunk,
};
use super::quote::Quoted;
use super::rfc3339;
use super::scan::{
    Misfit, name, nanoseconds, number, one_of, ranged, signed, skip, skip_space, take, year_day,
    zone_length,
};
use crate::env::Env;
use crate::error::BuiltinError;

/// The values of the elements read so far.
#[derive(Default)]
struct Parts {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    /// `Some(true)` if the text has PM, `Some(false)` if it has AM.
    afternoon: Option<bool>,
    /// `true` if the text names UTC, which takes precedence over an offset.
    utc: bool,
    offset: i64,
}

/// Returns the nanoseconds from 1970 to the time `text` in `layout`.
pub(super) fn parse<'a>(env: &Env<'a>, layout: &str, text: &str) -> Result<i128, BuiltinError<'a>> {
    // Both layouts accept a fraction after the seconds, even if the layout has none.
    if matches!(layout, RFC3339 | RFC3339_NANO)
        && let Some(instant) = rfc3339::parse(text.as_bytes())
    {
        return Ok(instant);
    }
    by_layout(env, layout, text)
}

/// Parses `text` in any layout.
fn by_layout<'a>(env: &Env<'a>, layout: &str, text: &str) -> Result<i128, BuiltinError<'a>> {
    let whole = Quoted(text.as_bytes());
    let fail = |rest: &[u8], element: &str| {
        let (as_layout, rest) = (Quoted(layout.as_bytes()), Quoted(rest));
        let element = Quoted(element.as_bytes());
        env.fail(format_args!(
            "parsing time {whole} as {as_layout}: cannot parse {rest} as {element}"
        ))
    };
    let mut parts = Parts::default();
    let (mut layout_left, mut left) = (layout, text.as_bytes());
    loop {
        let chunk = next_chunk(layout_left);
        left = skip(left, chunk.prefix.as_bytes()).map_err(|rest| fail(rest, chunk.prefix))?;
        let Some((element, element_text)) = chunk.element else {
            break;
        };
        layout_left = chunk.rest;
        let held = left;
        match parts.read(element, &mut left, layout_left) {
            Ok(()) => {}
            Err(Misfit::Syntax) => return Err(fail(held, element_text)),
            Err(Misfit::Range(what)) => {
                return Err(env.fail(format_args!("parsing time {whole}: {what} out of range")));
            }
        }
    }
    if !left.is_empty() {
        let left = Quoted(left);
        return Err(env.fail(format_args!("parsing time {whole}: extra text: {left}")));
    }
    parts.instant().map_err(|fault| env.fail(format_args!("parsing time {whole}: {fault}")))
}

impl Parts {
    /// Reads one element from the beginning of `left`.
    fn read(&mut self, element: Element, left: &mut &[u8], layout: &str) -> Result<(), Misfit> {
        match element {
            Element::Year => self.short_year(left)?,
            Element::LongYear => self.long_year(left)?,
            Element::Month => self.month = Some(name(&MONTHS, 3, left)?),
            Element::LongMonth => self.month = Some(name(&MONTHS, usize::MAX, left)?),
            Element::NumMonth => self.month = Some(ranged(left, false, 1..=12, "month")?),
            Element::ZeroMonth => self.month = Some(ranged(left, true, 1..=12, "month")?),
            Element::Weekday => name(&WEEKDAYS, 3, left).map(drop)?,
            Element::LongWeekday => name(&WEEKDAYS, usize::MAX, left).map(drop)?,
            Element::Day => self.day = Some(number(left, false)?),
            Element::UnderDay => {
                skip_space(left);
                self.day = Some(number(left, false)?);
            }
            Element::ZeroDay => self.day = Some(number(left, true)?),
            Element::UnderYearDay => {
                skip_space(left);
                skip_space(left);
                self.year_day = Some(year_day(left, false)?);
            }
            Element::ZeroYearDay => self.year_day = Some(year_day(left, true)?),
            Element::Hour => self.hour = ranged(left, false, 0..=23, "hour")?,
            Element::Hour12 => self.hour = ranged(left, false, 0..=12, "hour")?,
            Element::ZeroHour12 => self.hour = ranged(left, true, 0..=12, "hour")?,
            Element::Minute => self.minute = ranged(left, false, 0..=59, "minute")?,
            Element::ZeroMinute => self.minute = ranged(left, true, 0..=59, "minute")?,
            Element::Second => self.seconds(left, false, layout)?,
            Element::ZeroSecond => self.seconds(left, true, layout)?,
            Element::UpperPm => self.afternoon = Some(one_of(left, b"AM", b"PM")?),
            Element::LowerPm => self.afternoon = Some(one_of(left, b"am", b"pm")?),
            Element::Offset(offset) => self.offset(offset, left)?,
            Element::ZoneName => self.zone_name(left)?,
            Element::Fraction(fraction) => self.fraction(fraction, left)?,
        }
        Ok(())
    }

    fn short_year(&mut self, left: &mut &[u8]) -> Result<(), Misfit> {
        let year = signed(take(left, 2)?)?;
        self.year = if year >= 69 { year + 1900 } else { year + 2000 };
        Ok(())
    }

    fn long_year(&mut self, left: &mut &[u8]) -> Result<(), Misfit> {
        if !left.first().is_some_and(u8::is_ascii_digit) {
            return Err(Misfit::Syntax);
        }
        self.year = signed(take(left, 4)?)?;
        Ok(())
    }

    /// Reads the seconds, and a fraction that the text has but the layout does not.
    fn seconds(&mut self, left: &mut &[u8], fixed: bool, layout: &str) -> Result<(), Misfit> {
        self.second = ranged(left, fixed, 0..=59, "second")?;
        let follows = next_chunk(layout).element;
        if !matches!(follows, Some((Element::Fraction(_), _))) {
            self.trimmed_fraction(left)?;
        }
        Ok(())
    }

    fn fraction(&mut self, fraction: Fraction, left: &mut &[u8]) -> Result<(), Misfit> {
        if fraction.trimmed {
            return self.trimmed_fraction(left);
        }
        self.nanosecond = nanoseconds(take(left, 1 + fraction.digits)?)?;
        Ok(())
    }

    /// Reads a fraction of any number of digits, if there is one.
    fn trimmed_fraction(&mut self, left: &mut &[u8]) -> Result<(), Misfit> {
        let [b'.' | b',', digits @ ..] = *left else { return Ok(()) };
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count > 0 {
            self.nanosecond = nanoseconds(take(left, 1 + count)?)?;
        }
        Ok(())
    }

    fn offset(&mut self, offset: Offset, left: &mut &[u8]) -> Result<(), Misfit> {
        if offset.zulu && left.first() == Some(&b'Z') {
            *left = &left[1..];
            self.utc = true;
            return Ok(());
        }
        let separators = if offset.colon { usize::from(offset.parts) - 1 } else { 0 };
        let mut text = take(left, 1 + 2 * usize::from(offset.parts) + separators)?;
        let sign = take(&mut text, 1)?;
        let mut parts = [0; 3];
        for (index, part) in parts.iter_mut().enumerate().take(offset.parts.into()) {
            if index > 0 && offset.colon && take(&mut text, 1)? != b":" {
                return Err(Misfit::Syntax);
            }
            *part = number(&mut take(&mut text, 2)?, true)?;
        }
        let [hours, minutes, seconds] = parts;
        // Some people write offsets of 24 hours or 60 minutes, according to Go's source.
        if hours > 24 {
            return Err(Misfit::Range("time zone offset hour"));
        }
        if minutes > 60 {
            return Err(Misfit::Range("time zone offset minute"));
        }
        if seconds > 60 {
            return Err(Misfit::Range("time zone offset second"));
        }
        let magnitude = (hours * 60 + minutes) * 60 + seconds;
        self.offset = match sign {
            b"+" => magnitude,
            b"-" => -magnitude,
            _ => return Err(Misfit::Syntax),
        };
        Ok(())
    }

    /// Reads a zone's abbreviation, which Go always takes for UTC. It knows only the abbreviations
    /// of the machine's own zone, which for OPA is UTC.
    fn zone_name(&mut self, left: &mut &[u8]) -> Result<(), Misfit> {
        let utc = left.starts_with(b"UTC");
        self.utc |= utc;
        let length = if utc { 3 } else { zone_length(left)? };
        take(left, length).map(drop)
    }

    /// Returns the instant in nanoseconds, or the message about inconsistent values.
    fn instant(mut self) -> Result<i128, &'static str> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let (month, day) = self.date()?;
        if day < 1 || day > days_in_month(self.year, month) {
            return Err("day out of range");
        }
        let days = days_from_date(self.year.into(), month.into(), day.into());
        let offset = if self.utc { 0 } else { self.offset };
        let seconds = self.hour * 3600 + self.minute * 60 + self.second - offset;
        let seconds = days * i128::from(DAY) + i128::from(seconds);
        Ok(seconds * i128::from(SECOND) + i128::from(self.nanosecond))
    }

    fn date(&self) -> Result<(i64, i64), &'static str> {
        let Some(year_day) = self.year_day else {
            return Ok((self.month.unwrap_or(1), self.day.unwrap_or(1)));
        };
        let (month, day) = match year_day {
            60 if is_leap(self.year) => (2, 29),
            61.. if is_leap(self.year) => {
                month_and_day(year_day - 1).ok_or("day-of-year out of range")?
            }
            _ => month_and_day(year_day).ok_or("day-of-year out of range")?,
        };
        if self.month.is_some_and(|given| given != month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|given| given != day) {
            return Err("day-of-year does not match day");
        }
        Ok((month, day))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::layout::named;
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    fn answer(layout: &str, text: &str) -> Result<i128, String> {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        parse(&env, named(layout), text).map_err(|error| error.message.to_owned())
    }

    const SECOND: i128 = super::SECOND as i128;

    #[test]
    fn one_instant_in_many_layouts() {
        for (layout, text) in [
            ("ANSIC", "Sat Feb  3 04:05:06 2001"),
            ("UnixDate", "Sat Feb  3 04:05:06 PST 2001"),
            ("RubyDate", "Sat Feb 03 06:05:06 +0200 2001"),
            ("RFC850", "saturday, 03-feb-01 04:05:06 GMT+3"),
            ("RFC1123", "Sat, 03 Feb 2001 04:05:06 UTC"),
            ("RFC3339", "2001-02-03T04:05:06Z"),
            ("RFC3339Nano", "2001-02-03T03:05:06-01:00"),
            ("2006 002 3:4:5PM", "2001 034 4:05:06AM"),
            ("2006 __2 15:04:05 Z070000", "2001  34 04:05:06 +000000"),
            ("1/2/06 15h04m05 -07", "2/3/01 06h05m06 +02"),
        ] {
            assert_eq!(answer(layout, text), Ok(981_173_106 * SECOND), "{layout}");
        }
    }

    #[test]
    fn fractions() {
        let second = 981_173_106 * SECOND;
        for (layout, text, nanoseconds) in [
            (RFC3339, "2001-02-03T04:05:06.5Z", 500_000_000),
            (RFC3339, "2001-02-03T04:05:06,1234567899Z", 123_456_789),
            ("2006-01-02 15:04:05.000", "2001-02-03 04:05:06.012", 12_000_000),
            ("2006-01-02 15:04:05.999", "2001-02-03 04:05:06.0123", 12_300_000),
            ("2006-01-02 15:04:05.999", "2001-02-03 04:05:06", 0),
        ] {
            assert_eq!(answer(layout, text), Ok(second + nanoseconds), "{text}");
        }
    }

    #[test]
    fn faults_read_as_gos() {
        let cannot = |text: &str, rest: &str, element: &str| {
            format!(r#"parsing time "{text}" as "{RFC3339}": cannot parse "{rest}" as "{element}""#)
        };
        assert_eq!(answer(RFC3339, "bad"), Err(cannot("bad", "bad", "2006")));
        assert_eq!(answer(RFC3339, "2021-01-01"), Err(cannot("2021-01-01", "", "T")));
        for (text, fault) in [
            ("2021-13-01T00:00:00Z", ": month out of range"),
            ("2021-02-29T00:00:00Z", ": day out of range"),
            ("2021-01-01T24:00:00Z", ": hour out of range"),
            ("2021-01-01T00:00:00+25:00", ": time zone offset hour out of range"),
            ("2021-01-01T00:00:00Zé", r#": extra text: "\xc3\xa9""#),
        ] {
            let shown = text.replace('é', r"\xc3\xa9");
            assert_eq!(answer(RFC3339, text), Err(format!(r#"parsing time "{shown}"{fault}"#)));
        }
        assert!(answer("2006-01-02 002", "2021-02-01 031").is_err());
        assert!(answer("2006 002", "2021 366").is_err());
        assert!(answer("2006 002", "2020 366").is_ok());
    }

    proptest! {
        #[test]
        fn rfc_3339_reads_the_same_without_its_layout(
            text in "[012][0-9]{3}-[012][0-9]-[0123][0-9]T[012][0-9]:[0-6][0-9]:[0-6][0-9]\
                     ([.,][0-9]{0,11})?(Z|[+-][012][0-9]:[0-6][0-9]|z|)",
        ) {
            let arena = Arena::new();
            let env = Env::new(&arena, &NoHost);
            for layout in [RFC3339, RFC3339_NANO] {
                let direct = rfc3339::parse(text.as_bytes());
                let known = by_layout(&env, layout, &text).ok();
                prop_assert!(direct == known, "{}: {:?}, not {:?}", text, direct, known);
            }
        }
    }
}
