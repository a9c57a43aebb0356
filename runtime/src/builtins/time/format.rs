//! Go's `Time.Format`, which writes a time in a layout (`time/format.go`).

use core::fmt::{self, Write};

use super::calendar::DateTime;
use super::layout::{Element, Fraction, MONTHS, Offset, WEEKDAYS, next_chunk};

/// A time with its zone's offset and abbreviation.
pub(super) struct Zoned<'z> {
    pub(super) local: DateTime,
    /// The number of seconds ahead of UTC.
    pub(super) offset: i64,
    /// The abbreviation of the zone at that time, such as `CEST`.
    pub(super) abbreviation: &'z str,
}

impl Zoned<'_> {
    /// Writes the time in `layout`.
    pub(super) fn write(&self, mut layout: &str, out: &mut impl Write) -> fmt::Result {
        loop {
            let chunk = next_chunk(layout);
            out.write_str(chunk.prefix)?;
            let Some((element, _)) = chunk.element else { return Ok(()) };
            self.write_element(element, out)?;
            layout = chunk.rest;
        }
    }

    fn write_element(&self, element: Element, out: &mut impl Write) -> fmt::Result {
        let time = &self.local;
        let hour12 = if time.hour % 12 == 0 { 12 } else { time.hour % 12 };
        let month = usize::try_from(time.month - 1).ok().and_then(|index| MONTHS.get(index));
        let month = month.copied().unwrap_or_default();
        let weekday = WEEKDAYS.get(time.weekday).copied().unwrap_or_default();
        match element {
            Element::Year => write!(out, "{:02}", time.year % 100),
            Element::LongYear => write!(out, "{:04}", time.year),
            Element::Month => out.write_str(short(month)),
            Element::LongMonth => out.write_str(month),
            Element::NumMonth => write!(out, "{}", time.month),
            Element::ZeroMonth => write!(out, "{:02}", time.month),
            Element::Weekday => out.write_str(short(weekday)),
            Element::LongWeekday => out.write_str(weekday),
            Element::Day => write!(out, "{}", time.day),
            Element::UnderDay => write!(out, "{:2}", time.day),
            Element::ZeroDay => write!(out, "{:02}", time.day),
            Element::UnderYearDay => write!(out, "{:3}", time.year_day),
            Element::ZeroYearDay => write!(out, "{:03}", time.year_day),
            Element::Hour => write!(out, "{:02}", time.hour),
            Element::Hour12 => write!(out, "{hour12}"),
            Element::ZeroHour12 => write!(out, "{hour12:02}"),
            Element::Minute => write!(out, "{}", time.minute),
            Element::ZeroMinute => write!(out, "{:02}", time.minute),
            Element::Second => write!(out, "{}", time.second),
            Element::ZeroSecond => write!(out, "{:02}", time.second),
            Element::UpperPm => out.write_str(if time.hour >= 12 { "PM" } else { "AM" }),
            Element::LowerPm => out.write_str(if time.hour >= 12 { "pm" } else { "am" }),
            Element::ZoneName => out.write_str(self.abbreviation),
            Element::Offset(offset) => self.write_offset(offset, out),
            Element::Fraction(fraction) => self.write_fraction(fraction, out),
        }
    }

    fn write_offset(&self, style: Offset, out: &mut impl Write) -> fmt::Result {
        if style.zulu && self.offset == 0 {
            return out.write_str("Z");
        }
        // Go takes the sign from the minutes, so that `-00:00:30` is written with a plus.
        out.write_str(if self.offset / 60 < 0 { "-" } else { "+" })?;
        let seconds = self.offset.abs();
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60];
        for (index, part) in parts.iter().enumerate().take(style.parts.into()) {
            if index > 0 && style.colon {
                out.write_str(":")?;
            }
            write!(out, "{part:02}")?;
        }
        Ok(())
    }

    fn write_fraction(&self, style: Fraction, out: &mut impl Write) -> fmt::Result {
        let mut digits = [b'0'; 9];
        let mut left = self.local.nanosecond.unsigned_abs();
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(left % 10).unwrap_or_default();
            left /= 10;
        }
        let digits = &digits[..style.digits.min(digits.len())];
        let digits = core::str::from_utf8(digits).unwrap_or_default();
        let digits = if style.trimmed { digits.trim_end_matches('0') } else { digits };
        if digits.is_empty() {
            return Ok(());
        }
        write!(out, "{}{digits}", style.separator)
    }
}

/// Returns the first three letters.
fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::super::layout::named;
    use super::*;

    fn written(layout: &str) -> String {
        let offset = -7 * 3600 - 30 * 60;
        let local = DateTime::new(981_173_106_012_000_000, offset);
        let mut out = String::new();
        let time = Zoned { local, offset, abbreviation: "XST" };
        time.write(named(layout), &mut out).expect("strings take text");
        out
    }

    #[test]
    fn layouts() {
        for (layout, text) in [
            ("ANSIC", "Fri Feb  2 20:35:06 2001"),
            ("RFC850", "Friday, 02-Feb-01 20:35:06 XST"),
            ("RFC1123Z", "Fri, 02 Feb 2001 20:35:06 -0730"),
            ("RFC3339Nano", "2001-02-02T20:35:06.012-07:30"),
            ("3:4:5pm 03 PM January 1 2 002 __2", "8:35:6pm 08 PM February 2 2 033  33"),
            (".0 ,000 .999999 Z070000 -07:00:00 -07", ".0 ,012 .012 -073000 -07:30:00 -07"),
            ("no element: é", "no element: é"),
        ] {
            assert_eq!(written(layout), text, "{layout}");
        }
    }
}
