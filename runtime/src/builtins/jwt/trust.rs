//! The trusted keys of a policy, from a certificate, a public key or a set of JSON Web Keys.

use super::algorithm::Algorithm;
use super::jwk;
use super::pem;
use super::public_key::PublicKey;
use crate::arena::Arena;

/// A key that a policy trusts.
pub(super) struct TrustedKey<'a> {
    pub(super) key: PublicKey,
    /// The algorithm of the key, or the empty string.
    pub(super) alg: &'a str,
    /// The name of the key, or the empty string.
    pub(super) kid: &'a str,
    /// `true` if the key came with its private part.
    pub(super) private: bool,
}

/// Reads the keys in `text`, which is JSON, or PEM with a certificate or a public key. Keys for
/// unknown algorithms are skipped.
pub(super) fn keys<'a>(arena: &'a Arena, text: &'a str) -> Result<Vec<TrustedKey<'a>>, String> {
    if let Some((block, rest)) = pem::first_block(text) {
        if !rest.is_empty() {
            return Err("extra data after a PEM certificate block".to_owned());
        }
        let key = of_block(&block)?;
        return Ok(vec![TrustedKey { key, alg: "", kid: "", private: false }]);
    }
    let keys = jwk::parse(arena, text).map_err(|fault| {
        format!("failed to parse a JWK key (set): jwk.ParseString: failed to parse string: jwk.Parse: {fault}")
    })?;
    let known =
        keys.iter().filter(|key| key.alg().is_empty() || Algorithm::named(key.alg()).is_some());
    let trusted = known.map(|key| TrustedKey {
        key: key.public(),
        alg: key.alg(),
        kid: key.kid(),
        private: key.is_private(),
    });
    Ok(trusted.collect())
}

fn of_block(block: &pem::Block<'_>) -> Result<PublicKey, String> {
    match block.label {
        "CERTIFICATE" => PublicKey::of_certificate(&block.content).ok_or_else(|| {
            "failed to parse a PEM certificate: x509: malformed certificate".to_owned()
        }),
        "PUBLIC KEY" => PublicKey::of_der(&block.content)
            .ok_or_else(|| "failed to parse a PEM public key: asn1: structure error".to_owned()),
        _ => Err("failed to extract a Key from the PEM certificate".to_owned()),
    }
}

/// Returns `true` if one of `keys` verifies a token with this `kid` and `alg` in its header. If a
/// key has the name `kid`, only that key counts. Otherwise, every key counts whose algorithm is
/// `alg` or unspecified.
pub(super) fn any_verifies<'a>(
    keys: &[TrustedKey<'a>],
    kid: &str,
    alg: &str,
    mut verifies: impl FnMut(&TrustedKey<'a>) -> bool,
) -> bool {
    if !kid.is_empty()
        && let Some(key) = keys.iter().find(|key| key.kid == kid)
    {
        return verifies(key);
    }
    keys.iter().filter(|key| key.alg.is_empty() || key.alg == alg).any(verifies)
}
