//! From a template's document to something that gives its violations.
//!
//! An [`Engine`] makes a policy of a template's modules; [`load`] reads a template with all that
//! is needed to judge by it.

mod both;
mod interpreter;
mod load;
mod placed;
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

/// Makes policies of templates.
pub trait Engine {
    /// The policy of a template that the compiler has found no fault in. `modules` are the trees
    /// of its sources.
    ///
    /// # Errors
    /// What this engine cannot run.
    fn policy(
        &self,
        template: &Template,
        modules: &[Module],
    ) -> Result<Arc<dyn Violations>, Diagnostics>;

    /// What CEL beside the Rego of a template means: see [`Preferring`].
    fn preference(&self) -> EnginePreference {
        EnginePreference::default()
    }

    /// Where the engine's parts have given different answers since this was asked before, if it
    /// has parts.
    fn take_differences(&self) -> Vec<Difference> {
        Vec::new()
    }
}
