//! Prints trees as Rego text: a whole module for reading, or a single node for messages and for the
//! documentation of generated code.
//!
//! Parsing the text of a [`module()`] as the module's version gives an equal tree.

mod printed;
mod rule;
mod term;

#[cfg(test)]
mod tests;

use std::fmt::Write;

use super::{Literal, Module, Rule, Term};
use printed::Printed;

pub(crate) use printed::is_name;

/// Returns the module's text. Comments keep their order but not their places: they follow the
/// rules.
pub fn module(module: &Module) -> String {
    let mut text = format!("{}\n", Printed(&module.package));
    if !module.imports.is_empty() {
        text.push('\n');
    }
    for import in &module.imports {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", Printed(import));
    }
    for rule in &module.rules {
        let _ = writeln!(text, "\n{}", Printed(rule));
    }
    for comment in &module.comments {
        let _ = write!(text, "\n#{}", comment.text);
    }
    text
}

/// Returns the rule's text, on several lines if it has bodies.
pub fn rule(rule: &Rule) -> String {
    Printed(rule).to_string()
}

/// Returns the literal's text.
pub fn literal(literal: &Literal) -> String {
    Printed(literal).to_string()
}

/// Returns the term's text.
pub fn term(term: &Term) -> String {
    Printed(term).to_string()
}
