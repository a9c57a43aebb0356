//! Expressions and conditions.

use std::sync::Arc;

use ferrego_runtime::builtins::{Builtin, Form};

use super::{Block, ContextId, Format, FunctionId, LocalId, PatternCall, SlotId};
use crate::hir::Constant;
use crate::source::Span;

/// The target of a call.
#[derive(Clone, Copy)]
pub enum Callee {
    /// A builtin.
    Builtin(&'static Builtin),
    /// A function of the program.
    Function(FunctionId),
}

impl std::fmt::Debug for Callee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Callee::Builtin(builtin) => f.write_str(builtin.name),
            Callee::Function(function) => write!(f, "#{}", function.0),
        }
    }
}

/// An expression, which has a value or is undefined (see
/// [`Program::is_defined`](super::Program::is_defined)).
#[derive(Clone, Debug)]
pub enum Expr {
    /// A local.
    Local(LocalId),
    /// The value of a [`Statement::Lazy`](super::Statement::Lazy).
    Force(LocalId),
    /// The value of a [`Statement::LetOption`](super::Statement::LetOption).
    OptionLocal(LocalId),
    /// A constant.
    Constant(Constant),
    /// An array of defined values.
    Array(Vec<Expr>),
    /// An object of defined values.
    Object(Vec<(Expr, Expr)>),
    /// A set of defined values.
    Set(Vec<Expr>),
    /// The truth of a condition, as a value.
    Truth(Box<Condition>),
    /// `input`; undefined if there is none.
    Input(ContextId),
    /// `input.review.object`, which the evaluation holds ready.
    ReviewObject(ContextId),
    /// `data` without rules.
    BaseData(ContextId),
    /// The length of a path, given the local of the path of its
    /// [`Statement::Walk`](super::Statement::Walk).
    WalkDepth(LocalId),
    /// The key at an index of a path, given the local of the path of its
    /// [`Statement::Walk`](super::Statement::Walk).
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

impl Expr {
    /// Returns `true` if the expression is this local.
    pub(crate) fn is_local(&self, local: LocalId) -> bool {
        matches!(self, Expr::Local(own) if *own == local)
    }

    /// Returns `true` if the value exists before the expression is evaluated.
    pub(crate) fn is_there(&self) -> bool {
        let is_known = |key: &Expr| matches!(key, Expr::Local(_) | Expr::Constant(_));
        match self {
            Expr::Local(_) | Expr::Input(_) | Expr::BaseData(_) => true,
            Expr::Get { base, keys } => base.is_there() && keys.iter().all(is_known),
            _ => false,
        }
    }
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

impl Call {
    /// Returns the builtin, unless a `with` may replace it.
    pub(crate) fn builtin(&self) -> Option<&'static Builtin> {
        match self.callee {
            Callee::Builtin(builtin) if self.mock.is_none() => Some(builtin),
            _ => None,
        }
    }

    /// Returns the form of the call in generated code. A call that a `with` may replace has no
    /// operator.
    pub(crate) fn form(&self) -> Form {
        self.builtin().map_or(Form::Call, |builtin| builtin.form)
    }
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
    /// [`Statement::Fused`](super::Statement::Fused).
    InPass(LocalId, u32),
    /// The condition does not hold.
    Not(Box<Condition>),
    /// The block reaches [`Yield::Found`](super::Yield::Found) or
    /// [`Yield::Noted`](super::Yield::Noted).
    Exists(Block),
}

/// The order comparisons, which are defined for all values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}
