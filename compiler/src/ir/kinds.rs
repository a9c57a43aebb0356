//! The kinds of calls, comparisons and collections.

use ferrego_runtime::builtins::Builtin;

use super::ids::FunctionId;

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

/// The kind of collection that a [`Statement::Collect`](super::Statement::Collect) builds.
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
