//! Literal patterns of regular expressions and globs.

use std::sync::Arc;

use ferrego_runtime::builtins::prepare;

/// Index of a pattern in [`Program::patterns`](super::Program::patterns).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternId(pub usize);

/// A literal pattern with its translation, a static of the generated Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// A regular expression that is only tested for a match, as comparisons with strings.
    Texts {
        /// The Go pattern.
        source: Arc<str>,
        /// The strings.
        texts: prepare::Texts,
    },
    /// A regular expression of the `regex` crate.
    Regex {
        /// The Go pattern.
        source: Arc<str>,
        /// The translation.
        regex: prepare::Regex,
    },
    /// A glob.
    Glob {
        /// The pattern.
        source: Arc<str>,
        /// The characters that its stars do not match.
        delimiters: Vec<char>,
    },
}

impl Pattern {
    /// Translates a regular expression that is only tested for a match. Returns `None` if Go
    /// refuses it.
    pub fn matching(source: &Arc<str>) -> Option<Self> {
        match prepare::texts(source) {
            Some(texts) => Some(Pattern::Texts { source: source.clone(), texts }),
            None => Self::searching(source),
        }
    }

    /// Translates a regular expression. Returns `None` if Go refuses it.
    pub fn searching(source: &Arc<str>) -> Option<Self> {
        let regex = prepare::regex(source)?;
        Some(Pattern::Regex { source: source.clone(), regex })
    }

    /// Checks a glob. Returns `None` if OPA refuses it.
    pub fn glob(source: &Arc<str>, delimiters: Vec<char>) -> Option<Self> {
        prepare::is_glob(source).then(|| Pattern::Glob { source: source.clone(), delimiters })
    }

    /// Returns `true` if the pattern is the translation of its source.
    pub fn is_sound(&self) -> bool {
        let translated = match self {
            Pattern::Texts { source, .. } => Self::matching(source),
            Pattern::Regex { source, .. } => Self::searching(source),
            Pattern::Glob { source, delimiters } => Self::glob(source, delimiters.clone()),
        };
        translated.as_ref() == Some(self)
    }
}
