//! The certificate that the server makes itself.

#![expect(clippy::doc_markdown, reason = "these comments are the help that the command prints")]

use clap::Args;
use ferrego_webhook::cluster::self_signed::SelfSigned;

use super::{ServeOptions, unusable};
use crate::failure::Failure;

/// The options of a certificate that the server makes itself.
#[derive(Debug, Args)]
pub struct SelfSignedOptions {
    /// Make the certificate, renew it before it expires, and keep it in this Secret, which all replicas
    /// share. The files of --cert and --key are written, so their folder must be writable
    #[arg(
        long,
        value_name = "NAMESPACE/SECRET",
        value_parser = namespaced,
        requires_all = ["server_name", "webhook_configuration"]
    )]
    pub self_signed: Option<(String, String)>,
    /// A DNS name by which the API server calls the webhook, such as ferrego.ferrego-system.svc; it can
    /// be given several times
    #[arg(long, value_name = "NAME", requires = "self_signed")]
    pub server_name: Vec<String>,
    /// The ValidatingWebhookConfiguration whose webhooks get the authority of the certificate as
    /// caBundle
    #[arg(long, value_name = "NAME", requires = "self_signed")]
    pub webhook_configuration: Option<String>,
}

/// Reads the name of an object in a namespace.
fn namespaced(text: &str) -> Result<(String, String), String> {
    match text.split_once('/') {
        Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => {
            Ok((namespace.to_owned(), name.to_owned()))
        }
        _ => Err("expected NAMESPACE/SECRET".to_owned()),
    }
}

impl ServeOptions {
    /// Makes the certificate of the server, if the options ask for it, and renews it from now on.
    ///
    /// # Errors
    /// Returns a failure if the API server cannot be found, or if the first certificate cannot be made.
    pub fn make_certificate(&self) -> Result<(), Failure> {
        let SelfSignedOptions { self_signed, server_name, webhook_configuration } =
            &self.certificate;
        let (Some((namespace, secret)), Some(webhook_configuration)) =
            (self_signed.clone(), webhook_configuration.clone())
        else {
            return Ok(());
        };
        let files = [self.cert.clone(), self.key.clone()];
        let names = server_name.clone();
        let certificate = SelfSigned { namespace, secret, names, webhook_configuration, files };
        certificate.start().map_err(|error| unusable(&error))
    }
}
