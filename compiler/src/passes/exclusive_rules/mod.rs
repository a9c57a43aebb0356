//! Takes the first definition that holds where definitions exclude each other.
//!
//! ```text
//! single answer of function            # before: every definition is tried, values are compared
//!   scope { test unit == "Ki"; offer 1024 }
//!   scope { test unit == "Mi"; offer 1048576 }
//!
//! first answer                         # after: at most one can hold
//!   switch unit
//!     on "Ki" { take 1024 }
//!     on "Mi" { take 1048576 }
//! ```
//!
//! `is_number(x)` and `not is_number(x)` exclude each other too.
//!
//! This is sound because at most one definition returns a value, and returns it once. A definition
//! that is not tried would have failed at the test that excludes it. Up to that test it has no
//! effect: it can stop neither a lenient nor a strict evaluation, and does not ask the host.

mod exclude;

/// The most definitions of which each is compared with all others. More definitions exclude each
/// other only if they compare one value with different scalars.
const MOST_COMPARED: usize = 200;

use std::collections::HashSet;
use std::sync::Arc;

use self::exclude::Conditions;
use crate::hir::Constant;
use crate::ir::{Block, Condition, Expr, Program, Statement, Yield, visit};
use crate::passes::effects::Analysis;

/// Finds in `program` the rules and functions whose definitions exclude each other, and takes the
/// value of their first definition that holds.
pub(super) fn run(program: &mut Program) {
    let analysis = Analysis::new(program);
    let chosen = program.functions.iter().map(|function| {
        let mut body = function.body.clone();
        for statement in &mut body.0 {
            choose(&analysis, statement);
            if let Statement::Scope { body: block, .. } = statement {
                block.0.iter_mut().for_each(|statement| choose(&analysis, statement));
            }
        }
        body
    });
    let chosen: Vec<Block> = chosen.collect();
    for (function, body) in program.functions.iter_mut().zip(chosen) {
        function.body = body;
    }
}

fn choose(analysis: &Analysis<'_>, statement: &mut Statement) {
    let Statement::Single { local, body, .. } = statement else { return };
    if !is_exclusive(analysis, body) {
        return;
    }
    let (local, mut body) = (*local, std::mem::take(body));
    body.0.iter_mut().for_each(give_first);
    if let Some(switch) = switch(&body) {
        body = Block(vec![switch]);
    }
    *statement = Statement::First { local, body };
}

