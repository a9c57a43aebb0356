//! From modules to a [`Program`].
//!
//! Stages: [`names`] finds what a module's names stand for, [`metadata`] what comments say of its
//! rules; [`rule`], [`literal`] and [`term`]
//! take rules apart into flat literals; [`order`] puts each body into an order that binds before
//! it uses; [`hoist`] moves references out of operands; [`tree`] gathers the rules below `data`,
//! and [`index`] finds the conditions on base documents.

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

use crate::program::{Program, SourceText};

/// Loads modules; the spans of each must name its index as their source.
pub(crate) fn load(modules: &[(Source, Module)]) -> Result<Program, Diagnostics> {
    // A chain of operators is a deep term, whatever stack the thread has.
    const STACK: usize = 32 << 20;
    stacker::maybe_grow(STACK / 2, STACK, || load_with_stack(modules))
}

fn load_with_stack(modules: &[(Source, Module)]) -> Result<Program, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let metadata = metadata::Metadata::of(modules);
    let mut groups = names::groups(modules.iter().map(|(_, module)| module));
    for (_, module) in modules {
        let globals = names::globals(module, &groups);
        for rule in &module.rules {
            rule::load(module, rule, &metadata, &globals, &mut groups, &mut diagnostics);
        }
    }
    let sources = modules
        .iter()
        .map(|(source, _)| SourceText { name: source.name.clone(), text: source.text.clone() })
        .collect();
    let packages = modules.iter().map(|(_, module)| module.package.path.as_slice());
    let program = tree::gather(groups.into_groups(), packages, sources);
    diagnostics.into_result(program)
}
