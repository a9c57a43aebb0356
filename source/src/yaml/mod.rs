//! YAML documents with the place of every node.
//!
//! The text is read as Kubernetes reads it. Plain scalars follow the rules of YAML 1.1 (`yes` is a
//! boolean), and aliases and merge keys are resolved. A duplicate key is an error, and so is a
//! document that Kubernetes would ignore.

mod block;
pub mod helm;
mod load;
mod node;
mod origin;
mod scalar;
mod stream;
mod value;

pub use block::Block;
pub use load::{load, load_json};
pub use node::{Kind, Node};
pub use origin::origin;
pub use scalar::{Dialect, Plain, Scalar, Style};
pub use stream::{Part, Parts};

#[cfg(test)]
mod tests;
