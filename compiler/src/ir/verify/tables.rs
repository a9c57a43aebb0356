//! Checks the tables of a program: entry points, patterns and hash indexes.

use crate::ir::{Expr, Program, visit};

/// Checks that no entry point has parameters.
pub(super) fn entries(program: &Program, faults: &mut Vec<String>) {
    for entry in &program.entries {
        if !program.function(entry.function).parameters.is_empty() {
            faults.push(format!("the entry {} has parameters", entry.path.join(".")));
        }
    }
}

/// Checks that every index serves exactly one loop.
pub(super) fn joins(program: &Program, faults: &mut Vec<String>) {
    let mut served = vec![0; program.joins.len()];
    for function in &program.functions {
        visit::lookups(&function.body, &mut |lookup| {
            if let Some(served) = served.get_mut(lookup.join.0) {
                *served += 1;
            }
        });
    }
    for (index, served) in served.into_iter().enumerate() {
        if served != 1 {
            faults.push(format!("index {} serves {served} loops", index + 1));
        }
    }
}

/// Checks that every pattern is the translation of its literal, occurs once, and is used.
pub(super) fn patterns(program: &Program, faults: &mut Vec<String>) {
    let mut used = vec![false; program.patterns.len()];
    for function in &program.functions {
        visit::expressions(&function.body, &mut |expr| {
            if let Expr::Pattern(call) = expr
                && let Some(used) = used.get_mut(call.pattern.0)
            {
                *used = true;
            }
        });
    }
    for (index, pattern) in program.patterns.iter().enumerate() {
        let number = index + 1;
        if !pattern.is_sound() {
            faults.push(format!("pattern {number} is not the translation of its literal"));
        }
        if program.patterns[..index].contains(pattern) {
            faults.push(format!("pattern {number} is a duplicate"));
        }
        if !used[index] {
            faults.push(format!("no call uses pattern {number}"));
        }
    }
}
