//! A policy that looks at other objects, beside an inventory that is kept up to date.

use std::sync::Arc;

use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::inventory::{Inventory, ObjectKey};
use ferrego_gatekeeper::policy_set::JudgeError;
use ferrego_runtime::{Arena, Document, Value, json};

ferrego_runtime::include_policies!();

const CONSTRAINT: &str = include_str!("../constraint.json");

/// The policies, and what is known of the cluster. Used from any thread.
#[derive(Debug)]
pub struct Guard {
    policies: PolicySet,
    inventory: Inventory,
}

/// What came of a line.
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
    /// A guard of a cluster of which nothing is known yet.
    ///
    /// # Errors
    /// A constraint that does not fit its template.
    pub fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let mut builder = PolicySet::builder();
        for &policy in POLICIES {
            builder.add_compiled(policy).map_err(JudgeError::from)?;
        }
        let constraint = Document::parse(CONSTRAINT)?;
        builder.read_constraint(&constraint.value()).map_err(JudgeError::from)?;
        Ok(Self { policies: builder.build(), inventory: Inventory::new() })
    }

    /// Takes a line: an event of a Kubernetes watch, or an `AdmissionReview`.
    ///
    /// # Errors
    /// A line that is neither, and a review on which there can be no verdict.
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
            let key = ObjectKey::of(&object).map_err(|fault| vec![fault])?;
            self.inventory.remove(&key);
        } else {
            let object = Arc::new(Document::of(&object));
            self.inventory.insert(object).map_err(|fault| vec![fault])?;
        }
        Ok(Outcome::Updated(self.inventory.len()))
    }

    fn judge(&self, review: &[u8]) -> Result<Outcome, JudgeError> {
        // A snapshot stays as it is while others update the inventory.
        let (arena, snapshot) = (Arena::new(), self.inventory.snapshot());
        let verdict = self.policies.judge(review, &snapshot, &arena)?.verdict;
        if verdict.is_denied() {
            Ok(Outcome::Denied(verdict.denials().map(|finding| finding.msg.to_owned()).collect()))
        } else {
            Ok(Outcome::Allowed)
        }
    }
}
