//! Literal patterns as generated code contains them.

/// A regular expression in the form that generated code contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regex {
    /// The pattern in the syntax of the `regex` crate.
    pub pattern: String,
    /// The names of its groups from 1 on; empty for a group without a name.
    pub names: Vec<String>,
}

/// A set of literals that are equivalent to a regular expression, and their place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The place at which one of the literals must be.
    pub place: Place,
    /// The literals.
    pub texts: Vec<String>,
}

/// The place of a literal in the matched text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere in the text.
    Anywhere,
    /// At the start of the text.
    Start,
    /// At the end of the text.
    End,
    /// The whole text.
    Whole,
}
