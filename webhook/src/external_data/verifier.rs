//! The verification of a provider's certificate.
//!
//! It is that of `rustls`, with one exception. The `caBundle` of a provider may hold the certificate of
//! the provider itself, signed by its own key and marked as that of an authority (`CA:TRUE`), as
//! `openssl req -x509` makes it. Go accepts such a certificate, because it is a root. `webpki` refuses
//! to take an authority for a server.
//!
//! A certificate that equals a trusted one byte for byte is accepted here, if it is valid now and has
//! the name of the server. This is sound: the handshake proves that the server holds its key, and the
//! holder of this key could sign another certificate for the same name.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{VerifierBuilderError, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};

/// The certificates that a provider may use or be signed by.
#[derive(Clone, Debug)]
pub(super) struct Trusted {
    /// The certificates in DER.
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// The certificates as authorities.
    pub(super) roots: Arc<RootCertStore>,
}

/// A verifier of the certificate of a provider.
#[derive(Debug)]
pub(super) struct Verifier {
    webpki: Arc<WebPkiServerVerifier>,
    trusted: Arc<Trusted>,
}

impl Verifier {
    /// Creates a verifier. Returns an error if `trusted` is empty.
    pub(super) fn new(
        trusted: Arc<Trusted>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, VerifierBuilderError> {
        let roots = Arc::clone(&trusted.roots);
        let webpki = WebPkiServerVerifier::builder_with_provider(roots, provider).build()?;
        Ok(Self { webpki, trusted })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.webpki.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verified {
            Err(error)
                if is_authority(&error) && self.trusted.certificates.contains(end_entity) =>
            {
                // `webpki` checks the time before it refuses an authority. A test expects this.
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

/// Returns `true` if a certificate was refused only because it is that of an authority.
fn is_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(OtherError(other))) = error else {
        return false;
    };
    matches!(other.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
    use rustls::crypto::ring;

    use super::*;

    /// Returns a certificate that its own key signed, of an authority for "localhost" in 2020.
    fn authority() -> CertificateDer<'static> {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        params.self_signed(&key).expect("a certificate").der().clone()
    }

    fn verify(
        trusted: &CertificateDer<'static>,
        presented: &CertificateDer<'static>,
        name: &'static str,
        days: u64,
    ) -> Result<(), String> {
        let mut roots = RootCertStore::empty();
        roots.add(trusted.clone()).expect("added");
        let trusted = Trusted { certificates: vec![trusted.clone()], roots: Arc::new(roots) };
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new(Arc::new(trusted), provider).expect("a verifier");
        let name = ServerName::try_from(name).expect("a name");
        let now = UnixTime::since_unix_epoch(Duration::from_secs(days * 24 * 3600));
        let verified = verifier.verify_server_cert(presented, &[], &name, &[], now);
        verified.map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn a_trusted_authority_is_a_server_of_its_name_in_its_time() {
        let (one, other) = (authority(), authority());
        // 2020-06-01, 2019-06-01 and 2022-06-01 as days since 1970.
        let (during, before, after) = (18_414, 18_048, 19_144);
        assert_eq!(verify(&one, &one, "localhost", during), Ok(()));
        for (presented, name, day, expected) in [
            (&one, "localhost", before, "not valid yet"),
            (&one, "localhost", after, "expired"),
            (&one, "example.org", during, "not valid for name"),
            (&other, "localhost", during, "CaUsedAsEndEntity"),
        ] {
            let error = verify(&one, presented, name, day).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
        assert!(SystemTime::now() > SystemTime::UNIX_EPOCH + Duration::from_hours(24 * after));
    }
}
