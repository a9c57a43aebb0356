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
mod effects;
pub mod exists;
mod expr;
pub mod format;
pub mod fuse;
pub mod hoist;
pub mod join;
pub mod lower;
pub mod optimise;
pub mod prepare;
pub mod print;
pub mod remember;
pub mod reuse;
mod rewrite;
pub mod share;
pub mod sink;
pub mod subtract;
#[cfg(test)]
mod testing;
pub mod verify;
pub mod visit;
pub mod walk;

pub use expr::{Call, Callee, Comparison, Condition, Expr};
pub use lower::{Options, lower};
pub use optimise::Optimisations;

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

/// A statement. "Fails" means: next iteration of the innermost loop, or leave the block.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Binds a defined value.
    Let {
        /// The new local.
        local: LocalId,
        /// Its value.
        value: Expr,
    },
    /// Binds a value; fails where it is undefined.
    Bind {
        /// The new local.
        local: LocalId,
        /// Its value.
        value: Expr,
    },
    /// Fails unless the condition holds.
    Test(Condition),
    /// Fails unless the value is an array of as many items, which are bound.
    Destructure {
        /// The new locals.
        items: Vec<LocalId>,
        /// The array.
        of: Expr,
    },
    /// For each member of a collection; none where the value is undefined or a scalar.
    Each {
        /// Bound to the index, key or member.
        key: Option<LocalId>,
        /// Bound to the item, value or member.
        value: Option<LocalId>,
        /// What is iterated.
        of: Expr,
        /// What an index may leave out of it.
        lookup: Option<Box<join::Lookup>>,
        /// The rest of the body.
        body: Block,
    },
    /// For each row that a [`Gives::Rows`] function gives.
    Rows {
        /// Bound to the row's values.
        locals: Vec<Option<LocalId>>,
        /// The function.
        function: FunctionId,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// The context it runs in.
        context: ContextId,
        /// The rest of the body.
        body: Block,
    },
    /// Makes a new context for the `with` modifiers of a literal.
    With {
        /// The new context.
        context: ContextId,
        /// The context it is made from.
        parent: ContextId,
        /// What is replaced, in order.
        replacements: Vec<Replacement>,
        /// The literal's place.
        at: Span,
    },
    /// Collects what the block's [`Yield`]s give.
    Collect {
        /// Bound to the finished collection.
        local: LocalId,
        /// What is collected.
        kind: CollectKind,
        /// The block, with its yields.
        body: Block,
        /// Where two values of one key conflict.
        at: Span,
    },
    /// One value from several definitions or solutions: bound to the value that the block's
    /// [`Yield::Single`]s agree on, fails where there is none.
    Single {
        /// Bound to the value.
        local: LocalId,
        /// The block.
        body: Block,
        /// Whether it is a function's value, for the error's text.
        function: bool,
    },
    /// Bound to the value of the first [`Yield::First`] reached in the block; fails where there
    /// is none.
    First {
        /// Bound to the value.
        local: LocalId,
        /// The block.
        body: Block,
    },
    /// A value that is made when it is first asked for, by [`Expr::Asked`]: undefined where a
    /// statement before it fails. A strict evaluation makes it at once, and fails here.
    Later {
        /// By which it is asked for.
        local: LocalId,
        /// What is bound for it.
        before: Block,
        /// The value.
        value: Expr,
    },
    /// The block, in which bodies share loops ([`fuse`]): once for all of them, or once for each of
    /// them in order, where the order of what they give shows.
    Turns {
        /// What [`Condition::Turn`] asks.
        turn: LocalId,
        /// How many bodies there are.
        count: u32,
        /// The block.
        body: Block,
    },
    /// Binds a value that may be undefined, which [`Expr::Read`] gives.
    Read {
        /// By which it is read.
        local: LocalId,
        /// Its value.
        value: Expr,
    },
    /// A block that is left when a statement in it fails.
    Scope(Block),
    /// What a solution gives.
    Yield(Yield),
}

/// What a solution gives.
#[derive(Clone, Debug)]
pub enum Yield {
    /// The function's answer; returns.
    Return(Expr),
    /// The value of the innermost [`Statement::Single`], which must agree with others.
    Single {
        /// The value.
        value: Expr,
        /// The definition's place.
        at: Span,
    },
    /// A member for the innermost [`Statement::Collect`].
    Member(Expr),
    /// A pair for the innermost [`Statement::Collect`].
    Pair {
        /// The key.
        key: Expr,
        /// The value.
        value: Expr,
    },
    /// An entry below a path for the innermost [`Statement::Collect`] of a
    /// [`CollectKind::Document`].
    Entry {
        /// The keys on the way.
        keys: Vec<Expr>,
        /// What stands there.
        leaf: Leaf,
        /// The definition's place.
        at: Span,
    },
    /// The value of the innermost [`Statement::First`]; leaves it.
    First(Expr),
    /// A row of a [`Gives::Rows`] function.
    Row(Vec<Expr>),
    /// The innermost [`Condition::Exists`] holds.
    Found,
    /// The same; a strict evaluation goes on, because it might be stopped later.
    Noted,
}

impl Yield {
    /// The expressions that it evaluates, in order.
    pub fn operands(&self) -> Vec<&Expr> {
        match self {
            Yield::Return(value)
            | Yield::Single { value, .. }
            | Yield::Member(value)
            | Yield::First(value) => vec![value],
            Yield::Pair { key, value } => vec![key, value],
            Yield::Entry { keys, leaf: Leaf::Value(value) | Leaf::Member(value), .. } => {
                keys.iter().chain([value]).collect()
            }
            Yield::Row(values) => values.iter().collect(),
            Yield::Found | Yield::Noted => Vec::new(),
        }
    }
}

/// What an entry of a partial object is.
#[derive(Clone, Debug)]
pub enum Leaf {
    /// A value.
    Value(Expr),
    /// A member of the set at the path.
    Member(Expr),
}

/// What a [`Statement::Collect`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectKind {
    /// An array, in order.
    Array,
    /// A set.
    Set,
    /// A set that is only iterated: its members in any order, perhaps some of them twice.
    Bag,
    /// An object whose keys must not conflict.
    Object,
    /// An object of perhaps many levels, with sets at its leaves.
    Document,
    /// The same where all keys are constants: each place is a complete rule of its own, and
    /// conflicts are worded so.
    GroundDocument,
}

/// A replacement by `with`.
#[derive(Clone, Debug)]
pub enum Replacement {
    /// `with input.path as value`
    Input(Vec<Arc<str>>, Expr),
    /// `with data.path as value`; the slots are the targets that it stands for.
    Data(Vec<Arc<str>>, SlotId, Expr),
    /// `with f as value`
    FunctionValue(SlotId, Expr),
    /// `with f as g`
    FunctionCall(SlotId, Callee, usize),
}

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
