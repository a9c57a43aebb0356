//! The order and the length of chains of calls.
//!
//! ```text
//! a if b
//! b if c           # a calls b, which calls c: a chain of three functions
//! c if input.x
//! ```
//!
//! Each call of a chain takes a part of the stack, and so does an analysis that follows the calls.
//! Rules cannot be recursive, so the source limits the length.

use super::{FunctionId, Program, visit};

/// The length of a chain for which the stack of any thread suffices.
pub(crate) const SHORT: usize = 64;

/// The greatest length of a chain that is compiled.
pub(crate) const LONGEST: usize = 10_000;

/// Returns the functions of `program`, each after those that it calls. An analysis that visits them
/// in this order finds the facts about all callees of a function when it comes to the function.
pub(crate) fn callees_first(program: &Program) -> Vec<FunctionId> {
    let mut order = Vec::with_capacity(program.functions.len());
    let mut is_seen = vec![false; program.functions.len()];
    let mut waiting = Vec::new();
    for id in (0..).zip(&program.functions).map(|(id, _)| FunctionId(id)) {
        waiting.push((id, false));
        while let Some((id, is_done)) = waiting.pop() {
            if is_done {
                order.push(id);
            } else if !std::mem::replace(&mut is_seen[id.0 as usize], true) {
                waiting.push((id, true));
                callees(program, id, &mut |callee| waiting.push((callee, false)));
            }
        }
    }
    order
}

/// Returns for each function of `program` the length of the longest chain of calls that begins with
/// it.
pub(crate) fn depths(program: &Program) -> Vec<usize> {
    let mut depths = vec![0; program.functions.len()];
    for id in callees_first(program) {
        let mut below = 0;
        callees(program, id, &mut |callee| below = below.max(depths[callee.0 as usize]));
        depths[id.0 as usize] = below + 1;
    }
    depths
}

/// Calls `see` with each function that a function calls, also to build the indexes that it uses.
fn callees(program: &Program, id: FunctionId, see: &mut impl FnMut(FunctionId)) {
    let body = &program.function(id).body;
    visit::callees(body, see);
    visit::lookups(body, &mut |lookup| {
        if let Some(join) = program.joins.get(lookup.join.0) {
            see(join.keys);
        }
    });
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::passes::testing;

    #[test]
    fn callees_come_before_their_callers() {
        let mut rules = String::from("p if { r0; f(input.x) }\nf(x) if { r7; x > 1 }\n");
        for index in 0..20 {
            let _ = writeln!(rules, "r{index} if {{ input.y > {index}; r{} }}", index + 1);
            let _ = writeln!(rules, "r{index} if input.z");
        }
        rules.push_str("r20 if input.x\n");
        let program = testing::unoptimized(&rules);
        let order = callees_first(&program);
        assert_eq!(order.len(), program.functions.len());
        let place = |id| order.iter().position(|own| *own == id);
        let depths = depths(&program);
        for id in &order {
            callees(&program, *id, &mut |callee| {
                assert!(place(callee) < place(*id));
                assert!(depths[callee.0 as usize] < depths[id.0 as usize]);
            });
        }
        assert_eq!(depths.iter().max(), Some(&22), "p, r0 to r20");
    }
}
