//! Returns a plain value instead of a `Result` from functions that cannot stop the evaluation.
//!
//! ```text
//! fn p.is_pod(x) -> truth                 # before: `Result<bool, _>`
//!   test x["kind"] = "Pod"
//!   return true
//!
//! fn p.is_pod(x) -> truth infallible      # after: `bool`
//! ```
//!
//! A function is infallible if none of its operations may stop the evaluation, and each function
//! that it calls is infallible. Of the builtins, only those whose form is
//! [`Form::Truth`](ferrego_runtime::builtins::Form::Truth) cannot fail. Entry points, memoized and
//! replaceable functions have callers that take a `Result`.
//!
//! A budget may stop an evaluation in a loop or in a fallible function. So a function with a loop
//! stays fallible, and so does one whose calls add up to many nodes. A call of an infallible
//! function then ends after at most [`MOST_NODES`] nodes.

use crate::ir::visit::{Visitor, descend};
use crate::ir::{Condition, Expr, FunctionId, Program, Statement, depth};

/// The maximal number of nodes of an infallible function, including those of the functions that it
/// calls.
const MOST_NODES: u32 = 2_000;

/// Marks the functions of `program` that cannot stop the evaluation as infallible.
pub(super) fn run(program: &mut Program) {
    let sizes = Sizes::of(program);
    for (function, size) in program.functions.iter_mut().zip(sizes) {
        function.fallible = size.is_none();
    }
}

/// The numbers of nodes of the infallible functions, computed on first use.
struct Sizes<'p> {
    program: &'p Program,
    known: Vec<Option<Size>>,
}

/// The number of nodes that a call runs at most, or `None` if the function is fallible.
type Size = Option<u32>;

impl<'p> Sizes<'p> {
    fn of(program: &'p Program) -> Vec<Size> {
        let mut sizes = Self { program, known: vec![None; program.functions.len()] };
        for entry in &program.entries {
            sizes.known[entry.function.0 as usize] = Some(None);
        }
        for id in depth::callees_first(program) {
            sizes.function(id);
        }
        (0..).zip(&program.functions).map(|(id, _)| sizes.function(FunctionId(id))).collect()
    }

    fn function(&mut self, id: FunctionId) -> Size {
        let index = id.0 as usize;
        if let Some(known) = self.known[index] {
            return known;
        }
        // Rules are not recursive; a recursive one would be fallible.
        self.known[index] = Some(None);
        let function = self.program.function(id);
        let mut count = Count { sizes: self, nodes: Some(1) };
        if function.is_fallible_by_kind() {
            count.nodes = None;
        } else {
            count.block(&function.body);
        }
        let size = count.nodes.filter(|&nodes| nodes <= MOST_NODES);
        self.known[index] = Some(size);
        size
    }
}

/// A count of the visited nodes, or `None` after one that may stop the evaluation.
struct Count<'s, 'p> {
    sizes: &'s mut Sizes<'p>,
    nodes: Size,
}

impl Count<'_, '_> {
    fn add(&mut self, may_stop: bool, nodes: u32) {
        self.nodes = self.nodes.filter(|_| !may_stop).map(|count| count.saturating_add(nodes));
    }
}

impl Visitor for Count<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        self.add(statement.may_stop(), 1);
        descend::statement(self, statement);
    }

    fn condition(&mut self, condition: &Condition) {
        self.add(condition.may_stop(), 1);
        descend::condition(self, condition);
    }

    fn expr(&mut self, expr: &Expr) {
        self.add(expr.may_stop(), 1);
        if let Some(callee) = expr.callee() {
            let size = self.sizes.function(callee);
            self.add(size.is_none(), size.unwrap_or_default());
        }
        descend::expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::passes::testing;

    /// Returns the names of the infallible functions of a module with the entry point `p`.
    fn infallible(rules: &str) -> Vec<String> {
        let plan = testing::plan_of_p(rules);
        let functions = plan.functions.iter().filter(|function| !function.fallible);
        functions.map(|function| function.name.clone()).collect()
    }

    #[test]
    fn functions_without_loops_and_calls_that_fail_return_plain_values() {
        for rules in [
            "p contains 1 if q(input.a)\nq(x) if x.b == 1",
            "p contains y if y := q(input.a)\nq(x) := [x, is_string(x)]",
            "p contains 1 if not q\nq if { input.a; not input.b }",
            "p contains 1 if q(input.a)\nq(x) if x in [1, 2]\nq(x) if not x.b",
        ] {
            assert_eq!(infallible(rules), ["p.q"], "{rules}");
        }
        let both = "p contains 1 if q(input.a)\nq(x) if not r(x)\nr(x) if x.b == 1";
        assert_eq!(infallible(both), ["p.q", "p.r"]);
    }

    #[test]
    fn functions_that_may_stop_the_evaluation_return_results() {
        for rules in [
            // A builtin, a loop, a conflict, an object whose keys may conflict.
            "p contains 1 if q(input.a)\nq(x) if count(x) == 1",
            "p contains 1 if q(input.a)\nq(x) if x[_] == 1",
            "p contains y if y := q(input.a)\nq(x) := 1 if x.b\nq(x) := 2 if x.c",
            "p contains y if y := q[input.a]\nq[x] := 1 if x := input.b\nq[x] := 2 if x := input.c",
            // A memo cell, a replacement, a modifier.
            "p contains [q, q]\nq := input.b",
            "p contains 1 if { q; input.a with data.p.q as 1 }\nq if input.c",
            "p contains 1 if q(input.a)\nq(x) if input.b with input as x",
        ] {
            assert_eq!(infallible(rules), Vec::<String>::new(), "{rules}");
        }
        let callers = "p contains 1 if q(input.a)\nq(x) if r(x)\nr(x) if count(x) == 1";
        assert_eq!(infallible(callers), Vec::<String>::new());
    }

    #[test]
    fn functions_whose_calls_form_a_large_tree_return_results() {
        let mut rules = "p contains 1 if f20(input.a)\nf0(x) if x.b == 1\n".to_owned();
        for level in 1..=20 {
            let below = level - 1;
            // Writing to a string does not fail.
            let _ = writeln!(rules, "f{level}(x) if {{ f{below}(x); f{below}(x.a) }}");
        }
        let found = infallible(&rules);
        assert!((5..15).contains(&found.len()), "{found:?}");
    }
}
