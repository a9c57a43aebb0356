//! `ferrego serve`: serves the policies in files, or in a cluster, to an API server.
//!
//! With files, [`ferrego_program::serve`] serves and follows them. With `--from-cluster`, the webhook
//! follows the cluster itself.

use std::path::PathBuf;
use std::sync::Arc;

use ferrego_compiler::template::EnginePreference;
use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::documents::{self, Document};
use ferrego_gatekeeper::engine::{self, Interpreter, Preferring};
use ferrego_gatekeeper::explain::Wanted;
use ferrego_program::failure::Failure as Broken;
use ferrego_program::judge::{Collected, Settings};
use ferrego_program::serve::{self, Loaded, Log, unusable};
use ferrego_webhook::cluster::{self, Cluster};
use ferrego_webhook::external_data::ProviderClient;
use ferrego_webhook::{Policies, Readiness, Server, State};

use super::test::prepare;
use crate::arguments::Serve;
use crate::failure::Failure;

/// Serves until the process is told to stop.
pub(crate) fn serve(command: &Serve) -> Result<(), Failure> {
    let _log = Log::start()?;
    if command.from_cluster {
        return from_cluster(command).map_err(Failure::from);
    }
    let (options, paths) = (&command.options, command.paths.clone());
    let files = Files {
        paths: paths.clone(),
        settings: options.settings(),
        limit: options.size.limit(),
        preference: command.engines.preference(),
        allows_empty: options.allow_empty,
    };
    serve::run(options, paths, Box::new(move |client| files.load(client))).map_err(Failure::from)
}

/// The files of the policies, and the settings by which they are read.
struct Files {
    paths: Vec<PathBuf>,
    settings: Settings,
    /// The bytes of each file that are read.
    limit: u64,
    preference: EnginePreference,
    /// `true` if files without a constraint are accepted.
    allows_empty: bool,
}

impl Files {
    /// Loads the state of the server from the files as they are now.
    fn load(&self, client: &Arc<ProviderClient>) -> Result<Loaded, Broken> {
        let (inputs, notices) = documents::find(&self.paths);
        let mut collected = Collected::read(inputs, notices, self.limit)?;
        let engine = Preferring::new(&Interpreter, self.preference);
        let providers = serve::providers(client, &mut collected);
        let host = Some(serve::host(&providers));
        let set_up = prepare(&mut collected, &engine, self.settings, host, Wanted::default());
        let notices = std::mem::take(&mut collected.notices);
        Loaded::new(&collected, set_up, providers, notices, self.allows_empty)
    }
}

/// Serves the policies in a cluster, and follows their changes. The server is unready until they have
/// been read.
fn from_cluster(command: &Serve) -> Result<(), Broken> {
    command.options.make_certificate()?;
    let Settings { numbers, limits, .. } = command.options.settings();
    serve::run_with(|metrics| {
        let policies = Policies::new(State::new(PolicySet::builder().build()));
        let readiness = Readiness::default();
        let provider_client = command.options.providers.start(numbers, metrics)?;
        let cluster = Cluster {
            loader: template_loader(command.engines.preference()),
            limits,
            numbers,
            provider_client,
            policies: policies.clone(),
            readiness: readiness.clone(),
            metrics: Arc::clone(metrics),
        };
        cluster.start().map_err(|error| unusable(&error))?;
        Ok(Server::new(policies, serve::config(&command.options)).with_readiness(readiness))
    })
}

/// Returns a loader of the templates of a cluster.
fn template_loader(preference: EnginePreference) -> cluster::Loader {
    Arc::new(move |json| {
        let document = Document::from_json("template".into(), json.into(), 0);
        match engine::load(&document, &Preferring::new(&Interpreter, preference)) {
            Ok(Some(template)) => Ok(cluster::LoadedTemplate {
                kind: template.kind.to_string(),
                schema: template.schema,
                policy: template.policy,
            }),
            Ok(None) => Err("expected a ConstraintTemplate".to_owned()),
            Err(notices) => Err(notices
                .iter()
                .map(|notice| notice.render(false))
                .collect::<Vec<_>>()
                .join("\n")),
        }
    })
}