/// Returns `true` if at most one definition of the block can hold, and each yields one value.
fn is_exclusive(analysis: &Analysis<'_>, body: &Block) -> bool {
    let asked: Option<Vec<_>> = body.0.iter().map(|one| questions(analysis, one)).collect();
    let Some(asked) = asked else { return false };
    if exclude::want_different_scalars(&asked) {
        return true;
    }
    if asked.len() > MOST_COMPARED {
        return false;
    }
    let excluded = |index| {
        let before: &[Conditions<'_>] = &asked[..index];
        before.iter().all(|other| other.exclude(&asked[index]))
    };
    asked.len() > 1 && (1..asked.len()).all(excluded)
}

/// Returns the tests and bindings that a definition with one value evaluates before its first
/// effect.
fn questions<'p>(analysis: &Analysis<'_>, definition: &'p Statement) -> Option<Conditions<'p>> {
    let Statement::Scope { body: Block(statements), .. } = definition else { return None };
    let [before @ .., Statement::Yield(Yield::Single { .. })] = statements.as_slice() else {
        return None;
    };
    let mut questions = Conditions::default();
    visit::bound(definition, &mut |local| {
        questions.own.insert(local, None);
    });
    let quiet = before.iter().take_while(|statement| {
        let effects = analysis.statement(statement);
        !(effects.stops || effects.fails || effects.asks)
    });
    for statement in quiet {
        match statement {
            Statement::Test(condition) => questions.tests.push(condition),
            Statement::Let { local, value } | Statement::Bind { local, value } => {
                questions.own.insert(*local, Some(value));
            }
            _ => {}
        }
    }
    before.iter().all(goes_on_once).then_some(questions)
}

/// Returns `true` if the statements after this one are reached at most once.
fn goes_on_once(statement: &Statement) -> bool {
    !matches!(
        statement,
        Statement::Each { .. }
            | Statement::Rows { .. }
            | Statement::Scope { .. }
            | Statement::Yield(_)
    )
}

fn give_first(definition: &mut Statement) {
    let Statement::Scope { body: Block(statements), .. } = definition else { return };
    let Some(Statement::Yield(given)) = statements.last_mut() else { return };
    if let Yield::Single { value, .. } = given {
        *given = Yield::First(value.clone());
    }
}

/// Returns the definitions as one switch, if each first compares the same local with a different
/// string.
fn switch(body: &Block) -> Option<Statement> {
    let mut on = None;
    let mut arms: Vec<(Arc<str>, Block)> = Vec::with_capacity(body.0.len());
    let mut texts = HashSet::with_capacity(body.0.len());
    for definition in &body.0 {
        let Statement::Scope { body: Block(statements), .. } = definition else { return None };
        let (first, rest) = statements.split_first()?;
        let Statement::Test(
            Condition::Equal(Expr::Local(local), Expr::Constant(Constant::String(text)))
            | Condition::Equal(Expr::Constant(Constant::String(text)), Expr::Local(local)),
        ) = first
        else {
            return None;
        };
        if *on.get_or_insert(*local) != *local || !texts.insert(text) {
            return None;
        }
        arms.push((text.clone(), Block(rest.to_vec())));
    }
    Some(Statement::Switch { on: Expr::Local(on?), arms })
}

#[cfg(test)]
mod tests {
    use crate::ir::print;
    use crate::pipeline;
    use crate::source::{RegoVersion, Source};

    /// Returns `true` if the plan takes the first definition of `f` that holds.
    fn chosen(definitions: &str) -> bool {
        let text = format!("package p\n{definitions}\na := f(input.x, input.y)").into();
        let source = Source { name: "p.rego".into(), text, version: RegoVersion::V1, origin: None };
        let plan = pipeline::plan(&[source], &pipeline::Options::modules("p")).expect("a plan");
        let text = print::program(&plan);
        assert_eq!(text.contains("first answer"), !text.contains("single answer"), "{text}");
        text.contains("first answer")
    }

    #[test]
    fn different_constants_exclude_each_other() {
        assert!(chosen("f(\"a\", _) := 1\nf(\"b\", _) := 2"));
        assert!(!chosen("f(\"a\", _) := 1\nf(\"a\", _) := 2"));
        assert!(!chosen("f(\"a\", _) := 1\nf(_, \"b\") := 2"));
        assert!(!chosen("f(\"a\", _) := 1\nf(\"b\", _) := 2\nf(_, 1) := 3"));
        assert!(chosen("f(null, _) := 1\nf(true, _) := 2\nf(1, _) := 3\nf(\"1\", _) := 4"));
        assert!(!chosen("f(1, _) := 1\nf(1.0, _) := 2"));
        assert!(!chosen("f([1], _) := 1\nf([2], _) := 2"));
        assert!(chosen("f(x, _) := 1 if input.k == 1\nf(x, _) := x if input.k == 2"));
        assert!(!chosen("f(x, _) := 1 if input.k == 1\nf(x, _) := x if input.l == 2"));
    }

    #[test]
    fn a_condition_excludes_its_contrary() {
        assert!(chosen("f(x, _) := 1 if is_number(x)\nf(x, _) := 2 if not is_number(x)"));
        assert!(!chosen("f(x, _) := 1 if is_number(x)\nf(_, y) := 2 if not is_number(y)"));
        assert!(chosen("f(x, y) := 1 if x < y\nf(x, y) := 2 if x >= y"));
        assert!(chosen("f(x, y) := 1 if x == y\nf(x, y) := 2 if x != y"));
        assert!(!chosen("f(x, y) := 1 if x <= y\nf(x, y) := 2 if x >= y"));
        assert!(!chosen("f(x, y) := 1 if x < y\nf(x, y) := 2 if y >= x"));
        assert!(chosen("f(x, _) := 1 if x.a\nf(x, _) := 2 if not x.a"));
        assert!(chosen("f(x, _) := 1 if { y := x.a; y }\nf(x, _) := 2 if { y := x.a; not y }"));
        assert!(!chosen("f(x, _) := 1 if { y := x.a; y }\nf(x, _) := 2 if { y := x.b; not y }"));
        assert!(chosen("f(x, _) := 1 if x.a == 1\nf(x, _) := x.a if x.a != 1"));
    }

    #[test]
    fn types_exclude_each_other() {
        let all = ["number", "string", "boolean", "null", "array", "set", "object"];
        let of = |name: &str| format!("f(x, _) := \"{name}\" if is_{name}(x)\n");
        assert!(chosen(&all.map(of).concat()));
        assert!(!chosen("f(x, _) := 1 if is_set(x)\nf(x, _) := 2 if is_set(x)"));
        assert!(chosen(&format!("{}f(\"a\", _) := 1", of("number"))));
        assert!(!chosen(&format!("{}f(\"a\", _) := 1", of("string"))));
    }

    #[test]
    fn what_stands_before_the_test_must_not_show() {
        let before = |first: &str| {
            chosen(&format!("f(x, _) := 1 if is_null(x)\nf(x, y) := z if {{ {first}; is_set(x) }}"))
        };
        assert!(before("z := [y]"));
        // A strict evaluation stops at a failing builtin.
        assert!(!before("z := to_number(y)"));
        assert!(!before("z := http.send(y)"));
        assert!(!before("z := y[_]"));
    }
}
