//! The nodes of the IR: blocks, statements, conditions and expressions, which contain each other.

use std::fmt;
use std::sync::Arc;

use ferrego_runtime::builtins::Builtin;

use super::ids::{ContextId, FunctionId, LocalId, SlotId};
use super::join::JoinId;
use super::kinds::{Callee, CollectKind, Comparison};
use super::pattern::PatternId;
use crate::hir::Constant;
use crate::source::Span;

/// A sequence of statements.
#[derive(Clone, Debug, Default)]
pub struct Block(pub Vec<Statement>);

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
    /// Begins a region, whose values are discarded at the end of the block (the pass `regions`).
    /// Its arena counts the steps of loops up to there.
    Region {
        /// The context of the region.
        context: ContextId,
    },
    /// Collects the values of the block's [`Yield`]s.
    Collect {
        /// The local for the finished collection.
        local: LocalId,
        /// The kind of the collection.
        kind: CollectKind,
        /// The context in whose memory it is built.
        context: ContextId,
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
    /// Binds the first [`Yield::First`] that the block reaches; fails if there is none.
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

/// A lookup in a hash index.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The index.
    pub join: JoinId,
    /// The key that members must have. If it is undefined, the loop iterates all members.
    pub wanted: Expr,
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
    /// An entry below a path for the innermost [`CollectKind::Document`].
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

/// An entry of a partial object.
#[derive(Clone, Debug)]
pub enum Leaf {
    /// A value.
    Value(Expr),
    /// A member of the set at the path.
    Member(Expr),
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

/// An expression, which has a value or is undefined (see
/// [`Program::is_defined`](super::Program::is_defined)).
#[derive(Clone, Debug)]
pub enum Expr {
    /// A local.
    Local(LocalId),
    /// The value of a [`Statement::Lazy`].
    Force(LocalId),
    /// The value of a [`Statement::LetOption`].
    OptionLocal(LocalId),
    /// A constant.
    Constant(Constant),
    /// An array of defined values.
    Array(Vec<Expr>),
    /// An object of defined values.
    Object(Vec<(Expr, Expr)>),
    /// A set of defined values.
    Set(Vec<Expr>),
    /// An array, object or set of defined values that is built in a region.
    InRegion(ContextId, Box<Expr>),
    /// A copy of a value of a region in a context outside, undefined if the value is.
    Keep(ContextId, Box<Expr>),
    /// The truth of a condition, as a value.
    Truth(Box<Condition>),
    /// `input`; undefined if there is none.
    Input(ContextId),
    /// `input.review.object`, which the evaluation holds ready.
    ReviewObject(ContextId),
    /// `data` without rules.
    BaseData(ContextId),
    /// The length of a path, given the local of the path of its
    /// [`Statement::Walk`].
    WalkDepth(LocalId),
    /// The key at an index of a path, given the local of the path of its
    /// [`Statement::Walk`].
    WalkKey(LocalId, Box<Expr>),
    /// The value at keys; undefined if the base is undefined or lacks a key.
    Get {
        /// The base.
        base: Box<Expr>,
        /// The keys, in order: each one a defined value.
        keys: Vec<Expr>,
    },
    /// The member of a part of a base document at a key, by the rules of OPA's storage
    /// (`ferrego_runtime::codegen_support::storage`).
    StorageGet {
        /// The part.
        base: Box<Expr>,
        /// The key: a defined value.
        key: Box<Expr>,
    },
    /// A package: the members of the base document and the values of the rules in it.
    Package {
        /// The base document.
        base: Box<Expr>,
        /// The rules and packages in it.
        children: Vec<(Arc<str>, Expr)>,
    },
    /// A call without arguments: a rule or package.
    Rule(FunctionId, ContextId),
    /// A call of a function or builtin.
    Call(Box<Call>),
    /// A `sprintf` with a literal format.
    Format(Box<Format>),
    /// A call of a builtin with a literal pattern.
    Pattern(Box<PatternCall>),
}

/// A call of a function or builtin.
#[derive(Clone, Debug)]
pub struct Call {
    /// The target.
    pub callee: Callee,
    /// The arguments: defined values.
    pub arguments: Vec<Expr>,
    /// The slot under which a `with` may have replaced the function.
    pub mock: Option<SlotId>,
    /// The context in which the call runs.
    pub context: ContextId,
    /// The place of the literal.
    pub at: Span,
}

/// A condition.
#[derive(Clone, Debug)]
pub enum Condition {
    /// The value is defined and not false.
    Truthy(Expr),
    /// The value is defined.
    Defined(Expr),
    /// The value is defined and a collection.
    Collection(Expr),
    /// Both are defined and equal.
    Equal(Expr, Expr),
    /// Both are defined, and the comparison holds.
    Compare(Comparison, Expr, Expr),
    /// The value is an object with this many keys.
    ObjectOf(Expr, usize),
    /// The collection has a key that is equal to a defined value.
    Key {
        /// The collection; any other value has no keys.
        of: Expr,
        /// The key.
        key: Expr,
        /// `true` if the value at the key must not be `false`.
        truthy: bool,
    },
    /// A member of the collection may be a pattern that matches the text. The condition fails only
    /// if each member is a pattern and none matches. In a strict evaluation it always holds.
    MayMatch(Expr, Expr),
    /// The body with this number is evaluated in this pass of a
    /// [`Statement::Fused`].
    InPass(LocalId, u32),
    /// The condition does not hold.
    Not(Box<Condition>),
    /// The block reaches [`Yield::Found`] or
    /// [`Yield::Noted`].
    Exists(Block),
}

/// A `sprintf` with a literal format of [plain verbs](super::plain_verbs) and as many values. Its
/// value is always defined.
#[derive(Clone, Debug)]
pub struct Format {
    /// The format as the policy writes it.
    pub text: Arc<str>,
    /// The values of the verbs, in order.
    pub values: Vec<Expr>,
    /// The context of the call.
    pub context: ContextId,
}

/// A call of a builtin with a literal pattern.
#[derive(Clone)]
pub struct PatternCall {
    /// The pattern.
    pub pattern: PatternId,
    /// The builtin.
    pub builtin: &'static Builtin,
    /// The operands other than the pattern, in the order of the call.
    pub arguments: Vec<Expr>,
    /// The context of the call.
    pub context: ContextId,
    /// The place of the call.
    pub at: Span,
}

impl fmt::Debug for PatternCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?}, {:?})", self.builtin.name, self.pattern, self.arguments)
    }
}
