//! `providers.aws.sign_req` (OPA's `topdown/providers.go` and `internal/providers/aws`), which
//! signs a request to AWS with Signature Version 4.

#[cfg(feature = "aws")]
mod request;
#[cfg(feature = "aws")]
mod signature;

#[cfg(feature = "aws")]
pub use self::request::sign_req;

use super::row::{Builtin, row};

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(aws::sign_req, "providers.aws.sign_req", "(object[string: any], object[string: any], number) => object[any: any]", feature: "aws", effect: Any),
];
