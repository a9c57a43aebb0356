//! The properties of a module on which its layout depends (`AstWithOpts` and `fmtOpts` of OPA).

use std::sync::Arc;

use super::super::tree::{Module, Rule};
use super::Target;
use super::imports::{Directives, future_keyword, is_path};

const V0: [&str; 11] =
    ["not", "package", "import", "as", "default", "else", "with", "null", "true", "false", "some"];
const V1: [&str; 4] = ["if", "contains", "in", "every"];
const V2: [&str; 2] = ["and", "or"];

/// The properties of a module on which its layout depends.
#[expect(clippy::struct_excessive_bools, reason = "each is an independent property")]
pub(super) struct Options {
    /// `true` if the module is read as v1.
    pub(super) v1: bool,
    /// `true` if sets are written with `contains`.
    pub(super) contains: bool,
    /// `true` if `if` precedes bodies.
    pub(super) ifs: bool,
    /// `true` if a head has more than one operand.
    pub(super) long_heads: bool,
    /// The imports that make others redundant.
    pub(super) directives: Directives,
    keywords: Vec<Arc<str>>,
}

impl Options {
    /// Returns the properties of `module`.
    pub(super) fn of(module: &Module, target: &Target) -> Self {
        let imports = |path: &[&str]| module.imports.iter().any(|import| is_path(import, path));
        let directives = Directives::of(module, target);
        let (v1, second) = (*target != Target::V0, directives.imports_v2);
        let all = v1 || directives.imports_v1 || second || imports(&["future", "keywords"]);
        let mut words: Vec<Arc<str>> = V0.map(Arc::from).to_vec();
        if v1 || second {
            words.extend(V1.map(Arc::from));
        }
        if second {
            words.extend(V2.map(Arc::from));
        }
        words.extend(module.imports.iter().filter_map(future_keyword));
        Self {
            v1,
            contains: all || imports(&["future", "keywords", "contains"]),
            ifs: all || imports(&["future", "keywords", "if"]),
            long_heads: module.rules.iter().any(has_long_head),
            directives,
            keywords: words,
        }
    }

    /// Returns `true` if `word` is a keyword.
    pub(super) fn is_keyword(&self, word: &str) -> bool {
        self.keywords.iter().any(|keyword| keyword.as_ref() == word)
    }
}

fn has_long_head(rule: &Rule) -> bool {
    let length = rule.head.reference.len();
    length > 2 || length == 2 && rule.head.key.is_some() && rule.head.value.is_none()
}
