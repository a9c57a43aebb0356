//! The optimizations over the IR.
//!
//! [`PASSES`] lists them in the order in which they run. No answer depends on a pass: each one
//! only makes the generated Rust faster. A pass is one module with a function `run` and one row
//! of the table.
//!
//! The order of definitions and of the tests in them is not an optimization: it decides which
//! conflicts an evaluation meets, and [`crate::lower`] fixes it.

mod const_format;
mod const_regex;
mod cse;
mod effects;
mod equivalence;
mod exclusive_rules;
mod exists;
mod fuse_loops;
mod hash_join;
mod head;
mod infallible;
mod inline_single_use;
mod memoize;
mod predicates;
mod prefilter;
mod projection;
mod regions;
mod review_object;
mod shared_guards;
mod sink;
mod streaming_walk;
#[cfg(test)]
pub(crate) mod testing;
mod unordered_sets;
mod unswitch;

use std::fmt;

use crate::ir::Program;
use crate::observe::Observe;

/// An optimization over the IR.
pub struct Pass {
    /// The name by which [`Passes`] selects it.
    pub name: &'static str,
    /// The textbook's term for it.
    pub term: &'static str,
    /// Its effect on the program, in one sentence.
    pub summary: &'static str,
    run: fn(&mut Program),
}

impl Pass {
    /// Runs the pass over `program`.
    pub fn run(&self, program: &mut Program) {
        (self.run)(program);
    }
}

/// All optimizations, in the order in which they run.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "exists",
        term: "deforestation",
        summary: "Tests directly what a collection is built only to test: emptiness, or a set difference.",
        run: exists::run,
    },
    Pass {
        name: "inline_single_use",
        term: "inlining of single uses",
        summary: "Moves an expression that is bound only to be tested into the test.",
        run: inline_single_use::run,
    },
    Pass {
        name: "hash_join",
        term: "hash join",
        summary: "Looks up in a hash index the members of a loop whose key must equal a known value.",
        run: hash_join::run,
    },
    Pass {
        name: "unswitch",
        term: "loop unswitching",
        summary: "Moves a test that a loop does not change in front of the loop.",
        run: unswitch::run,
    },
    Pass {
        name: "exclusive_rules",
        term: "decision by first match",
        summary: "Takes the first definition that holds where definitions exclude each other.",
        run: exclusive_rules::run,
    },
    Pass {
        name: "unordered_sets",
        term: "multiset representation",
        summary: "Neither sorts nor deduplicates sets that are only iterated.",
        run: unordered_sets::run,
    },
    Pass {
        name: "memoize",
        term: "memoization",
        summary: "Memoizes expensive functions per argument, and drops the memo of rules with one use.",
        run: memoize::run,
    },
    Pass {
        name: "projection",
        term: "projection pushdown",
        summary: "Finds the parts of `input` that the policy can read, so that the reader skips the rest.",
        run: projection::run,
    },
    Pass {
        name: "sink",
        term: "code sinking",
        summary: "Builds strings and collections where they are first read.",
        run: sink::run,
    },
    Pass {
        name: "fuse_loops",
        term: "loop fusion",
        summary: "Shares one loop among the definitions of a set that begin with the same loop.",
        run: fuse_loops::run,
    },
    Pass {
        name: "shared_guards",
        term: "code hoisting",
        summary: "Evaluates once the first literals that successive definitions share.",
        run: shared_guards::run,
    },
    Pass {
        name: "prefilter",
        term: "prefiltering",
        summary: "Skips a loop over patterns if no pattern can match the text.",
        run: prefilter::run,
    },
    Pass {
        name: "cse",
        term: "common subexpression elimination of paths",
        summary: "Reads a common prefix of paths once.",
        run: cse::run,
    },
    Pass {
        name: "const_format",
        term: "strength reduction of formats",
        summary: "Prints a literal format of plain verbs directly, without an array of its values.",
        run: const_format::run,
    },
    Pass {
        name: "const_regex",
        term: "constant folding of patterns",
        summary: "Translates literal regular expressions and globs at compile time into statics.",
        run: const_regex::run,
    },
    Pass {
        name: "streaming_walk",
        term: "stream fusion of `walk`",
        summary: "Visits the values of a `walk` one by one, and builds a path only where it is read.",
        run: streaming_walk::run,
    },
    Pass {
        name: "review_object",
        term: "strength reduction",
        summary: "Reads `input.review.object` where the evaluation holds it ready.",
        run: review_object::run,
    },
    Pass {
        name: "predicates",
        term: "boolean specialization",
        summary: "Returns a `bool` from rules and functions that are only tested.",
        run: predicates::run,
    },
    Pass {
        name: "infallible",
        term: "exception analysis",
        summary: "Returns a plain value instead of a `Result` from functions that cannot stop the evaluation.",
        run: infallible::run,
    },
    Pass {
        name: "regions",
        term: "escape analysis, region inference",
        summary: "Discards at the end of a loop body the memory of values that do not escape it.",
        run: regions::run,
    },
];

