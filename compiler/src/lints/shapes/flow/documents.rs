//! The documents that an expression sees: those of the schemas, unless a `with` replaces them.
//!
//! ```rego
//! violation[{"msg": "no"}] {
//!   is_host with input as {"spec": spec}    # `input` is unknown in `is_host`
//!   input.review.object.spec.hostPID        # `input` is a template's
//! }
//! ```
//!
//! A rule that is also used without the `with` sees either document, so its document is unknown.

use std::collections::{HashMap, HashSet};

use super::{branches, walk_literals};
use crate::hir::walk;
use crate::hir::{Program, RuleId, With, WithTarget};
use crate::lints::rule_uses;
use crate::lints::shapes::Shape;

/// The shapes of the documents that an expression sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Documents {
    /// The shape of `input`.
    pub(super) input: Shape,
    /// The shape of `data.inventory`.
    pub(super) inventory: Shape,
    /// `true` if a rule or function may be replaced, so that results are unknown.
    pub(super) replaces: bool,
}

impl Documents {
    /// Returns the documents that a literal with `modifiers` sees.
    pub(super) fn under(mut self, modifiers: &[With]) -> Self {
        for with in modifiers {
            match &with.target {
                WithTarget::Input(_) => self.input = Shape::ANY,
                WithTarget::Data(path)
                    if path.first().is_some_and(|name| &**name == "inventory") =>
                {
                    self.inventory = Shape::ANY;
                }
                WithTarget::Data(path) => {
                    self.replaces = true;
                    if path.is_empty() {
                        self.inventory = Shape::ANY;
                    }
                }
                WithTarget::Function(_) => self.replaces = true,
            }
        }
        self
    }

    /// Returns the documents of an expression that sees either.
    fn or(self, other: Self) -> Self {
        let either = |one: Shape, other: Shape| if one == other { one } else { Shape::ANY };
        Self {
            input: either(self.input, other.input),
            inventory: either(self.inventory, other.inventory),
            replaces: self.replaces || other.replaces,
        }
    }
}

/// Returns the documents of the rules that are evaluated under some `with`. The others see
/// `documents`.
pub(super) fn of_rules(program: &Program, documents: Documents) -> HashMap<RuleId, Documents> {
    let mut open: Vec<(RuleId, Documents)> = Vec::new();
    for branch in branches(program) {
        walk_literals(&branch.body, &mut |literal| {
            if !literal.with.is_empty() {
                let mut used = HashSet::new();
                walk::literal(literal, &mut |item| rule_uses::note(program, item, &mut used));
                let seen = documents.under(&literal.with);
                open.extend(used.into_iter().map(|id| (id, seen)));
            }
        });
    }
    let mut found: HashMap<RuleId, Documents> = HashMap::new();
    while let Some((id, seen)) = open.pop() {
        let known = found.get(&id).copied();
        let all = known.map_or(seen, |known| known.or(seen));
        if known != Some(all) {
            found.insert(id, all);
            let used = rule_uses::of(program, program.rule(id));
            open.extend(used.into_iter().map(|id| (id, all)));
        }
    }
    found
}
