//! YAML 1.1 timestamps in the forms that `go-yaml` accepts (`resolve.go`, `parseTimestamp`).

/// Returns the timestamp in `text` as Go's JSON encoder writes it (RFC 3339), or `None` if it is
/// not one.
///
/// The forms are `2001-1-2`, `2001-1-2 3:4:5.6`, and `2001-1-2T3:4:5.6Z` with an offset for `Z`.
pub(super) fn parse(text: &str) -> Option<String> {
    let mut rest = Rest(text);
    let year = rest.fixed(4)?;
    rest.literal('-')?;
    let month = rest.short()?;
    rest.literal('-')?;
    let day = rest.short()?;
    if !(1..=12).contains(&month) || day == 0 || day > days(year, month) {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if rest.0.is_empty() {
        return Some(format!("{date}T00:00:00Z"));
    }
    let has_zone = !rest.0.starts_with(' ');
    rest.literal('T').or_else(|| rest.literal('t')).or_else(|| rest.literal(' '))?;
    let hour = rest.short()?;
    rest.literal(':')?;
    let minute = rest.short()?;
    rest.literal(':')?;
    let second = rest.short()?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = rest.fraction();
    let zone = if has_zone { rest.zone()? } else { "Z".to_owned() };
    let time = format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}");
    rest.0.is_empty().then_some(time)
}

/// The rest of the text.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    fn literal(&mut self, character: char) -> Option<()> {
        self.0 = self.0.strip_prefix(character)?;
        Some(())
    }

    /// Reads a number of exactly `width` digits.
    fn fixed(&mut self, width: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(width)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.0 = rest;
        digits.parse().ok()
    }

    /// Reads a number of one or two digits.
    fn short(&mut self) -> Option<u32> {
        self.fixed(2).or_else(|| self.fixed(1))
    }

    /// Reads a fraction of a second, of which at most nine digits count. Returns it without
    /// trailing zeros.
    fn fraction(&mut self) -> String {
        let Some(digits) = self.0.strip_prefix(['.', ',']) else { return String::new() };
        let width = digits.bytes().take_while(u8::is_ascii_digit).count();
        if width == 0 {
            return String::new();
        }
        self.0 = &digits[width..];
        let digits = digits[..width.min(9)].trim_end_matches('0');
        if digits.is_empty() { String::new() } else { format!(".{digits}") }
    }

    /// Reads `Z`, or an offset such as `+01:00`.
    fn zone(&mut self) -> Option<String> {
        if self.literal('Z').is_some() {
            return Some("Z".to_owned());
        }
        let sign = self.0.chars().next().filter(|sign| matches!(sign, '+' | '-'))?;
        self.literal(sign)?;
        let hours = self.fixed(2)?;
        self.literal(':')?;
        let minutes = self.fixed(2)?;
        if hours > 24 || minutes > 60 {
            return None;
        }
        let total = hours * 60 + minutes;
        Some(match total {
            0 => "Z".to_owned(),
            _ => format!("{sign}{:02}:{:02}", total / 60, total % 60),
        })
    }
}

fn days(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn timestamps_are_in_rfc_3339() {
        for (text, expected) in [
            ("2001-1-2", "2001-01-02T00:00:00Z"),
            ("2000-02-29", "2000-02-29T00:00:00Z"),
            ("2001-01-02 3:4:5.600", "2001-01-02T03:04:05.6Z"),
            ("2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00"),
            ("2001-12-14T21:59:43+00:00", "2001-12-14T21:59:43Z"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "2001", "2001-13-1", "2001-02-29", "2001-1-1x", "2001-1-1T1:1:1", "1-1-1"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
