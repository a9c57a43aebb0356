//! Lowers rules to functions. The form of a function follows from the kind of the rule and from the
//! ways in which its definitions can disagree.

use std::sync::Arc;

use crate::hir::{self, Branch, Clause, Constant, Head, RuleId, RuleKind, Term, VarId};
use crate::ir::{
    Block, CollectKind, ContextId, Expr, Function, Leaf, Local, LocalId, Replaceable, ReturnKind,
    Statement, Yield,
};
use crate::lower::builder::Builder;
use crate::lower::replace::Slots;
use crate::lower::scope::Scope;
use crate::lower::{Lowered, Lowering, unsupported};
use crate::source::Span;

/// Returns the kind of value that the function of a rule returns.
pub(super) fn return_kind(rule: &hir::Rule, slots: &Slots) -> ReturnKind {
    let set = rule.kind == RuleKind::PartialSet;
    // A base document that replaces the set may be undefined, and a partial object has a key or
    // not.
    if set && slots.at_or_above(&rule.path).is_empty() {
        ReturnKind::Value
    } else {
        ReturnKind::Maybe
    }
}

/// Returns the constant if a rule consists of nothing else, as `ports := {80, 443}` does.
pub(super) fn constant<'p>(rule: &'p hir::Rule, slots: &Slots) -> Option<&'p Constant> {
    let [Clause { branches, .. }] = rule.clauses.as_slice() else { return None };
    let [Branch { head: Head::Value(Term::Constant(constant)), body, .. }] = branches.as_slice()
    else {
        return None;
    };
    let plain = rule.kind == RuleKind::Complete && body.is_empty();
    (plain && slots.at_or_above(&rule.path).is_empty()).then_some(constant)
}

/// Returns the keys of a reference, up to the first operand that is not a constant string.
pub(super) fn constant_path(operands: &[Term]) -> Vec<Arc<str>> {
    let key = |operand: &Term| match operand {
        Term::Constant(Constant::String(key)) => Some(key.clone()),
        _ => None,
    };
    operands.iter().map_while(key).collect()
}

impl Function {
    /// Returns a function without a body.
    pub(super) fn empty(returns: ReturnKind) -> Self {
        Self {
            name: String::new(),
            rule: String::new(),
            returns,
            fallible: true,
            parameters: Vec::new(),
            keyed: false,
            locals: Vec::new(),
            memo: None,
            replaceable: None,
            multisets: std::collections::BTreeMap::new(),
            sources: Vec::new(),
            at: Span::default(),
            body: Block::default(),
        }
    }
}

impl Lowering<'_> {
    /// Lowers a rule to its function.
    pub(super) fn rule_function(&mut self, id: RuleId) -> Lowered<Function> {
        let rule = self.program.rule(id);
        let mut function = Function::empty(return_kind(rule, &self.slots));
        function.name = rule.path.join(".");
        function.rule = Scope::path_text(&rule.path);
        function.sources = rule.clauses.iter().map(|clause| clause.span).collect();
        function.sources.extend(rule.default.iter().map(|default| default.span));
        function.replaceable = self.replaceable(&rule.path);
        if !matches!(rule.kind, RuleKind::Function { .. }) {
            function.memo = Some(self.memo_cell());
        }
        function.keyed = rule.kind == RuleKind::PartialObject;
        let mut scope = Scope::new(self);
        match rule.kind {
            RuleKind::Complete => scope.value_rule(rule, &[])?,
            RuleKind::Function { arity } => {
                function.parameters = scope.parameters(rule, arity);
                scope.value_rule(rule, &function.parameters)?;
            }
            RuleKind::PartialSet => scope.collection(rule, CollectKind::Set)?,
            RuleKind::PartialObject => scope.collection(rule, object_kind(rule))?,
        }
        let (body, locals) = scope.into_parts();
        function.body = body;
        function.locals = locals;
        Ok(function)
    }

    /// Returns the slots by which a `with` may replace the document at `path`, if there are any.
    pub(super) fn replaceable(&self, path: &[Arc<str>]) -> Option<Replaceable> {
        let slots = self.slots.at_or_above(path);
        (!slots.is_empty()).then(|| Replaceable { slots, path: path.to_vec() })
    }
}

/// Returns the kind of collection for a partial object. If all keys are constant, or if an object
/// has several levels or sets, it is collected as a document; otherwise as an object.
fn object_kind(rule: &hir::Rule) -> CollectKind {
    let one_level =
        |branch: &Branch| branch.keys.len() == 1 && matches!(branch.head, Head::Value(_));
    let ground = |branch: &Branch| branch.keys.iter().all(|key| matches!(key, Term::Constant(_)));
    let branches = || rule.clauses.iter().flat_map(|clause| &clause.branches);
    if branches().all(ground) {
        CollectKind::GroundDocument
    } else if branches().all(one_level) {
        CollectKind::Object
    } else {
        CollectKind::Document
    }
}

