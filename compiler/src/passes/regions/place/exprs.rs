//! Moves the values of expressions into the memory of a region.

use ferrego_runtime::builtins::Form;

use super::{OUTSIDE, Placement};
use crate::ir::{Callee, Expr, visit};
use crate::passes::regions::facts::{self, Growth};
use crate::passes::regions::kinds::Kind;

impl Placement<'_> {
    /// Returns `true` if an expression, as it is placed, may refer to the memory of a region.
    pub(super) fn is_short(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Local(local)
            | Expr::Force(local)
            | Expr::OptionLocal(local)
            | Expr::WalkDepth(local)
            | Expr::WalkKey(local, _) => self.short.contains(local),
            Expr::Constant(_) | Expr::Truth(_) => false,
            Expr::InRegion(..) => true,
            Expr::Array(items) | Expr::Set(items) => items.iter().any(|item| self.is_short(item)),
            Expr::Object(pairs) => {
                pairs.iter().any(|(key, value)| self.is_short(key) || self.is_short(value))
            }
            Expr::Package { base, children } => {
                self.is_short(base) || children.iter().any(|(_, child)| self.is_short(child))
            }
            Expr::Get { base, keys } => {
                self.is_short(base) || keys.iter().any(|key| self.is_short(key))
            }
            Expr::StorageGet { base, key } => self.is_short(base) || self.is_short(key),
            Expr::Call(call) if matches!(call.form(), Form::Truth(_)) => false,
            Expr::Call(call) => self.contexts.contains(&call.context),
            Expr::Format(format) => self.contexts.contains(&format.context),
            Expr::Pattern(call) => self.contexts.contains(&call.context),
            Expr::Keep(context, _)
            | Expr::Rule(_, context)
            | Expr::Input(context)
            | Expr::ReviewObject(context)
            | Expr::BaseData(context) => self.contexts.contains(context),
        }
    }

    /// Returns `true` if a part of an expression refers to the memory of a region already.
    fn mentions_region(&self, expr: &Expr) -> bool {
        let mut found = false;
        visit::expression(expr, &mut |part| {
            let is_leaf = matches!(
                part,
                Expr::Local(_)
                    | Expr::Force(_)
                    | Expr::OptionLocal(_)
                    | Expr::WalkDepth(_)
                    | Expr::WalkKey(..)
                    | Expr::InRegion(..)
                    | Expr::Rule(..)
                    | Expr::Input(_)
                    | Expr::ReviewObject(_)
                    | Expr::BaseData(_)
                    | Expr::Call(_)
                    | Expr::Format(_)
                    | Expr::Pattern(_)
            );
            found |= is_leaf && self.is_short(part);
        });
        found
    }

    pub(super) fn place(&mut self, expr: &mut Expr, is_outside: bool) {
        if is_outside {
            self.outside(expr);
        } else {
            self.inside(expr);
        }
    }

    /// Places an expression whose value must outlive the region.
    pub(super) fn outside(&mut self, expr: &mut Expr) {
        if self.escapes.is_none() {
            return self.inside(expr);
        }
        match expr {
            Expr::Array(items) | Expr::Set(items) => {
                for item in items {
                    self.outside(item);
                }
            }
            Expr::Object(pairs) => {
                for (key, value) in pairs {
                    self.outside(key);
                    self.outside(value);
                }
            }
            Expr::Package { base, children } => {
                self.outside(base);
                for (_, child) in children {
                    self.outside(child);
                }
            }
            Expr::Get { base, keys } => {
                self.outside(base);
                for key in keys {
                    self.outside(key);
                }
            }
            Expr::StorageGet { base, key } => {
                self.outside(base);
                self.outside(key);
            }
            Expr::Keep(_, value) => self.inside(value),
            Expr::Local(_) | Expr::Force(_) | Expr::OptionLocal(_) => self.keep(expr),
            Expr::WalkKey(_, index) => self.inside(index),
            Expr::Truth(condition) => self.condition(condition),
            _ if !self.kind(expr).is_copied() => {
                for operand in operands(expr) {
                    self.outside(operand);
                }
            }
            _ if self.mentions_region(expr) => {
                self.is_copied = true;
                self.inside(expr);
                self.is_copied = false;
                self.keep(expr);
            }
            _ => {}
        }
    }

    /// Copies a value out of the region if it may refer to its memory.
    fn keep(&self, expr: &mut Expr) {
        if self.is_short(expr) {
            let value = std::mem::replace(expr, Expr::Input(OUTSIDE));
            *expr = Expr::Keep(OUTSIDE, Box::new(value));
        }
    }

    /// Places an expression whose value may die with the region.
    pub(super) fn inside(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Array(_) | Expr::Object(_) | Expr::Set(_) => self.literal(expr),
            Expr::Package { base, children } => {
                self.outside(base);
                for (_, child) in children {
                    self.outside(child);
                }
            }
            Expr::Get { base, keys } => {
                self.inside(base);
                let is_keyed =
                    matches!(**base, Expr::Rule(rule, _) if self.analysis.is_keyed(rule));
                for (index, key) in keys.iter_mut().enumerate() {
                    self.place(key, is_keyed && index == 0);
                }
            }
            Expr::StorageGet { base, key } => {
                self.inside(base);
                self.inside(key);
            }
            Expr::InRegion(_, literal) => self.parts(literal),
            Expr::Keep(context, value) => {
                self.inside(value);
                self.move_in(context);
                self.holds(Growth::Constant);
            }
            Expr::WalkKey(_, index) => self.inside(index),
            Expr::Truth(condition) => self.condition(condition),
            Expr::Rule(rule, context) => {
                let (facts, is_kept) =
                    (self.analysis.facts(*rule), self.analysis.is_memoized(*rule));
                if !is_kept && !facts.stays_outside && facts.allocates() {
                    self.move_in(context);
                    self.holds(facts.growth);
                }
            }
            Expr::Call(_) | Expr::Format(_) | Expr::Pattern(_) => self.call(expr),
            Expr::Local(_)
            | Expr::Force(_)
            | Expr::OptionLocal(_)
            | Expr::Constant(_)
            | Expr::Input(_)
            | Expr::ReviewObject(_)
            | Expr::BaseData(_)
            | Expr::WalkDepth(_) => {}
        }
    }

    /// Places the parts of a literal.
    fn parts(&mut self, literal: &mut Expr) {
        match literal {
            Expr::Object(pairs) => {
                for (key, value) in pairs {
                    self.inside(key);
                    self.inside(value);
                }
            }
            _ => {
                for operand in operands(literal) {
                    self.inside(operand);
                }
            }
        }
    }

    /// Places a literal, which the region then holds.
    fn literal(&mut self, expr: &mut Expr) {
        self.parts(expr);
        self.holds(Growth::Constant);
        let literal = std::mem::replace(expr, Expr::Input(OUTSIDE));
        *expr = Expr::InRegion(self.region, Box::new(literal));
    }

    /// Places a call. It stays outside if it neither takes memory nor has an operand in the region.
    fn call(&mut self, expr: &mut Expr) {
        let kind = self.kind(expr);
        let is_copied = std::mem::take(&mut self.is_copied);
        let (stays, growth) = match expr {
            Expr::Call(call) => {
                let stays = self.is_foreign(call.context);
                match call.callee {
                    _ if call.mock.is_some() => (stays, Some(Growth::Any)),
                    Callee::Function(function) => {
                        let facts = self.analysis.facts(function);
                        let stays =
                            stays || facts.stays_outside || self.analysis.is_memoized(function);
                        (stays, facts.allocates().then_some(facts.growth))
                    }
                    Callee::Builtin(builtin) => {
                        (stays, facts::allocates(builtin).then_some(Growth::Operands))
                    }
                }
            }
            Expr::Format(format) => (self.is_foreign(format.context), Some(Growth::Operands)),
            Expr::Pattern(call) => {
                let growth = (kind != Kind::Scalar).then_some(Growth::Operands);
                (self.is_foreign(call.context), growth)
            }
            _ => return,
        };
        for operand in operands(expr) {
            self.place(operand, stays);
        }
        let needs_region = operands(expr).iter().any(|operand| self.is_short(operand));
        if stays || (growth.is_none() && !needs_region) {
            return;
        }
        match growth {
            Some(_) if is_copied && !is_function(expr) => {}
            Some(Growth::Operands) => self.holds_result(expr),
            Some(growth) => self.holds(growth),
            None => {}
        }
        match expr {
            Expr::Call(call) => self.move_in(&mut call.context),
            Expr::Format(format) => self.move_in(&mut format.context),
            Expr::Pattern(call) => self.move_in(&mut call.context),
            _ => {}
        }
    }
}

/// Returns `true` if an expression calls a function, which may take more memory than its result.
fn is_function(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if call.builtin().is_none())
}

/// Returns the operands of a call, an array or a set.
fn operands(expr: &mut Expr) -> &mut [Expr] {
    match expr {
        Expr::Array(items) | Expr::Set(items) => items,
        Expr::Call(call) => &mut call.arguments,
        Expr::Format(format) => &mut format.values,
        Expr::Pattern(call) => &mut call.arguments,
        _ => &mut [],
    }
}
