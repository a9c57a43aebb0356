//! Lowers packages as documents, and references that iterate packages and rules.

use std::sync::Arc;

use crate::hir::{Constant, Node, Ref, RuleKind, Term, VarId};
use crate::ir::{Condition, ContextId, Expr, Function, ReturnKind, Statement, Yield};
use crate::lower::builder::Loop;
use crate::lower::reference::get;
use crate::lower::replace::Slots;
use crate::lower::rule::constant_path;
use crate::lower::scope::Scope;
use crate::lower::uses::Uses;
use crate::lower::{Lowered, Lowering};
use crate::source::Span;

/// Returns the kind of value that the function of a package returns.
pub(super) fn return_kind(path: &[Arc<str>], slots: &Slots) -> ReturnKind {
    if slots.at_or_above(path).is_empty() { ReturnKind::Value } else { ReturnKind::Maybe }
}

fn string(key: &Arc<str>) -> Expr {
    Expr::Constant(Constant::String(key.clone()))
}

/// Returns the base document at a path.
fn base_at(path: &[Arc<str>], context: ContextId) -> Expr {
    get(Expr::BaseData(context), path.iter().map(string).collect())
}

impl<'p> Lowering<'p> {
    /// Builds the function that returns a package as a document.
    pub(super) fn package_function(
        &mut self,
        path: &[Arc<str>],
        node: &'p Node,
    ) -> Lowered<Function> {
        let mut function = Function::empty(return_kind(path, &self.slots));
        function.name = format!("package.{}", path.join("."));
        function.rule = Scope::path_text(path);
        function.memo = Some(self.memo_cell());
        function.replaceable = self.replaceable(path);
        let mut scope = Scope::new(self);
        let mut children = Vec::new();
        for (name, child) in &node.children {
            let value = match child.rule {
                Some(rule) if scope.is_function(rule) => continue,
                Some(rule) => scope.rule_value(rule, Span::default())?,
                None => {
                    let below: Vec<_> = path.iter().chain([name]).cloned().collect();
                    Expr::Rule(scope.lowering.function_of_package(&below, child), scope.context)
                }
            };
            children.push((name.clone(), value));
        }
        let base = Box::new(base_at(path, scope.context));
        let package = Expr::Package { base, children };
        scope.block.push(Statement::Yield(Yield::Return(package)));
        (function.body, function.locals) = scope.into_parts();
        Ok(function)
    }

    /// Builds the function that returns the document at a path without a rule: a part of a rule's
    /// value, a package, or a base document.
    pub(super) fn document_function(&mut self, path: &[Arc<str>]) -> Lowered<Function> {
        let mut function = Function::empty(ReturnKind::Maybe);
        function.name = format!("document.{}", path.join("."));
        function.rule = Scope::path_text(path);
        let program = self.program;
        let mut node = &program.tree;
        let mut consumed = 0;
        while node.rule.is_none()
            && let Some(child) = path.get(consumed).and_then(|key| node.children.get(key))
        {
            node = child;
            consumed += 1;
        }
        let mut scope = Scope::new(self);
        let rest = path[consumed..].iter().map(string).collect();
        let value = match node.rule {
            Some(rule) => get(scope.rule_value(rule, Span::default())?, rest),
            None if consumed == path.len() => {
                Expr::Rule(scope.lowering.function_of_package(path, node), scope.context)
            }
            None => base_at(path, scope.context),
        };
        let value = scope.atom(value, "document");
        scope.block.push(Statement::Yield(Yield::Return(value)));
        (function.body, function.locals) = scope.into_parts();
        Ok(function)
    }
}

