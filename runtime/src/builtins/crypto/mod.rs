//! `crypto.*`: digests and keyed digests (OPA's `topdown/crypto.go`). Certificates and keys are not
//! supported.

#[cfg(feature = "crypto")]
mod digests;

#[cfg(feature = "crypto")]
pub use self::digests::{
    hmac_equal, hmac_md5, hmac_sha1, hmac_sha256, hmac_sha512, md5, sha1, sha256,
};

use super::row::{Builtin, row};

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(crypto::md5, "crypto.md5", "(string) => string", feature: "crypto", cost: Expensive),
    row!(crypto::sha1, "crypto.sha1", "(string) => string", feature: "crypto", cost: Expensive),
    row!(crypto::sha256, "crypto.sha256", "(string) => string", feature: "crypto", cost: Expensive),
    row!(crypto::hmac_md5, "crypto.hmac.md5", "(string, string) => string", feature: "crypto", cost: Expensive),
    row!(crypto::hmac_sha1, "crypto.hmac.sha1", "(string, string) => string", feature: "crypto", cost: Expensive),
    row!(crypto::hmac_sha256, "crypto.hmac.sha256", "(string, string) => string", feature: "crypto", cost: Expensive),
    row!(crypto::hmac_sha512, "crypto.hmac.sha512", "(string, string) => string", feature: "crypto", cost: Expensive),
    row!(crypto::hmac_equal, "crypto.hmac.equal", "(string, string) => boolean", feature: "crypto", cost: Expensive),
];
