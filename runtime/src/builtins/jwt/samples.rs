//! Keys made only for these tests, and tokens that another implementation (`OpenSSL`) signed with
//! them.

use data_encoding::BASE64URL_NOPAD;

/// A key in several formats.
pub(super) struct Sample {
    pub(super) jwk: &'static str,
    pub(super) public_key: &'static str,
    pub(super) certificate: &'static str,
}

macro_rules! sample {
    ($name:literal) => {
        Sample {
            jwk: include_str!(concat!("samples/", $name, ".jwk")),
            public_key: include_str!(concat!("samples/", $name, ".pem")),
            certificate: include_str!(concat!("samples/", $name, ".crt")),
        }
    };
}

pub(super) const RSA: Sample = sample!("rsa");
pub(super) const P256: Sample = sample!("p256");
pub(super) const P384: Sample = sample!("p384");
pub(super) const P521: Sample = sample!("p521");
pub(super) const ED25519: Sample = sample!("ed25519");

/// Returns the sample key for `algorithm`.
pub(super) fn sample(algorithm: &str) -> Sample {
    match algorithm {
        "ES256" => P256,
        "ES384" => P384,
        "ES512" => P521,
        "EdDSA" => ED25519,
        _ => RSA,
    }
}

/// Returns tokens with the payload `{"iss":"us"}`, each with the name of its algorithm.
pub(super) fn tokens() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("samples/tokens").lines().filter_map(|line| line.split_once(": "))
}

/// Encodes `bytes` as a part of a token.
pub(super) fn encoded(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Returns the token of the given parts.
pub(super) fn token(header: &str, payload: &str, signature: &[u8]) -> String {
    let [header, payload] = [header, payload].map(|part| encoded(part.as_bytes()));
    format!("{header}.{payload}.{}", encoded(signature))
}
