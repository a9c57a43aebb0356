//! A certificate with its key, which is read again when its files change.
//!
//! Each handshake takes the certificate that is current, so connections that exist are not touched.
//! The files are compared by their content, because Kubernetes replaces the files of a Secret by
//! changing a symbolic link. A certificate that does not fit its key, as between two writes, is not
//! taken.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, VerifierBuilderError, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};
#[cfg(feature = "external-data")]
use rustls::{SignatureScheme, client::ResolvesClientCert};

use crate::config::Config;
use crate::metrics::Metrics;

/// A reason why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        error: io::Error,
    },
    /// A file is not PEM, or has not what is expected.
    #[error("expected {expected} in {path}: {error}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// The expected content.
        expected: &'static str,
        /// The error of the reader.
        #[source]
        error: pem::Error,
    },
    /// The certificate or its key is not valid, or one does not fit the other.
    #[error("the certificate and its key cannot be used: {0}")]
    Invalid(#[from] rustls::Error),
    /// The certificates of authorities are not valid.
    #[error("the certificates of clients cannot be verified: {0}")]
    ClientCa(#[from] VerifierBuilderError),
}

/// The certificate and its files.
#[derive(Debug)]
pub(crate) struct Certificate {
    paths: [PathBuf; 2],
    /// The contents of the files that were read last.
    contents: [Vec<u8>; 2],
    current: Arc<Current>,
}

/// The certificate of the handshakes.
#[derive(Debug)]
struct Current(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

#[cfg(feature = "external-data")]
impl ResolvesClientCert for Current {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl Certificate {
    /// Reads a certificate chain and its private key from two files.
    pub(crate) fn read(paths: [PathBuf; 2]) -> Result<Self, CertificateError> {
        let contents = read(&paths)?;
        let key = parse(&paths, &contents, &ring::default_provider())?;
        let current = Arc::new(Current(ArcSwap::from_pointee(key)));
        Ok(Self { paths, contents, current })
    }

    /// Returns the certificate for servers that request one.
    #[cfg(feature = "external-data")]
    pub(crate) fn for_clients(&self) -> Arc<dyn ResolvesClientCert> {
        Arc::<Current>::clone(&self.current)
    }

    /// Loads the certificate of `config`, and returns it with the TLS settings that use it.
    pub(crate) fn load(config: &Config) -> Result<(Self, ServerConfig), CertificateError> {
        let provider = Arc::new(ring::default_provider());
        let certificate = Self::read([config.certificate.clone(), config.key.clone()])?;
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let builder = match &config.client_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let roots = Arc::new(authorities(path)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                builder.with_client_cert_verifier(verifier.build()?)
            }
        };
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Current>::clone(&certificate.current);
        let mut tls = builder.with_cert_resolver(resolver);
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok((certificate, tls))
    }

    /// Reads the files again every `interval`, and takes a changed certificate that is valid. `source`
    /// names the certificate in metrics.
    pub(crate) async fn follow(
        mut self,
        source: &'static str,
        interval: Duration,
        metrics: Arc<Metrics>,
    ) {
        loop {
            tokio::time::sleep(interval).await;
            match self.reload() {
                Ok(false) => {}
                Ok(true) => {
                    metrics.record_reload(source, true);
                    tracing::info!(source, "took the changed certificate");
                }
                Err(error) => {
                    metrics.record_reload(source, false);
                    tracing::warn!(source, error = %error, "the last certificate stays in use");
                }
            }
        }
    }

    /// Takes the certificate in the files if they have changed. Returns `true` if it was taken. The
    /// same contents are refused once only.
    fn reload(&mut self) -> Result<bool, CertificateError> {
        let contents = read(&self.paths)?;
        if contents == self.contents {
            return Ok(false);
        }
        let key = parse(&self.paths, &contents, &ring::default_provider());
        self.contents = contents;
        self.current.0.store(Arc::new(key?));
        Ok(true)
    }
}

fn read(paths: &[PathBuf; 2]) -> Result<[Vec<u8>; 2], CertificateError> {
    let [certificate, key] = paths;
    Ok([file(certificate)?, file(key)?])
}

fn file(path: &Path) -> Result<Vec<u8>, CertificateError> {
    fs::read(path).map_err(|error| CertificateError::Read { path: path.to_owned(), error })
}

fn parse(
    [certificate, key]: &[PathBuf; 2],
    [chain, secret]: &[Vec<u8>; 2],
    provider: &CryptoProvider,
) -> Result<CertifiedKey, CertificateError> {
    let chain = certificates(certificate, chain)?;
    let secret = PrivateKeyDer::from_pem_slice(secret).map_err(|error| CertificateError::Pem {
        path: key.clone(),
        expected: "a private key",
        error,
    })?;
    // This also compares the public key of the certificate with that of the private key.
    Ok(CertifiedKey::from_der(chain, secret, provider)?)
}

/// Returns the certificates in a file; there is at least one.
fn certificates(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let wrong =
        |error| CertificateError::Pem { path: path.to_owned(), expected: "a certificate", error };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(found) if found.is_empty() => Err(wrong(pem::Error::NoItemsFound)),
        Ok(found) => Ok(found),
        Err(error) => Err(wrong(error)),
    }
}

fn authorities(path: &Path) -> Result<RootCertStore, CertificateError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path, &file(path)?)? {
        roots.add(certificate)?;
    }
    Ok(roots)
}
