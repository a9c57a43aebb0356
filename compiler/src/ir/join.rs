//! Hash indexes over collections.

use super::ids::FunctionId;

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
