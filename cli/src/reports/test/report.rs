//! The findings of `ferrego test`.

use std::fmt;
use std::sync::Arc;

use ferrego_compiler::diagnostics::Notice;
use ferrego_gatekeeper::explain::Account;

/// The findings of `ferrego test`.
#[derive(Default)]
pub(crate) struct Report {
    /// Errors and warnings.
    pub(crate) notices: Vec<Notice>,
    /// The violations, in the order of the documents.
    pub(crate) violations: Vec<Violation>,
    /// The judged objects, if the report names all of them.
    pub(crate) judged: Vec<Judged>,
    /// The explanations, in the order of the documents.
    pub(crate) explained: Vec<Explained>,
    /// The constraints by which objects were judged.
    pub(crate) rules: Vec<Rule>,
    /// The number of judged objects.
    pub(crate) objects: usize,
    /// The number of denied objects.
    pub(crate) denied: usize,
    /// The number of violations that deny.
    pub(crate) denying: usize,
    /// The number of violations that do not deny.
    pub(crate) other: usize,
}

/// An object that was judged.
pub(crate) struct Judged {
    pub(crate) object: Object,
    /// The number of violations in the report that belong to the object.
    pub(crate) violations: usize,
}

/// The explanations of the constraints on an object.
pub(crate) struct Explained {
    pub(crate) object: Object,
    pub(crate) line: u32,
    pub(crate) accounts: Vec<Account>,
}

/// A constraint, with the description in its template.
#[derive(Clone)]
pub(crate) struct Rule {
    /// `Kind/name`
    pub(crate) id: String,
    /// The name of the template.
    pub(crate) template: String,
    /// The annotation `metadata.gatekeeper.sh/title`.
    pub(crate) title: Option<String>,
    /// The annotation `description`.
    pub(crate) description: Option<String>,
}

/// A violation of one constraint by one object.
pub(crate) struct Violation {
    pub(crate) object: Object,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) msg: String,
    /// The details as JSON.
    pub(crate) details: String,
    pub(crate) action: String,
    pub(crate) scoped_actions: Vec<String>,
    pub(crate) denies: bool,
    pub(crate) constraint: String,
    /// `true` if the message is an error that stopped the policy.
    pub(crate) stopped: bool,
}

/// The identity of an object.
#[derive(Clone)]
pub(crate) struct Object {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) file: Arc<str>,
}

impl fmt::Display for Object {
    /// Writes the object as in `apps/v1/Deployment shop/web`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} ", self.api_version, self.kind)?;
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(&self.name)
    }
}
