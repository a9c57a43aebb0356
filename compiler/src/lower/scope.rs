//! A function under construction: its locals, the values of its variables, its open block.

use std::sync::Arc;

use crate::hir::{self, Constant, VarId};
use crate::ir::{ContextId, Expr, Local, LocalId, Statement};
use crate::lower::builder::Builder;
use crate::lower::uses::Uses;
use crate::lower::{Lowered, Lowering, unsupported};
use crate::source::Span;

/// A function under construction.
pub(super) struct Scope<'l, 'p> {
    pub(super) lowering: &'l mut Lowering<'p>,
    pub(super) locals: Vec<Local>,
    /// The variables of the current branch.
    pub(super) variables: &'p [hir::Variable],
    /// The value of each bound variable: a local or a constant.
    pub(super) bound: Vec<Option<Expr>>,
    /// The variables that were bound, in order, each with its value before.
    pub(super) changes: Vec<(VarId, Option<Expr>)>,
    pub(super) uses: Uses,
    pub(super) block: Builder,
    pub(super) context: ContextId,
    contexts: u32,
    /// `true` if the number of times that the end of the current block is reached matters.
    pub(super) counted: bool,
}

impl<'l, 'p> Scope<'l, 'p> {
    pub(super) fn new(lowering: &'l mut Lowering<'p>) -> Self {
        Self {
            lowering,
            locals: Vec::new(),
            variables: &[],
            bound: Vec::new(),
            changes: Vec::new(),
            uses: Uses::default(),
            block: Builder::new(),
            context: ContextId(0),
            contexts: 0,
            counted: false,
        }
    }

    /// Starts a branch and forgets the variables of the previous one.
    pub(super) fn enter_branch(&mut self, branch: &'p hir::Branch) {
        self.variables = &branch.variables;
        self.bound = vec![None; branch.variables.len()];
        self.changes.clear();
        self.uses = Uses::of_branch(branch);
    }

    pub(super) fn local(&mut self, name: &Arc<str>) -> LocalId {
        let id = LocalId(u32::try_from(self.locals.len()).unwrap_or(u32::MAX));
        self.locals.push(Local { name: name.clone(), otherwise: None });
        id
    }

    /// Adds a local for an unnamed value. A variable that is bound to it gives it its name.
    pub(super) fn temporary(&mut self, name: &str) -> LocalId {
        self.temporary_or(name, "value")
    }

    /// Adds a local for an unnamed value, with the name to take where a variable has `name`.
    pub(super) fn temporary_or(&mut self, name: &str, otherwise: &str) -> LocalId {
        let id = self.local(&Arc::from(name));
        self.locals[id.0 as usize].otherwise = Some(Arc::from(otherwise));
        id
    }

    pub(super) fn local_of(&mut self, variable: VarId) -> LocalId {
        let name = self.variables.get(variable.0 as usize).map(|variable| variable.name.clone());
        self.local(&name.unwrap_or_else(|| Arc::from("value")))
    }

    pub(super) fn new_context(&mut self) -> ContextId {
        self.contexts += 1;
        ContextId(self.contexts)
    }

    pub(super) fn value_of(&self, variable: VarId) -> Option<&Expr> {
        self.bound.get(variable.0 as usize)?.as_ref()
    }

    pub(super) fn is_bound(&self, variable: VarId) -> bool {
        self.value_of(variable).is_some()
    }

    pub(super) fn set(&mut self, variable: VarId, value: Expr) {
        if let Some(place) = self.bound.get_mut(variable.0 as usize) {
            self.changes.push((variable, place.replace(value)));
        }
    }

    /// Binds a variable to an expression. The statement fails if the expression is undefined.
    pub(super) fn bind(&mut self, variable: VarId, value: Expr) {
        let value = match value {
            Expr::Local(local) => {
                self.adopt(local, variable);
                value
            }
            Expr::Constant(ref constant) => {
                self.name_constant(constant, variable);
                value
            }
            _ => {
                let local = self.local_of(variable);
                if self.variables.get(variable.0 as usize).is_some_and(|known| known.generated) {
                    self.locals[local.0 as usize].otherwise = Some(self.longer_name(&value));
                }
                self.assign(local, value);
                Expr::Local(local)
            }
        };
        self.set(variable, value);
    }

