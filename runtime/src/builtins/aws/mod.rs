//! `providers.aws.sign_req` (OPA's `topdown/providers.go` and `internal/providers/aws`): signs a
//! request to AWS by version 4 of its signatures.

#[cfg(feature = "crypto")]
mod request;
#[cfg(feature = "crypto")]
mod signature;

#[cfg(feature = "crypto")]
pub use self::request::sign_req;

use super::table::{Builtin, row};

/// The rows of the family.
pub(super) const ROWS: &[Builtin] = &[row!(
    feature "crypto",
    pure aws::sign_req,
    "providers.aws.sign_req",
    "(object[string: any], object[string: any], number) => object[any: any]"
)];
