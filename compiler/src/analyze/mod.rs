//! Analyzes syntax trees and produces the program in the `hir`.
//!
//! The stages follow OPA's compiler (`ast/compile.go`) one by one, because their order decides both
//! the answer and which errors are reported. After a stage with errors the analysis stops, unless
//! later stages can work with its result. The stages rewrite the tree of the module `tree` and
//! report the errors of `messages`. `STAGES` lists them.

mod annotations;
mod build;
mod builtin_checks;
mod calls;
mod checks;
mod comprehensions;
mod conflicts;
mod cycles;
mod documents;
mod dynamics;
mod expand;
mod functions;
mod generate;
pub mod graph;
mod heads;
mod locals;
mod lower;
mod lower_body;
mod messages;
mod metadata;
mod outputs;
mod paths;
mod placement;
mod prints;
mod recursion;
mod resolve;
mod safety;
mod same;
mod scope;
mod substitute;
mod symbols;
mod templates;
mod text;
mod tree;
mod types;
mod unify;
mod unit;
mod vars;
mod walk;
mod with;

#[cfg(test)]
mod tests;

use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::hir;
use crate::source::Source;
use unit::Unit;

pub use documents::base_document_conflicts;

/// The options of the analysis.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// OPA's strict mode: unused imports, arguments and assigned variables are errors, and the
    /// checks of version 1 apply to all modules.
    pub strict: bool,
    /// `true` if the first module is a template's, so that the type check covers Gatekeeper's hook
    /// too.
    pub template: bool,
    /// `true` if calls of `print` are kept; by default they are erased, as in OPA.
    pub keep_prints: bool,
}

/// An upper bound of the stack that the stages take without optimization, in bytes. They recurse
/// into terms as deep as the parser accepts.
const STACK: usize = 32 << 20;

/// A stage of the analysis.
type Stage = fn(&mut Unit<'_>);

/// The stages before the program is lowered, in OPA's order.
const STAGES: [Stage; 21] = [
    resolve::run,
    heads::rewrite_references,
    checks::keyword_overrides,
    checks::duplicate_imports,
    paths::run,
    locals::run,
    templates::run,
    prints::void_calls,
    prints::run,
    expand::run,
    metadata::run,
    comprehensions::run,
    heads::rewrite_values,
    with::run,
    conflicts::run,
    functions::run,
    safety::heads,
    safety::bodies,
    dynamics::equals,
    dynamics::run,
    recursion::run,
];

/// Analyzes `modules`, all modules of a compilation, each with its source. The index of a module's
/// source is the `SourceId` of its spans.
///
/// # Errors
///
/// Returns OPA's compile errors, from the first stage that has any, and errors about constructs
/// that this compiler does not support.
pub fn analyze(
    modules: &[(&Source, ast::Module)],
    options: &Options,
) -> Result<hir::Program, Diagnostics> {
    stacker::maybe_grow(STACK / 2, STACK, || analyze_with_stack(modules, options))
}

fn analyze_with_stack(
    modules: &[(&Source, ast::Module)],
    options: &Options,
) -> Result<hir::Program, Diagnostics> {
    let mut unit = run_stages(modules, options)?;
    // A call whose operator is not a function is a type error in OPA.
    let mut program = lower::run(&mut unit);
    let violation = modules.first().filter(|_| options.template).map(|(_, module)| {
        let package = module.package.path.iter().cloned();
        package.chain(["violation".into()]).collect::<Vec<_>>()
    });
    unit.errors.0.append(&mut types::check(&program, violation.as_deref()).0);
    builtin_checks::deprecated(&mut unit);
    unit.errors.0.append(&mut unit.recoverable.0);
    finish(&mut unit)?;
    builtin_checks::unsupported(&mut unit);
    finish(&mut unit)?;
    if placement::run(&mut unit) {
        program = lower::run(&mut unit);
    }
    unit.errors.0.append(&mut calls::replace_calls_of_rules(&mut program).0);
    finish(&mut unit)?;
    unit.errors.0.append(&mut graph::refuse_cycles(&program).0);
    finish(&mut unit)?;
    Ok(program)
}

/// Reports the errors of [`analyze`] without its result.
///
/// # Errors
///
/// Returns the errors of [`analyze`].
pub fn check(modules: &[(&Source, ast::Module)], options: &Options) -> Result<(), Diagnostics> {
    analyze(modules, options).map(drop)
}

fn run_stages<'s>(
    modules: &'s [(&'s Source, ast::Module)],
    options: &'s Options,
) -> Result<Unit<'s>, Diagnostics> {
    let mut unit = Unit::new(modules, options);
    for stage in STAGES {
        stage(&mut unit);
        finish(&mut unit)?;
    }
    Ok(unit)
}

/// Stops the analysis if there are errors. Recoverable errors of earlier stages are reported along
/// with them, in source order.
fn finish(unit: &mut Unit<'_>) -> Result<(), Diagnostics> {
    if unit.errors.0.is_empty() {
        return Ok(());
    }
    let mut errors = std::mem::take(&mut unit.errors);
    errors.0.append(&mut unit.recoverable.0);
    errors.0.sort_by_key(|error| (error.span.source, error.span.start));
    Err(errors)
}
