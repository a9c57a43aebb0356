//! The signature algorithms of RFC 7518 and RFC 8037 that OPA supports.

use sha2::{Digest, Sha256, Sha384, Sha512};

/// The signature scheme of an algorithm, without its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// `HS`: a keyed digest (HMAC).
    Hmac,
    /// `RS`: RSA with the padding of PKCS #1, version 1.5.
    Pkcs1,
    /// `PS`: RSA with probabilistic padding (PSS).
    Pss,
    /// `ES`: ECDSA.
    Ecdsa,
    /// `EdDSA`, which digests the message itself.
    EdDsa,
}

/// The digest of an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// Returns the digest of `message`.
    pub(super) fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Algorithm {
    pub(super) scheme: Scheme,
    /// The digest; meaningless for [`Scheme::EdDsa`].
    pub(super) hash: Hash,
}

impl Algorithm {
    pub(super) const fn new(scheme: Scheme, hash: Hash) -> Self {
        Self { scheme, hash }
    }

    /// Returns the algorithm that headers and keys call `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        if name == "EdDSA" {
            return Some(Self::new(Scheme::EdDsa, Hash::Sha512));
        }
        let (scheme, size) = name.split_at_checked(2)?;
        let scheme = match scheme {
            "HS" => Scheme::Hmac,
            "RS" => Scheme::Pkcs1,
            "PS" => Scheme::Pss,
            "ES" => Scheme::Ecdsa,
            _ => return None,
        };
        let hash = match size {
            "256" => Hash::Sha256,
            "384" => Hash::Sha384,
            "512" => Hash::Sha512,
            _ => return None,
        };
        Some(Self::new(scheme, hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_rfc_7518() {
        assert_eq!(Algorithm::named("PS384"), Some(Algorithm::new(Scheme::Pss, Hash::Sha384)));
        assert_eq!(Algorithm::named("EdDSA").map(|found| found.scheme), Some(Scheme::EdDsa));
        for name in ["", "H", "none", "HS", "HS1", "hs256", "ES256K", "RS2566", "é256"] {
            assert_eq!(Algorithm::named(name), None, "{name}");
        }
    }
}
