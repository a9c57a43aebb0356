//! A certificate of the server with its key, and the authority that signed it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;

const DAY: Duration = Duration::from_hours(24);

/// The time for which a certificate is valid.
const LIFETIME: Duration = Duration::from_hours(24 * 90);

/// The remaining time at which a certificate is renewed.
const RENEWAL: Duration = Duration::from_hours(24 * 30);

/// The largest number of authorities in a bundle. Two overlap, because a certificate is renewed before
/// it expires.
const AUTHORITIES: usize = 2;

/// A certificate with its key and the authorities, all in PEM.
///
/// The key of an authority is dropped once it has signed its only certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
    /// The certificates of authorities, the last one first. Clients trust all of them, so that
    /// replicas may take a new certificate one after the other.
    pub(super) authorities: String,
}

impl Pair {
    /// Creates a certificate for a server with the DNS names `names`, by a new authority. `authorities`
    /// are those of the last certificate, which remain trusted.
    pub(super) fn generate(
        names: &[String],
        authorities: &str,
        now: SystemTime,
    ) -> Result<Self, rcgen::Error> {
        let (key, authority) = (KeyPair::generate()?, KeyPair::generate()?);
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "ferrego webhook authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        // The clocks of other hosts may be behind.
        (params.not_before, params.not_after) = ((now - DAY).into(), (now + LIFETIME).into());
        let mut bundle = params.self_signed(&authority)?.pem();
        let issuer = Issuer::new(params, authority);
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "ferrego webhook");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = ((now - DAY).into(), (now + LIFETIME).into());
        let certificate = params.signed_by(&key, &issuer)?.pem();
        for last in authorities.split_inclusive(END).take(AUTHORITIES - 1) {
            if last.ends_with(END) {
                bundle.push_str(last.trim_start());
                bundle.push('\n');
            }
        }
        Ok(Self { certificate, key: key.serialize_pem(), authorities: bundle })
    }

    /// Returns `true` if the certificate belongs to its key, and clients accept it for all `names`
    /// until it must be renewed.
    pub(super) fn is_current(&self, names: &[String], now: SystemTime) -> bool {
        self.is_valid(names, now).unwrap_or(false)
    }

    /// Returns `None` if a part cannot be read.
    fn is_valid(&self, names: &[String], now: SystemTime) -> Option<bool> {
        let provider = Arc::new(ring::default_provider());
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes()).ok()?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).ok()?;
        CertifiedKey::from_der(vec![certificate.clone()], key, &provider).ok()?;
        let mut roots = RootCertStore::empty();
        for authority in CertificateDer::pem_slice_iter(self.authorities.as_bytes()) {
            roots.add(authority.ok()?).ok()?;
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        let verifier = verifier.build().ok()?;
        let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        for name in names {
            let name = ServerName::try_from(name.as_str()).ok()?;
            for time in [now, now + RENEWAL].map(UnixTime::since_unix_epoch) {
                verifier.verify_server_cert(&certificate, &[], &name, &[], time).ok()?;
            }
        }
        Some(true)
    }
}

/// The end of a certificate in PEM.
const END: &str = "-----END CERTIFICATE-----";

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        ["ferrego.ferrego-system.svc", "127.0.0.1"].map(str::to_owned).into()
    }

    #[test]
    fn a_certificate_is_current_until_its_renewal() {
        let now = SystemTime::now();
        let pair = Pair::generate(&names(), "", now).expect("a certificate");
        for (days, expected) in [(0, true), (59, true), (61, false), (91, false)] {
            assert_eq!(pair.is_current(&names(), now + days * DAY), expected, "{days} days");
        }
        assert!(!pair.is_current(&names(), now - 2 * DAY));
        assert!(!pair.is_current(&["other.svc".to_owned()], now));
    }

    #[test]
    fn the_last_authority_remains_trusted() {
        let now = SystemTime::now();
        let first = Pair::generate(&names(), "", now).expect("a certificate");
        let second = Pair::generate(&names(), &first.authorities, now).expect("a certificate");
        let third = Pair::generate(&names(), &second.authorities, now).expect("a certificate");
        let under = |pair: &Pair, authorities: &Pair| {
            let authorities = authorities.authorities.clone();
            Pair { authorities, ..pair.clone() }.is_current(&names(), now)
        };
        assert!(second.is_current(&names(), now) && third.is_current(&names(), now));
        assert!(under(&first, &second) && under(&second, &third));
        assert!(!under(&first, &third) && !under(&second, &first));
        assert_eq!(third.authorities.matches(END).count(), AUTHORITIES);
    }

    #[test]
    fn a_certificate_with_another_key_is_not_current() {
        let now = SystemTime::now();
        let [one, other] =
            [(); 2].map(|()| Pair::generate(&names(), "", now).expect("a certificate"));
        for broken in [
            Pair { key: other.key.clone(), ..one.clone() },
            Pair { authorities: other.authorities, ..one.clone() },
            Pair { certificate: String::new(), ..one.clone() },
            Pair { authorities: String::new(), ..one.clone() },
        ] {
            assert!(!broken.is_current(&names(), now), "{broken:?}");
        }
    }
}
