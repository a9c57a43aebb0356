//! Engines, which turn a template's document into a policy that returns its violations.
//!
//! An [`Engine`] makes a policy of a template's modules. [`load()`] reads a template with its policy
//! and its schema.

mod both;
mod interpreter;
mod load;
mod preferring;

use std::sync::Arc;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::template::{EnginePreference, Template};
use ferrego_runtime::Violations;

pub use both::{Both, Difference};
pub use interpreter::Interpreter;
pub use load::{LoadedTemplate, load};
pub use preferring::Preferring;

/// An engine that makes policies of templates.
pub trait Engine {
    /// Returns the policy of a template in which the compiler found no fault. `modules` are the
    /// syntax trees of its sources.
    ///
    /// # Errors
    /// Returns diagnostics for the constructs that this engine cannot run.
    fn policy(
        &self,
        template: &Template,
        modules: &[Module],
    ) -> Result<Arc<dyn Violations>, Diagnostics>;

    /// Returns the engine's treatment of CEL beside the Rego of a template, see [`Preferring`].
    fn preference(&self) -> EnginePreference {
        EnginePreference::default()
    }

    /// Returns the differences between the engine's parts since the last call. An engine without
    /// parts returns none.
    fn take_differences(&self) -> Vec<Difference> {
        Vec::new()
    }
}
