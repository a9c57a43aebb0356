//! Drops the memo cell of a rule that is evaluated at most once.
//!
//! A rule without parameters has a memo cell for its second reader. If a single place reads the
//! rule, and an evaluation reaches the place at most once, the memo is never used.
//!
//! This is sound because the rule's body runs as often as before. The place is not in a loop. It is
//! in a rule that is itself evaluated once in a context, or that is an entry point. A partial
//! object keeps its memo, because each lookup of a key reads it.

use crate::ir::{Block, Condition, Expr, Function, FunctionId, Program, Statement, visit};

/// Drops the memo cells of rules in `program` that need none.
pub(super) fn run(program: &mut Program) {
    let places = Places::of(program);
    let mut cells = 0;
    for (function, places) in program.functions.iter_mut().zip(&places.0) {
        if *places == [Place::Single] && is_kept_rule(function) && !function.keyed {
            function.memo = None;
        }
        if let Some(cell) = &mut function.memo {
            *cell = cells;
            cells += 1;
        }
    }
    program.memo_cells = cells;
}

/// Returns `true` if a function is evaluated at most once in a context.
fn is_kept_rule(function: &Function) -> bool {
    function.parameters.is_empty() && function.memo.is_some()
}

/// The number of times that an evaluation reaches a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At most once.
    Single,
    /// Possibly more than once.
    Repeated,
}

/// The places that read each function without parameters.
struct Places(Vec<Vec<Place>>);

impl Places {
    fn of(program: &Program) -> Self {
        let mut places = Self(vec![Vec::new(); program.functions.len()]);
        for entry in &program.entries {
            places.add(entry.function, Place::Single);
        }
        for function in &program.functions {
            let place = if is_kept_rule(function) { Place::Single } else { Place::Repeated };
            places.block(&function.body, place);
        }
        places
    }

    fn add(&mut self, function: FunctionId, place: Place) {
        self.0[function.0 as usize].push(place);
    }

    fn block(&mut self, block: &Block, place: Place) {
        for statement in &block.0 {
            self.statement(statement, place);
        }
    }

    fn statement(&mut self, statement: &Statement, place: Place) {
        match statement {
            Statement::Test(condition) => self.condition(condition, place),
            _ => visit::own(statement, &mut |expr| self.expr(expr, place)),
        }
        let inside = match statement {
            Statement::Each { .. } | Statement::Rows { .. } | Statement::Fused { .. } => {
                Place::Repeated
            }
            _ => place,
        };
        visit::inner(statement, &mut |block| self.block(block, inside));
    }

    fn condition(&mut self, condition: &Condition, place: Place) {
        match condition {
            Condition::Not(inner) => self.condition(inner, place),
            Condition::Exists(block) => self.block(block, place),
            _ => visit::condition(condition, &mut |expr| self.expr(expr, place)),
        }
    }

    /// Visits one expression; its operands are visited separately.
    fn expr(&mut self, expr: &Expr, place: Place) {
        match expr {
            Expr::Rule(function, _) => self.add(*function, place),
            // Its operands may be in loops; they are added a second time, as repeated.
            Expr::Truth(condition) => self.condition(condition, Place::Repeated),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::passes::testing;
    use crate::pipeline;
    use crate::source::RegoVersion;

    /// Returns the names of the memoized rules, without the package.
    fn kept(rules: &str) -> Vec<String> {
        let passes = testing::only(&["memoize"]);
        let options = pipeline::Options {
            passes,
            entry_points: vec!["data.p.a".to_owned()],
            ..pipeline::Options::modules("p")
        };
        let plan = testing::plan(rules, RegoVersion::V1, &options);
        let kept = plan.functions.iter().filter(|function| function.memo.is_some());
        assert_eq!(plan.memo_cells as usize, kept.clone().count(), "{rules}");
        kept.map(|function| function.name.trim_start_matches("p.").to_owned()).collect()
    }

    #[test]
    fn what_one_place_asks_for_once_is_not_kept() {
        for rules in [
            "a := b + 1\nb := c\nc := input.x",
            "a contains x if { some x in b }\nb contains x if { some x in input.x }",
            "a if { not b; input.y }\nb if input.x",
            "a if { every x in b { x > 1 } }\nb contains x if { some x in input.x }",
        ] {
            assert!(kept(rules).is_empty(), "{rules}: {:?}", kept(rules));
        }
    }

    #[test]
    fn what_may_be_asked_for_again_is_kept() {
        for rules in [
            // Two places.
            "a := b + b\nb := input.x",
            "a := b + c\nb := input.x\nc := b",
            // A loop, around the place or around its caller.
            "a contains x if { some x in input.y; x > b }\nb := input.x",
            "a contains x if { some x in input.y; not f(x) }\nf(x) if x > b\nb := input.x",
            "a if { every x in input.y { x > b } }\nb := input.x",
            "a := {x | some x in input.y; x > b}\nb := input.x",
            "a := [true, (y == {x | some x in input.y; x > b})] if { y := 1 }\nb := input.x",
            // By key.
            "a := b[input.k]\nb[x] := 1 if some x in input.x",
        ] {
            assert_eq!(kept(rules), ["b"], "{rules}");
        }
    }
}
