//! Returns a `bool` from rules and functions that are only tested.
//!
//! ```text
//! maybe applies            # before: `true`, or undefined
//! test not applies
//!
//! truth applies            # after: whether it holds
//! test not applies
//! ```
//!
//! A function becomes a predicate if each of its values is a constant boolean, and if each use
//! tests whether its value holds. This is sound because a test treats `false` and undefined alike.
//! Entry points, functions that a `with` may replace or that replace others, and keys of indexes
//! have uses that need a value.

use crate::hir::Constant;
use crate::ir::{
    Callee, Condition, Expr, Function, FunctionId, Program, Replacement, ReturnKind, Statement,
    Yield,
    visit::{Visitor, descend},
};

/// Turns the functions of `program` that are only tested into predicates.
pub(super) fn run(program: &mut Program) {
    let mut uses = Uses(vec![true; program.functions.len()]);
    for entry in &program.entries {
        uses.needs_value(entry.function);
    }
    for join in &program.joins {
        uses.needs_value(join.keys);
    }
    for function in &program.functions {
        uses.block(&function.body);
    }
    for (function, only_tested) in program.functions.iter_mut().zip(uses.0) {
        if only_tested && returns_bool_only(function) {
            function.returns = ReturnKind::Truth;
        }
    }
}

/// Returns `true` if each value of the function is a constant boolean.
fn returns_bool_only(function: &Function) -> bool {
    let mut returned = Returned { any: false, all_boolean: true };
    returned.block(&function.body);
    function.returns == ReturnKind::Maybe
        && function.replaceable.is_none()
        && !function.keyed
        && returned.any
        && returned.all_boolean
}

/// The values that a function returns.
struct Returned {
    any: bool,
    all_boolean: bool,
}

impl Visitor for Returned {
    fn statement(&mut self, statement: &Statement) {
        if let Statement::Yield(Yield::Return(value)) = statement {
            self.any = true;
            self.all_boolean &= matches!(value, Expr::Constant(Constant::Bool(_)));
        }
        descend::statement(self, statement);
    }
}

/// For each function, whether all its uses test its value.
struct Uses(Vec<bool>);

impl Uses {
    fn needs_value(&mut self, function: FunctionId) {
        self.0[function.0 as usize] = false;
    }
}

impl Visitor for Uses {
    fn statement(&mut self, statement: &Statement) {
        if let Statement::With { replacements, .. } = statement {
            for replacement in replacements {
                if let Replacement::FunctionCall(_, Callee::Function(function), _) = replacement {
                    self.needs_value(*function);
                }
            }
        }
        descend::statement(self, statement);
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            // The operands of a tested call still need values.
            Condition::Truthy(value) if tested(value).is_some() => descend::expr(self, value),
            _ => descend::condition(self, condition),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Rule(function, _) => self.needs_value(*function),
            Expr::Call(call) => {
                if let Callee::Function(function) = call.callee {
                    self.needs_value(function);
                }
            }
            _ => {}
        }
        descend::expr(self, expr);
    }
}

/// Returns the function whose value the expression is, unless a `with` may replace it.
fn tested(expr: &Expr) -> Option<FunctionId> {
    match expr {
        Expr::Rule(function, _) => Some(*function),
        Expr::Call(call) if call.mock.is_none() => match call.callee {
            Callee::Function(function) => Some(function),
            Callee::Builtin(_) => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::ReturnKind;
    use crate::passes::testing;

    /// Returns the kind of value of the rule `q` in a module with the entry point `p`.
    fn kind_of_q(rules: &str) -> ReturnKind {
        let plan = testing::plan_of_p(rules);
        let function = plan.functions.iter().find(|function| function.name == "p.q");
        function.expect("the function").returns
    }

    #[test]
    fn rules_that_are_only_tested_return_their_truth() {
        for rules in [
            "p contains 1 if not q\nq if { input.a; input.b }\nq if input.c",
            "p contains 1 if q(input.a)\nq(x) := true if x == 1\nelse := false if input.b",
            "p contains 1 if { some x in input.a; q(x) }\nq(x) if x.b",
            "p contains 1 if q\ndefault q := false\nq if input.c",
        ] {
            assert_eq!(kind_of_q(rules), ReturnKind::Truth, "{rules}");
        }
    }

    #[test]
    fn rules_with_other_values_or_uses_return_a_value() {
        for rules in [
            "p contains x if x := q\nq if { input.a; input.b }",
            "p contains 1 if q\nq := 1 if { input.a; input.b }",
            "p contains 1 if { q; r(q) }\nq if { input.a; input.b }\nr(x) := x if input.c",
            "p contains 1 if { q; input.a with data.p.q as 1 }\nq if { input.a; input.b }",
            "p contains 1 if r with r as q\nr if input.b\nq if { input.a; input.b }",
        ] {
            assert_eq!(kind_of_q(rules), ReturnKind::Maybe, "{rules}");
        }
    }
}
