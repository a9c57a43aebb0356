//! JSON Web Keys (RFC 7517), with the errors of `github.com/lestrrat-go/jwx`.

use std::sync::LazyLock;

use data_encoding::{BASE64URL_NOPAD, Encoding};

use super::private_key::PrivateKey;
use super::public_key::PublicKey;
use crate::arena::Arena;
use crate::json::{self, JsonError, JsonErrorKind};
use crate::value::{Object, Value};

static LENIENT: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = BASE64URL_NOPAD.specification();
    specification.check_trailing_bits = false;
    specification.ignore.push_str("\r\n");
    specification.encoding().unwrap_or(BASE64URL_NOPAD)
});

/// The type of a key (`kty`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    EllipticCurve,
    Secret,
    /// A key on an Edwards or Montgomery curve (`OKP`).
    Octets,
}

/// A JSON Web Key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jwk<'a> {
    fields: Object<'a>,
    kind: Kind,
}

/// Parses `text`, which is a key or a set of keys.
pub(super) fn parse<'a>(arena: &'a Arena, text: &'a str) -> Result<Vec<Jwk<'a>>, String> {
    let value = first_value(arena, text)
        .map_err(|error| format!("failed to unmarshal JWK set: {error}"))?;
    let Value::Object(fields) = value else {
        return Err(format!(
            "failed to unmarshal JWK set: expected an object, got {}",
            value.type_name()
        ));
    };
    match fields.get_str("keys") {
        None => match key(&value) {
            Ok(key) => Ok(vec![key]),
            Err(fault) => Err(format!("failed to parse sole key: jwk.ParseKey: {fault}")),
        },
        Some(Value::Array(keys)) => {
            let numbered = keys.iter().enumerate();
            let keys = numbered.map(|(place, value)| {
                key(value).map_err(|fault| {
                    format!("failed to unmarshal JWK set: failed to decode key #{place} in \"keys\": jwk.ParseKey: {fault}")
                })
            });
            keys.collect()
        }
        Some(other) => Err(format!(
            "failed to unmarshal JWK set: failed to decode \"keys\": expected an array, got {}",
            other.type_name()
        )),
    }
}

/// Parses the JSON value at the beginning of `text`. Like the library, ignores the rest.
fn first_value<'a>(arena: &'a Arena, text: &'a str) -> Result<Value<'a>, JsonError> {
    match json::parse(arena, text.as_bytes()) {
        Err(JsonError { kind: JsonErrorKind::TrailingData, offset }) => {
            json::parse(arena, text.as_bytes().get(..offset).unwrap_or_default())
        }
        result => result,
    }
}

fn key<'a>(value: &Value<'a>) -> Result<Jwk<'a>, String> {
    let Some(kty) = value.get_str("kty").and_then(|kty| kty.as_str()) else {
        return Err("failed to get \"kty\" hint".to_owned());
    };
    let Value::Object(fields) = *value else {
        return Err("the key is not an object".to_owned());
    };
    let kind = match kty {
        "RSA" => Kind::Rsa,
        "EC" => Kind::EllipticCurve,
        "oct" => Kind::Secret,
        "OKP" => Kind::Octets,
        other => return Err(format!("invalid key type from JSON ({other})")),
    };
    let key = Jwk { fields, kind };
    key.check().map_err(|fault| {
        format!("failed to unmarshal JSON into key (*jwk.{}): {fault}", key.type_name())
    })?;
    Ok(key)
}

