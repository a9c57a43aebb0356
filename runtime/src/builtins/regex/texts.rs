//! Patterns that are equivalent to a few literals, which a comparison can match.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use crate::builtins::prepare::translation::{self, Place};

/// Literals of which one must be at a given place.
#[derive(Debug)]
pub struct Texts {
    place: Place,
    texts: &'static [&'static str],
}

impl Texts {
    /// Creates a matcher that requires one of `texts` anywhere.
    pub const fn anywhere(texts: &'static [&'static str]) -> Self {
        Self { place: Place::Anywhere, texts }
    }

    /// Creates a matcher that requires one of `texts` at the start.
    pub const fn start(texts: &'static [&'static str]) -> Self {
        Self { place: Place::Start, texts }
    }

    /// Creates a matcher that requires one of `texts` at the end.
    pub const fn end(texts: &'static [&'static str]) -> Self {
        Self { place: Place::End, texts }
    }

    /// Creates a matcher that requires the whole text to be one of `texts`.
    pub const fn whole(texts: &'static [&'static str]) -> Self {
        Self { place: Place::Whole, texts }
    }

    /// Returns `true` if one of the literals is at that place in `text`.
    pub fn matches(&self, text: &str) -> bool {
        let mut texts = self.texts.iter();
        match self.place {
            Place::Anywhere => texts.any(|own| text.contains(own)),
            Place::Start => texts.any(|own| text.starts_with(own)),
            Place::End => texts.any(|own| text.ends_with(own)),
            Place::Whole => texts.any(|own| text == *own),
        }
    }
}

/// The maximum number of literals; the engine handles more.
const MOST: usize = 8;

/// Returns the literals to which `pattern`, in the syntax of the `regex` crate, is equivalent.
/// Returns `None` if there are too many or the pattern requires more. A literal that may be
/// anywhere must be the only one, because the engine is faster for several.
pub(in crate::builtins) fn of_pattern(pattern: &str) -> Option<translation::Texts> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let Found { ends, texts } = anchored(&hir, Ends::default())?;
    let place = ends.place();
    let wanted = place != Place::Anywhere || texts.len() == 1;
    let told = place == Place::Whole || texts.iter().all(|text| !text.is_empty());
    (wanted && told && !texts.is_empty()).then_some(translation::Texts { place, texts })
}

/// The anchored ends of a pattern.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Ends {
    start: bool,
    end: bool,
}

impl Ends {
    fn place(self) -> Place {
        match (self.start, self.end) {
            (false, false) => Place::Anywhere,
            (true, false) => Place::Start,
            (false, true) => Place::End,
            (true, true) => Place::Whole,
        }
    }
}

struct Found {
    ends: Ends,
    texts: Vec<String>,
}

/// Returns the literals of a pattern that may have anchors, at its ends or at those of all its
/// alternatives. `outer` tells which ends the context anchors.
fn anchored(hir: &Hir, outer: Ends) -> Option<Found> {
    match hir.kind() {
        HirKind::Capture(capture) => anchored(&capture.sub, outer),
        HirKind::Concat(parts) => sequence(parts, outer),
        HirKind::Alternation(parts) if has_anchors(hir) => {
            let mut found = parts.iter().map(|part| anchored(part, outer));
            let mut all = found.next()??;
            for next in found {
                let next = next?;
                if next.ends != all.ends {
                    return None;
                }
                union(&mut all.texts, next.texts)?;
            }
            Some(all)
        }
        _ => sequence(core::slice::from_ref(hir), outer),
    }
}

fn sequence(parts: &[Hir], outer: Ends) -> Option<Found> {
    let is = |hir: &Hir, look| matches!(hir.kind(), HirKind::Look(own) if *own == look);
    let mut rest = parts;
    let start = outer.start || rest.first().is_some_and(|first| is(first, Look::Start));
    while let Some((first, after)) = rest.split_first()
        && if start { is(first, Look::Start) } else { is_idle(first) }
    {
        rest = after;
    }
    let end = outer.end || rest.last().is_some_and(|last| is(last, Look::End));
    while let Some((last, before)) = rest.split_last()
        && if end { is(last, Look::End) } else { is_idle(last) }
    {
        rest = before;
    }
    let ends = Ends { start, end };
    match rest {
        [one] if has_anchors(one) && !matches!(one.kind(), HirKind::Look(_)) => anchored(one, ends),
        _ => Some(Found { ends, texts: product(rest)? }),
    }
}

fn has_anchors(hir: &Hir) -> bool {
    !hir.properties().look_set().is_empty()
}

/// Returns `true` if the part can match the empty text and has no anchors. At an end without an
/// anchor, such a part requires nothing.
fn is_idle(hir: &Hir) -> bool {
    hir.properties().minimum_len() == Some(0) && !has_anchors(hir)
}

