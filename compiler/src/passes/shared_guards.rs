//! Evaluates once the first literals that successive definitions share.
//!
//! ```text
//! scope { test kind = "Pod"; test a; add 1 }     # before: `kind` is compared twice
//! scope { test kind = "Pod"; test b; add 2 }
//!
//! scope                                          # after: once
//!   test kind = "Pod"
//!   scope { test a; add 1 }
//!   scope { test b; add 2 }
//! ```
//!
//! This is sound because a guard has the same value for each definition: `input`, `data` and the
//! rules do not change, and a guard does not ask the host. If a guard fails, all of
//! these definitions fail. If it stops the evaluation, the first definition would have stopped it.
//! Everything else is evaluated in the same order, except lookups in `input` (`head`).
//!
//! The pass runs after `fuse_loops`, which looks for loops at the start of definitions.

use crate::ir::{Block, Program, Statement, Yield, visit};
use crate::passes::effects::{self, Analysis};
use crate::passes::{equivalence, head};
use crate::source::Span;

/// Nests successive definitions of `program` that share guards in one block.
pub(super) fn run(program: &mut Program) {
    effects::change(program, |analysis, function| {
        visit::change_each_block(&mut function.body, &mut |inside| {
            let statements = std::mem::take(&mut inside.0);
            inside.0 = merged(analysis, statements);
        });
    });
}

/// Returns the statements of a block, with each run of definitions that share guards in one block.
fn merged(analysis: &Analysis<'_>, statements: Vec<Statement>) -> Vec<Statement> {
    let mut runs: Vec<Vec<Statement>> = Vec::with_capacity(statements.len());
    for statement in statements {
        match runs.last_mut() {
            Some(run) if share_guards(analysis, &run[0], &statement) => run.push(statement),
            _ => runs.push(vec![statement]),
        }
    }
    runs.into_iter().flat_map(|run| nested(analysis, run)).collect()
}

/// Returns `true` if two statements are definitions that begin with the same guards.
fn share_guards(analysis: &Analysis<'_>, one: &Statement, other: &Statement) -> bool {
    match (one, other) {
        (Statement::Scope { body: one, .. }, Statement::Scope { body: other, .. }) => {
            !common(analysis, &mut [one.0.clone(), other.0.clone()]).is_empty()
        }
        _ => false,
    }
}

/// Returns a run of definitions that share guards as one block, or a single statement as it is.
fn nested(analysis: &Analysis<'_>, run: Vec<Statement>) -> Vec<Statement> {
    if run.len() == 1 {
        return run;
    }
    let (mut parts, places): (Vec<_>, Vec<_>) = run.into_iter().filter_map(part).unzip();
    let Some(&at) = places.first() else { return Vec::new() };
    let mut body = common(analysis, &mut parts);
    let scopes = parts.into_iter().zip(places);
    let scopes = scopes.map(|(body, at)| Statement::Scope { body: Block(body), at });
    body.extend(merged(analysis, scopes.collect()));
    vec![Statement::Scope { body: Block(body), at }]
}

/// Returns the statements and the place of a definition.
fn part(statement: Statement) -> Option<(Vec<Statement>, Span)> {
    match statement {
        Statement::Scope { body, at } => Some((body.0, at)),
        _ => None,
    }
}

/// Removes and returns the guards that all definitions share. Lookups are shared only for a guard
/// that follows them.
fn common(analysis: &Analysis<'_>, parts: &mut [Vec<Statement>]) -> Vec<Statement> {
    let (mut guards, mut count) = (Vec::new(), 0);
    let mut rest = parts.to_vec();
    while let Some(guard) = next(analysis, &mut rest) {
        let is_lookup = head::is_lookup(&guard);
        guards.push(guard);
        if !is_lookup {
            count = guards.len();
            parts.clone_from_slice(&rest);
        }
    }
    guards.truncate(count);
    guards
}

/// Removes and returns the head of the definitions, if all have the same one.
fn next(analysis: &Analysis<'_>, parts: &mut [Vec<Statement>]) -> Option<Statement> {
    let (first, others) = parts.split_first_mut()?;
    let index = guard_index(analysis, first)?;
    let is_same = |other: &Vec<Statement>| {
        guard_index(analysis, other)
            .is_some_and(|own| equivalence::statements(&first[index], &other[own]))
    };
    if !others.iter().all(is_same) {
        return None;
    }
    let mut guard = first.remove(index);
    for other in others {
        let own = other.remove(head::index(analysis, other));
        equivalence::rename(other, &equivalence::unite(&mut guard, &own));
    }
    Some(guard)
}

