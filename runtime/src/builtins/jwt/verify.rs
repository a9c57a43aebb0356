//! `io.jwt.verify_*`, each of which checks only that a key made a token's signature.

use super::algorithm::{Algorithm, Hash, Scheme};
use super::public_key::PublicKey;
use super::token::{Parameters, Token};
use super::trust;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// Defines one function per algorithm.
macro_rules! verifiers {
    ($($(#[$doc:meta])* $name:ident = $by:ident($scheme:ident, $hash:ident);)*) => {$(
        $(#[$doc])*
        pub fn $name<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
            $by(env, operands, Algorithm::new(Scheme::$scheme, Hash::$hash))
        }
    )*};
}

verifiers! {
    /// Implements `io.jwt.verify_rs256(jwt, certificate)`.
    verify_rs256 = by_key(Pkcs1, Sha256);
    /// Implements `io.jwt.verify_rs384(jwt, certificate)`.
    verify_rs384 = by_key(Pkcs1, Sha384);
    /// Implements `io.jwt.verify_rs512(jwt, certificate)`.
    verify_rs512 = by_key(Pkcs1, Sha512);
    /// Implements `io.jwt.verify_ps256(jwt, certificate)`.
    verify_ps256 = by_key(Pss, Sha256);
    /// Implements `io.jwt.verify_ps384(jwt, certificate)`.
    verify_ps384 = by_key(Pss, Sha384);
    /// Implements `io.jwt.verify_ps512(jwt, certificate)`.
    verify_ps512 = by_key(Pss, Sha512);
    /// Implements `io.jwt.verify_es256(jwt, certificate)`.
    verify_es256 = by_key(Ecdsa, Sha256);
    /// Implements `io.jwt.verify_es384(jwt, certificate)`.
    verify_es384 = by_key(Ecdsa, Sha384);
    /// Implements `io.jwt.verify_es512(jwt, certificate)`.
    verify_es512 = by_key(Ecdsa, Sha512);
    /// Implements `io.jwt.verify_eddsa(jwt, certificate)`.
    verify_eddsa = by_key(EdDsa, Sha512);
    /// Implements `io.jwt.verify_hs256(jwt, secret)`.
    verify_hs256 = by_secret(Hmac, Sha256);
    /// Implements `io.jwt.verify_hs384(jwt, secret)`.
    verify_hs384 = by_secret(Hmac, Sha384);
    /// Implements `io.jwt.verify_hs512(jwt, secret)`.
    verify_hs512 = by_secret(Hmac, Sha512);
}

fn by_key<'a>(env: &Env<'a>, operands: &[Value<'a>], algorithm: Algorithm) -> BuiltinResult<'a> {
    let token = Token::operand(env, operands)?;
    let certificate = operand::string(env, operands, 2)?;
    let keys =
        trust::keys(env.arena, certificate).map_err(|fault| env.fail(format_args!("{fault}")))?;
    let signature = token.signature(env)?;
    let header = Parameters::of(env, &token.header(env)?)?;
    let verified = trust::any_verifies(&keys, header.kid, header.alg, |trusted| {
        !trusted.private && trusted.key.verifies(algorithm, token.signed.as_bytes(), &signature)
    });
    Ok(Some(Value::Bool(verified)))
}

fn by_secret<'a>(env: &Env<'a>, operands: &[Value<'a>], algorithm: Algorithm) -> BuiltinResult<'a> {
    operand::string(env, operands, 1)?;
    let secret = operand::string(env, operands, 2)?;
    let token = Token::operand(env, operands)?;
    let signature = token.signature(env)?;
    let key = PublicKey::Secret(secret.as_bytes().to_vec());
    let verified = key.verifies(algorithm, token.signed.as_bytes(), &signature);
    Ok(Some(Value::Bool(verified)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::BuiltinFn;
    use crate::builtins::jwt::samples::{P256, RSA, sample, tokens};
    use crate::env::NoHost;

    fn run(function: BuiltinFn, token: &str, key: &str) -> String {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let operands = [token, key].map(|text| Value::String(arena.string(text)));
        match function(&env, &operands) {
            Ok(value) => value.map(|value| value.to_string()).unwrap_or_default(),
            Err(fault) => fault.message.to_owned(),
        }
    }

    fn function(algorithm: &str) -> BuiltinFn {
        match algorithm {
            "RS256" => verify_rs256,
            "RS384" => verify_rs384,
            "RS512" => verify_rs512,
            "PS384" => verify_ps384,
            "PS512" => verify_ps512,
            "ES256" => verify_es256,
            "ES384" => verify_es384,
            "ES512" => verify_es512,
            "EdDSA" => verify_eddsa,
            _ => verify_ps256,
        }
    }

    /// Returns `jwk` without its private part, under the name `kid`.
    fn public(jwk: &str, kid: &str) -> String {
        let fields = jwk.trim().trim_end_matches('}');
        let fields: Vec<&str> =
            fields.lines().filter(|line| !line.trim_start().starts_with("\"d\"")).collect();
        format!("{}, \"kid\": \"{kid}\"}}", fields.join("\n").trim_end_matches([',', '\n']))
    }

    #[test]
    fn signatures_of_another_implementation() {
        for (algorithm, token) in tokens() {
            let sample = sample(algorithm);
            let verify = |key: &str| run(function(algorithm), token, key);
            assert_eq!(verify(sample.public_key), "true", "{algorithm}");
            assert_eq!(verify(sample.certificate), "true", "{algorithm}");
            assert_eq!(verify(&public(sample.jwk, "")), "true", "{algorithm}");
            // For OPA, a private key has another type.
            assert_eq!(verify(sample.jwk), "false", "{algorithm}");
            let (signed, signature) = token.rsplit_once('.').expect("a signature");
            let other = format!("{signed}.{}", signature.chars().rev().collect::<String>());
            let others = [other, format!("{signed}."), token.replacen("fQ.", "fSA.", 1)];
            for other in others {
                let answer = run(function(algorithm), &other, sample.public_key);
                assert_eq!(answer, "false", "{algorithm}");
            }
        }
    }

    #[test]
    fn keys_of_a_set_are_tried_by_name_and_algorithm() {
        let (_, token) = tokens().find(|(name, _)| *name == "RS256").expect("a token");
        let (rsa, p256) = (public(RSA.jwk, "a"), public(P256.jwk, "b"));
        let set = format!("{{\"keys\": [{p256}, {rsa}]}}");
        assert_eq!(run(verify_rs256, token, &set), "true");
        let other = rsa.replace("\"kid\"", "\"alg\": \"RS384\", \"kid\"");
        assert_eq!(run(verify_rs256, token, &other), "false");
        let own = rsa.replace("\"kid\"", "\"alg\": \"RS256\", \"kid\"");
        assert_eq!(run(verify_rs256, token, &own), "true");
        let unknown = rsa.replace("\"kid\"", "\"alg\": \"RSA-OAEP\", \"kid\"");
        assert_eq!(run(verify_rs256, token, &unknown), "false");
        assert_eq!(run(verify_rs512, token, RSA.public_key), "false");
    }

    #[test]
    fn secrets() {
        let tags: [(BuiltinFn, &str); 3] = [
            (verify_hs256, "gew9QdLOEQ-mDbD_XNHJoG7rWHjI5T70RdwPD6EZq2M"),
            (verify_hs384, "h_IP60BoXrWEyD5RKe-HJkxHl_nG3ZilB4Y2fGTugFdwblQevZIFGB-7a-hKyRFK"),
            (
                verify_hs512,
                "h5cabu5ALgorwThSZd5Ph4IkZ_HwX0_bFf4hNH-opVv_iHlLml5m3AOumUIE5tvETyV_MnEU7fH-WD8phfKI2g",
            ),
        ];
        for (function, tag) in tags {
            let token = format!("e30.e30.{tag}");
            assert_eq!(run(function, &token, "shared"), "true");
            assert_eq!(run(function, &token, "share"), "false");
            assert_eq!(run(function, "e30.e30.", "shared"), "false");
        }
        assert_eq!(run(verify_hs384, &format!("e30.e30.{}", tags[0].1), "shared"), "false");
        assert_eq!(run(verify_hs512, "e30.e30", ""), "encoded JWT must have 3 sections, found 2");
    }

    #[test]
    fn faults() {
        let (_, token) = tokens().next().expect("a token");
        let fault = |key: &str| run(verify_rs256, token, key);
        assert_eq!(
            fault(&format!("{}x", RSA.certificate)),
            "extra data after a PEM certificate block"
        );
        assert_eq!(
            fault(&RSA.certificate.replace("CERTIFICATE", "PRIVATE KEY")),
            "failed to extract a Key from the PEM certificate"
        );
        assert_eq!(
            fault("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"),
            "failed to parse a PEM certificate: x509: malformed certificate"
        );
        assert!(fault("x").starts_with(
            "failed to parse a JWK key (set): jwk.ParseString: failed to parse string: jwk.Parse: "
        ));
    }
}
