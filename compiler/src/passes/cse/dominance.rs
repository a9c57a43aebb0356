//! Binds the value of a shared path once.
//!
//! ```text
//! let option cidr = block["cidr"]      # before      bind a = block["cidr"]      # after
//! bind a = cidr                                      test a == x
//! test a == x                                        add a
//! bind b = cidr
//! add b
//! ```
//!
//! A binding dominates the statements after it in its block. Where the option was bound before, it
//! is defined, so another binding cannot fail and reads of both denote one value. If the only read
//! of an option is a binding that is reached at most once, the binding reads the path itself. This
//! is sound because a lookup has no effect: it may happen later, or not at all.

use std::collections::{HashMap, HashSet};

use crate::ir::visit::{MutVisitor, Visitor, descend, descend_mut};
use crate::ir::{Block, Expr, Function, LocalId, Statement};

/// Replaces bindings that others dominate, and options with one binding.
pub(super) fn share(function: &mut Function) {
    Dominance::default().block(&mut function.body);
    let mut found = Reads::default();
    found.block(&function.body);
    let single = found.single();
    if !single.is_empty() {
        Inline { single, values: HashMap::new() }.block(&mut function.body);
        // A path that moved may begin with an option that is bound now.
        Dominance::default().block(&mut function.body);
    }
}

/// Replaces reads by the local that dominates them.
#[derive(Default)]
struct Dominance {
    /// For each local that has a dominating one of the same value, that local.
    same: HashMap<LocalId, LocalId>,
    /// The locals that were added to `same`, in order.
    order: Vec<LocalId>,
}

impl Dominance {
    fn add(&mut self, local: LocalId, first: LocalId) {
        self.same.insert(local, first);
        self.order.push(local);
    }

    /// Visits a part of the code, whose bindings end with it.
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = self.order.len();
        visit(self);
        for local in self.order.drain(before..) {
            self.same.remove(&local);
        }
    }

    fn statements(&mut self, block: &mut Block) {
        let statements = std::mem::take(&mut block.0);
        for mut statement in statements {
            let option = match &statement {
                Statement::Bind { value: Expr::OptionLocal(option), .. } => Some(*option),
                _ => None,
            };
            self.statement(&mut statement);
            match (option, &statement) {
                (Some(_), Statement::Bind { local, value: Expr::Local(first) }) => {
                    self.add(*local, *first);
                    continue;
                }
                (Some(option), Statement::Bind { local, .. }) => self.add(option, *local),
                _ => {}
            }
            block.0.push(statement);
        }
    }
}

impl MutVisitor for Dominance {
    fn block(&mut self, block: &mut Block) {
        self.inside(|dominance| dominance.statements(block));
    }

    fn statement(&mut self, statement: &mut Statement) {
        match statement {
            // The value is evaluated after the block.
            Statement::Lazy { before, value, .. } => self.inside(|dominance| {
                dominance.statements(before);
                dominance.expr(value);
            }),
            _ => descend_mut::statement(self, statement),
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        if let Expr::Local(local) | Expr::OptionLocal(local) = expr
            && let Some(first) = self.same.get(local)
        {
            *expr = Expr::Local(*first);
        }
        descend_mut::expr(self, expr);
    }
}

/// The reads of options, and the loops around them.
#[derive(Default)]
struct Reads {
    /// For each option, the number of blocks around it that may run repeatedly or elsewhere.
    options: HashMap<LocalId, usize>,
    /// For each option, its reads, and whether the last of them is a binding as often reached.
    counts: HashMap<LocalId, (usize, bool)>,
    depth: usize,
}

impl Reads {
    /// Returns the options whose only read is a binding that their own evaluation reaches at most
    /// once.
    fn single(self) -> HashSet<LocalId> {
        let reads = self.counts.into_iter();
        reads.filter(|(_, read)| *read == (1, true)).map(|(option, _)| option).collect()
    }
}

impl Visitor for Reads {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::LetOption { local, .. } => {
                self.options.insert(*local, self.depth);
            }
            Statement::Bind { value: Expr::OptionLocal(option), .. } => {
                let is_near = self.options.get(option) == Some(&self.depth);
                let (reads, near) = self.counts.entry(*option).or_default();
                *reads += 1;
                *near = is_near;
                return;
            }
            _ => {}
        }
        descend::header(self, statement);
        let runs_once = matches!(
            statement,
            Statement::Scope { .. }
                | Statement::Collect { .. }
                | Statement::Single { .. }
                | Statement::First { .. }
                | Statement::Switch { .. }
        );
        self.depth += usize::from(!runs_once);
        descend::blocks(self, statement);
        self.depth -= usize::from(!runs_once);
    }

    fn expr(&mut self, expr: &Expr) {
        if let Expr::OptionLocal(option) = expr {
            self.counts.entry(*option).or_default().0 += 2;
        }
        descend::expr(self, expr);
    }
}

/// Moves the paths of options to their only bindings.
struct Inline {
    single: HashSet<LocalId>,
    values: HashMap<LocalId, Expr>,
}

impl MutVisitor for Inline {
    fn block(&mut self, block: &mut Block) {
        block.0.retain_mut(|statement| {
            self.statement(statement);
            let Statement::LetOption { local, value } = statement else { return true };
            if !self.single.contains(local) {
                return true;
            }
            self.values.insert(*local, std::mem::replace(value, Expr::OptionLocal(*local)));
            false
        });
    }

    fn expr(&mut self, expr: &mut Expr) {
        if let Expr::OptionLocal(option) = expr
            && let Some(value) = self.values.remove(option)
        {
            *expr = value;
        }
        descend_mut::expr(self, expr);
    }
}