/// A set of the optimizations in [`PASSES`].
///
/// ```
/// use ferrego_compiler::Passes;
///
/// let passes = Passes::all().without("memoize")?;
/// assert!(passes.contains("hash_join") && !passes.contains("memoize"));
/// assert!(Passes::all().without("magic").is_err());
/// # Ok::<(), ferrego_compiler::UnknownPass>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Passes(u32);

impl Passes {
    /// Returns the set of all passes, which is the default.
    pub const fn all() -> Self {
        Self((1 << PASSES.len()) - 1)
    }

    /// Returns the empty set.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Returns the set with the pass `name` added.
    pub fn with(self, name: &str) -> Result<Self, UnknownPass> {
        Ok(Self(self.0 | bit(name)?))
    }

    /// Returns the set with the pass `name` removed.
    pub fn without(self, name: &str) -> Result<Self, UnknownPass> {
        Ok(Self(self.0 & !bit(name)?))
    }

    /// Returns `true` if the pass `name` is in the set.
    pub fn contains(self, name: &str) -> bool {
        bit(name).is_ok_and(|bit| self.0 & bit != 0)
    }

    /// Returns the passes of the set, in the order in which they run.
    pub fn iter(self) -> impl Iterator<Item = &'static Pass> {
        PASSES
            .iter()
            .enumerate()
            .filter(move |(index, _)| self.0 & (1 << index) != 0)
            .map(|(_, pass)| pass)
    }
}

impl Default for Passes {
    fn default() -> Self {
        Self::all()
    }
}

impl fmt::Debug for Passes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|pass| pass.name)).finish()
    }
}

fn bit(name: &str) -> Result<u32, UnknownPass> {
    let index = PASSES.iter().position(|pass| pass.name == name);
    index.map(|index| 1 << index).ok_or_else(|| UnknownPass { name: name.to_owned() })
}

/// The error for a name that no pass has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownPass {
    /// The unknown name.
    pub name: String,
}

impl fmt::Display for UnknownPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = PASSES.iter().map(|pass| pass.name).collect();
        write!(f, "no such pass: `{}`; the passes are {}", self.name, known.join(", "))
    }
}

impl std::error::Error for UnknownPass {}

/// Runs `passes` over `program`, in the order of [`PASSES`], and reports the end of each.
pub fn run(program: &mut Program, passes: Passes, observe: Observe<'_>) {
    for pass in passes.iter() {
        pass.run(program);
        observe(pass.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_changed_by_name() {
        let all = Passes::all();
        assert_eq!(all.iter().count(), PASSES.len());
        let without = all.without("memoize").expect("a pass");
        assert!(!without.contains("memoize") && without.contains("cse"));
        assert_eq!(without.with("memoize"), Ok(all));
        assert_eq!(Passes::none().iter().count(), 0);
        let error = all.without("memoise").expect_err("no pass");
        assert!(error.to_string().starts_with("no such pass: `memoise`; the passes are exists, "));
    }

    #[test]
    fn names_are_unique() {
        for pass in PASSES {
            assert_eq!(PASSES.iter().filter(|other| other.name == pass.name).count(), 1);
        }
    }
}
