//! The rules that the embedding program can evaluate.

use std::sync::Arc;

use super::Options;
use crate::ast::Module;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir;
use crate::source::Span;

/// Returns the paths of the entry points below `data`: those of the options, or the template's
/// `violation`, or none, which means every rule.
pub(super) fn of(
    modules: &[Module],
    program: &hir::Program,
    options: &Options,
) -> Result<Vec<Vec<Arc<str>>>, Diagnostics> {
    if options.entry_points.is_empty() {
        let entry = modules.first().filter(|_| options.template);
        let violation = |module: &Module| {
            let mut path = module.package.path.clone();
            path.push("violation".into());
            path
        };
        return Ok(entry.map(violation).into_iter().collect());
    }
    let mut faults = Diagnostics::default();
    let mut paths = Vec::with_capacity(options.entry_points.len());
    for entry in &options.entry_points {
        match entry_point(entry, program) {
            Some(path) => paths.push(path),
            None => faults.push(unknown_entry_point(entry, program)),
        }
    }
    faults.into_result(paths)
}

/// Returns the path of an entry point. It must be a rule that is not a function, or a document
/// below or above such a rule.
fn entry_point(entry: &str, program: &hir::Program) -> Option<Vec<Arc<str>>> {
    let mut parts = entry.split('.');
    if parts.next() != Some("data") {
        return None;
    }
    let path: Vec<Arc<str>> = parts.map(Into::into).collect();
    let mut node = &program.tree;
    for part in &path {
        match node.rule {
            Some(_) => break,
            None => node = node.children.get(part)?,
        }
    }
    let function = |id| matches!(program.rule(id).kind, hir::RuleKind::Function { .. });
    (!path.is_empty() && !node.rule.is_some_and(function)).then_some(path)
}

fn unknown_entry_point(entry: &str, program: &hir::Program) -> Diagnostic {
    let mut known: Vec<String> = program
        .rules
        .iter()
        .filter(|rule| !matches!(rule.kind, hir::RuleKind::Function { .. }))
        .map(|rule| format!("data.{}", rule.path.join(".")))
        .collect();
    known.sort_unstable();
    Diagnostic::new(Code::EntryPoint, Span::default(), format!("no such rule: `{entry}`"))
        .with_help(format!("the modules define {}", known.join(", ")))
}
