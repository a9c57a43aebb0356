//! A fast path for times in the format of RFC 3339, which is by far the most common one.

use super::calendar::{DAY, SECOND, days_from_date, days_in_month};

/// Returns the nanoseconds from 1970 to a time in the layout of RFC 3339, with or without a
/// fraction of the second. Returns `None` if the text has another form or a value out of range. The
/// general parser then reports the fault, if there is one.
pub(super) fn parse(text: &[u8]) -> Option<i128> {
    let (clock, rest) = text.split_first_chunk::<19>()?;
    let between = [clock[4], clock[7], clock[10], clock[13], clock[16]];
    if between != *b"--T::" {
        return None;
    }
    let number = |place: usize| two([clock[place], clock[place + 1]]);
    let year = number(0)? * 100 + number(2)?;
    let (month, day) = (number(5)?, number(8)?);
    let (hour, minute, second) = (number(11)?, number(14)?, number(17)?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (nanosecond, zone) = fraction(rest)?;
    let days = i64::try_from(days_from_date(year.into(), month.into(), day.into())).ok()?;
    let seconds = days * DAY + hour * 3600 + minute * 60 + second - offset(zone)?;
    Some(i128::from(seconds) * i128::from(SECOND) + i128::from(nanosecond))
}

/// Returns the number of two digits.
fn two([tens, ones]: [u8; 2]) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// Returns the nanoseconds of an optional fraction, and the text after it. Digits after the ninth
/// are ignored.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', digits @ ..] = text else { return Some((0, text)) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return None;
    }
    let (digits, rest) = digits.split_at(count);
    let value = |place: usize| digits.get(place).map_or(0, |digit| i64::from(digit - b'0'));
    Some(((0..9).fold(0, |nanoseconds, place| nanoseconds * 10 + value(place)), rest))
}

/// Returns the seconds ahead of UTC. Accepts the hours and minutes that Go accepts.
fn offset(text: &[u8]) -> Option<i64> {
    let &[sign @ (b'+' | b'-'), ref clock @ ..] = text else {
        return (text == b"Z").then_some(0);
    };
    let &[hour_tens, hour_ones, b':', tens, ones] = clock else { return None };
    let (hours, minutes) = (two([hour_tens, hour_ones])?, two([tens, ones])?);
    if hours > 24 || minutes > 60 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    Some(if sign == b'-' { -seconds } else { seconds })
}
