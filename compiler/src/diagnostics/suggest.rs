//! Suggestions for misspelled names.

/// Returns the candidate that `name` most probably misspells: the one with the smallest edit
/// distance, if that is at most a third of the longer name. Of several, the first is returned. Long
/// names have no suggestion, because the distance takes quadratic time.
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
        let limit = name.chars().count().max(candidate.chars().count()).div_ceil(3);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
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
    }
}