    /// Returns a name for the value of an expression: the last two fields of a reference.
    fn longer_name(&self, value: &Expr) -> Arc<str> {
        let Expr::Get { base, keys } = value else { return Arc::from("value") };
        let mut fields = keys.iter().rev().map_while(|key| match key {
            Expr::Constant(Constant::String(key)) => Some(key),
            _ => None,
        });
        let above = || match **base {
            Expr::Local(local) => self.locals.get(local.0 as usize).map(|local| &local.name),
            _ => None,
        };
        let (last, above) = (fields.next(), fields.next().or_else(above));
        match (above, last) {
            (Some(above), Some(last)) => Arc::from(format!("{above}_{last}")),
            _ => Arc::from("value"),
        }
    }

    /// Records the name of the variable that is bound to a constant.
    fn name_constant(&mut self, constant: &Constant, variable: VarId) {
        let info = self.variables.get(variable.0 as usize);
        if let Some(info) = info.filter(|info| !info.generated) {
            self.lowering.plan.constant_names.push((constant.clone(), info.name.clone()));
        }
    }

    /// Gives a temporary the name of the first variable that is bound to it.
    fn adopt(&mut self, local: LocalId, variable: VarId) {
        let Some(info) = self.variables.get(variable.0 as usize) else { return };
        let named = &mut self.locals[local.0 as usize];
        if named.otherwise.is_none() {
            return;
        }
        if !info.generated {
            named.otherwise = None;
        }
        named.name = info.name.clone();
    }

    /// Adds `let local = value`. If the value may be undefined, adds a statement that then fails.
    fn assign(&mut self, local: LocalId, value: Expr) {
        let statement = if self.lowering.plan.is_defined(&value) {
            Statement::Let { local, value }
        } else {
            Statement::Bind { local, value }
        };
        self.block.push(statement);
    }

    /// Returns the expression as one that is defined, cheap and free of effects: a local or a
    /// constant.
    pub(super) fn atom(&mut self, value: Expr, name: &str) -> Expr {
        if matches!(value, Expr::Local(_) | Expr::Constant(_)) {
            return value;
        }
        let local = self.temporary(name);
        self.assign(local, value);
        Expr::Local(local)
    }

    /// Returns the expression as one that is defined.
    pub(super) fn defined(&mut self, value: Expr, name: &str) -> Expr {
        if self.lowering.plan.is_defined(&value) { value } else { self.atom(value, name) }
    }

    /// Runs `inside` on a block of its own. Its bindings end with the block.
    pub(super) fn nested<T>(
        &mut self,
        counted: bool,
        inside: impl FnOnce(&mut Self) -> Lowered<T>,
    ) -> Lowered<(Builder, T)> {
        let before = self.changes.len();
        let context = self.context;
        let outer_counted = std::mem::replace(&mut self.counted, counted);
        let outer = std::mem::replace(&mut self.block, Builder::new());
        let result = inside(self);
        let block = std::mem::replace(&mut self.block, outer);
        self.counted = outer_counted;
        self.context = context;
        for (variable, value) in self.changes.drain(before..).rev() {
            self.bound[variable.0 as usize] = value;
        }
        Ok((block, result?))
    }

    /// Returns the value of a variable that analysis has shown to be bound.
    pub(super) fn variable(&self, variable: VarId, span: Span) -> Lowered<Expr> {
        let name = || self.variables.get(variable.0 as usize).map_or("?", |known| &known.name);
        self.value_of(variable).cloned().ok_or_else(|| {
            unsupported(span, &format!("the use of `{}` before it is bound", name()))
        })
    }
}
