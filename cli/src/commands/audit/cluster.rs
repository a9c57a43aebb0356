//! The audit of a cluster.

use std::sync::Arc;

use ferrego_gatekeeper::Inventory;
use ferrego_gatekeeper::engine::{Interpreter, Preferring};
use ferrego_gatekeeper::exemption::Process;
use ferrego_gatekeeper::explain::Wanted;
use ferrego_program::failure::Failure;
use ferrego_program::judge::{self, Collected, SetUp, SharedHost};
use ferrego_program::report::test::Violation;
use ferrego_program::serve::unusable;
use ferrego_program::status::Status;
use ferrego_runtime::Document as Owned;
use ferrego_webhook::cluster::reader::{Kind, Reader};

use super::definitions::{Definitions, Synced};
use super::objects::{ClusterObjects, Namespaces};
use super::status::{self, Results};
use super::{host, settings};
use crate::arguments::Audit;
use crate::commands::test::prepare_with;

/// Judges the objects in the cluster by its own policies.
pub(super) fn audit(command: &Audit) -> Result<Status, Failure> {
    let reader = Reader::connect(command.cluster.page_size).map_err(|error| unusable(&error))?;
    let kinds = reader.kinds().map_err(|error| unusable(&error))?;
    let definitions = Definitions::read(&reader, &kinds)?;
    let host = host(command)?;
    let (collected, set_up, _) = set_up(command, host, &reader, definitions, &mut |_, _| {});
    let is_judged = |kind: &Kind| set_up.may_judge(&kind.group, &kind.version, &kind.kind);
    let judged = kinds.kinds.iter().filter(|kind| is_judged(kind)).cloned().collect();
    let namespaces = Inventory::with_numbers(settings(command).numbers);
    let namespaces = Arc::new(Definitions::namespaces(&collected, namespaces));
    let set_up = set_up.in_cluster(Arc::clone(&namespaces));
    let namespaces = Namespaces::new(&reader, namespaces);
    let objects = ClusterObjects::new(&reader, judged, namespaces);
    let mut results = Results::new(command.cluster.constraint_violations_limit);
    judge::run(&command.judging, |lines| {
        let (judging, writes) = (&command.judging, command.cluster.write_status);
        let mut seen = |violation: &Violation| {
            if writes {
                results.add(violation);
            }
        };
        let errors = || objects.take_notices();
        let mut report =
            judge::report_on(&objects, judging, &collected, &set_up, lines, (&mut seen, errors));
        if writes {
            report.notices.extend(status::incomplete(&report.notices));
            report.notices.extend(results.write(&reader, &kinds.kinds, set_up.constraints()));
        }
        report
    })
}

/// Prepares the judgment by the definitions, with the inventory that they name. `added` receives the
/// objects of the inventory.
pub(super) fn set_up(
    command: &Audit,
    host: Option<SharedHost>,
    reader: &Reader,
    definitions: Definitions,
    added: &mut dyn FnMut(&Kind, &Owned),
) -> (Collected, SetUp, Synced) {
    let synced = definitions.synced(reader);
    let mut collected = definitions.collected;
    let engine = Preferring::new(&Interpreter, command.evaluating.engines.preference());
    let (settings, wanted) = ((settings(command), host), Wanted::default());
    let set_up =
        prepare_with(&mut collected, &engine, settings, wanted, |policies, all, notices| {
            policies.finish_with(all, notices, |inventory, filling, notices| {
                if filling.reads_inventory {
                    synced.fill(reader, inventory, notices, added);
                }
            })
        });
    let set_up = set_up.exempting(&mut collected, Process::Audit);
    (collected, set_up, synced)
}
