//! Checks and translations of literal patterns, for the compiler: whether a pattern is valid, and
//! its representation in generated code.

pub(super) mod translation;

pub use translation::{Place, Regex, Texts};

/// Translates Go's pattern `source`. Returns `None` if Go rejects the pattern, if the engine cannot
/// represent it, or if the runtime is built without regular expressions.
pub fn regex(source: &str) -> Option<Regex> {
    on_regex::regex(source)
}

/// Returns the literals to which `source` is equivalent, or `None` if there are too many or the
/// pattern requires more.
pub fn texts(source: &str) -> Option<Texts> {
    on_regex::texts(source)
}

/// Returns Go's pattern for a template of `regex.template_match`, or `None` if it is invalid.
pub fn template(template: &str, start: &str, end: &str) -> Option<String> {
    on_regex::template(template, start, end)
}

/// Returns `true` if `glob.match` accepts `pattern`.
pub fn is_glob(pattern: &str) -> bool {
    super::glob::is_valid(pattern)
}

#[cfg(feature = "regex")]
mod on_regex {
    use super::{Regex, Texts};
    use crate::builtins::regex::{
        Pattern, is_cheap, literal_template, texts as literal_texts, translate,
    };

    pub(super) fn regex(source: &str) -> Option<Regex> {
        let translation = translate(source).ok()?;
        // The pattern in generated code does not tell how many groups the engine drops, and no
        // evaluation is charged for it.
        if !is_cheap(&translation.pattern) || Pattern::new(source).ok()?.lacks_groups() {
            return None;
        }
        let names = translation.names.into_iter().map(String::from).collect();
        Some(Regex { pattern: translation.pattern, names })
    }

    pub(super) fn texts(source: &str) -> Option<Texts> {
        let translation = translate(source).ok()?;
        literal_texts::of_pattern(&translation.pattern)
    }

    pub(super) fn template(template: &str, start: &str, end: &str) -> Option<String> {
        literal_template(template, start, end)
    }
}

/// A stub without the feature, under which policies that use regular expressions are rejected.
#[cfg(not(feature = "regex"))]
mod on_regex {
    use super::{Regex, Texts};

    pub(super) fn regex(_: &str) -> Option<Regex> {
        None
    }

    pub(super) fn texts(_: &str) -> Option<Texts> {
        None
    }

    pub(super) fn template(_: &str, _: &str, _: &str) -> Option<String> {
        None
    }
}

#[cfg(all(test, feature = "regex"))]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_translated_or_left() {
        let prepared = regex(r"^(?P<v>\d+)").expect("a pattern");
        assert_eq!(prepared.pattern, "^([0-9]+)");
        assert_eq!(prepared.names, ["v"]);
        assert_eq!(regex("a**"), None);
        assert_eq!(regex("a|(b){0}"), None);
        assert_eq!(regex("a{1001}"), None);
        let expected = Texts { place: Place::Start, texts: vec!["v".to_owned()] };
        assert_eq!(texts("^v"), Some(expected));
        assert_eq!(template("a.<b+>", "<", ">").as_deref(), Some(r"^a\.(b+)$"));
        assert_eq!(template("a<b", "<", ">"), None);
        assert_eq!(template("a", "<<", ">"), None);
        assert!(is_glob("*.com") && !is_glob("["));
    }
}
