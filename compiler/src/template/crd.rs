//! Checks the names in the `CustomResourceDefinition` that Gatekeeper derives from a template.
//!
//! Gatekeeper gives a template's constraints a definition, whose names come from the template's
//! kind. It refuses a template if Kubernetes refuses the definition
//! (`ValidateCustomResourceDefinition`).

use ferrego_schema::k8s_names;

use super::faults::Fault;
use crate::diagnostics::Diagnostics;
use crate::yaml::{Kind, Node};

/// Checks the names that derive from `kind`, which is written at `node`.
pub(super) fn kind(kind: &str, node: &Node, faults: &mut Diagnostics) {
    let lowercase = kind.to_lowercase();
    let mut wrong = k8s_names::dns_label(&lowercase);
    if wrong.is_empty() {
        wrong = k8s_names::dns_label(&format!("{lowercase}list"));
    }
    for why in wrong {
        faults.push(
            Fault::BadName { field: "spec.crd.spec.names.kind", name: kind, why: &why }
                .at(node.span),
        );
    }
}

/// Checks `spec.crd.spec.names.shortNames`.
pub(super) fn short_names(list: &Node, faults: &mut Diagnostics) {
    for node in list.items().unwrap_or_default() {
        let name = node.as_str().unwrap_or_default();
        for why in k8s_names::dns_label(name) {
            let field = "spec.crd.spec.names.shortNames";
            faults.push(Fault::BadName { field, name, why: &why }.at(node.start()));
        }
    }
}

/// Checks the template's labels, which the definition inherits.
pub(super) fn labels(labels: &Node, faults: &mut Diagnostics) {
    let Kind::Mapping(pairs) = &labels.kind else { return };
    for (key, value) in pairs.iter() {
        let (name, text) = (key.as_str().unwrap_or_default(), value.as_str().unwrap_or_default());
        let mut report = |name, reasons: Vec<String>, node: &Node| {
            for why in reasons {
                let fault = Fault::BadName { field: "metadata.labels", name, why: &why };
                faults.push(fault.at(node.start()));
            }
        };
        report(name, k8s_names::label_key(name), key);
        report(text, k8s_names::label_value(text), value);
    }
}
