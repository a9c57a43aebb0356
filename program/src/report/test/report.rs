//! The findings of `ferrego test`.

use std::fmt;
use std::sync::Arc;

use ferrego_source::diagnostics::Notice;

use crate::judge::Account;

/// The findings of `ferrego test`.
#[derive(Default)]
pub struct Report {
    /// Errors and warnings.
    pub notices: Vec<Notice>,
    /// The violations, in the order of the documents.
    pub violations: Vec<Violation>,
    /// The judged objects, if the report names all of them.
    pub judged: Vec<Judged>,
    /// The explanations, in the order of the documents.
    pub explained: Vec<Explained>,
    /// The constraints by which objects were judged.
    pub rules: Vec<Rule>,
    /// The number of judged objects.
    pub objects: usize,
    /// The number of objects that are not judged, because their namespaces are exempt.
    pub exempt: usize,
    /// The number of denied objects.
    pub denied: usize,
    /// The number of violations that deny.
    pub denying: usize,
    /// The number of violations that do not deny.
    pub other: usize,
}

/// An object that was judged.
pub struct Judged {
    pub object: Arc<Object>,
    /// The number of violations in the report that belong to the object.
    pub violations: usize,
}

/// The explanations of the constraints on an object.
pub struct Explained {
    pub object: Arc<Object>,
    pub line: u32,
    pub accounts: Vec<Box<dyn Account>>,
}

/// A constraint, with the description in its template.
#[derive(Clone)]
pub struct Rule {
    /// `Kind/name`
    pub id: String,
    /// The name of the template.
    pub template: String,
    /// The annotation `metadata.gatekeeper.sh/title`.
    pub title: Option<String>,
    /// The annotation `description`.
    pub description: Option<String>,
}

/// A violation of one constraint by one object.
#[derive(Clone)]
pub struct Violation {
    pub object: Arc<Object>,
    /// The line of the object in its file; 0 if it comes from a cluster.
    pub line: u32,
    pub column: u32,
    pub msg: String,
    /// The details as JSON.
    pub details: String,
    pub action: String,
    pub scoped_actions: Vec<String>,
    pub denies: bool,
    pub constraint: String,
    /// `true` if the message is an error that stopped the policy.
    pub stopped: bool,
}

impl Violation {
    /// Returns the action of the constraint, or its scoped actions as in `deny+warn`.
    pub fn actions(&self) -> String {
        if self.scoped_actions.is_empty() {
            self.action.clone()
        } else {
            self.scoped_actions.join("+")
        }
    }

    /// Returns the place of the object, as in `pods.yaml:7`. An object from a cluster has no line.
    pub fn place(&self) -> String {
        match self.line {
            0 => self.object.file.to_string(),
            line => format!("{}:{line}", self.object.file),
        }
    }
}

/// The identity of an object.
#[derive(Clone)]
pub struct Object {
    pub api_version: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
    pub file: Arc<str>,
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
