//! Memoizes expensive functions per argument within an evaluation.
//!
//! `bytes(container.resources.limits.memory)` in two rules, and `bytes(input.parameters.memory)` in
//! a loop over the containers, are computed once.
//!
//! This is sound because a function returns one value in a context, unless it asks the host or a
//! replacement by `with`. Its arguments, `input`, `data` and the rules do not change there. A
//! `with` makes a new context with empty memos. Arguments are compared by identity in memory and
//! not by Rego's equality, because `1` and `1.0` are equal but print differently. Calls stay where
//! they are, so that errors occur in their order. An error stops the evaluation and is not
//! memoized.
//!
//! A lookup has a cost. A function is memoized if the same argument is likely to recur (`sites`)
//! and the function is expensive (`cost`). The memo of a rule with a single use is dropped
//! (`single_use`).

mod call_sites;
mod cost;
mod single_use;

use crate::ir::{Function, FunctionId, Program, ReturnKind};
use crate::passes::effects::Analysis;

use self::cost::Costs;

/// The maximal number of parameters of a memoized function.
const MOST_PARAMETERS: usize = 2;

/// Gives a memo cell to each function of `program` that is worth memoizing, and drops those of
/// rules with a single use.
pub(super) fn run(program: &mut Program) {
    answers(program);
    single_use::run(program);
}

/// Gives a memo cell to each function that is worth memoizing.
fn answers(program: &mut Program) {
    let found: Vec<FunctionId> = {
        let analysis = Analysis::new(program);
        let mut costs = Costs::new(program);
        call_sites::repeated(program)
            .into_iter()
            .filter(|&id| {
                let function = program.function(id);
                may_keep(function) && costs.is_expensive(id) && !analysis.block(&function.body).asks
            })
            .collect()
    };
    for id in found {
        program.functions[id.0 as usize].memo = Some(program.memo_cells);
        program.memo_cells += 1;
    }
}

fn may_keep(function: &Function) -> bool {
    (1..=MOST_PARAMETERS).contains(&function.parameters.len())
        && function.returns == ReturnKind::Maybe
        && function.memo.is_none()
        && !function.keyed
}

#[cfg(test)]
mod tests {
    use crate::passes::testing;
    use crate::pipeline;
    use crate::source::RegoVersion;

    const DEAR: &str = "f(x) := y if { z := sprintf(\"%v\", [x]); y := units.parse(z) }";

    /// Returns the names of the memoized functions.
    fn kept(rules: &str) -> Vec<String> {
        let options = pipeline::Options::modules("p");
        let plan = testing::plan(&format!("{DEAR}\n{rules}"), RegoVersion::V1, &options);
        let functions = plan.functions.iter();
        let kept = functions.filter(|it| it.memo.is_some() && !it.parameters.is_empty());
        kept.map(|function| function.name.clone()).collect()
    }

    #[test]
    fn the_same_argument_at_two_places_is_computed_once() {
        assert_eq!(kept("a := f(input.x)\nb if not f(input.x)"), ["p.f"]);
        assert_eq!(
            kept("a if f(input.x[_].y) > 1\nb if { some z in input.x; not f(z.y) }"),
            ["p.f"]
        );
        assert_eq!(kept("g(o) if f(o.x) > 1\ng(o) if not f(o.x)\na if g(input)"), ["p.f"]);
        assert!(kept("a := f(input.x)\nb if not f(input.y)").is_empty());
        assert!(
            kept("a if f(input.x[_].y) > 1\nb if { some z in input.x; not f(z.z) }").is_empty()
        );
    }

    #[test]
    fn an_argument_that_a_loop_does_not_change_is_computed_once() {
        assert_eq!(kept("a if { x := input.x[_]; x > f(input.y) }"), ["p.f"]);
        assert_eq!(kept("a if { x := input.x[_]; some y in input.z; y > f(x) }"), ["p.f"]);
        assert_eq!(kept("a := {y | x := input.x[_]; y := x + f(input.y)}"), ["p.f"]);
        assert!(kept("a if { x := input.x[_]; x > f(x) }").is_empty());
        assert!(kept("a if { x := input.x[_]; some y in input.z; x > f(y) }").is_empty());
    }

    #[test]
    fn cheap_functions_and_those_that_ask_compute_anew() {
        assert!(kept("g(x) if x > 1\na if { some x in input.x; g(input.y); x }").is_empty());
        let host = "g(x) := http.send(x).body if f(x)\na if { some x in input.x; g(input.y) == x }";
        assert!(!kept(host).contains(&"p.g".to_owned()));
        let mocked = "a if { some x in input.x; f(input.y) == x }\nb if a with units.parse as 1";
        assert!(kept(mocked).is_empty());
    }
}
