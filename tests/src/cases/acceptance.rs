//! The compiler's checks of a policy before it runs.

use std::sync::Arc;

use ferrego_compiler::analyze::{Options, analyze, base_document_conflicts};
use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::parse;
use ferrego_compiler::source::{Source, SourceId};
use ferrego_runtime::{Arena, Value};

use super::record::Policy;

/// Parses the policy's modules, with the names that OPA's test runner gives them.
///
/// # Errors
/// Returns the errors of the parser.
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

/// Analyzes the modules, and checks that no rule conflicts with the policy's base documents.
///
/// # Errors
/// Returns the errors of the analysis, which OPA reports for the modules as a whole, and the
/// conflicts.
pub fn check(policy: &Policy, modules: &[(Source, Module)]) -> Result<(), Diagnostics> {
    let modules: Vec<(&Source, Module)> =
        modules.iter().map(|(source, module)| (source, module.clone())).collect();
    let program = analyze(&modules, &Options::default())?;
    let arena = Arena::new();
    let data = policy.data.as_ref().and_then(|data| data.value(&arena).ok());
    let mut exists = |path: &[Arc<str>]| data.is_some_and(|data| exists_at(&data, path));
    base_document_conflicts(&program, &mut exists).into_result(())
}

fn exists_at(data: &Value<'_>, path: &[Arc<str>]) -> bool {
    let keys: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
    data.path(&keys).is_some()
}

fn source(policy: &Policy, index: usize, text: &str) -> Source {
    Source {
        name: Arc::from(format!("test-{index}.rego")),
        text: Arc::from(text),
        version: policy.version,
        origin: None,
    }
}
