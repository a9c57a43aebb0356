//! `io.jwt.*`: decoding, verifying and signing JSON Web Tokens (OPA's `topdown/tokens.go`, RFC 7515
//! to 7519).

#[cfg(feature = "jwt")]
mod algorithm;
#[cfg(feature = "jwt")]
mod constraints;
#[cfg(feature = "jwt")]
mod decode;
#[cfg(feature = "jwt")]
mod decode_verify;
#[cfg(feature = "jwt")]
mod encode;
#[cfg(feature = "jwt")]
mod header;
#[cfg(feature = "jwt")]
mod jwk;
#[cfg(feature = "jwt")]
mod pem;
#[cfg(feature = "jwt")]
mod private_key;
#[cfg(feature = "jwt")]
mod public_key;
#[cfg(all(test, feature = "jwt"))]
mod samples;
#[cfg(feature = "jwt")]
mod token;
#[cfg(feature = "jwt")]
mod trust;
#[cfg(feature = "jwt")]
mod verify;

#[cfg(feature = "jwt")]
pub use self::{
    decode::decode,
    decode_verify::decode_verify,
    encode::{encode_sign, encode_sign_raw},
    verify::{
        verify_eddsa, verify_es256, verify_es384, verify_es512, verify_hs256, verify_hs384,
        verify_hs512, verify_ps256, verify_ps384, verify_ps512, verify_rs256, verify_rs384,
        verify_rs512,
    },
};

use super::row::{Builtin, row};

/// The steps in whose time a signature is made or checked.
#[cfg(feature = "jwt")]
const SIGNATURE: usize = 5_000;

/// The rows of the family in the table of builtins.
#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(jwt::decode, "io.jwt.decode", "(string) => array<object[any: any], object[any: any], string>", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_rs256, "io.jwt.verify_rs256", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_rs384, "io.jwt.verify_rs384", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_rs512, "io.jwt.verify_rs512", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_ps256, "io.jwt.verify_ps256", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_ps384, "io.jwt.verify_ps384", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_ps512, "io.jwt.verify_ps512", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_es256, "io.jwt.verify_es256", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_es384, "io.jwt.verify_es384", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_es512, "io.jwt.verify_es512", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_eddsa, "io.jwt.verify_eddsa", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_hs256, "io.jwt.verify_hs256", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_hs384, "io.jwt.verify_hs384", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::verify_hs512, "io.jwt.verify_hs512", "(string, string) => boolean", feature: "jwt", effect: Any, cost: Expensive),
    row!(jwt::decode_verify, "io.jwt.decode_verify", "(string, object[string: any]) => array<boolean, object[any: any], object[any: any]>", feature: "jwt", kind: Nondeterministic, effect: Any, cost: Expensive),
    row!(jwt::encode_sign_raw, "io.jwt.encode_sign_raw", "(string, string, string) => string", feature: "jwt", kind: Nondeterministic, effect: Any, cost: Expensive),
    row!(jwt::encode_sign, "io.jwt.encode_sign", "(object[string: any], object[string: any], object[string: any]) => string", feature: "jwt", kind: Nondeterministic, effect: Any, cost: Expensive),
];
