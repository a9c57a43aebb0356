//! The statements of the IR.

use std::sync::Arc;

use super::{Block, Callee, Condition, ContextId, Expr, FunctionId, LocalId, Lookup, SlotId};
use crate::source::Span;

/// A statement of a block.
///
/// If a statement *fails*, control continues with the next iteration of the innermost loop, or
/// leaves the innermost block.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Binds a defined value.
    Let {
        /// The new local.
        local: LocalId,
        /// Its value.
        value: Expr,
    },
    /// Binds a value; fails if it is undefined.
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
    /// Runs the body for each member of a collection; not at all if the value is undefined or a
    /// scalar.
    Each {
        /// The local for the index, key or member.
        key: Option<LocalId>,
        /// The local for the item, value or member.
        value: Option<LocalId>,
        /// The collection.
        of: Expr,
        /// The lookup in a hash index that selects members.
        lookup: Option<Box<Lookup>>,
        /// The rest of the body.
        body: Block,
    },
    /// Runs the body for each row that a [`ReturnKind::Rows`](super::ReturnKind::Rows) function
    /// returns.
    Rows {
        /// The locals for the row's values.
        locals: Vec<Option<LocalId>>,
        /// The function.
        function: FunctionId,
        /// The arguments of the function.
        arguments: Vec<Expr>,
        /// The context in which the function runs.
        context: ContextId,
        /// The rest of the body.
        body: Block,
    },
    /// Makes a new context for the `with` modifiers of a literal.
    With {
        /// The new context.
        context: ContextId,
        /// The context from which it is made.
        parent: ContextId,
        /// The replacements, in order.
        replacements: Vec<Replacement>,
        /// The place of the literal.
        at: Span,
    },
    /// Collects the values of the block's [`Yield`]s.
    Collect {
        /// The local for the finished collection.
        local: LocalId,
        /// The kind of the collection.
        kind: CollectKind,
        /// The block, with its yields.
        body: Block,
        /// The place to report if two values of one key conflict.
        at: Span,
    },
    /// Binds the value on which the block's [`Yield::Single`]s agree; fails if there is none.
    Single {
        /// The local for the value.
        local: LocalId,
        /// The block.
        body: Block,
        /// `true` for the value of a function, which the error message names.
        function: bool,
    },
    /// Binds the value of the first [`Yield::First`] that the block reaches; fails if there is
    /// none.
    First {
        /// The local for the value.
        local: LocalId,
        /// The block.
        body: Block,
    },
    /// Runs the block of the arm whose string the value equals. If the arm fails, or there is no
    /// such arm, control continues after the statement.
    Switch {
        /// The value, a local.
        on: Expr,
        /// The arms, with different strings.
        arms: Vec<(Arc<str>, Block)>,
    },
    /// Visits a value and all values in it one by one, as `walk` does.
    Walk {
        /// The name of the value's path in [`Expr::WalkDepth`], [`Expr::WalkKey`] and
        /// [`Statement::WalkPath`].
        path: LocalId,
        /// The local for the value.
        value: LocalId,
        /// The value at which the walk starts.
        of: Expr,
        /// The context of the call.
        context: ContextId,
        /// The rest of the body.
        body: Block,
    },
    /// Builds the path of a [`Statement::Walk`] and binds it.
    WalkPath(LocalId),
    /// Binds a lazy value, which the first [`Expr::Force`] makes. The value is undefined if a
    /// statement in `before` fails. A strict evaluation makes the value at once, and fails here.
    Lazy {
        /// The new local, which [`Expr::Force`] names.
        local: LocalId,
        /// The statements that bind the operands of the value.
        before: Block,
        /// The value.
        value: Expr,
    },
    /// Runs a block in which several bodies share loops (the pass `fuse_loops`). The block runs
    /// once for all bodies, or once for each body if the order of their values can be observed.
    Fused {
        /// The new local, which [`Condition::InPass`] tests.
        pass: LocalId,
        /// The number of bodies.
        count: u32,
        /// The block.
        body: Block,
    },
    /// Binds a value that may be undefined.
    LetOption {
        /// The new local, which [`Expr::OptionLocal`] reads.
        local: LocalId,
        /// Its value.
        value: Expr,
    },
    /// Runs a block, which a failing statement leaves.
    Scope {
        /// The block.
        body: Block,
        /// The definition, `else` branch or literal that became the block.
        at: Span,
    },
    /// Yields the value of a solution.
    Yield(Yield),
}

/// The value of a solution.
#[derive(Clone, Debug)]
pub enum Yield {
    /// The function's result. The function returns.
    Return(Expr),
    /// A value of the innermost [`Statement::Single`], which must agree with the others.
    Single {
        /// The value.
        value: Expr,
        /// The place of the definition.
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
        /// The keys of the path.
        keys: Vec<Expr>,
        /// The entry at the path.
        leaf: Leaf,
        /// The place of the definition.
        at: Span,
    },
    /// The value of the innermost [`Statement::First`], which ends.
    First(Expr),
    /// A row of a [`ReturnKind::Rows`](super::ReturnKind::Rows) function.
    Row(Vec<Expr>),
    /// The innermost [`Condition::Exists`] holds, and ends.
    Found,
    /// The innermost [`Condition::Exists`] holds. A strict evaluation continues with the next
    /// solution, because an error may still stop it.
    Noted,
}

impl Yield {
    /// Returns the expressions that the yield evaluates, in order.
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

/// An entry of a partial object.
#[derive(Clone, Debug)]
pub enum Leaf {
    /// A value.
    Value(Expr),
    /// A member of the set at the path.
    Member(Expr),
}

/// The kind of collection that a [`Statement::Collect`] builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectKind {
    /// An array, in order.
    Array,
    /// A set.
    Set,
    /// A set that is only iterated: its members in any order, possibly with duplicates.
    Multiset,
    /// An object whose keys must not conflict.
    Object,
    /// An object of any number of levels, with sets at its leaves.
    Document,
    /// A [`CollectKind::Document`] with only constant keys. Each path is a complete rule of its
    /// own, and messages about conflicts say so.
    GroundDocument,
}

/// A replacement by `with`.
#[derive(Clone, Debug)]
pub enum Replacement {
    /// `with input.path as value`
    Input(Vec<Arc<str>>, Expr),
    /// `with data.path as value`, with the slot of the target.
    Data(Vec<Arc<str>>, SlotId, Expr),
    /// `with f as value`
    FunctionValue(SlotId, Expr),
    /// `with f as g`
    FunctionCall(SlotId, Callee, usize),
}
