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
//! This is sound because the second evaluation of a guard gives what the first one gave: `input`,
//! `data` and the rules do not change, and a guard does not ask the host. If a guard fails, all of
//! these definitions fail. If it stops the evaluation, the first definition would have stopped it.
//! Everything else is evaluated in the same order.
//!
//! The pass runs after `fuse_loops`, which looks for loops at the start of definitions.

use crate::ir::{Block, Program, Statement, Yield, visit};
use crate::passes::alike;
use crate::passes::effects::{self, Analysis};
use crate::source::Span;

/// Nests successive blocks of `program` that begin alike in one block.
pub(super) fn run(program: &mut Program) {
    effects::change(program, |analysis, function| {
        visit::change_each_block(&mut function.body, &mut |inside| {
            let statements = std::mem::take(&mut inside.0);
            inside.0 = merged(analysis, statements);
        });
    });
}

/// Returns the statements of a block, with each run of definitions that begin alike in one block.
fn merged(analysis: &Analysis<'_>, statements: Vec<Statement>) -> Vec<Statement> {
    let mut runs: Vec<Vec<Statement>> = Vec::with_capacity(statements.len());
    for statement in statements {
        match runs.last_mut() {
            Some(run) if begin_alike(analysis, &run[0], &statement) => run.push(statement),
            _ => runs.push(vec![statement]),
        }
    }
    runs.into_iter().flat_map(|run| nested(analysis, run)).collect()
}

/// Returns a run of definitions that begin alike as one block, or a single statement as it is.
fn nested(analysis: &Analysis<'_>, run: Vec<Statement>) -> Vec<Statement> {
    if run.len() == 1 {
        return run;
    }
    let mut parts: Vec<_> = run.into_iter().filter_map(part).collect();
    let Some(at) = parts.first().map(|(_, at)| *at) else { return Vec::new() };
    let mut body = Vec::new();
    while let Some((first, others)) = parts.split_first_mut() {
        let is_shared = |(other, _): &(Vec<_>, _)| share_guard(analysis, &first.0, other);
        if !others.iter().all(is_shared) {
            break;
        }
        let mut guard = first.0.remove(0);
        for (other, _) in others {
            let own = other.remove(0);
            alike::rename(other, &alike::unite(&mut guard, &own));
        }
        body.push(guard);
    }
    let scopes = parts.into_iter().map(|(body, at)| Statement::Scope { body: Block(body), at });
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

/// Returns `true` if two statements are definitions that begin with the same guard.
fn begin_alike(analysis: &Analysis<'_>, one: &Statement, other: &Statement) -> bool {
    match (one, other) {
        (Statement::Scope { body: one, .. }, Statement::Scope { body: other, .. }) => {
            share_guard(analysis, &one.0, &other.0)
        }
        _ => false,
    }
}

/// Returns `true` if two definitions begin with the same guard and have more statements than a
/// final yield after it.
fn share_guard(analysis: &Analysis<'_>, one: &[Statement], other: &[Statement]) -> bool {
    let ([guard, rest @ ..], [own_guard, own_rest @ ..]) = (one, other) else { return false };
    is_guard(analysis, guard)
        && alike::statements(guard, own_guard)
        && !is_final(rest)
        && !is_final(own_rest)
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
            // Definitions without further literals.
            (
                "scope test scope add scope add",
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
