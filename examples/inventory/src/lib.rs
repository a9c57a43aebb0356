//! A policy that reads other objects, with an inventory that is kept up to date.

use std::sync::Arc;

use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::inventory::{Inventory, ObjectKey};
use ferrego_gatekeeper::policy_set::JudgeError;
use ferrego_runtime::{Arena, Document, Value, json};

ferrego_runtime::include_policies!();

const CONSTRAINT: &str = include_str!("../constraint.json");

/// The policies and the known state of the cluster, for use from any thread.
#[derive(Debug)]
pub struct Guard {
    policies: PolicySet,
    inventory: Inventory,
}

/// The outcome of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The inventory now holds this many objects.
    Updated(usize),
    /// The review is allowed.
    Allowed,
    /// The review is denied, with these messages.
    Denied(Vec<String>),
}

impl Guard {
    /// Creates a guard with an empty inventory.
    ///
    /// # Errors
    /// Returns an error if a constraint does not fit its template.
    pub fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let mut builder = PolicySet::builder();
        for &policy in POLICIES {
            builder.add_compiled(policy)?;
        }
        let constraint = Document::parse(CONSTRAINT)?;
        builder.read_constraint(&constraint.value())?;
        Ok(Self { policies: builder.build(), inventory: Inventory::new() })
    }

    /// Processes a line: an event of a Kubernetes watch, or an `AdmissionReview`.
    ///
    /// # Errors
    /// Returns an error if the line is neither, or the review cannot be judged.
    pub fn line(&self, line: &[u8]) -> Result<Outcome, JudgeError> {
        let arena = Arena::new();
        match json::parse(&arena, line) {
            Ok(event) if event.get_str("type").is_some() => self.event(&event),
            _ => self.judge(line),
        }
    }

    fn event(&self, event: &Value<'_>) -> Result<Outcome, JudgeError> {
        let object = event.get_str("object").unwrap_or(Value::Null);
        if event.get_str("type") == Some(Value::String("DELETED")) {
            let key = ObjectKey::of(&object)?;
            self.inventory.remove(&key);
        } else {
            let object = Arc::new(Document::of(&object));
            self.inventory.insert(object)?;
        }
        Ok(Outcome::Updated(self.inventory.len()))
    }

    fn judge(&self, review: &[u8]) -> Result<Outcome, JudgeError> {
        // The snapshot does not change while other threads update the inventory.
        let (arena, snapshot) = (Arena::new(), self.inventory.snapshot());
        let verdict = self.policies.judge(review, &snapshot, &arena)?.verdict;
        if verdict.is_denied() {
            Ok(Outcome::Denied(verdict.denials().map(|finding| finding.msg.to_owned()).collect()))
        } else {
            Ok(Outcome::Allowed)
        }
    }
}
