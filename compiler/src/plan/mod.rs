//! The plan: a program shaped like the Rust it becomes.
//!
//! A rule is a [`Function`]; a body is a [`Block`] of statements, of which the fallible ones
//! (`Bind`, `Test`, `Destructure`) go on with the next iteration of the innermost enclosing loop,
//! or leave the innermost enclosing block, when they fail. Loops hold the rest of their body, so
//! a block reads top to bottom as the Rego does. All deciding happens here: `codegen` only prints
//! what it finds.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::Span;

pub mod bag;
pub mod choose;
pub mod demand;
pub mod direct;
mod effects;
pub mod exists;
mod expr;
pub mod format;
pub mod fuse;
pub mod hoist;
pub mod join;
pub mod lower;
pub mod once;
pub mod optimise;
pub mod prepare;
pub mod print;
pub mod refuse;
pub mod remember;
pub mod reuse;
mod rewrite;
pub mod share;
pub mod sink;
mod statement;
pub mod subtract;
#[cfg(test)]
mod testing;
pub mod verify;
pub mod visit;
pub mod walk;

pub use expr::{Call, Callee, Comparison, Condition, Expr};
pub use lower::{Options, lower};
pub use optimise::Optimisations;
pub use statement::{CollectKind, Leaf, Replacement, Statement, Yield};

/// A program to be printed as Rust.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// All functions; a [`FunctionId`] is an index.
    pub functions: Vec<Function>,
    /// What can be asked for by path.
    pub entries: Vec<Entry>,
    /// Number of memo cells that an evaluation needs.
    pub memo_cells: u32,
    /// The literal formats of `sprintf` that are cut into pieces.
    pub formats: BTreeMap<Arc<str>, Vec<format::Piece>>,
    /// The literal patterns that are prepared; a [`prepare::PatternId`] is an index.
    pub patterns: Vec<prepare::Pattern>,
    /// The indexes that serve loops; a [`join::JoinId`] is an index.
    pub joins: Vec<join::Join>,
    /// Whether loops over `walk` visit values one by one.
    pub visits: bool,
    /// What the entries can read of `input`.
    pub demand: demand::Demand,
}

/// Index of a function in [`Program::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

/// Index of a local in [`Function::locals`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub u32);

/// An evaluation context within a function: 0 is the caller's, others come from `with`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContextId(pub u32);

/// A number for a path of `data` or a function that some `with` replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId(pub u32);

/// A document that can be asked for by its path.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The path below `data`.
    pub path: Vec<Arc<str>>,
    /// The function that gives it; it has no parameters.
    pub function: FunctionId,
}

/// A Rust function.
#[derive(Clone, Debug)]
pub struct Function {
    /// A name made of the rule's path; not yet an identifier of Rust and not yet unique.
    pub name: String,
    /// The full path of the rule, `data.pkg.rule`, for messages.
    pub rule: String,
    /// What calls of it give.
    pub gives: Gives,
    /// Parameters, in order.
    pub parameters: Vec<LocalId>,
    /// All locals.
    pub locals: Vec<Local>,
    /// Whether it is a partial object, which is asked for one key or as a whole: conflicts under
    /// other keys than the one asked for do not count.
    pub keyed: bool,
    /// The memo cell that keeps the answer of a function without parameters, or the answers for
    /// arguments that have come ([`remember`]).
    pub memo: Option<u32>,
    /// Where `with` may have put a base document in the place of the rule.
    pub replaceable: Option<Replaceable>,
    /// Paths of its `input` that are read once, at its start; shorter ones first.
    pub shared: Vec<Vec<Arc<str>>>,
    /// The keys of what is read of the members of its bags, where no more than that is.
    pub bags: BTreeMap<LocalId, Vec<Arc<str>>>,
    /// The definitions it comes from.
    pub sources: Vec<Span>,
    /// What it does.
    pub body: Block,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A value, or undefined.
    Maybe,
    /// A value always: partial sets and objects, packages.
    Value,
    /// The rows that a reference iterates: this many values each.
    Rows(usize),
}

/// A rule that a `with data.…` may replace.
#[derive(Clone, Debug)]
pub struct Replaceable {
    /// The targets at or above the rule's path.
    pub slots: Vec<SlotId>,
    /// The rule's path, at which the base document is read instead.
    pub path: Vec<Arc<str>>,
}

/// A variable of a function.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name in Rego, or a hint; not yet an identifier of Rust and not yet unique.
    pub name: Arc<str>,
}

/// Statements in order.
#[derive(Clone, Debug, Default)]
pub struct Block(pub Vec<Statement>);

impl Program {
    /// The function `id`.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// Whether the expression gives a value always.
    pub fn is_defined(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Local(_)
            | Expr::Constant(_)
            | Expr::Array(_)
            | Expr::Object(_)
            | Expr::Set(_)
            | Expr::Truth(_)
            | Expr::BaseData(_)
            | Expr::Package { .. } => true,
            Expr::Rule(function, _) => self.function(*function).gives == Gives::Value,
            Expr::Asked(_) | Expr::Read(_) | Expr::Input(_) | Expr::Get { .. } | Expr::Call(_) => {
                false
            }
        }
    }
}
