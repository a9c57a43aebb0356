//! Definitions that ask one local for different strings give their value to the first that holds:
//! the others are not tried, and nothing is compared for agreement.
//!
//! `multiple("Ki") = 1024` and `multiple("Mi") = 1048576` cannot both hold, so at most one of them
//! gives a value, and gives it once. A definition that is left out would have come to nothing at
//! its first test, which has no effect.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::hir::Constant;
use crate::plan::{Block, Condition, Expr, LocalId, Program, Statement, Yield};

/// Finds in `program` the rules and functions whose definitions exclude each other, and lets the
/// first of them that holds answer.
pub fn exclusive(program: &mut Program) {
    for function in &mut program.functions {
        for statement in &mut function.body.0 {
            choose(statement);
            if let Statement::Scope(block) = statement {
                block.0.iter_mut().for_each(choose);
            }
        }
    }
}

fn choose(statement: &mut Statement) {
    let Statement::Single { local, body, .. } = statement else { return };
    if !is_exclusive(body) {
        return;
    }
    let (local, mut body) = (*local, std::mem::take(body));
    body.0.iter_mut().for_each(give_first);
    *statement = Statement::First { local, body };
}

/// Whether at most one definition of the block can hold, and each gives one value.
fn is_exclusive(body: &Block) -> bool {
    let mut asked = None;
    let mut texts = BTreeSet::new();
    let all = body.0.iter().all(|definition| {
        asks(definition).is_some_and(|(local, text)| {
            *asked.get_or_insert(local) == local && texts.insert(text.clone())
        })
    });
    all && texts.len() > 1
}

/// The local that a definition asks first, and the string that it asks for.
fn asks(definition: &Statement) -> Option<(LocalId, &Arc<str>)> {
    let Statement::Scope(Block(statements)) = definition else { return None };
    let [Statement::Test(condition), between @ .., Statement::Yield(Yield::Single { .. })] =
        statements.as_slice()
    else {
        return None;
    };
    between.iter().all(goes_on_once).then(|| question(condition)).flatten()
}

/// Whether what follows the statement is reached at most once.
fn goes_on_once(statement: &Statement) -> bool {
    !matches!(
        statement,
        Statement::Each { .. } | Statement::Rows { .. } | Statement::Scope(_) | Statement::Yield(_)
    )
}

fn question(condition: &Condition) -> Option<(LocalId, &Arc<str>)> {
    match condition {
        Condition::Equal(Expr::Local(local), Expr::Constant(Constant::String(text)))
        | Condition::Equal(Expr::Constant(Constant::String(text)), Expr::Local(local)) => {
            Some((*local, text))
        }
        _ => None,
    }
}

fn give_first(definition: &mut Statement) {
    let Statement::Scope(Block(statements)) = definition else { return };
    let Some(Statement::Yield(given)) = statements.last_mut() else { return };
    if let Yield::Single { value, .. } = given {
        *given = Yield::First(value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(text: &str, between: Vec<Statement>) -> Statement {
        let constant = |text: &str| Expr::Constant(Constant::String(text.into()));
        let asked = Condition::Equal(Expr::Local(LocalId(0)), constant(text));
        let at = crate::source::Span { source: crate::source::SourceId(0), start: 0, end: 0 };
        let mut statements = vec![Statement::Test(asked)];
        statements.extend(between);
        statements.push(Statement::Yield(Yield::Single { value: constant("answer"), at }));
        Statement::Scope(Block(statements))
    }

    fn chosen(definitions: Vec<Statement>) -> bool {
        let body = Block(definitions);
        let mut statement = Statement::Single { local: LocalId(1), body, function: true };
        choose(&mut statement);
        matches!(statement, Statement::First { .. })
    }

    #[test]
    fn different_strings_exclude_each_other() {
        assert!(chosen(vec![definition("a", vec![]), definition("b", vec![])]));
        assert!(!chosen(vec![definition("a", vec![]), definition("a", vec![])]));
        assert!(!chosen(vec![definition("a", vec![])]));
    }

    #[test]
    fn a_definition_with_many_solutions_is_no_choice() {
        let each = Statement::Each {
            key: None,
            value: None,
            of: Expr::Local(LocalId(0)),
            lookup: None,
            body: Block::default(),
        };
        assert!(!chosen(vec![definition("a", vec![each]), definition("b", vec![])]));
    }
}
