//! YAML as Go's libraries read and write it.
//!
//! [`syntax`] parses text into events, and [`compose`] builds documents from them, for both
//! Kubernetes and OPA. The two differ in the meaning of scalars, which a [`Schema`] defines:
//! Kubernetes uses YAML 1.1 (`yes` is a boolean), OPA's builtins nearly YAML 1.2.

#[cfg(feature = "yaml")]
pub mod compose;
#[cfg(feature = "yaml")]
mod emit;
#[cfg(feature = "yaml")]
mod error;
#[cfg(feature = "yaml")]
mod functions;
#[cfg(feature = "yaml")]
mod order;
#[cfg(feature = "yaml")]
mod read;
#[cfg(feature = "yaml")]
mod scalar;
#[cfg(feature = "yaml")]
mod style;
#[cfg(feature = "yaml")]
pub mod syntax;
#[cfg(feature = "yaml")]
mod timestamp;

#[cfg(feature = "yaml")]
pub use error::YamlError;
#[cfg(feature = "yaml")]
pub use functions::{is_valid, marshal, unmarshal};
#[cfg(feature = "yaml")]
pub use read::parse;
#[cfg(feature = "yaml")]
pub use scalar::{Scalar, Schema, plain, resolve};

use super::row::{Builtin, row};

pub(super) const ROWS: &[Builtin] = &[
    row!(yaml::marshal, "yaml.marshal", "(any) => string", feature: "yaml", effect: Any, cost: Expensive),
    row!(yaml::unmarshal, "yaml.unmarshal", "(string) => any", feature: "yaml", effect: Any, cost: Expensive),
    row!(yaml::is_valid, "yaml.is_valid", "(string) => boolean", feature: "yaml", effect: Any, cost: Expensive),
];
