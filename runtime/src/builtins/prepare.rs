//! What the compiler asks about patterns that are literals: whether they are valid, and what
//! stands for them in generated code.

/// A regular expression, ready to stand in generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regex {
    /// The pattern in the syntax of the `regex` crate.
    pub pattern: String,
    /// The names of its groups from 1, empty where a group has none.
    pub names: Vec<String>,
}

/// The texts that alone match a regular expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// Where one of them must stand.
    pub place: Place,
    /// The texts.
    pub texts: Vec<String>,
}

/// Where a text must stand in what is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// At the start.
    Start,
    /// At the end.
    End,
    /// It must be all.
    Whole,
}

/// The regular expression of Go's pattern `source`. `None` where Go refuses it or the engine
/// cannot hold it, or where this runtime has no regular expressions.
pub fn regex(source: &str) -> Option<Regex> {
    on_regex::regex(source)
}

/// The texts that `source` matches, where these are few and it asks nothing else.
pub fn texts(source: &str) -> Option<Texts> {
    on_regex::texts(source)
}

/// Go's pattern for the template of a `regex.template_match`, where it is valid.
pub fn template(template: &str, start: &str, end: &str) -> Option<String> {
    on_regex::template(template, start, end)
}

/// Whether `glob.match` accepts `pattern`.
pub fn is_glob(pattern: &str) -> bool {
    super::glob::is_valid(pattern)
}

#[cfg(feature = "regex")]
mod on_regex {
    use super::{Regex, Texts};
    use crate::builtins::regex::{Pattern, literal_template, texts as literal_texts, translate};

    pub(super) fn regex(source: &str) -> Option<Regex> {
        // The pattern in generated code does not tell how many groups the engine drops.
        if Pattern::new(source).ok()?.lacks_groups() {
            return None;
        }
        let translation = translate(source).ok()?;
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

/// Policies that use regular expressions are refused without the feature.
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
