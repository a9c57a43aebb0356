//! Tests whether a comprehension has a solution instead of building its collection.
//!
//! ```text
//! collect array xs { each _, c in cs { test c["on"]; add c } }   # before
//! test count(xs) > 0
//!
//! test exists { each _, c in cs { test c["on"]; found } }        # after
//! ```
//!
//! `any([b | …])` becomes a test for a value that is `true`.
//!
//! This is sound because the body can neither stop the evaluation nor ask the host (`effects`). A
//! lenient evaluation cannot observe how much of the body is evaluated, but a strict evaluation
//! can. If a part of the body may fail, the test therefore continues after the first solution
//! ([`Yield::Noted`]). Nothing that may fail is then evaluated between the collection and the test.

use std::collections::HashSet;

use crate::hir::Constant;
use crate::ir::{
    Block, Call, Callee, CollectKind, Comparison, Condition, Expr, LocalId, Program, Statement,
    Yield, visit,
};
use crate::passes::effects::{self, Analysis};

/// Replaces collections in `program` by existence tests where only their emptiness is tested.
pub(super) fn run(program: &mut Program) {
    effects::change(program, |analysis, function| {
        visit::change_each_block(&mut function.body, &mut |inside| block(analysis, inside));
    });
}

fn block(analysis: &Analysis<'_>, block: &mut Block) {
    let mut tested = HashSet::new();
    block.0.iter().for_each(|statement| add_tested(statement, &mut tested));
    let mut index = 0;
    while index < block.0.len() {
        if !is_tested(&block.0[index], &tested) {
            index += 1;
            continue;
        }
        match asked(analysis, &block.0, index) {
            Some(Asked { condition, counted, test }) => {
                visit::condition(&condition, &mut |expr| add_local(expr, &mut tested));
                block.0[test] = Statement::Test(condition);
                if let Some(counted) = counted {
                    block.0.remove(counted);
                }
                block.0.remove(index);
            }
            None => index += 1,
        }
    }
}

/// Adds the locals of which a statement may be the test for a collection, so that [`asked`] searches
/// the readers of few collections.
fn add_tested(statement: &Statement, tested: &mut HashSet<LocalId>) {
    match statement {
        Statement::Bind { value: Expr::Call(call), .. } => {
            call.arguments.iter().for_each(|expr| add_local(expr, tested));
        }
        Statement::Test(condition) => {
            visit::condition(condition, &mut |expr| add_local(expr, tested));
        }
        _ => {}
    }
}

fn add_local(expr: &Expr, locals: &mut HashSet<LocalId>) {
    if let Expr::Local(local) = expr {
        locals.insert(*local);
    }
}

/// Returns `true` if a statement builds a collection that is tested.
fn is_tested(statement: &Statement, tested: &HashSet<LocalId>) -> bool {
    matches!(statement, Statement::Collect { local, .. } if tested.contains(local))
}

/// A collection that has a single use, a test.
struct Asked {
    /// The condition that replaces the test.
    condition: Condition,
    /// The index of the statement that counts the collection, if there is one.
    counted: Option<usize>,
    /// The index of the test.
    test: usize,
}

/// A property of the solutions of a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// There is a solution.
    Some,
    /// A solution is `true`.
    True,
    /// A solution is not `true`.
    Untrue,
}

fn asked(analysis: &Analysis<'_>, statements: &[Statement], index: usize) -> Option<Asked> {
    let collect = &statements[index];
    let Statement::Collect { local, kind, body, .. } = collect else { return None };
    let effects = analysis.statement(collect);
    if !matches!(kind, CollectKind::Array | CollectKind::Set) || effects.stops || effects.asks {
        return None;
    }
    let reader = visit::only_reader(statements, index, *local)?;
    let (counted, test, (question, holds)) = match &statements[reader] {
        Statement::Bind { local: number, value } if is_call(value, "count", *local) => {
            let test = visit::only_reader(statements, reader, *number)?;
            let Statement::Test(condition) = &statements[test] else { return None };
            (Some(reader), test, compared_count(condition, *number)?)
        }
        Statement::Test(condition) => (None, reader, of_collection(condition, *local, *kind)?),
        _ => return None,
    };
    let found = if effects.fails { Yield::Noted } else { Yield::Found };
    let between = statements[index + 1..test].iter().enumerate();
    let others = |(at, statement)| {
        Some(index + 1 + at) != counted
            && (!always_goes_on(statement) || analysis.statement(statement).fails)
    };
    if matches!(found, Yield::Noted) && between.into_iter().any(others) {
        return None;
    }
    let exists = Condition::Exists(solutions(body, question, &found)?);
    let condition = if holds { exists } else { Condition::Not(Box::new(exists)) };
    Some(Asked { condition, counted, test })
}

/// Returns `true` if a statement never fails.
fn always_goes_on(statement: &Statement) -> bool {
    matches!(statement, Statement::Let { .. } | Statement::Collect { .. })
}

