//! Suggestions for misspelled names.

/// Returns the candidate that `name` most probably misspells: the one with the smallest edit
/// distance, if that is at most a third of the longer name and less than both, so that `x` is not
/// suggested for `y`. Of several, the first is returned. Long names have no suggestion, because the
/// distance takes quadratic time.
pub(crate) fn closest<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    const LONGEST: usize = 100;
    let mut best: Option<(usize, &str)> = None;
    if name.len() > LONGEST {
        return None;
    }
    for candidate in candidates.into_iter().filter(|candidate| candidate.len() <= LONGEST) {
        let distance = if candidate.eq_ignore_ascii_case(name) {
            0
        } else {
            strsim::osa_distance(name, candidate)
        };
        let (own, other) = (name.chars().count(), candidate.chars().count());
        let limit = own.max(other).div_ceil(3).min(own.min(other).saturating_sub(1));
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns the candidate that `name` almost certainly misspells: it differs in case, separators or
/// a few letters. Of several, the one with the smallest edit distance is returned.
pub(crate) fn misspelled<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let plain = |text: &str| text.replace(['_', '-', ' '], "").to_ascii_lowercase();
    let length = name.chars().count();
    let limit = match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let near = candidates.into_iter().filter_map(|candidate| {
        let other = candidate.chars().count();
        // The distance is at least the difference of the lengths.
        if length > 100 || length.abs_diff(other) > limit.max(2) {
            return None;
        }
        if plain(name) == plain(candidate) {
            return Some((0, candidate));
        }
        let distance = strsim::osa_distance(name, candidate);
        (other > 3 && distance <= limit).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_names_that_are_alike() {
        let fields = ["metadata", "spec", "status", "kind"];
        assert_eq!(closest("metdata", fields), Some("metadata"));
        assert_eq!(closest("Spec", fields), Some("spec"));
        assert_eq!(closest("psec", fields), Some("spec"), "swapped letters are one mistake");
        assert_eq!(closest("containers", fields), None);
        assert_eq!(closest("", fields), None);
        assert_eq!(closest("y", ["x", "xy"]), None);
    }

    #[test]
    fn only_a_few_letters_make_a_misspelling() {
        let fields = ["securityContext", "containers", "host", "hostNetwork", "tty"];
        assert_eq!(misspelled("securtyContext", fields), Some("securityContext"));
        assert_eq!(misspelled("container", fields), Some("containers"));
        assert_eq!(misspelled("host_network", fields), Some("hostNetwork"));
        assert_eq!(misspelled("hots", fields), Some("host"));
        assert_eq!(misspelled("hosting", fields), None);
        assert_eq!(misspelled("tt", fields), None);
    }
}
