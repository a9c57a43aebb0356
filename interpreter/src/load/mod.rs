//! Loads modules into a [`Program`].
//!
//! The stages are:
//!
//! 1. [`names`] resolves the names of a module, and [`metadata`] reads the comments on its rules.
//! 2. [`rule`], [`literal`] and [`term`] turn rules into flat literals.
//! 3. [`order`] orders each body so that every variable is bound before its use.
//! 4. [`hoist`] moves references out of operands.
//! 5. [`tree`] arranges the rules below `data`, and [`index`] collects the conditions on base
//!    documents.

mod compare;
mod hoist;
mod index;
mod literal;
mod metadata;
mod names;
mod order;
mod rule;
mod safety;
mod scope;
mod term;
mod tree;
mod variables;
mod written;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::source::Source;

use crate::program::Program;
pub(crate) use variables::{Slots, all as variables_of, terms};

/// Loads modules. The source of each module's spans must be the module's index in `modules`. If
/// `prints`, calls of `print` are loaded too, and their operands are checked as OPA checks them then.
pub(crate) fn load(modules: &[(Source, Module)], prints: bool) -> Result<Program, Diagnostics> {
    // A long chain of operators is a deep term, and the thread's stack may be small.
    const STACK: usize = 32 << 20;
    stacker::maybe_grow(STACK / 2, STACK, || load_with_stack(modules, prints))
}

fn load_with_stack(modules: &[(Source, Module)], prints: bool) -> Result<Program, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let metadata = metadata::Metadata::of(modules);
    let mut groups = names::groups(modules.iter().map(|(_, module)| module));
    for (_, module) in modules {
        let globals = names::globals(module, &groups);
        for rule in &module.rules {
            rule::load(module, rule, &metadata, &globals, &mut groups, &mut diagnostics, prints);
        }
    }
    let sources = modules.iter().map(|(source, _)| source.clone()).collect();
    let packages = modules.iter().map(|(_, module)| module.package.path.as_slice());
    let program = tree::gather(groups.into_groups(), packages, sources);
    diagnostics.into_result(program)
}
