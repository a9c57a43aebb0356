//! Public keys, which verify signatures.

use ecdsa::elliptic_curve::{Curve, CurveArithmetic, FieldBytes};
use ecdsa::signature::hazmat::PrehashVerifier;
use ecdsa::{EcdsaCurve, Signature, VerifyingKey};
use ed25519_dalek::Verifier as _;
use hmac::{Hmac, KeyInit, Mac};
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;
use rsa::traits::SignatureScheme;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, PublicKey as RsaPublicKey};
use sha2::{Sha256, Sha384, Sha512};
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};

use super::SIGNATURE;
use super::algorithm::{Algorithm, Hash, Scheme};
use crate::budget::{MEMBERS, visit};

/// The maximum size of an RSA key in bits, because the time of a verification grows with its cube.
const MAX_RSA_BITS: usize = 16_384;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ELLIPTIC_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// A key that verifies signatures.
pub(super) enum PublicKey {
    Rsa(RsaPublicKey),
    P256(VerifyingKey<NistP256>),
    P384(VerifyingKey<NistP384>),
    P521(VerifyingKey<NistP521>),
    Ed25519(ed25519_dalek::VerifyingKey),
    /// The secret that signer and verifier share.
    Secret(Vec<u8>),
    /// A key that verifies nothing: its type signs no tokens, or its point is not on the curve.
    Unusable,
}

impl PublicKey {
    /// Returns the key of a certificate in DER.
    pub(super) fn of_certificate(der: &[u8]) -> Option<Self> {
        let certificate = CertificateInner::<Raw>::from_der(der).ok()?;
        Some(Self::of(certificate.tbs_certificate().subject_public_key_info()))
    }

    /// Returns the key of a `SubjectPublicKeyInfo` in DER.
    pub(super) fn of_der(der: &[u8]) -> Option<Self> {
        Some(Self::of(&SubjectPublicKeyInfoOwned::from_der(der).ok()?))
    }

    fn of(info: &SubjectPublicKeyInfoOwned) -> Self {
        let Some(bits) = info.subject_public_key.as_bytes() else {
            return Self::Unusable;
        };
        match info.algorithm.oid {
            RSA => Self::rsa_of(info),
            ELLIPTIC_CURVE => {
                let curve = info.algorithm.parameters.as_ref();
                match curve.and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok()) {
                    Some(P256) => Self::point("P-256", bits),
                    Some(P384) => Self::point("P-384", bits),
                    Some(P521) => Self::point("P-521", bits),
                    _ => Self::Unusable,
                }
            }
            ED25519 => Self::ed25519(bits),
            _ => Self::Unusable,
        }
    }

    fn rsa_of(info: &SubjectPublicKeyInfoOwned) -> Self {
        let Ok(der) = info.to_der() else { return Self::Unusable };
        let info = SubjectPublicKeyInfoRef::from_der(&der);
        info.ok()
            .and_then(|info| RsaPublicKey::try_from(info).ok())
            .map_or(Self::Unusable, Self::Rsa)
    }

    /// Creates an RSA key from a modulus and an exponent, both big-endian.
    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        let key = number(modulus).zip(number(exponent)).and_then(|(modulus, exponent)| {
            let sizes = RsaPublicKey::MIN_SIZE..=MAX_RSA_BITS;
            RsaPublicKey::new_with_size_limits(modulus, exponent, sizes).ok()
        });
        key.map_or(Self::Unusable, Self::Rsa)
    }

    /// Creates the key of the point `encoded` (SEC 1) on a curve, which is named as in a JWK.
    pub(super) fn point(curve: &str, encoded: &[u8]) -> Self {
        let key = match curve {
            "P-256" => VerifyingKey::from_sec1_bytes(encoded).ok().map(Self::P256),
            "P-384" => VerifyingKey::from_sec1_bytes(encoded).ok().map(Self::P384),
            "P-521" => VerifyingKey::from_sec1_bytes(encoded).ok().map(Self::P521),
            _ => None,
        };
        key.unwrap_or(Self::Unusable)
    }

    /// Creates an Ed25519 key from its bytes.
    pub(super) fn ed25519(bytes: &[u8]) -> Self {
        let key = bytes.try_into().ok();
        let key = key.and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(bytes).ok());
        key.map_or(Self::Unusable, Self::Ed25519)
    }

    /// Returns `true` if `signature` is a signature of `message` with this key by `algorithm`.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        // A call checks as many signatures as it has keys.
        if !visit(MEMBERS * SIGNATURE) {
            return false;
        }
        let Algorithm { scheme, hash } = algorithm;
        match (self, scheme) {
            (Self::Rsa(key), Scheme::Pkcs1) => {
                key.verify(pkcs1(hash), &hash.of(message), signature).is_ok()
            }
            (Self::Rsa(key), Scheme::Pss) => pss(key, hash, message, signature),
            (Self::P256(key), Scheme::Ecdsa) => ecdsa(key, &hash.of(message), signature),
            (Self::P384(key), Scheme::Ecdsa) => ecdsa(key, &hash.of(message), signature),
            (Self::P521(key), Scheme::Ecdsa) => ecdsa(key, &hash.of(message), signature),
            (Self::Ed25519(key), Scheme::EdDsa) => {
                let signature = ed25519_dalek::Signature::from_slice(signature);
                signature.is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            (Self::Secret(key), Scheme::Hmac) => verifies_mac(hash, key, message, signature),
            _ => false,
        }
    }

    /// Returns `true` if a signature may have `length` bytes. Only elliptic curves restrict the
    /// length, because they pad their numbers to the size of the curve.
    pub(super) fn takes_length(&self, length: usize) -> bool {
        match self {
            Self::P256(_) => length == 64,
            Self::P384(_) => length == 96,
            Self::P521(_) => length == 132,
            _ => true,
        }
    }
}

