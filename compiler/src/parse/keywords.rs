//! The keywords of a module, which depend on its version and on the imports read so far.

use crate::source::RegoVersion;

/// The keywords of every module (`tokens.Keywords`).
const ALWAYS: [&str; 11] =
    ["as", "default", "else", "false", "import", "not", "null", "package", "some", "true", "with"];

/// The keywords that v1 has and that v0 imports (`futureKeywordsV0`).
pub(super) const FUTURE: [&str; 4] = ["contains", "every", "if", "in"];

/// The words that `import future.keywords.…` accepts, sorted; `import future.keywords` imports all
/// of them.
pub(super) const IMPORTABLE: [&str; 7] = ["and", "contains", "every", "if", "in", "not", "or"];

/// The keywords that `import rego.v2` adds to those of v1 (`futureKeywordsV1`).
pub(super) const VERSION_TWO: [&str; 3] = ["and", "not", "or"];

/// Returns `true` if `word` is a keyword of the version without imports (`IsKeywordInRegoVersion`).
pub(crate) fn is_keyword(word: &str, version: RegoVersion) -> bool {
    ALWAYS.contains(&word) || version == RegoVersion::V1 && FUTURE.contains(&word)
}

/// Iterates over the words that can be keywords of a version, with or without imports.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    ALWAYS.into_iter().chain(FUTURE).chain(["and", "or"])
}

/// The keywords at one place of a module, apart from those of every module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one independent switch a keyword")]
pub(super) struct Keywords {
    is_in: bool,
    every: bool,
    is_if: bool,
    contains: bool,
    not_body: bool,
    and: bool,
    or: bool,
}

impl Keywords {
    /// Returns the keywords at the start of a module.
    pub(super) fn of(version: RegoVersion) -> Self {
        let future = version == RegoVersion::V1;
        Self {
            is_in: future,
            every: future,
            is_if: future,
            contains: future,
            not_body: false,
            and: false,
            or: false,
        }
    }

    /// Makes `word`, one of [`IMPORTABLE`], a keyword. `every` also makes `in` a keyword.
    pub(super) fn import(&mut self, word: &str) {
        match word {
            "in" => self.is_in = true,
            "every" => (self.every, self.is_in) = (true, true),
            "if" => self.is_if = true,
            "contains" => self.contains = true,
            "not" => self.not_body = true,
            "and" => self.and = true,
            "or" => self.or = true,
            _ => {}
        }
    }

    /// Returns `true` if `word` is a keyword here.
    pub(super) fn has(self, word: &str) -> bool {
        ALWAYS.contains(&word)
            || match word {
                "in" => self.is_in,
                "every" => self.every,
                "if" => self.is_if,
                "contains" => self.contains,
                "and" => self.and,
                "or" => self.or,
                _ => false,
            }
    }

    /// Returns the line that tells the grammar which of its seven slots are keywords. An inactive
    /// slot holds a character that no module contains.
    pub(super) fn header_line(self) -> String {
        let slot = |active: bool, word: &'static str| if active { word } else { "\0" };
        format!(
            "{} {} {} {} {} {} {}\n",
            slot(self.is_in, "in"),
            slot(self.every, "every"),
            slot(self.is_if, "if"),
            slot(self.contains, "contains"),
            slot(self.not_body, "not"),
            slot(self.and, "and"),
            slot(self.or, "or"),
        )
    }
}