/// Returns the question that a comparison of the number of solutions asks, and the answer for which
/// the comparison holds.
fn compared_count(condition: &Condition, number: LocalId) -> Option<(Question, bool)> {
    let is_number = |expr: &Expr| expr.is_local(number);
    let constant = |expr: &Expr| match expr {
        Expr::Constant(Constant::Number(text)) => match &**text {
            "0" => Some(0),
            "1" => Some(1),
            _ => None,
        },
        _ => None,
    };
    let holds = match condition {
        Condition::Not(inner) => {
            return compared_count(inner, number).map(|(question, holds)| (question, !holds));
        }
        Condition::Equal(left, right) if is_number(left) => {
            (constant(right)? == 0).then_some(false)
        }
        Condition::Equal(left, right) if is_number(right) => {
            (constant(left)? == 0).then_some(false)
        }
        Condition::Compare(comparison, left, right) if is_number(left) => {
            at_least_one(*comparison, constant(right)?)
        }
        Condition::Compare(comparison, left, right) if is_number(right) => {
            at_least_one(mirrored(*comparison), constant(left)?)
        }
        _ => None,
    };
    holds.map(|holds| (Question::Some, holds))
}

/// Returns `Some(true)` if a comparison with a constant holds exactly if there is a solution, and
/// `Some(false)` if it holds exactly if there is none.
fn at_least_one(comparison: Comparison, constant: u8) -> Option<bool> {
    match (comparison, constant) {
        (Comparison::Greater | Comparison::NotEqual, 0) | (Comparison::GreaterEqual, 1) => {
            Some(true)
        }
        (Comparison::LessEqual, 0) | (Comparison::Less, 1) => Some(false),
        _ => None,
    }
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::NotEqual => Comparison::NotEqual,
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
    }
}

/// Returns the question that a test of the collection itself asks, and the answer for which the
/// test holds.
fn of_collection(
    condition: &Condition,
    local: LocalId,
    kind: CollectKind,
) -> Option<(Question, bool)> {
    let is_local = |expr: &Expr| expr.is_local(local);
    let is_empty = |expr: &Expr| match expr {
        Expr::Constant(Constant::Array(items)) => kind == CollectKind::Array && items.is_empty(),
        Expr::Constant(Constant::Set(items)) => kind == CollectKind::Set && items.is_empty(),
        Expr::Array(items) => kind == CollectKind::Array && items.is_empty(),
        Expr::Set(items) => kind == CollectKind::Set && items.is_empty(),
        _ => false,
    };
    let with_empty =
        |left, right| is_local(left) && is_empty(right) || is_empty(left) && is_local(right);
    match condition {
        Condition::Not(inner) => {
            of_collection(inner, local, kind).map(|(question, holds)| (question, !holds))
        }
        Condition::Equal(left, right) if with_empty(left, right) => Some((Question::Some, false)),
        Condition::Compare(Comparison::NotEqual, left, right) if with_empty(left, right) => {
            Some((Question::Some, true))
        }
        Condition::Truthy(value) if is_call(value, "any", local) => Some((Question::True, true)),
        Condition::Truthy(value) if is_call(value, "all", local) => Some((Question::Untrue, false)),
        _ => None,
    }
}

fn is_call(expr: &Expr, name: &str, of: LocalId) -> bool {
    let Expr::Call(call) = expr else { return false };
    let Call { callee: Callee::Builtin(builtin), arguments, mock: None, .. } = &**call else {
        return false;
    };
    builtin.name == name && matches!(arguments.as_slice(), [Expr::Local(local)] if *local == of)
}

/// Converts the body of a collection to the body of an existence test.
fn solutions(body: &Block, question: Question, found: &Yield) -> Option<Block> {
    let mut statements = Vec::with_capacity(body.0.len());
    for (index, statement) in body.0.iter().enumerate() {
        let mut statement = statement.clone();
        match &mut statement {
            // If the test fails, the statements after this one would not be evaluated.
            Statement::Yield(Yield::Member(_)) if index + 1 < body.0.len() => return None,
            Statement::Yield(Yield::Member(member)) if !is_computed(member) => {
                statements.extend(test(question, member));
                statement = Statement::Yield(found.clone());
            }
            Statement::Yield(_) => return None,
            Statement::Each { body, .. }
            | Statement::Rows { body, .. }
            | Statement::Scope { body, .. } => *body = solutions(body, question, found)?,
            _ => {}
        }
        statements.push(statement);
    }
    Some(Block(statements))
}

/// Returns the test that a member must pass, if any.
fn test(question: Question, member: &Expr) -> Option<Statement> {
    let (member, truth) = (member.clone(), Expr::Constant(Constant::Bool(true)));
    let condition = match question {
        Question::Some => return None,
        Question::True => Condition::Equal(member, truth),
        Question::Untrue => Condition::Compare(Comparison::NotEqual, member, truth),
    };
    Some(Statement::Test(condition))
}

/// Returns `true` if evaluating a member may call a function or read a rule.
fn is_computed(member: &Expr) -> bool {
    let mut found = false;
    visit::expression(member, &mut |expr| {
        found |= matches!(expr, Expr::Call(_) | Expr::Rule(..) | Expr::Package { .. });
    });
    found
}

#[cfg(test)]
mod tests;
