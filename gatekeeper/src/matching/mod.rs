//! Which objects a constraint judges: `spec.match`.

use ferrego_runtime::Value;

/// What is matched: one review, seen from outside the policy.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The API group of the reviewed kind; empty for the core group.
    pub group: &'a str,
    /// The kind.
    pub kind: &'a str,
    /// The namespace of the request or object; empty for what is in none.
    pub namespace: &'a str,
    /// The object; `None` where the review has none (null counts as none).
    pub object: Option<Value<'a>>,
    /// The object before the change; `None` where the review has none.
    pub old_object: Option<Value<'a>>,
    /// The Namespace object of `namespace`, where it is known.
    pub namespace_object: Option<Value<'a>>,
    /// Where the object comes from.
    pub source: Source,
}

/// Where an object comes from, as `spec.match.source` tells them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// It is what was asked for.
    #[default]
    Original,
    /// An `ExpansionTemplate` made it.
    Generated,
}
