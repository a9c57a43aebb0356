//! Expansion templates from documents.

use ferrego_runtime::Arena;
use ferrego_source::diagnostics::Notice;

use super::Document;
use crate::expansion::{Expander, ExpansionTemplate};

/// Reads documents that are all expansion templates. Returns an expander, and notices about faults.
/// If the templates conflict with each other, the expander is empty.
pub fn expander(documents: &[Document]) -> (Expander, Vec<Notice>) {
    let (mut templates, mut read, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    for document in documents {
        let arena = Arena::new();
        match document.value(&arena) {
            Ok(value) => match ExpansionTemplate::read(&value) {
                Ok(template) => {
                    templates.push(template);
                    read.push(document);
                }
                Err(faults) => notices.extend(faults.iter().map(|fault| document.notice(fault))),
            },
            Err(notice) => notices.push(notice),
        }
    }
    let expander = Expander::new(templates).unwrap_or_else(|faults| {
        let told = faults.iter().filter_map(|(of, fault)| Some(read.get(*of)?.notice(fault)));
        notices.extend(told);
        Expander::default()
    });
    (expander, notices)
}
