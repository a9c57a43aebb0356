//! Moves an expression that is bound only to be tested into the test.
//!
//! ```text
//! bind good = startswith(image, repo)   # before
//! test good == true
//!
//! test startswith(image, repo)          # after
//! ```
//!
//! This is sound because the binding fails if the call is undefined, and the test fails if it is
//! false. The call as a condition fails in both cases, and stops the evaluation where the binding
//! would have. For a builtin that returns only booleans, *is true* and *is not false* are the same.

use ferrego_runtime::builtins::Kind;

use crate::hir::Constant;
use crate::ir::{Block, Callee, Condition, Expr, LocalId, Program, Statement, visit};

/// Turns calls in `program` that are only tested into conditions.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        visit::change_each_block(&mut function.body, &mut block);
    }
}

fn block(inside: &mut Block) {
    let reads = visit::reads(inside);
    let is_read_once = |local: LocalId| reads.get(&local) == Some(&1);
    let mut rest = std::mem::take(&mut inside.0).into_iter().peekable();
    while let Some(statement) = rest.next() {
        let condition = rest.peek().and_then(|next| tested(&statement, next, is_read_once));
        inside.0.push(match condition {
            Some(condition) => {
                rest.next();
                Statement::Test(condition)
            }
            None => statement,
        });
    }
}

/// Returns the bound call as a condition, if the next statement tests whether it holds and is its
/// only reader.
fn tested(
    bound: &Statement,
    next: &Statement,
    is_read_once: impl Fn(LocalId) -> bool,
) -> Option<Condition> {
    let (Statement::Bind { local, value }, Statement::Test(condition)) = (bound, next) else {
        return None;
    };
    let is_tested = match condition {
        Condition::Truthy(tested) => matches!(value, Expr::Call(_)) && tested.is_local(*local),
        Condition::Equal(one, other) => {
            let (one, other) = if is_true(one) { (other, one) } else { (one, other) };
            is_true(other) && one.is_local(*local) && gives_booleans(value)
        }
        _ => false,
    };
    (is_tested && is_read_once(*local)).then(|| Condition::Truthy(value.clone()))
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr, Expr::Constant(Constant::Bool(true)))
}

/// Returns `true` if a call, where it is defined, returns a boolean.
fn gives_booleans(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    match call.callee {
        Callee::Builtin(builtin) => {
            // A host may return any value.
            let is_sure = matches!(builtin.kind, Kind::Pure) && call.mock.is_none();
            is_sure && builtin.signature.ends_with("=> boolean")
        }
        Callee::Function(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::passes::testing;
    use crate::pipeline;
    use crate::source::RegoVersion;

    /// Returns the statements of a body.
    fn shape(body: &str) -> String {
        let passes = testing::only(&["inline_single_use", "exists"]);
        let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
        let rules = format!("a[1] {{ {body} }}\nf(x) = input[x]");
        let text = testing::text_of_a(&testing::plan(&rules, RegoVersion::V0, &options));
        text.lines().skip(3).map(str::trim).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn calls_that_are_only_tested_are_conditions() {
        for body in [
            "x := startswith(input.a, \"a\"); x == true",
            "x := startswith(input.a, \"a\"); true == x",
            "x := startswith(input.a, \"a\"); x",
            "x := f(\"b\"); x",
            "any([x | x := startswith(input.a, input.b[_])])",
        ] {
            let shape = shape(body);
            let made = ["test startswith(", "test call p.f(", "test #"];
            assert!(made.iter().any(|call| shape.contains(call)), "{body}: {shape}");
            assert!(!shape.contains("true"), "{body}: {shape}");
        }
    }

    #[test]
    fn what_is_read_again_or_is_no_boolean_stays_bound() {
        for body in [
            "x := startswith(input.a, \"a\"); x == true; input[x]",
            "x := startswith(input.a, \"a\"); x == false",
            "x := startswith(input.a, \"a\"); not x",
            "x := json.unmarshal(input.a); x == true",
            "x := f(\"b\"); x == true",
            "x := startswith(input.a, \"a\"); input.b; x == true",
        ] {
            let shape = shape(body);
            assert!(shape.contains("bind x"), "{body}: {shape}");
        }
    }
}