impl<'p> Scope<'_, 'p> {
    fn is_function(&self, rule: crate::hir::RuleId) -> bool {
        matches!(self.lowering.program.rule(rule).kind, RuleKind::Function { .. })
    }

    /// Lowers a reference whose operand at `consumed` is not constant while `node` is a package. A
    /// separate function iterates the rules and base documents. It returns rows with the values of
    /// the unbound variables and the value of the reference.
    pub(super) fn tree_reference(
        &mut self,
        node: &'p Node,
        reference: &'p Ref,
        consumed: usize,
    ) -> Lowered<Expr> {
        let mentioned = Uses::of_terms(&reference.operands);
        let (given, wanted): (Vec<VarId>, Vec<VarId>) =
            mentioned.iter().partition(|&variable| self.is_bound(variable));
        let arguments = given
            .iter()
            .map(|&given| self.variable(given, reference.span))
            .collect::<Lowered<_>>()?;
        let walk = Walk { reference, wanted: &wanted };
        let function = self.walk_function(node, &walk, &given, consumed)?;
        let function = self.lowering.add(function);
        let mut locals: Vec<_> = wanted
            .iter()
            .map(|&variable| self.uses.repeated(variable).then(|| self.local_of(variable)))
            .collect();
        let value = self.temporary("value");
        for (&variable, local) in wanted.iter().zip(&locals) {
            self.set(variable, Expr::Local(local.unwrap_or(value)));
        }
        locals.push(Some(value));
        let context = self.context;
        self.block.open(Loop::Rows { locals, function, arguments, context });
        Ok(Expr::Local(value))
    }

    fn walk_function(
        &mut self,
        node: &'p Node,
        walk: &Walk<'_, 'p>,
        given: &[VarId],
        consumed: usize,
    ) -> Lowered<Function> {
        let mut function = Function::empty(ReturnKind::Rows(walk.wanted.len() + 1));
        let path = constant_path(&walk.reference.operands[..consumed]);
        function.name = format!("each.{}", path.join("."));
        function.rule = Scope::path_text(&path);
        function.at = walk.reference.span;
        function.sources = vec![walk.reference.span];
        let variables = self.variables;
        let mut inner = Scope::new(self.lowering);
        inner.variables = variables;
        inner.bound = vec![None; variables.len()];
        inner.uses = Uses::of_terms(walk.reference.operands.iter().chain(&walk.reference.operands));
        inner.counted = true;
        for &variable in given {
            let parameter = inner.local_of(variable);
            inner.set(variable, Expr::Local(parameter));
            function.parameters.push(parameter);
        }
        inner.walk(node, walk, &path)?;
        (function.body, function.locals) = inner.into_parts();
        Ok(function)
    }

    /// Continues below `node`, to which `path` leads.
    fn walk(&mut self, node: &'p Node, walk: &Walk<'_, 'p>, path: &[Arc<str>]) -> Lowered<()> {
        let span = walk.reference.span;
        let rest = &walk.reference.operands[path.len()..];
        if let Some(rule) = node.rule {
            if self.is_function(rule) {
                return Ok(());
            }
            let value = self.rule_value(rule, span)?;
            let value = self.follow(value, rest, span)?;
            return self.row(walk, value);
        }
        match rest.first() {
            None => {
                let function = self.lowering.function_of_package(path, node);
                self.row(walk, Expr::Rule(function, self.context))
            }
            Some(Term::Constant(Constant::String(key))) if node.children.contains_key(key) => {
                match node.children.get(key) {
                    Some(child) => self.walk(child, walk, &extended(path, key)),
                    None => Ok(()),
                }
            }
            Some(Term::Constant(_)) => self.walk_base(walk, path, rest),
            Some(operand) => self.walk_all(node, operand, walk, path),
        }
    }

    /// Tries each rule and package in `node`, then the base documents beside them.
    fn walk_all(
        &mut self,
        node: &'p Node,
        operand: &'p Term,
        walk: &Walk<'_, 'p>,
        path: &[Arc<str>],
    ) -> Lowered<()> {
        let span = walk.reference.span;
        for (key, child) in &node.children {
            self.scope(span, |scope| {
                scope.matches(operand, string(key), span)?;
                scope.walk(child, walk, &extended(path, key))
            })?;
        }
        self.scope(span, |scope| {
            let key = scope.temporary("key");
            let value = scope.temporary("value");
            let of = base_at(path, scope.context);
            scope.block.open(Loop::Each { key: Some(key), value: Some(value), of });
            for known in node.children.keys() {
                let same = Condition::Equal(Expr::Local(key), string(known));
                scope.block.test(Condition::Not(Box::new(same)));
            }
            scope.matches(operand, Expr::Local(key), span)?;
            let rest = &walk.reference.operands[path.len() + 1..];
            let value = scope.follow(Expr::Local(value), rest, span)?;
            scope.row(walk, value)
        })
    }

    fn walk_base(
        &mut self,
        walk: &Walk<'_, 'p>,
        path: &[Arc<str>],
        rest: &'p [Term],
    ) -> Lowered<()> {
        let value = self.follow(base_at(path, self.context), rest, walk.reference.span)?;
        self.row(walk, value)
    }

    fn row(&mut self, walk: &Walk<'_, 'p>, value: Expr) -> Lowered<()> {
        let span = walk.reference.span;
        let mut row = walk
            .wanted
            .iter()
            .map(|&variable| self.variable(variable, span))
            .collect::<Lowered<Vec<_>>>()?;
        row.push(self.atom(value, "value"));
        self.block.push(Statement::Yield(Yield::Row(row)));
        Ok(())
    }
}

/// A reference to walk, and the variables that it binds.
struct Walk<'w, 'p> {
    reference: &'p Ref,
    wanted: &'w [VarId],
}

fn extended(path: &[Arc<str>], key: &Arc<str>) -> Vec<Arc<str>> {
    path.iter().chain([key]).cloned().collect()
}
