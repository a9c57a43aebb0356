//! The verbs of a literal format of `sprintf`.

/// Counts the verbs of a format of `%v`, `%s`, `%d`, `%q` and `%%`. Returns `None` if the format has
/// any other verb.
pub fn plain_verbs(format: &str) -> Option<usize> {
    let mut verbs = 0;
    let mut rest = format;
    while let Some((_, after)) = rest.split_once('%') {
        match after.bytes().next()? {
            b'v' | b's' | b'd' | b'q' => verbs += 1,
            b'%' => {}
            _ => return None,
        }
        rest = &after[1..];
    }
    Some(verbs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_verbs_are_counted() {
        assert_eq!(plain_verbs("é %v%s%%%d!%q"), Some(4));
        assert_eq!(plain_verbs("100%% é"), Some(0));
        for format in ["%5d", "%-v", "%.2f", "%+q", "%", "a%é", "%[1]v"] {
            assert_eq!(plain_verbs(format), None, "{format}");
        }
    }
}