impl<'a> Jwk<'a> {
    /// Returns the algorithm of the key, or the empty string.
    pub(super) fn alg(&self) -> &'a str {
        self.text("alg").unwrap_or_default()
    }

    /// Returns the name of the key, or the empty string.
    pub(super) fn kid(&self) -> &'a str {
        self.text("kid").unwrap_or_default()
    }

    /// Returns `true` if the key contains a private part. A shared secret does not count.
    pub(super) fn is_private(&self) -> bool {
        self.kind != Kind::Secret && self.fields.get_str("d").is_some()
    }

    /// Returns the public key, which verifies signatures.
    pub(super) fn public(&self) -> PublicKey {
        let bytes = |name| self.bytes(name).unwrap_or_default();
        match self.kind {
            Kind::Rsa => PublicKey::rsa(&bytes("n"), &bytes("e")),
            Kind::EllipticCurve => self.point(),
            Kind::Secret => PublicKey::Secret(bytes("k")),
            Kind::Octets if self.curve() == "Ed25519" => PublicKey::ed25519(&bytes("x")),
            Kind::Octets => PublicKey::Unusable,
        }
    }

    /// Returns the private key, or `None` if the key cannot sign.
    pub(super) fn private(&self) -> Option<PrivateKey> {
        let bytes = |name| self.bytes(name);
        match self.kind {
            Kind::Rsa => {
                let primes = (bytes("p")?, bytes("q")?);
                let primes = [primes.0.as_slice(), primes.1.as_slice()];
                PrivateKey::rsa(&bytes("n")?, &bytes("e")?, &bytes("d")?, primes)
            }
            Kind::EllipticCurve => PrivateKey::elliptic(self.curve(), &bytes("d")?),
            Kind::Secret => Some(PrivateKey::Secret(bytes("k")?)),
            Kind::Octets if self.curve() == "Ed25519" => {
                PrivateKey::ed25519(&bytes("d")?, &bytes("x")?)
            }
            Kind::Octets => None,
        }
    }

    /// Returns the name of the key's type in Go.
    pub(super) fn type_name(&self) -> &'static str {
        match (self.kind, self.is_private()) {
            (Kind::Rsa, false) => "rsaPublicKey",
            (Kind::Rsa, true) => "rsaPrivateKey",
            (Kind::EllipticCurve, false) => "ecdsaPublicKey",
            (Kind::EllipticCurve, true) => "ecdsaPrivateKey",
            (Kind::Secret, _) => "symmetricKey",
            (Kind::Octets, false) => "okpPublicKey",
            (Kind::Octets, true) => "okpPrivateKey",
        }
    }

    fn check(&self) -> Result<(), String> {
        let (texts, required, optional): (&[&str], &[&str], &[&str]) = match self.kind {
            Kind::Rsa => (&[], &["n", "e"], &["d", "p", "q"]),
            Kind::EllipticCurve => (&["crv"], &["x", "y"], &["d"]),
            Kind::Secret => (&[], &["k"], &[]),
            Kind::Octets => (&["crv"], &["x"], &["d"]),
        };
        for name in [texts, required].concat() {
            if self.fields.get_str(name).is_none() {
                return Err(format!("required field {name} is missing"));
            }
        }
        for name in [&["alg", "kid"], texts].concat() {
            if self.fields.get_str(name).is_some() && self.text(name).is_none() {
                return Err(format!("failed to decode value for key {name}: not a string"));
            }
        }
        for name in [required, optional].concat() {
            if self.fields.get_str(name).is_some() && self.bytes(name).is_none() {
                return Err(format!("failed to decode value for key {name}: not base64"));
            }
        }
        if self.kind == Kind::Secret && self.bytes("k").is_none_or(|bytes| bytes.is_empty()) {
            return Err("key validation failed: jwk.SymmetricKey: missing \"k\" field".to_owned());
        }
        if self.kind == Kind::EllipticCurve && self.coordinate_size().is_none() {
            return Err("failed to decode value for key crv: unknown curve".to_owned());
        }
        Ok(())
    }

    /// Returns the size in bytes of a coordinate on the key's curve, or `None` if the curve is
    /// unknown.
    fn coordinate_size(&self) -> Option<usize> {
        match self.curve() {
            "P-256" => Some(32),
            "P-384" => Some(48),
            "P-521" => Some(66),
            _ => None,
        }
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.fields.get_str(name)?.as_str()
    }

    fn curve(&self) -> &'a str {
        self.text("crv").unwrap_or_default()
    }

    /// Returns the bytes of a field, in base64 of either alphabet, with or without padding. Line
    /// ends and the bits after the last byte are ignored.
    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let text = self.text(name)?.trim_end_matches('=');
        let text = text.replace('+', "-").replace('/', "_");
        LENIENT.decode(text.as_bytes()).ok()
    }

    /// Creates the public key from the coordinates, encoded as a point in SEC 1's uncompressed
    /// form.
    fn point(&self) -> PublicKey {
        let Some(size) = self.coordinate_size() else { return PublicKey::Unusable };
        let mut encoded = vec![4];
        for name in ["x", "y"] {
            let coordinate = self.bytes(name).unwrap_or_default();
            let Some(zeros) = size.checked_sub(coordinate.len()) else {
                return PublicKey::Unusable;
            };
            encoded.extend(core::iter::repeat_n(0, zeros));
            encoded.extend(coordinate);
        }
        PublicKey::point(self.curve(), &encoded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn fault(text: &str) -> String {
        let arena = Arena::new();
        parse(&arena, arena.string(text)).expect_err("a fault")
    }

    #[test]
    fn faults_read_as_those_of_the_library() {
        assert_eq!(
            fault(r#"{"kty": "x"}"#),
            "failed to parse sole key: jwk.ParseKey: invalid key type from JSON (x)"
        );
        assert_eq!(
            fault("{}"),
            "failed to parse sole key: jwk.ParseKey: failed to get \"kty\" hint"
        );
        assert!(fault(r#"{"keys": [{"kty": "RSA", "e": "AQAB"}]}"#).ends_with(
            "#0 in \"keys\": jwk.ParseKey: failed to unmarshal JSON into key (*jwk.rsaPublicKey): \
             required field n is missing"
        ));
        assert!(fault(r#"{"kty": "oct", "k": "!"}"#).ends_with("key k: not base64"));
        assert!(
            fault(r#"{"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"}"#).contains("key crv")
        );
        assert!(fault(r#"{"kty": "oct", "k": ""}"#).ends_with("missing \"k\" field"));
        assert!(fault(r#"{"kty": "oct", "k": "AA", "kid": 1}"#).ends_with("kid: not a string"));
        for text in ["", "[]", "null", r#"{"keys": {}}"#, r#"{"keys": [1]}"#] {
            assert!(!fault(text).is_empty());
        }
    }

    #[test]
    fn sets_may_be_empty_and_points_off_their_curve() {
        let arena = Arena::new();
        assert!(parse(&arena, r#"{"keys": []}"#).is_ok_and(|keys| keys.is_empty()));
        for text in [
            r#"{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}"#,
            r#"{"kty": "OKP", "crv": "X25519", "x": "AA"}"#,
            r#"{"kty": "RSA", "n": "Aw", "e": "AQAB"}"#,
            r#"{"kty": "RSA", "n": "", "e": ""}"#,
        ] {
            let keys = parse(&arena, text).expect(text);
            assert!(matches!(keys[0].public(), PublicKey::Unusable), "{text}");
            assert!(keys[0].private().is_none(), "{text}");
        }
    }
}
