//! The facts about the program that the analysis of one function reads.

use std::collections::HashMap;

use super::facts::Facts;
use super::kinds::Kind;
use crate::ir::{FunctionId, LocalId, Program};

/// The program, the facts about its functions, and those about the locals of one function.
pub(super) struct Analysis<'p> {
    pub(super) program: &'p Program,
    pub(super) facts: &'p [Facts],
    /// The kinds of the function's locals.
    pub(super) kinds: &'p HashMap<LocalId, Kind>,
}

impl Analysis<'_> {
    pub(super) fn facts(&self, id: FunctionId) -> Facts {
        self.facts[id.0 as usize]
    }

    /// Returns `true` if a call keeps its result for the evaluation.
    pub(super) fn is_memoized(&self, id: FunctionId) -> bool {
        self.program.function(id).memo.is_some()
    }

    pub(super) fn is_keyed(&self, id: FunctionId) -> bool {
        self.program.function(id).keyed
    }

    /// Returns `true` if a call with parameters must run outside of regions.
    pub(super) fn stays_outside(&self, id: FunctionId) -> bool {
        self.facts(id).stays_outside || self.is_memoized(id)
    }
}
