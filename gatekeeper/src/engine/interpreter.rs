//! The engine that interprets policies.

use std::sync::Arc;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::template::Template;
use ferrego_interpreter::InterpretedPolicy;
use ferrego_runtime::Violations;

use super::Engine;

/// An engine that runs templates without compiling them to Rust.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interpreter;

impl Engine for Interpreter {
    fn policy(
        &self,
        template: &Template,
        modules: &[Module],
    ) -> Result<Arc<dyn Violations>, Diagnostics> {
        let modules: Vec<_> =
            template.sources.iter().cloned().zip(modules.iter().cloned()).collect();
        Ok(Arc::new(InterpretedPolicy::new(&modules)?))
    }
}
