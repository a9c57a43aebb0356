//! The policy that the checks look at.

use super::Surroundings;
use crate::ast::Module;
use crate::hir;
use crate::pipeline::Constraints;
use crate::source::Source;

/// A policy that compiles.
#[derive(Debug)]
pub struct Subject<'p> {
    /// The sources, to which spans refer.
    pub sources: &'p [Source],
    /// Their syntax trees.
    pub modules: &'p [Module],
    /// The analyzed program.
    pub program: &'p hir::Program,
    /// `true` if the policy is a template, whose first source defines `violation`.
    pub template: bool,
    /// The kind and the schema of a template's constraints.
    pub constraints: Option<&'p Constraints>,
    /// The known surroundings of a template.
    pub surroundings: &'p Surroundings,
}
