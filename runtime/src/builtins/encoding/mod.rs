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

use super::table::{Builtin, row};

#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(feature "encoding", pure encoding::base64_encode, "base64.encode", "(string) => string"),
    row!(feature "encoding", pure encoding::base64_decode, "base64.decode", "(string) => string"),
    row!(feature "encoding", pure encoding::base64_is_valid, "base64.is_valid", "(string) => boolean"),
    row!(feature "encoding", pure encoding::base64url_encode, "base64url.encode", "(string) => string"),
    row!(feature "encoding", pure encoding::base64url_encode_no_pad, "base64url.encode_no_pad", "(string) => string"),
    row!(feature "encoding", pure encoding::base64url_decode, "base64url.decode", "(string) => string"),
    row!(feature "encoding", pure encoding::hex_encode, "hex.encode", "(string) => string"),
    row!(feature "encoding", pure encoding::hex_decode, "hex.decode", "(string) => string"),
    row!(pure encoding::urlquery_encode, "urlquery.encode", "(string) => string"),
    row!(pure encoding::urlquery_decode, "urlquery.decode", "(string) => string"),
    row!(pure encoding::urlquery_encode_object, "urlquery.encode_object", "(object[string: any<string, array[string], set[string]>]) => string"),
    row!(pure encoding::urlquery_decode_object, "urlquery.decode_object", "(string) => object[string: array[string]]"),
];