impl<'p> Scope<'_, 'p> {
    pub(super) fn into_parts(mut self) -> (Block, Vec<Local>) {
        let block = std::mem::replace(&mut self.block, Builder::new());
        (block.close(), self.locals)
    }

    /// Adds the parameters. A parameter gets the name that the definitions give it, if all agree.
    fn parameters(&mut self, rule: &'p hir::Rule, arity: usize) -> Vec<LocalId> {
        (0..arity)
            .map(|index| match common_name(rule, index) {
                Some(name) => self.local(&name),
                None => self.local(&Arc::from(format!("argument_{}", index + 1))),
            })
            .collect()
    }

    /// Adds a complete rule or function: the value on which the definitions agree, or the default.
    fn value_rule(&mut self, rule: &'p hir::Rule, parameters: &[LocalId]) -> Lowered<()> {
        let function = matches!(rule.kind, RuleKind::Function { .. });
        if let Some(value) = same_constant(rule) {
            // Definitions that can only agree need no comparison: take the first that holds.
            for clause in &rule.clauses {
                for branch in &clause.branches {
                    self.scope(branch.span, |scope| {
                        scope.branch(branch, parameters)?;
                        let value = Expr::Constant(value.clone());
                        scope.block.push(Statement::Yield(Yield::Return(value)));
                        Ok(())
                    })?;
                }
            }
        } else if let [clause] = rule.clauses.as_slice() {
            for branch in &clause.branches {
                self.scope(branch.span, |scope| {
                    let value = scope.branch_value(branch, parameters, function)?;
                    scope.block.push(Statement::Yield(Yield::Return(value)));
                    Ok(())
                })?;
            }
        } else if !rule.clauses.is_empty() {
            self.agreed_value(rule, parameters, function)?;
        }
        match &rule.default {
            None => Ok(()),
            Some(default) => self.default(default, parameters),
        }
    }

    /// Adds several definitions: all are evaluated, and must agree.
    fn agreed_value(
        &mut self,
        rule: &'p hir::Rule,
        parameters: &[LocalId],
        function: bool,
    ) -> Lowered<()> {
        let (block, ()) = self.nested(false, |scope| {
            for clause in &rule.clauses {
                scope.scope(clause.span, |scope| {
                    scope.clause_values(clause, parameters, function)
                })?;
            }
            Ok(())
        })?;
        let answer = self.temporary("answer");
        self.scope(rule.span, |scope| {
            let body = block.close();
            scope.block.push(Statement::Single { local: answer, body, function });
            scope.block.push(Statement::Yield(Yield::Return(Expr::Local(answer))));
            Ok(())
        })
    }

    /// Adds the values of a definition to the enclosing [`Statement::Single`].
    fn clause_values(
        &mut self,
        clause: &'p Clause,
        parameters: &[LocalId],
        function: bool,
    ) -> Lowered<()> {
        let value = match clause.branches.as_slice() {
            [branch] => {
                self.branch(branch, parameters)?;
                self.head_value(branch)?
            }
            branches => {
                let (block, ()) = self.nested(false, |scope| {
                    for branch in branches {
                        scope.scope(branch.span, |scope| {
                            let value = scope.branch_value(branch, parameters, function)?;
                            scope.block.push(Statement::Yield(Yield::First(value)));
                            Ok(())
                        })?;
                    }
                    Ok(())
                })?;
                let first = self.temporary("first");
                self.block.push(Statement::First { local: first, body: block.close() });
                Expr::Local(first)
            }
        };
        self.block.push(Statement::Yield(Yield::Single { value, at: clause.span }));
        Ok(())
    }

    /// Returns the single value of a branch. If its body has many solutions, they must agree.
    fn branch_value(
        &mut self,
        branch: &'p Branch,
        parameters: &[LocalId],
        function: bool,
    ) -> Lowered<Expr> {
        let constant = matches!(branch.head, Head::Value(Term::Constant(_)));
        let outer = std::mem::replace(&mut self.block, Builder::new());
        let result = self.branch(branch, parameters).and_then(|()| self.head_value(branch));
        let mut block = std::mem::replace(&mut self.block, outer);
        let value = result?;
        if !block.iterates() || constant {
            self.block.append(block);
            return Ok(value);
        }
        block.push(Statement::Yield(Yield::Single { value, at: branch.span }));
        let local = self.temporary("answer");
        self.block.push(Statement::Single { local, body: block.close(), function });
        Ok(Expr::Local(local))
    }

    /// Matches the parameters and adds the body.
    fn branch(&mut self, branch: &'p Branch, parameters: &[LocalId]) -> Lowered<()> {
        self.enter_branch(branch);
        for (pattern, parameter) in branch.parameters.iter().zip(parameters) {
            self.parameter(pattern, *parameter, branch.span)?;
        }
        let mut needed: Vec<&Term> = branch.keys.iter().collect();
        match &branch.head {
            Head::Value(term) | Head::Member(term) => needed.push(term),
        }
        self.branch_body(branch, &needed)
    }

    fn parameter(&mut self, pattern: &'p Term, local: LocalId, span: Span) -> Lowered<()> {
        self.matches(pattern, Expr::Local(local), span)
    }

    fn head_value(&mut self, branch: &'p Branch) -> Lowered<Expr> {
        match &branch.head {
            Head::Value(term) | Head::Member(term) => self.defined_term(term, branch.span),
        }
    }

    fn default(&mut self, default: &'p Branch, parameters: &[LocalId]) -> Lowered<()> {
        self.branch(default, parameters)?;
        let value = self.head_value(default)?;
        self.block.push(Statement::Yield(Yield::Return(value)));
        Ok(())
    }

    /// Adds a partial set or object: all values of its definitions.
    fn collection(&mut self, rule: &'p hir::Rule, kind: CollectKind) -> Lowered<()> {
        let (block, ()) = self.nested(false, |scope| {
            for clause in &rule.clauses {
                scope.scope(clause.span, |scope| scope.member(clause, kind))?;
            }
            Ok(())
        })?;
        let name = rule.path.last().map_or("members", |name| name);
        let local = self.temporary_or(name, "members");
        let body = block.close();
        self.block.push(Statement::Collect {
            local,
            kind,
            context: ContextId(0),
            body,
            at: rule.span,
        });
        self.block.push(Statement::Yield(Yield::Return(Expr::Local(local))));
        Ok(())
    }

    fn member(&mut self, clause: &'p Clause, kind: CollectKind) -> Lowered<()> {
        let [branch] = clause.branches.as_slice() else {
            return Err(unsupported(clause.span, "`else` on a partial rule"));
        };
        self.branch(branch, &[])?;
        let value = self.head_value(branch)?;
        let mut keys = self.terms(&branch.keys, branch.span)?;
        let given = match kind {
            CollectKind::Set | CollectKind::Multiset | CollectKind::Array => Yield::Member(value),
            CollectKind::Object => match keys.pop() {
                Some(key) => Yield::Pair { key, value },
                None => return Err(unsupported(branch.span, "a partial object without a key")),
            },
            CollectKind::Document | CollectKind::GroundDocument => {
                let leaf = match branch.head {
                    Head::Value(_) => Leaf::Value(value),
                    Head::Member(_) => Leaf::Member(value),
                };
                Yield::Entry { keys, leaf, at: branch.span }
            }
        };
        self.block.push(Statement::Yield(given));
        Ok(())
    }

    /// Adds the block of the definition or literal at `at`, which a failing statement leaves.
    pub(super) fn scope(
        &mut self,
        at: Span,
        inside: impl FnOnce(&mut Self) -> Lowered<()>,
    ) -> Lowered<()> {
        let (block, ()) = self.nested(self.counted, inside)?;
        self.block.push(Statement::Scope { body: block.close(), at });
        Ok(())
    }
}

/// Returns the name that all definitions give to a parameter.
fn common_name(rule: &hir::Rule, index: usize) -> Option<Arc<str>> {
    let mut branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
    let name = parameter_name(branches.next()?, index)?;
    branches.all(|branch| parameter_name(branch, index) == Some(name)).then(|| name.clone())
}

fn parameter_name(branch: &Branch, index: usize) -> Option<&Arc<str>> {
    let Term::Var(VarId(variable)) = branch.parameters.get(index)? else { return None };
    let variable = branch.variables.get(*variable as usize)?;
    (!variable.generated).then_some(&variable.name)
}

/// Returns the constant that every definition and every `else` branch has as its value, if they all
/// have the same one.
fn same_constant(rule: &hir::Rule) -> Option<&Constant> {
    let mut values =
        rule.clauses.iter().flat_map(|clause| &clause.branches).map(|branch| match &branch.head {
            Head::Value(Term::Constant(constant)) => Some(constant),
            _ => None,
        });
    let first = values.next()??;
    values.all(|value| value == Some(first)).then_some(first)
}
