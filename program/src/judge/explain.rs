//! Explanations of verdicts, which the interpreter makes. A program of compiled policies has none.

use std::io::{self, Write};

use ferrego_gatekeeper::expansion::Expander;
use ferrego_gatekeeper::inventory::Snapshot;
use ferrego_gatekeeper::policy_set::PolicySet;
use ferrego_gatekeeper::review::Review;
use ferrego_runtime::Arena;

/// An explainer of the constraints of a set.
pub trait Explain: Send + Sync {
    /// Explains all constraints of a set on the review, and on the objects that expansion generates
    /// from its object. Returns `None` if the object cannot be expanded, which the judgment reports.
    fn explain<'a>(
        &self,
        set: &'a PolicySet,
        review: &Review<'a>,
        expander: &'a Expander,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
    ) -> Option<Vec<Box<dyn Account>>>;
}

/// The explanation of one constraint on one object.
pub trait Account: Send {
    /// Prints the output of the policy on standard error.
    fn tell_prints(&self);

    /// Writes the explanation as text. `about` begins the first line.
    ///
    /// # Errors
    /// Returns the errors of `to`.
    fn write(&self, about: &str, to: &mut dyn Write) -> io::Result<()>;

    /// Returns the fields of the explanation in JSON, or `None` if only the output of the policy is
    /// wanted.
    fn fields(&self) -> Option<Box<dyn erased_serde::Serialize + '_>>;
}
