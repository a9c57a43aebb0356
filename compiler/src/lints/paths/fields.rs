//! Fields that do not exist.

use std::rc::Rc;

use crate::diagnostics::{Diagnostic, Lint};
use crate::lints::shapes::flow::{At, Taken};
use crate::lints::shapes::{Alternative, Owner, Record, Rest, Shapes};
use crate::suggest::{closest, misspelled};

use super::objects::{self, Doubts};
use super::parameters::Parameters;
use super::reporter::Reporter;
use super::{UNKNOWN_INPUT_FIELD, UNKNOWN_PARAMETER};

/// The most fields that a message lists.
const LISTED: usize = 8;

/// Reports a field that no alternative has, or only objects of kinds that are not named.
pub(super) fn missing(
    reporter: &mut Reporter<'_, '_>,
    doubts: &mut Doubts,
    parameters: &mut Parameters,
    shapes: &Shapes,
    step: &Taken<'_>,
) {
    let Some(name) = step.field else { return };
    let alternatives = shapes.get(step.from);
    let is_object = |one: &Alternative| matches!(one, Alternative::Object(..));
    if alternatives.iter().any(is_object) {
        return objects::missing(reporter, doubts, shapes, &alternatives, step, name);
    }
    let records: Vec<Rc<Record>> = alternatives
        .iter()
        .filter_map(|one| match one {
            Alternative::Record(id) => Some(shapes.get_record(*id)),
            _ => None,
        })
        .filter(|record| record.owner != Owner::Policy)
        .collect();
    let Some(record) = records.first() else { return };
    let names = || records.iter().flat_map(|record| record.fields.iter().map(|(name, _)| &**name));
    let open = records.iter().any(|record| record.rest == Rest::Undeclared);
    let open = open || matches!(step.at, At::Member { .. });
    let suggestion = if open { misspelled(name, names()) } else { closest(name, names()) };
    if open && suggestion.is_none() {
        return;
    }
    let (lint, of) = describe(&record.owner);
    let span = reporter.place_of_name(step.at, name);
    let finding = Diagnostic::warning(lint, span, format!("expected {of}, found `{name}`"));
    let finding = match suggestion {
        Some(suggestion) => {
            parameters.misspelled(suggestion);
            reporter.suggest(finding, step.at, suggestion)
        }
        None => finding.with_help(help(lint, &names().collect::<Vec<_>>())),
    };
    reporter.report(finding);
}

/// Returns the lint of the fields of a document, and what it expects.
fn describe(owner: &Owner) -> (&'static Lint, String) {
    match owner {
        Owner::Input | Owner::Policy => {
            (&UNKNOWN_INPUT_FIELD, "`review` or `parameters` under `input`".to_owned())
        }
        Owner::Review(name) => (&UNKNOWN_INPUT_FIELD, format!("a field of {name}")),
        Owner::Parameters(path) => (&UNKNOWN_PARAMETER, format!("a declared field of `{path}`")),
    }
}

fn help(lint: &'static Lint, names: &[&str]) -> String {
    let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (*lint == UNKNOWN_PARAMETER, names.len()) {
        (true, 0) => "declare the parameter in `openAPIV3Schema`, which declares none".to_owned(),
        (true, 1..=LISTED) => {
            format!("declare the parameter in `openAPIV3Schema`, or read a declared one: {list}")
        }
        (true, _) => "declare the parameter in `openAPIV3Schema`".to_owned(),
        (false, 1..=LISTED) => format!("read one of {list}"),
        (false, _) => "read a field that exists".to_owned(),
    }
}
