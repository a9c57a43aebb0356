//! What the compiler says of a policy before it is run.

use std::sync::Arc;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::parse;
use ferrego_compiler::source::{Source, SourceId};

use super::record::Policy;

/// Whether the compiler's analysis takes part. Without it, a policy that OPA refuses after
/// parsing is counted as skipped.
pub const ANALYSES: bool = false;

/// The policy's modules, named as OPA's test runner names them.
///
/// # Errors
/// What the parser refuses.
pub fn modules(policy: &Policy) -> Result<Vec<(Source, Module)>, Diagnostics> {
    let mut modules = Vec::with_capacity(policy.modules.len());
    let mut errors = Diagnostics::default();
    for (index, text) in policy.modules.iter().enumerate() {
        let id = SourceId(u32::try_from(index).unwrap_or(u32::MAX));
        match parse::module(id, text, policy.version) {
            Ok(module) => modules.push((source(policy, index, text), module)),
            Err(mut diagnostics) => errors.0.append(&mut diagnostics.0),
        }
    }
    errors.into_result(modules)
}

fn source(policy: &Policy, index: usize, text: &str) -> Source {
    Source {
        name: Arc::from(format!("test-{index}.rego")),
        text: Arc::from(text),
        version: policy.version,
        origin: None,
    }
}