/// Returns all texts that a sequence of parts matches.
fn product(parts: &[Hir]) -> Option<Vec<String>> {
    let mut texts = vec![String::new()];
    for part in parts {
        let next = language(part)?;
        if texts.len() * next.len() > MOST {
            return None;
        }
        texts = texts
            .iter()
            .flat_map(|text| next.iter().map(move |more| format!("{text}{more}")))
            .collect();
    }
    Some(texts)
}

/// Returns all texts that a pattern without anchors matches, or `None` if there are too many.
fn language(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![String::new()]),
        HirKind::Literal(literal) => Some(vec![core::str::from_utf8(&literal.0).ok()?.to_owned()]),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            let count: u32 = ranges.iter().map(|r| u32::from(r.end()) - u32::from(r.start())).sum();
            (ranges.len() + count as usize <= MOST).then(|| {
                ranges.iter().flat_map(|r| r.start()..=r.end()).map(String::from).collect()
            })
        }
        HirKind::Capture(capture) => language(&capture.sub),
        HirKind::Concat(parts) => product(parts),
        HirKind::Alternation(parts) => {
            let mut texts = Vec::new();
            for part in parts {
                union(&mut texts, language(part)?)?;
            }
            Some(texts)
        }
        HirKind::Repetition(Repetition { min: 0, max: Some(1), sub, .. }) => {
            let mut texts = vec![String::new()];
            union(&mut texts, language(sub)?)?;
            Some(texts)
        }
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

fn union(texts: &mut Vec<String>, more: Vec<String>) -> Option<()> {
    for text in more {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    (texts.len() <= MOST).then_some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pattern::Pattern;
    use super::super::translate::translate;
    use super::*;

    fn texts(pattern: &str) -> Option<(Place, String)> {
        let translation = translate(pattern).expect("a pattern");
        let translation::Texts { place, texts } = of_pattern(&translation.pattern)?;
        Some((place, texts.join(" ")))
    }

    #[test]
    fn anchors_and_alternatives_are_seen() {
        let some = |place, texts: &str| Some((place, texts.to_owned()));
        assert_eq!(texts("^registry\\.io/"), some(Place::Start, "registry.io/"));
        assert_eq!(texts("^registry/.*"), some(Place::Start, "registry/"));
        assert_eq!(texts(":latest$"), some(Place::End, ":latest"));
        assert_eq!(texts("^(red|green)$"), some(Place::Whole, "red green"));
        assert_eq!(texts("^red$|^green$"), some(Place::Whole, "red green"));
        assert_eq!(texts("^https?://"), some(Place::Start, "http:// https://"));
        assert_eq!(texts("^[ab]c"), some(Place::Start, "ac bc"));
        assert_eq!(texts("(?i)^ab$"), some(Place::Whole, "AB Ab aB ab"));
        assert_eq!(texts(".*@.*"), some(Place::Anywhere, "@"));
        assert_eq!(texts("^$"), some(Place::Whole, ""));
        for left in ["", "^", ".*", "^a|b$", "^a+$", "^a.b$", "a|b", "a.b|x", "^[a-z]", "\\bab"] {
            assert_eq!(texts(left), None, "{left}");
        }
    }

    fn piece() -> impl Strategy<Value = &'static str> {
        prop_oneof![
            4 => prop::sample::select(vec!["a", "b", "ab", "é"]),
            3 => prop::sample::select(vec!["^", "$", "|", "(a|b)", "(?:b|)"]),
            2 => prop::sample::select(vec!["a?", "[ab]", ".*", "b*", "(^a|^b)", "(a$|b$)", "x{0,2}"]),
            1 => prop::sample::select(vec!["\\A", "\\z", "(?m)^", "(?i)a", "(?s).*", "\\b", "()"]),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn texts_match_what_the_engine_matches(
            pieces in prop::collection::vec(piece(), 0..6),
            tried in prop::collection::vec("[abéA\\n]{0,4}", 12),
        ) {
            let source = pieces.concat();
            let Ok(pattern) = Pattern::new(&source) else { return Ok(()) };
            let Ok(translation) = translate(&source) else { return Ok(()) };
            let Some(found) = of_pattern(&translation.pattern) else { return Ok(()) };
            let place = found.place;
            let found: Vec<&'static str> =
                found.texts.into_iter().map(|text| &*Box::leak(text.into_boxed_str())).collect();
            let texts = Texts { place, texts: Box::leak(found.into_boxed_slice()) };
            for text in &tried {
                prop_assert_eq!(texts.matches(text), pattern.is_match(text), "{} {:?}", source, text);
            }
        }
    }
}
