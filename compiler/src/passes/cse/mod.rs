//! Reads a common prefix of paths once.
//!
//! ```text
//! test input["review"]["object"]["spec"]["a"]         # before
//! test input["review"]["object"]["spec"]["b"]
//!
//! let option spec = input["review"]["object"]["spec"]   # after
//! test spec["a"]
//! test spec["b"]
//! ```
//!
//! This is sound because a lookup has no effect and cannot fail: an early or unneeded lookup
//! changes no answer.

mod bind;
mod dominance;
mod input;
mod locals;
mod paths;
mod trie;

use crate::ir::Program;

/// Shares the reads of paths in `program`.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        input::share(function);
        locals::share(function);
        dominance::share(function);
    }
}

#[cfg(test)]
mod tests;
