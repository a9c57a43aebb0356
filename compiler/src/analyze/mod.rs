//! Analyzes syntax trees and produces the program in the `hir`.
//!
//! The stages follow OPA's compiler (`ast/compile.go`) one by one, because their order decides both
//! the answer and which errors are reported. After a stage with errors the analysis stops, unless
//! later stages can work with its result. `stages` lists the stages in run order:
//!
//! 1. `working_ast` is a copy of the syntax tree in the structure of OPA's tree.
//! 2. The stages of `names`, `bodies` and `checks` rewrite it and report the errors of `messages`.
//! 3. `to_hir` lowers the rewritten tree to the `hir`.
//! 4. `types` checks the types of the lowered program.

mod bodies;
mod checks;
mod field_syntax;
mod messages;
mod names;
mod options;
mod stages;
mod suggestions;
mod to_hir;
mod types;
mod unit;
mod working_ast;

#[cfg(test)]
mod tests;

use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::hir;
use crate::observe::Observe;
use crate::source::Source;
use bodies::unsafe_order;
use checks::{check_builtins, check_equal_keys};
use stages::STAGES;
use unit::Unit;

pub use checks::check_path_conflicts::base_document_conflicts;
pub use options::Options;

/// An upper bound of the stack that the stages take without optimization, in bytes. They recurse
/// into terms as deep as the parser accepts.
const STACK: usize = 32 << 20;

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
    analyze_observed(modules, options, &mut |_| ())
}

/// Analyzes `modules` like [`analyze`], and reports the end of each stage.
///
/// # Errors
///
/// Returns the errors of [`analyze`].
pub fn analyze_observed(
    modules: &[(&Source, ast::Module)],
    options: &Options,
    observe: Observe<'_>,
) -> Result<hir::Program, Diagnostics> {
    stacker::maybe_grow(STACK / 2, STACK, || {
        let analyzed = analyze_with_stack(modules, options, observe);
        analyzed.map_err(|errors| suggestions::add(modules, errors))
    })
}

fn analyze_with_stack(
    modules: &[(&Source, ast::Module)],
    options: &Options,
    observe: Observe<'_>,
) -> Result<hir::Program, Diagnostics> {
    let mut unit = run_stages(modules, options, observe)?;
    // A call whose operator is not a function is a type error in OPA.
    let mut program = to_hir::run(&mut unit);
    observe("to_hir");
    let violation = modules.first().filter(|_| options.template).map(|(_, module)| {
        let package = module.package.path.iter().cloned();
        package.chain(["violation".into()]).collect::<Vec<_>>()
    });
    unit.errors.0.append(&mut types::check(&program, violation.as_deref()).0);
    observe("types");
    check_builtins::deprecated(&mut unit);
    unit.errors.0.append(&mut unit.recoverable.0);
    finish(&mut unit)?;
    observe("check_builtins");
    check_builtins::unsupported(&mut unit);
    check_equal_keys::unsupported(&mut unit);
    finish(&mut unit)?;
    observe("unsupported");
    if unsafe_order::run(&mut unit) {
        program = to_hir::run(&mut unit);
    }
    observe("unsafe_order");
    unit.errors.0.append(&mut to_hir::rule_calls::replace_calls_of_rules(&mut program).0);
    finish(&mut unit)?;
    observe("rule_calls");
    unit.errors.0.append(&mut to_hir::rule_graph::reject_cycles(&program).0);
    finish(&mut unit)?;
    observe("rule_graph");
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
    observe: Observe<'_>,
) -> Result<Unit<'s>, Diagnostics> {
    let mut unit = Unit::new(modules, options);
    observe("working_ast");
    for (name, stage) in STAGES {
        stage(&mut unit);
        observe(name);
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
