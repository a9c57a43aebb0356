//! Skips a loop over patterns if no pattern can match the text.
//!
//! ```text
//! each _, pattern in patterns                 # before
//!   test regex.match(pattern, text)
//!
//! test one of patterns may match text         # after
//! each _, pattern in patterns
//!   test regex.match(pattern, text)
//! ```
//!
//! Most texts are too short for every pattern, or begin with another letter. The condition
//! [`Condition::MayMatch`] finds that out without a match.
//!
//! This is sound because the condition fails only if each member is a pattern that does not match
//! the text. The first test of the loop would then fail for each member, and nothing in the loop
//! could stop the evaluation. The loop is the last statement of its block, so that the block ends
//! there as the loop would have. The condition may be tested before lazy values are made. A strict
//! evaluation makes them at once, and in a strict evaluation the condition always holds.

use ferrego_runtime::builtins::LiteralPattern;

use crate::ir::{
    Block, Call, Callee, Condition, ContextId, Expr, LocalId, Program, Statement, visit,
};

/// Inserts a condition before loops in `program` that begin with the match of a pattern.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        visit::change_each_block(&mut function.body, &mut block);
    }
}

fn block(inside: &mut Block) {
    let Some((last, before)) = inside.0.split_last() else { return };
    if let Some(condition) = question(last) {
        let is_later = |statement: &&Statement| matches!(statement, Statement::Lazy { .. });
        let at = before.len() - before.iter().rev().take_while(is_later).count();
        inside.0.insert(at, Statement::Test(condition));
    }
}

/// Returns the condition to test before a loop, if the loop iterates patterns.
fn question(statement: &Statement) -> Option<Condition> {
    let Statement::Each { key, value: Some(pattern), of, lookup: None, body } = statement else {
        return None;
    };
    let Some(Statement::Test(Condition::Truthy(Expr::Call(call)))) = body.0.first() else {
        return None;
    };
    let text = matched(call, *pattern)?;
    let is_bound = key.iter().chain([pattern]).any(|local| visit::expression_reads(text, *local));
    (!is_bound && of.is_available()).then(|| Condition::MayMatch(of.clone(), text.clone()))
}

/// Returns the text that a call matches with a pattern.
fn matched(call: &Call, pattern: LocalId) -> Option<&Expr> {
    let (Callee::Builtin(builtin), None, ContextId(0)) = (call.callee, call.mock, call.context)
    else {
        return None;
    };
    match (builtin.pattern, call.arguments.as_slice()) {
        (LiteralPattern::Match, [own, text]) if own.is_local(pattern) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::passes::testing;
    use crate::pipeline;
    use crate::source::RegoVersion;

    /// Returns the plan of a body.
    fn planned(body: &str) -> String {
        let passes = testing::only(&["prefilter", "sink"]);
        let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
        let rules = format!("a contains 1 if {{ {body} }}");
        testing::text_of_a(&testing::plan(&rules, RegoVersion::V1, &options))
    }

    #[test]
    fn it_runs_before_the_loop_and_before_lazy_values() {
        let plan = planned(
            "some text in input.texts; path := concat(\"/\", [text, \"a\"]); \
             some pattern in input.patterns; regex.match(pattern, text); path != \"b/a\"",
        );
        let asked = plan.find("may match").expect("a question");
        assert!(asked > plan.find("each").expect("the outer loop"), "{plan}");
        assert!(asked < plan.find("lazy").expect("a path"), "{plan}");
    }

    #[test]
    fn it_is_not_asked_where_the_loop_gives_the_text_or_makes_it() {
        for body in [
            "some text, pattern in input.patterns; regex.match(pattern, text)",
            "some pattern in input.patterns; regex.match(pattern, pattern)",
            "some pattern in input.patterns; regex.match(input.pattern, pattern)",
            "some pattern in input.patterns; regex.match(pattern, lower(input.text))",
            "some pattern in input.patterns; not regex.match(pattern, input.text)",
            "some pattern in input.patterns; regex.match(pattern, input.text) with input.x as 1",
            "some pattern in input.patterns; startswith(pattern, input.text)",
        ] {
            let plan = planned(body);
            assert!(!plan.contains("may match"), "{body}: {plan}");
        }
        assert!(
            planned("some p in input.patterns; regex.match(p, input.text)").contains("may match")
        );
    }
}
