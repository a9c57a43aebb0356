//! The state of the server from files, and the templates of a cluster.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use ferrego_compiler::diagnostics::{Notice, Severity};
use ferrego_compiler::template::EnginePreference;
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::documents;
use ferrego_gatekeeper::engine::{self, Interpreter, Preferring};
use ferrego_gatekeeper::exemption::{ExemptNamespaces, Process};
use ferrego_gatekeeper::explain::Wanted;
use ferrego_gatekeeper::policy_set::Limits;
use ferrego_gatekeeper::review::Numbers;
use ferrego_runtime::{Arena, Value};
use ferrego_webhook::{State, cluster};

use crate::commands::test::{Collected, SetUp, Settings};
use crate::failure::Failure;

/// Loads the state of the server.
pub(super) struct Loader {
    pub(super) paths: Vec<PathBuf>,
    /// The bytes of each file that are read.
    pub(super) limit: u64,
    pub(super) limits: Limits,
    pub(super) numbers: Numbers,
    pub(super) preference: EnginePreference,
    /// `true` if files without a constraint are allowed.
    pub(super) allows_empty: bool,
}

/// A state, and what was noticed in its files.
pub(super) struct Loaded {
    pub(super) state: State,
    pub(super) warnings: Vec<Notice>,
}

impl Loader {
    /// Loads the state from the files as they are now.
    ///
    /// # Errors
    /// Returns all errors in the files: a policy that is left out would allow what it should deny.
    pub(super) fn load(&self) -> Result<Loaded, Failure> {
        let (inputs, notices) = documents::find(&self.paths);
        let mut collected = Collected::read(inputs, notices, self.limit)?;
        let engine = Preferring::new(&Interpreter, self.preference);
        let settings = Settings {
            point: EnforcementPoint::Webhook,
            numbers: self.numbers,
            limits: self.limits,
            wanted: Wanted::default(),
        };
        let set_up = SetUp::new(&mut collected, &engine, settings);
        let mut notices = std::mem::take(&mut collected.notices);
        let exempt = exempt_namespaces(&collected, &mut notices);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            notices.into_iter().partition(|notice| notice.severity == Severity::Error);
        if !errors.is_empty() {
            return Err(Failure::Usage(errors));
        }
        if !self.allows_empty && set_up.set.constraints().next().is_none() {
            let message = "expected a constraint among the files, found none";
            let help = "name the files with constraints, or allow everything with --allow-empty";
            return Err(Failure::usage(message).with_help(help));
        }
        let state = State::new(set_up.set)
            .with_expander(set_up.expander)
            .with_inventory(Arc::new(set_up.inventory))
            .with_exempt_namespaces(exempt);
        Ok(Loaded { state, warnings })
    }
}

/// Returns a loader of the templates of a cluster.
pub(super) fn template_loader(preference: EnginePreference) -> cluster::Loader {
    Box::new(move |json| {
        let document = documents::Document::of_object("template", json);
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

/// Returns the namespaces that the Configs of the files exempt from the webhook.
fn exempt_namespaces(collected: &Collected, notices: &mut Vec<Notice>) -> ExemptNamespaces {
    let mut exempt = ExemptNamespaces::default();
    let mut arena = Arena::new();
    collected.each(&mut |document| {
        if document.may_say(&["config.gatekeeper.sh"]) {
            arena.reset();
            // A document without a value was reported when it was read.
            if let Ok(value) = document.value(&arena)
                && is_config(&value)
            {
                match ExemptNamespaces::of_config(&value, Process::Webhook) {
                    Ok(found) => exempt.extend(found),
                    Err(fault) => notices.push(document.notice(&fault)),
                }
            }
        }
        ControlFlow::Continue(())
    });
    exempt
}

fn is_config(value: &Value<'_>) -> bool {
    let text = |key| value.get_str(key).and_then(|text| text.as_str()).unwrap_or_default();
    text("kind") == "Config" && text("apiVersion").starts_with("config.gatekeeper.sh/")
}