/// Returns the index of the head of a definition, if it is a guard and not the whole condition.
fn guard_index(analysis: &Analysis<'_>, statements: &[Statement]) -> Option<usize> {
    let index = head::index(analysis, statements);
    let is_guard = is_guard(analysis, statements.get(index)?);
    (is_guard && (index > 0 || !is_final(&statements[1..]))).then_some(index)
}

/// Returns `true` if a statement goes on at most once, and its evaluation can be shared.
fn is_guard(analysis: &Analysis<'_>, statement: &Statement) -> bool {
    let goes_on_once = matches!(
        statement,
        Statement::Let { .. }
            | Statement::Bind { .. }
            | Statement::Test(_)
            | Statement::Destructure { .. }
    );
    goes_on_once && !analysis.statement(statement).asks
}

/// Returns `true` if no definition after these statements is reached.
fn is_final(statements: &[Statement]) -> bool {
    match statements.first() {
        None => true,
        Some(Statement::Yield(given)) => {
            matches!(given, Yield::Return(_) | Yield::First(_) | Yield::Found)
        }
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::passes::testing;
    use crate::pipeline;
    use crate::source::RegoVersion;

    /// Returns the first word of each statement in the plan of the rule `a`.
    fn shape(rules: &str) -> String {
        let passes = testing::only(&["shared_guards"]);
        let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
        let text = testing::text_of_a(&testing::plan(rules, RegoVersion::V1, &options));
        let word = |line: &str| line.trim().split(' ').next().unwrap_or_default().to_owned();
        let is_shown = |word: &String| !matches!(&**word, "collect" | "single" | "return");
        let words = text.lines().skip(1).map(word).filter(is_shown);
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_guard_of_successive_definitions_is_evaluated_once() {
        for (expected, rules) in [
            (
                "scope test scope test add scope test add",
                "a contains 1 if { input.k == 1; input.x }\na contains 2 if { input.k == 1; input.y }",
            ),
            // All guards that all of them share, then those that two of them share.
            (
                "scope test test scope test scope test add scope test add scope test add",
                "a contains 1 if { input.k == 1; input.l; input.m; input.x }
                 a contains 2 if { input.k == 1; input.l; input.m; input.y }
                 a contains 3 if { input.k == 1; input.l; input.z }",
            ),
            // A local that the guard binds.
            (
                "scope bind test scope test add scope test add",
                "a contains 1 if { x := input.k; x > 1; x < 7 }\na contains 2 if { y := input.k; y > 1; y < 9 }",
            ),
            // The values of a complete rule.
            (
                "scope scope test scope test offer scope test offer",
                "a := 1 if { input.k == 1; input.x }\na := 2 if { input.k == 1; input.y }",
            ),
            // A guard behind a lookup, and a lookup that no guard follows.
            (
                "scope test scope bind test add scope bind bind add",
                "a contains x if { x := input.x; input.k == 1; x > 1 }
                 a contains [x, y] if { x := input.x; y := input.y; input.k == 1 }",
            ),
            // Definitions without further literals.
            (
                "scope test scope add scope bind add",
                "a contains 1 if input.k == 1\na contains input.x if input.k == 1",
            ),
        ] {
            assert_eq!(shape(rules), expected, "{rules}");
        }
    }

    #[test]
    fn other_definitions_evaluate_their_own_guards() {
        for (expected, rules) in [
            (
                "scope test test add scope test test add",
                "a contains 1 if { input.k == 1; input.x }\na contains 2 if { input.k == 2; input.y }",
            ),
            // Another definition between them.
            (
                "scope test test add scope test add scope test test add",
                "a contains 1 if { input.k; input.x }\na contains 2 if input.l
                 a contains 3 if { input.k; input.y }",
            ),
            // A lookup before a call that may stop the evaluation.
            (
                "scope bind test add scope bind test add",
                "a contains x if { x := input.x; f(1) }\na contains y if { y := input.y; f(1) }
                 f(_) := 1 if input.s\nf(_) := 2 if input.t",
            ),
            // A call of the host.
            (
                "scope test bind test test add scope test bind test test add",
                "a contains 1 if { http.send(input.k); input.x }\na contains 2 if { http.send(input.k); input.y }",
            ),
        ] {
            assert_eq!(shape(rules), expected, "{rules}");
        }
    }
}
