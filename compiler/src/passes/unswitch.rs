//! Moves a test that a loop does not change in front of the loop.
//!
//! ```text
//! each _, y in x["y"]              # before: the test is evaluated for each member
//!   test startswith(k, "a")
//!   test y > 1
//!
//! test exists { each _, _ in x["y"] { found } }   # after: once, if there is a member
//! test startswith(k, "a")
//! each _, y in x["y"]
//!   test y > 1
//! ```
//!
//! This is sound because the loop is the last statement of its block. The block ends where the test
//! fails, as each pass of the loop would have. The test is evaluated when the first member would
//! have been tested, so that an error stops the evaluation at the same point. The test must not ask
//! the host, which could answer differently each time.

use std::collections::HashSet;

use crate::ir::{Block, Condition, Expr, LocalId, Program, Statement, Yield, visit};
use crate::passes::effects::{self, Analysis};

/// Moves tests in `program` in front of the loops that begin with them.
pub(super) fn run(program: &mut Program) {
    effects::change(program, |analysis, function| {
        visit::change_each_block(&mut function.body, &mut |inside| block(analysis, inside));
    });
}

fn block(analysis: &Analysis<'_>, inside: &mut Block) {
    let Some((last, before)) = inside.0.split_last_mut() else { return };
    let bound = bound_by(last);
    // A test in front of the loop would be wasted on members that the index leaves out.
    let Statement::Each { of, lookup: None, body, .. } = last else { return };
    let is_hoisted = |statement: &&Statement| match statement {
        Statement::Test(condition) => {
            calls(condition) && !analysis.condition(condition).asks && !reads(statement, &bound)
        }
        _ => false,
    };
    let count = body.0.iter().take_while(is_hoisted).count();
    if count > 0 && of.is_available() {
        let tests: Vec<_> = body.0.drain(..count).collect();
        let at = before.len();
        let tests = std::iter::once(has_member(of)).chain(tests);
        inside.0.splice(at..at, tests);
    }
}

/// Returns the test that a collection has a member.
fn has_member(of: &Expr) -> Statement {
    let found = Block(vec![Statement::Yield(Yield::Found)]);
    let (of, key, value) = (of.clone(), None, None);
    let each = Statement::Each { key, value, of, lookup: None, body: found };
    Statement::Test(Condition::Exists(Block(vec![each])))
}

/// Returns `true` if a condition contains a call.
fn calls(condition: &Condition) -> bool {
    let mut found = false;
    let test = Statement::Test(condition.clone());
    visit::statement(&test, &mut |expr| found |= matches!(expr, Expr::Call(_)));
    found
}

fn bound_by(statement: &Statement) -> HashSet<LocalId> {
    let mut bound = HashSet::new();
    visit::bound(statement, &mut |local| {
        bound.insert(local);
    });
    bound
}

fn reads(statement: &Statement, locals: &HashSet<LocalId>) -> bool {
    locals.iter().any(|local| visit::statement_reads(statement, *local))
}

#[cfg(test)]
mod tests {
    use crate::passes::testing;
    use crate::pipeline;
    use crate::source::RegoVersion;

    /// Returns the first word of each statement of a body.
    fn shape(body: &str) -> String {
        let passes = testing::only(&["unswitch"]);
        let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
        let rules = format!("a contains 1 if {{ {body} }}");
        let text = testing::text_of_a(&testing::plan(&rules, RegoVersion::V1, &options));
        let word = |line: &str| line.trim().split(' ').next().unwrap_or_default().to_owned();
        let words = text.lines().skip(3).map(word).filter(|word| word != "return");
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_test_that_a_loop_does_not_change_is_made_before_it() {
        for (expected, body) in [
            (
                "each test each found test each test add",
                "some k, x in input.x; some y in x.y; startswith(k, \"a\"); y > 1",
            ),
            // A test of the loop's own local, a cheap test, and a test after another one.
            (
                "each each test test add",
                "some k, x in input.x; some y in x.y; startswith(y, \"a\"); y > 1",
            ),
            ("each each test test add", "some k, x in input.x; some y in x.y; k > 1; y > 1"),
            (
                "each each test test add",
                "some k, x in input.x; some y in x.y; y > 1; startswith(k, \"a\")",
            ),
        ] {
            assert_eq!(shape(body), expected, "{body}");
        }
        // A call of the host.
        let asks = "some k, x in input.x; some y in x.y; http.send(k); y > 1";
        assert!(!shape(asks).contains("found"));
    }
}
