//! The inventory of a set-up: the objects that policies can see besides the judged object.

use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_gatekeeper::documents::Document;
use ferrego_gatekeeper::fault::Severity;
use ferrego_gatekeeper::inventory::{Inventory, namespace_faults};
use ferrego_runtime::{Arena, Document as Owned};
use ferrego_source::diagnostics::Notice;

use super::class::Class;
use super::collect::Collected;
use super::documents::Documents as _;
use super::setup::{Schemas, as_held};

/// The facts about templates that decide about the contents of the inventory.
pub struct Filling<'f> {
    /// `true` if a policy sees objects other than the one it judges.
    pub reads_inventory: bool,
    pub(super) schemas: &'f Schemas,
}

/// Adds the objects that policies can see besides the judged object. If no template reads the
/// inventory, only the Namespaces are added, which namespace selectors need.
pub(super) fn fill(
    inventory: &Inventory,
    collected: &Collected,
    Filling { reads_inventory, schemas }: &Filling<'_>,
    notices: &mut Vec<Notice>,
) {
    let mut arena = Arena::new();
    let mut insert = |document: &Document| {
        arena.reset();
        // A document without a value, or without an object, is reported when it is judged.
        let Ok(value) = document.value(&arena) else { return };
        if matches!(Class::of(&value), Class::Review | Class::Suite) {
            // Clusters store neither.
            return;
        }
        // Without its labels, a Namespace could keep constraints from its objects. Some commands do
        // not judge it.
        let faults = namespace_faults(&value);
        if !faults.is_empty() {
            return notices.extend(document.fault_notices(&faults));
        }
        let value = as_held(value, schemas, &arena);
        if let Err(fault) = inventory.insert(Arc::new(Owned::of(&value)))
            && fault.severity == Severity::Warning
        {
            notices.push(document.notice(&fault));
        }
    };
    if *reads_inventory {
        collected.context.iter().for_each(&mut insert);
        collected.each(&mut |document| {
            insert(&document);
            ControlFlow::Continue(())
        });
    } else {
        collected.namespaces.iter().for_each(insert);
    }
}
