//! The state of the server, from documents.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_gatekeeper::exemption::Process;
use ferrego_gatekeeper::fault::{Fault, FaultCode, FieldPath};
use ferrego_runtime::Arena;
use ferrego_source::diagnostics::{Notice, Severity};
use ferrego_webhook::State;
use ferrego_webhook::external_data::{ProviderClient, ProviderSpec, Providers};

use crate::failure::Failure;
use crate::judge::{Collected, Documents as _, SetUp, exempt_namespaces, not_applied};

/// A state, and the warnings about its files.
pub struct Loaded {
    /// The state.
    pub state: State,
    /// The warnings.
    pub warnings: Vec<Notice>,
}

impl Loaded {
    /// Builds the state of a set-up, which reported `notices`. Its policies call `providers`.
    ///
    /// # Errors
    /// Returns all errors among the notices: a policy that is left out would allow what it should
    /// deny. Without a constraint, it returns an error unless `allows_empty`.
    pub fn new(
        collected: &Collected,
        set_up: SetUp,
        providers: Arc<Providers>,
        mut notices: Vec<Notice>,
        allows_empty: bool,
    ) -> Result<Self, Failure> {
        // Nothing else looks at documents that no list of `collected` holds.
        collected.each(&mut |document| {
            set_up.check(&document, &Arena::new(), &mut notices);
            ControlFlow::Continue(())
        });
        notices.extend(not_applied(collected));
        let exempt = exempt_namespaces(collected, Process::Webhook, &mut notices);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            notices.into_iter().partition(|notice| notice.severity == Severity::Error);
        if !errors.is_empty() {
            return Err(Failure(errors));
        }
        if !allows_empty && set_up.set.constraints().next().is_none() {
            let message = "expected a constraint among the files, found none";
            let help = "name the files with constraints, or allow everything with --allow-empty";
            return Err(Failure::usage(message).with_help(help));
        }
        let state = State::new(set_up.set)
            .with_expander(set_up.expander)
            .with_inventory(Arc::new(set_up.inventory))
            .with_exempt_namespaces(exempt)
            .with_providers(providers);
        Ok(Self { state, warnings })
    }
}

/// Returns the providers of external data among the documents. Their faults are added to the notices.
pub fn providers(client: &Arc<ProviderClient>, collected: &mut Collected) -> Arc<Providers> {
    let (mut arena, mut names, mut specs) = (Arena::new(), HashSet::new(), Vec::new());
    let mut notices = Vec::new();
    for document in &collected.providers {
        arena.reset();
        // A document without a value was reported when it was read.
        let Ok(value) = document.value(&arena) else { continue };
        match ProviderSpec::read(&value) {
            Ok(provider) if names.insert(provider.name().to_owned()) => specs.push(provider),
            Ok(provider) => {
                let message = format!("duplicate Provider `{}`", provider.name());
                let path = FieldPath::of(&["metadata", "name"]);
                notices.push(document.notice(&Fault::new(FaultCode::Duplicate, path, message)));
            }
            Err(faults) => notices.extend(document.fault_notices(faults.as_slice())),
        }
    }
    collected.notices.append(&mut notices);
    client.providers(specs)
}
