//! Base64, hexadecimal and URL query encodings (`topdown/encoding.go`).

#[cfg(feature = "encoding")]
mod base;
mod query;

#[cfg(any(feature = "jwt", feature = "yaml"))]
pub(super) use base::base64_bytes;
#[cfg(feature = "jwt")]
pub(super) use base::base64url_bytes;
#[cfg(feature = "encoding")]
pub use base::{
    base64_decode, base64_encode, base64_is_valid, base64url_decode, base64url_encode,
    base64url_encode_no_pad, hex_decode, hex_encode,
};
pub use query::{urlquery_decode, urlquery_decode_object, urlquery_encode, urlquery_encode_object};

use super::row::{Builtin, row};

#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(encoding::base64_encode, "base64.encode", "(string) => string", feature: "encoding", cost: Expensive, builds: true),
    row!(encoding::base64_decode, "base64.decode", "(string) => string", feature: "encoding", cost: Expensive),
    row!(encoding::base64_is_valid, "base64.is_valid", "(string) => boolean", feature: "encoding", cost: Expensive),
    row!(encoding::base64url_encode, "base64url.encode", "(string) => string", feature: "encoding", cost: Expensive),
    row!(encoding::base64url_encode_no_pad, "base64url.encode_no_pad", "(string) => string", feature: "encoding", cost: Expensive),
    row!(encoding::base64url_decode, "base64url.decode", "(string) => string", feature: "encoding", cost: Expensive),
    row!(encoding::hex_encode, "hex.encode", "(string) => string", feature: "encoding", cost: Expensive),
    row!(encoding::hex_decode, "hex.decode", "(string) => string", feature: "encoding", cost: Expensive),
    row!(encoding::urlquery_encode, "urlquery.encode", "(string) => string", cost: Expensive),
    row!(encoding::urlquery_decode, "urlquery.decode", "(string) => string", cost: Expensive),
    row!(encoding::urlquery_encode_object, "urlquery.encode_object", "(object[string: any<string, array[string], set[string]>]) => string", cost: Expensive),
    row!(encoding::urlquery_decode_object, "urlquery.decode_object", "(string) => object[string: array[string]]", cost: Expensive),
];
