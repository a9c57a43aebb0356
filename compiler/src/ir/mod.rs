//! The intermediate representation: a program shaped like the Rust it becomes.
//!
//! A rule is a [`Function`]; a body is a [`Block`] of statements. If a fallible statement (`Bind`,
//! `Test`, `Destructure`) fails, control continues with the next iteration of the innermost
//! enclosing loop, or leaves the innermost enclosing block. Loops hold the rest of their body, so
//! that a block reads top to bottom as the Rego does:
//!
//! ```text
//! violation contains {"msg": c.name} if {     collect set violation
//!     some c in input.review.object.xs          scope
//!     c.privileged                                each _, c in input["review"]["object"]["xs"]
//! }                                                 test c["privileged"]
//!                                                   add {"msg": c["name"]}
//! ```
//!
//! `lower` builds the program, `passes` change it, and `codegen` prints it without further
//! decisions. [`visit`] traverses it, [`verify`] checks it, and [`print`](mod@print) writes it as
//! text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hir::Constant;
use crate::source::Span;

pub(crate) mod cost;
pub(crate) mod depth;
pub(crate) mod fallible;
mod format;
mod ids;
mod join;
mod kinds;
mod nodes;
mod pattern;
pub mod print;
mod projection;
mod properties;
pub mod verify;
pub mod visit;

pub use format::plain_verbs;
pub use ids::{ContextId, FunctionId, LocalId, SlotId};
pub use join::{IndexLifetime, Join, JoinId};
pub use kinds::{Callee, CollectKind, Comparison};
pub use nodes::{
    Block, Call, Condition, Expr, Format, Leaf, Lookup, PatternCall, Replacement, Statement, Yield,
};
pub use pattern::{Pattern, PatternId};
pub use projection::Projection;

/// A program to be printed as Rust.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// All functions; a [`FunctionId`] is an index.
    pub functions: Vec<Function>,
    /// The documents that can be evaluated by path.
    pub entries: Vec<Entry>,
    /// The number of memo cells that an evaluation needs.
    pub memo_cells: u32,
    /// The names that the Rego gives to constants, in order of lowering.
    pub constant_names: Vec<(Constant, Arc<str>)>,
    /// The literal patterns; a [`PatternId`] is an index.
    pub patterns: Vec<Pattern>,
    /// The hash indexes; a [`JoinId`] is an index.
    pub joins: Vec<Join>,
    /// The parts of `input` that the entries can read.
    pub projection: Projection,
    /// The parts of the base documents below `data` that the entries can read.
    pub data_projection: Projection,
}

/// A document that can be evaluated by its path.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The path below `data`.
    pub path: Vec<Arc<str>>,
    /// The function that returns the document; it has no parameters.
    pub function: FunctionId,
}

/// A Rust function.
#[derive(Clone, Debug)]
pub struct Function {
    /// A name derived from the rule's path; not yet a Rust identifier and not yet unique.
    pub name: String,
    /// The full path of the rule, `data.pkg.rule`, for messages.
    pub rule: String,
    /// The kind of value that a call returns.
    pub returns: ReturnKind,
    /// `true` if a call may stop the evaluation: the function returns a `Result` (the pass
    /// `infallible`).
    pub fallible: bool,
    /// Parameters, in order.
    pub parameters: Vec<LocalId>,
    /// All locals.
    pub locals: Vec<Local>,
    /// `true` for a partial object, which is evaluated for one key or as a whole. A lookup of one
    /// key ignores conflicts under other keys.
    pub keyed: bool,
    /// The memo cell for the value of a function without parameters, or for its values per argument
    /// (the pass `memoize`).
    pub memo: Option<u32>,
    /// The base document by which a `with` may replace the rule.
    pub replaceable: Option<Replaceable>,
    /// The constant keys at which the members of its multisets are read, for each multiset of which
    /// nothing else is read.
    pub multisets: BTreeMap<LocalId, Vec<Arc<str>>>,
    /// The definitions in the source.
    pub sources: Vec<Span>,
    /// The place that errors outside of definitions name, if the function has no definitions.
    pub at: Span,
    /// The body.
    pub body: Block,
}

/// The kind of value that a function returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnKind {
    /// A value, or undefined.
    Maybe,
    /// A value that is never undefined: partial sets and objects, packages.
    Value,
    /// A boolean that is `false` also where the value is undefined. Only tests use it.
    Truth,
    /// The rows that a reference iterates, with this number of values each.
    Rows(usize),
}

/// A rule that a `with data.…` may replace.
#[derive(Clone, Debug)]
pub struct Replaceable {
    /// The targets at or above the rule's path.
    pub slots: Vec<SlotId>,
    /// The rule's path, at which the base document is read.
    pub path: Vec<Arc<str>>,
}

/// A variable of a function.
#[derive(Clone, Debug)]
pub struct Local {
    /// The variable's name in Rego, or a hint; not yet a Rust identifier and not yet unique.
    pub name: Arc<str>,
    /// The name to take where a variable of the Rego needs `name`; `None` for such a variable.
    pub otherwise: Option<Arc<str>>,
}

impl Local {
    /// Returns a local for a value without a variable in the Rego.
    pub fn hint(name: impl Into<Arc<str>>, otherwise: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), otherwise: Some(otherwise.into()) }
    }
}
