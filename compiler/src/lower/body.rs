//! Lowers bodies: each literal adds statements to the open block.

use std::sync::Arc;

use crate::hir::{Body, Callee, Literal, LiteralKind, RuleId, Term, VarId};
use crate::ir;
use crate::ir::{Call, Comparison, Condition, Expr, Statement, Yield};
use crate::lower::Lowered;
use crate::lower::builder::{Builder, Loop};
use crate::lower::scope::Scope;
use crate::lower::uses::Uses;
use crate::source::Span;
use ferrego_runtime::builtins::{Builtin, Kind};

impl<'p> Scope<'_, 'p> {
    /// Adds the literals of a body. `needed` are the terms that are evaluated after the body. A
    /// literal that binds none of their variables is tested once, whatever its number of solutions.
    pub(super) fn body(&mut self, body: &'p Body, needed: &[&'p Term]) -> Lowered<()> {
        let literals: Vec<&'p Literal> = body.iter().collect();
        self.literals(&literals, &Uses::of_terms(needed.iter().copied()))
    }

    /// Adds literals in their order; `head` are the variables that are used after them.
    pub(super) fn literals(&mut self, literals: &[&'p Literal], head: &Uses) -> Lowered<()> {
        let last = Uses::last_mentions(literals);
        for (index, literal) in literals.iter().enumerate() {
            let is_needed = |variable: VarId| {
                head.contains(variable) || last.get(&variable).is_some_and(|&last| last > index)
            };
            self.literal_once(literal, is_needed)?;
        }
        Ok(())
    }

    /// Adds a literal. If it iterates and binds no variable that is needed later, it becomes an
    /// existence test, unless solutions are counted.
    fn literal_once(
        &mut self,
        literal: &'p Literal,
        is_needed: impl Fn(VarId) -> bool,
    ) -> Lowered<()> {
        let before = self.changes.len();
        let outer = std::mem::replace(&mut self.block, Builder::new());
        let result = self.literal(literal);
        let block = std::mem::replace(&mut self.block, outer);
        result?;
        let changes = self.changes[before..].iter();
        let binds_needed = changes
            .filter(|(_, earlier)| earlier.is_none())
            .any(|&(variable, _)| is_needed(variable));
        if block.iterates() && !self.counted && !binds_needed {
            self.block.test(Condition::Exists(block.finish(Yield::Found)));
        } else {
            self.block.append(block);
        }
        Ok(())
    }

    fn literal(&mut self, literal: &'p Literal) -> Lowered<()> {
        let outside = self.context;
        if !literal.with.is_empty() {
            self.enter_with(&literal.with, literal.span)?;
        }
        let result = self.literal_kind(&literal.kind, literal.span);
        self.context = outside;
        result
    }

    fn literal_kind(&mut self, kind: &'p LiteralKind, span: Span) -> Lowered<()> {
        match kind {
            LiteralKind::Test(term) => self.test(term, span),
            LiteralKind::Unify(left, right) => self.unify(left, right, span),
            LiteralKind::Call { callee, arguments, output } => {
                self.call(*callee, arguments, output.as_ref(), span)
            }
            LiteralKind::Not(body) | LiteralKind::NotBody(body) => self.not(body),
            LiteralKind::Every { key, value, domain, body } => {
                self.every(*key, *value, domain, body, span)
            }
        }
    }

    fn test(&mut self, term: &'p Term, span: Span) -> Lowered<()> {
        let value = self.term(term, span)?;
        self.block.test(Condition::Truthy(value));
        Ok(())
    }

    fn not(&mut self, body: &'p Body) -> Lowered<()> {
        let (block, ()) = self.nested(false, |scope| scope.body(body, &[]))?;
        self.block.test(Condition::Not(Box::new(block.into_condition())));
        Ok(())
    }

    /// Adds an `every`, which holds unless the body fails for a member. If the domain is not a
    /// collection, `every` is undefined.
    fn every(
        &mut self,
        key: Option<VarId>,
        value: VarId,
        domain: &'p Term,
        body: &'p Body,
        span: Span,
    ) -> Lowered<()> {
        let domain = self.term(domain, span)?;
        let domain = self.atom(domain, "domain");
        self.block.test(Condition::Collection(domain.clone()));
        let (block, ()) = self.nested(false, |scope| {
            let key_local = key.map(|key| scope.local_of(key));
            let value_local = scope.local_of(value);
            scope.block.open(Loop::Each { key: key_local, value: Some(value_local), of: domain });
            if let (Some(key), Some(local)) = (key, key_local) {
                scope.set(key, Expr::Local(local));
            }
            scope.set(value, Expr::Local(value_local));
            scope.not(body)
        })?;
        let counterexample = Condition::Exists(block.finish(Yield::Found));
        self.block.test(Condition::Not(Box::new(counterexample)));
        Ok(())
    }

    fn call(
        &mut self,
        callee: Callee,
        arguments: &'p [Term],
        output: Option<&'p Term>,
        span: Span,
    ) -> Lowered<()> {
        let arguments = self.terms(arguments, span)?;
        let mock = self.lowering.slots.function(callee);
        if mock.is_none()
            && let Callee::Builtin(builtin) = callee
        {
            if let Some(condition) = operator(builtin, &arguments) {
                return self.condition(condition, output, span);
            }
            if matches!(builtin.kind, Kind::Relation) {
                return self.relation(builtin, arguments, output, span);
            }
        }
        let callee = self.callee(callee);
        let call = Call { callee, arguments, mock, context: self.context, at: span };
        let value = Expr::Call(Box::new(call));
        match output {
            None => self.block.test(Condition::Truthy(value)),
            Some(output) => self.matches(output, value, span)?,
        }
        Ok(())
    }

    pub(super) fn callee(&mut self, callee: Callee) -> ir::Callee {
        match callee {
            Callee::Builtin(builtin) => ir::Callee::Builtin(builtin),
            Callee::Function(rule) => ir::Callee::Function(self.lowering.function_of_rule(rule)),
        }
    }

    fn condition(
        &mut self,
        condition: Condition,
        output: Option<&'p Term>,
        span: Span,
    ) -> Lowered<()> {
        match output {
            None => self.block.test(condition),
            Some(output) => self.matches(output, Expr::Truth(Box::new(condition)), span)?,
        }
        Ok(())
    }

    /// Adds the call of a builtin with many values, which its function returns as an array.
    fn relation(
        &mut self,
        builtin: &'static Builtin,
        arguments: Vec<Expr>,
        output: Option<&'p Term>,
        span: Span,
    ) -> Lowered<()> {
        let call = Call {
            callee: ir::Callee::Builtin(builtin),
            arguments,
            mock: None,
            context: self.context,
            at: span,
        };
        let value = self.temporary("row");
        let of = Expr::Call(Box::new(call));
        self.block.open(Loop::Each { key: None, value: Some(value), of });
        match output {
            None => self.block.test(Condition::Truthy(Expr::Local(value))),
            Some(output) => self.matches(output, Expr::Local(value), span)?,
        }
        Ok(())
    }

    /// Adds the statement that makes the context of `with` modifiers, and enters it.
    fn enter_with(&mut self, modifiers: &'p [crate::hir::With], at: Span) -> Lowered<()> {
        let mut replacements = Vec::new();
        for modifier in modifiers {
            replacements.push(self.replacement(modifier)?);
        }
        let parent = self.context;
        let context = self.new_context();
        self.block.push(Statement::With { context, parent, replacements, at });
        self.context = context;
        Ok(())
    }

    /// Returns the arity of a function, for the wrapper that replaces another function.
    pub(super) fn arity(&self, rule: RuleId) -> usize {
        match self.lowering.program.rule(rule).kind {
            crate::hir::RuleKind::Function { arity } => arity,
            _ => 0,
        }
    }

    /// Returns the path below `data` of a rule, joined for messages.
    pub(super) fn path_text(path: &[Arc<str>]) -> String {
        let mut text = String::from("data");
        for key in path {
            text.push('.');
            text.push_str(key);
        }
        text
    }
}

/// Returns `true` if a builtin is a comparison operator.
pub(super) fn is_operator(builtin: &Builtin) -> bool {
    comparison(builtin).is_some() || matches!(builtin.name, "equal" | "eq")
}

/// Returns the condition that an operator's builtin denotes. Comparisons are defined for all
/// values.
fn operator(builtin: &Builtin, arguments: &[Expr]) -> Option<Condition> {
    let [left, right] = arguments else { return None };
    if matches!(builtin.name, "equal" | "eq") {
        return Some(Condition::Equal(left.clone(), right.clone()));
    }
    let comparison = comparison(builtin)?;
    Some(Condition::Compare(comparison, left.clone(), right.clone()))
}

fn comparison(builtin: &Builtin) -> Option<Comparison> {
    Some(match builtin.name {
        "neq" => Comparison::NotEqual,
        "lt" => Comparison::Less,
        "lte" => Comparison::LessEqual,
        "gt" => Comparison::Greater,
        "gte" => Comparison::GreaterEqual,
        _ => return None,
    })
}
