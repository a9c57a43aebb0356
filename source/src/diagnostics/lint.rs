//! Lints: mistakes in policies that compile.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A kind of mistake that the compiler can find in a policy that compiles.
#[derive(Debug)]
pub struct Lint {
    /// The name, which is the code of its diagnostics: words joined by hyphens.
    pub name: &'static str,
    /// The group.
    pub group: Group,
    /// The mistake that the lint finds, in one sentence.
    pub summary: &'static str,
    /// The page that explains the lint, in Markdown, with a wrong and a right example.
    pub page: &'static str,
}

/// A group of lints. Its name stands for all its lints where a lint's name is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Group {
    /// The policy cannot do what its author means.
    Correctness,
    /// The policy probably does something else than its author means.
    Suspicious,
    /// A part of the policy has no effect, or is harder to read than it need be.
    Style,
    /// The policy depends on how it is run: on the version of OPA, or on what an audit sees.
    Compatibility,
}

/// How a finding of a lint is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    Allow,
    /// As a warning.
    Warn,
    /// As an error.
    Deny,
}

impl Group {
    /// Every group.
    pub const ALL: [Group; 4] =
        [Group::Correctness, Group::Suspicious, Group::Style, Group::Compatibility];

    /// Returns the group's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Correctness => "correctness",
            Group::Suspicious => "suspicious",
            Group::Style => "style",
            Group::Compatibility => "compatibility",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Lint {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Lint {}

impl Hash for Lint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl PartialOrd for Lint {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Lint {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(other.name)
    }
}
