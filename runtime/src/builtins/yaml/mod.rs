//! YAML as Kubernetes reads and writes it (`sigs.k8s.io/yaml` over `go-yaml` 2, `topdown/
//! encoding.go`): by way of JSON, with the scalars of YAML 1.1.

#[cfg(feature = "yaml")]
mod emit;
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
pub use functions::{is_valid, marshal, unmarshal};
#[cfg(feature = "yaml")]
pub use read::{YamlError, parse};
#[cfg(feature = "yaml")]
pub use scalar::{Scalar, resolve};

use super::table::{Builtin, row};

pub(super) const ROWS: &[Builtin] = &[
    row!(feature "yaml", pure yaml::marshal, "yaml.marshal", "(any) => string"),
    row!(feature "yaml", pure yaml::unmarshal, "yaml.unmarshal", "(string) => any"),
    row!(feature "yaml", pure yaml::is_valid, "yaml.is_valid", "(string) => boolean"),
];
