//! Hash indexes over collections.

use super::ids::FunctionId;
use super::nodes::Expr;

/// Index of a join in [`Program::joins`](super::Program::joins).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinId(pub usize);

/// A hash index over the members of the collection that one loop iterates.
#[derive(Clone, Copy, Debug)]
pub struct Join {
    /// The function that returns the keys of a member.
    pub keys: FunctionId,
    /// The lifetime of the index.
    pub lifetime: IndexLifetime,
}

/// The lifetime of a hash index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexLifetime {
    /// The lifetime of the evaluation.
    Evaluation,
    /// The lifetime of the data.
    Data,
    /// The lifetime of the data, for a collection whose members are themselves replaced in the
    /// data.
    AboveData,
}

/// A lookup in a hash index.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The index.
    pub join: JoinId,
    /// The key that members must have. If it is undefined, the loop iterates all members.
    pub wanted: Expr,
}
