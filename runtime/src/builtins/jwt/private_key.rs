//! Private keys, which sign tokens.

use ecdsa::SigningKey;
use ecdsa::signature::hazmat::PrehashSigner;
use ed25519_dalek::Signer as _;
use getrandom::SysRng;
use hmac::{Hmac, KeyInit, Mac};
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;
use rsa::traits::SignatureScheme;
use rsa::{PrivateKey as RsaPrivateKey, Pss};
use sha2::{Sha256, Sha384, Sha512};

use super::SIGNATURE;
use super::algorithm::{Algorithm, Hash, Scheme};
use super::public_key::{field, number, pkcs1};
use crate::budget::{MEMBERS, visit};

/// A key that signs tokens.
pub(super) enum PrivateKey {
    Rsa(Box<RsaPrivateKey>),
    P256(SigningKey<NistP256>),
    P384(SigningKey<NistP384>),
    P521(SigningKey<NistP521>),
    Ed25519(ed25519_dalek::SigningKey),
    /// The secret that signer and verifier share.
    Secret(Vec<u8>),
}

impl PrivateKey {
    /// Creates an RSA key from a modulus, both exponents and two primes.
    pub(super) fn rsa(
        modulus: &[u8],
        public: &[u8],
        private: &[u8],
        primes: [&[u8]; 2],
    ) -> Option<Self> {
        let primes = primes.into_iter().map(number).collect::<Option<Vec<_>>>()?;
        let (modulus, public, private) = (number(modulus)?, number(public)?, number(private)?);
        let key = RsaPrivateKey::from_components(modulus, public, private, primes).ok()?;
        Some(Self::Rsa(Box::new(key)))
    }

    /// Creates the key with the scalar `scalar` on a curve, which is named as in a JWK.
    pub(super) fn elliptic(curve: &str, scalar: &[u8]) -> Option<Self> {
        match curve {
            "P-256" => SigningKey::from_bytes(&field::<NistP256>(scalar)?).ok().map(Self::P256),
            "P-384" => SigningKey::from_bytes(&field::<NistP384>(scalar)?).ok().map(Self::P384),
            "P-521" => SigningKey::from_bytes(&field::<NistP521>(scalar)?).ok().map(Self::P521),
            _ => None,
        }
    }

    /// Creates the Ed25519 key of `seed`. Returns `None` if `public` is not its public key.
    pub(super) fn ed25519(seed: &[u8], public: &[u8]) -> Option<Self> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed.try_into().ok()?);
        (key.verifying_key().as_bytes() == public).then_some(Self::Ed25519(key))
    }

    /// Signs `message`. Returns `None` if the key does not fit the algorithm, or if the machine has
    /// no random numbers. Signatures on elliptic curves are deterministic (RFC 6979); RSA-PSS
    /// signatures differ each time.
    pub(super) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        if !visit(MEMBERS * SIGNATURE) {
            return None;
        }
        let Algorithm { scheme, hash } = algorithm;
        match (self, scheme) {
            (Self::Rsa(key), Scheme::Pkcs1) => {
                pkcs1(hash).sign(Some(&mut SysRng), key, &hash.of(message)).ok()
            }
            (Self::Rsa(key), Scheme::Pss) => pss(key, hash, message),
            (Self::P256(key), Scheme::Ecdsa) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(&hash.of(message)).ok()?;
                Some(signature.to_bytes().to_vec())
            }
            (Self::P384(key), Scheme::Ecdsa) => {
                let signature: p384::ecdsa::Signature = key.sign_prehash(&hash.of(message)).ok()?;
                Some(signature.to_bytes().to_vec())
            }
            (Self::P521(key), Scheme::Ecdsa) => {
                let signature: p521::ecdsa::Signature = key.sign_prehash(&hash.of(message)).ok()?;
                Some(signature.to_bytes().to_vec())
            }
            (Self::Ed25519(key), Scheme::EdDsa) => Some(key.sign(message).to_bytes().to_vec()),
            (Self::Secret(key), Scheme::Hmac) => mac(hash, key, message),
            _ => None,
        }
    }
}

fn pss(key: &RsaPrivateKey, hash: Hash, message: &[u8]) -> Option<Vec<u8>> {
    let digest = hash.of(message);
    let random = Some(&mut SysRng);
    let signature = match hash {
        Hash::Sha256 => Pss::<Sha256>::new().sign(random, key, &digest),
        Hash::Sha384 => Pss::<Sha384>::new().sign(random, key, &digest),
        Hash::Sha512 => Pss::<Sha512>::new().sign(random, key, &digest),
    };
    signature.ok()
}

fn mac(hash: Hash, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    fn make<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
        let mac = M::new_from_slice(key).ok()?;
        Some(mac.chain_update(message).finalize().into_bytes().to_vec())
    }
    match hash {
        Hash::Sha256 => make::<Hmac<Sha256>>(key, message),
        Hash::Sha384 => make::<Hmac<Sha384>>(key, message),
        Hash::Sha512 => make::<Hmac<Sha512>>(key, message),
    }
}
