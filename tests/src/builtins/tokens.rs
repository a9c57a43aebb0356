//! JSON Web Tokens and the keys that sign them.

use std::sync::LazyLock;

use ferrego_runtime::builtins;

use super::answer::{self, Answer};
use super::term::Term;

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../runtime/src/builtins/jwt/samples/", $name))
    };
}

/// Keys and certificates that verifying builtins accept.
pub(super) const KEYS: &[&str] = &[
    "secret",
    "",
    "s",
    "é",
    sample!("rsa.pem"),
    sample!("rsa.crt"),
    sample!("p256.pem"),
    sample!("p256.crt"),
    sample!("p384.pem"),
    sample!("p521.pem"),
    sample!("ed25519.pem"),
    sample!("ed25519.crt"),
    sample!("rsa.jwk"),
    sample!("p256.jwk"),
    "{\"keys\": []}",
    "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----",
    "{}",
];

/// Keys with deterministic signatures.
pub(super) const SIGNING_KEYS: &[&str] = &[
    "{\"kty\": \"oct\", \"k\": \"c2VjcmV0\"}",
    "{\"kty\": \"oct\", \"k\": \"\"}",
    "{\"kty\": \"oct\"}",
    "{}",
    "",
    "x",
    "{\"kty\": \"oct\", \"k\": \"/+\"}",
    sample!("rsa.jwk"),
    "{\"kty\": \"bogus\"}",
    "[]",
];

pub(super) const HEADERS: &[&str] = &[
    "{\"alg\": \"HS256\"}",
    "{\"alg\": \"HS384\", \"typ\": \"JWT\"}",
    "{\"alg\": \"HS512\", \"typ\": \"JOSE\"}",
    "{}",
    "",
    "{\"typ\": \"JWT\"}",
    "{\"alg\": \"RS256\"}",
    "{\"alg\": \"none\"}",
    "{\"alg\": \"bogus\"}",
    "{\"alg\": 1}",
    "x",
    "[]",
    "{\"typ\": \"JWT\", \"alg\": \"HS256\", \"kid\": \"1\"}",
    "{\"alg\": \"HS256\", \"typ\": \"text/plain\"}",
    "{\"alg\": \"HS256\", \"crit\": [\"a\"], \"a\": 1}",
    "{\"alg\": \"HS256\", \"cty\": \"JWT\"}",
    "{\"alg\": \"EdDSA\"}",
];

pub(super) const PAYLOADS: &[&str] = &[
    "{\"iss\": \"us\"}",
    "{}",
    "{\"exp\": 1}",
    "{\"exp\": 4102444800, \"nbf\": 1}",
    "{\"aud\": \"x\"}",
    "",
    "x",
    "1",
    "[]",
    "{\"aud\": [\"x\", \"y\"], \"iss\": \"us\"}",
    "{\"nbf\": 4102444800}",
    "{\"exp\": \"1\"}",
    "{\"a\": 1.10, \"b\": 1e3}",
    "{\"iss\": 1}",
    "{\"exp\": 1.5}",
    "{\"exp\": 1e400}",
    "\"a\"",
    "null",
];

/// Tokens of all algorithms, and texts that resemble tokens.
pub(super) static TOKENS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = sample!("tokens").lines().filter_map(|line| line.split_once(": "));
    let mut tokens: Vec<String> = lines.map(|(_, token)| token.to_owned()).collect();
    tokens.extend(HEADERS.iter().flat_map(|header| {
        PAYLOADS.iter().filter_map(|payload| signed(header, payload, SIGNING_KEYS[0]))
    }));
    let encoded = |text: &str| text.to_owned();
    tokens.extend(
        [
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "e30.e30.",
            "e30.e30.AA",
            "e30.e30",
            "e30=.e30.",
            "W10.e30.",
        ]
        .map(encoded),
    );
    tokens.extend(
        [
            "eyJhbGciOiJIUzI1NiJ9.e30.x",
            "eyJhbGciOiJub25lIn0.e30.",
            "eyJhbGciOiJIUzI1NiIsImN0eSI6IkpXVCJ9.ZTMwLmUzMC4.AA",
        ]
        .map(encoded),
    );
    tokens
});

fn signed(header: &str, payload: &str, key: &str) -> Option<String> {
    let operands = [header, payload, key].map(|text| Term::text(text).to_string());
    let Answer::Value(quoted) =
        answer::call(builtins::lookup("io.jwt.encode_sign_raw")?, &operands)
    else {
        return None;
    };
    serde_json::from_str(&quoted).ok()
}