/// Reads a big-endian number.
pub(super) fn number(bytes: &[u8]) -> Option<BoxedUint> {
    let bits = u32::try_from(bytes.len()).ok()?.checked_mul(8)?;
    BoxedUint::from_be_slice(bytes, bits).ok()
}

/// Returns the padding of PKCS #1, version 1.5, for digests of `hash`.
pub(super) fn pkcs1(hash: Hash) -> Pkcs1v15Sign {
    match hash {
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

/// Verifies an RSA-PSS signature. As in Go, the salt may have any length.
fn pss(key: &RsaPublicKey, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
    let digest = hash.of(message);
    let verified = match hash {
        Hash::Sha256 => any_salt::<Sha256>().verify(key, &digest, signature),
        Hash::Sha384 => any_salt::<Sha384>().verify(key, &digest, signature),
        Hash::Sha512 => any_salt::<Sha512>().verify(key, &digest, signature),
    };
    verified.is_ok()
}

fn any_salt<D: sha2::Digest>() -> Pss<D> {
    Pss { salt_len: None, ..Pss::new() }
}

/// Returns `true` if the halves of `signature` are the two numbers of a signature of `digest`.
fn ecdsa<C>(key: &VerifyingKey<C>, digest: &[u8], signature: &[u8]) -> bool
where
    C: EcdsaCurve + CurveArithmetic,
    VerifyingKey<C>: PrehashVerifier<Signature<C>>,
{
    let (r, s) = signature.split_at(signature.len() / 2);
    let signature = field::<C>(r).zip(field::<C>(s));
    let signature = signature.and_then(|(r, s)| Signature::<C>::from_scalars(r, s).ok());
    signature.is_some_and(|signature| key.verify_prehash(digest, &signature).is_ok())
}

/// Pads or trims leading zeros so that `bytes` has the size of the curve's numbers.
pub(super) fn field<C: Curve>(bytes: &[u8]) -> Option<FieldBytes<C>> {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let bytes = bytes.get(zeros..)?;
    let mut field = FieldBytes::<C>::default();
    let start = field.len().checked_sub(bytes.len())?;
    field.get_mut(start..)?.copy_from_slice(bytes);
    Some(field)
}

fn verifies_mac(hash: Hash, key: &[u8], message: &[u8], tag: &[u8]) -> bool {
    fn check<M: Mac + KeyInit>(key: &[u8], message: &[u8], tag: &[u8]) -> bool {
        // HMAC accepts keys of any length.
        M::new_from_slice(key).is_ok_and(|mac| mac.chain_update(message).verify_slice(tag).is_ok())
    }
    match hash {
        Hash::Sha256 => check::<Hmac<Sha256>>(key, message, tag),
        Hash::Sha384 => check::<Hmac<Sha384>>(key, message, tag),
        Hash::Sha512 => check::<Hmac<Sha512>>(key, message, tag),
    }
}
