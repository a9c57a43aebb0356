//! The arguments of `ferrego serve`.

use std::path::PathBuf;

use clap::Args;
use ferrego_program::serve::ServeOptions;

use super::Engines;

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Files or folders with templates, constraints, a Config, and the objects of the cluster that
    /// policies read (.yaml, .yml, .json, .ndjson)
    #[arg(required_unless_present = "from_cluster", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Watch the templates, constraints, Config, SyncSets, expansion templates and synced objects in
    /// the cluster instead, as Gatekeeper does. The kubeconfig or the service account names it
    #[arg(
        long,
        conflicts_with_all = ["paths", "reload_interval", "max_file_size", "allow_empty"]
    )]
    pub(crate) from_cluster: bool,
    #[command(flatten)]
    pub(crate) certificate: SelfSignedOptions,
    #[command(flatten)]
    pub(crate) options: ServeOptions,
    #[command(flatten)]
    pub(crate) engines: Engines,
}

/// The options of a certificate that the server makes itself.
#[derive(Debug, Args)]
pub(crate) struct SelfSignedOptions {
    /// Make the certificate, renew it before it expires, and keep it in this Secret, which all replicas
    /// share. The files of --cert and --key are written, so their folder must be writable
    #[arg(
        long,
        value_name = "NAMESPACE/SECRET",
        value_parser = namespaced,
        requires_all = ["server_name", "webhook_configuration"]
    )]
    pub(crate) self_signed: Option<(String, String)>,
    /// A DNS name by which the API server calls the webhook, such as ferrego.ferrego-system.svc; it can
    /// be given several times
    #[arg(long, value_name = "NAME", requires = "self_signed")]
    pub(crate) server_name: Vec<String>,
    /// The ValidatingWebhookConfiguration whose webhooks get the authority of the certificate as
    /// caBundle
    #[arg(long, value_name = "NAME", requires = "self_signed")]
    pub(crate) webhook_configuration: Option<String>,
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
