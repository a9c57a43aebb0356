//! Describes a policy: its parameters, the parts of the input and inventory that it reads, the
//! builtins that it calls and the kinds to which it applies.
//!
//! For example, of a template that compares labels with `input.parameters.labels`:
//!
//! ```text
//! parameters:
//!   labels: array of string (required)
//! reads:
//!   input.parameters.labels[_]
//!   input.review.object.metadata.labels
//! ```
//!
//! The paths are those of the pass `projection`, so the JSON reader and the description agree on
//! them. Nothing here decides an answer.

mod builtins;
mod doc;
mod inventory;
mod parameters;
mod reads;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::hir;
use crate::ir;
use crate::lints;
use crate::pipeline::options::Options;
use crate::template::KindNames;

pub use builtins::{BuiltinUse, Support};
pub use inventory::InventoryKind;
pub use parameters::Parameter;

pub(crate) use doc::lines;
pub(crate) use parameters::of as parameters;

/// The properties of a policy that its users need to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The name of the policy.
    pub name: String,
    /// The kind of the template's constraints; `None` for plain modules.
    pub kind: Option<Arc<str>>,
    /// The name of the generated Rust module.
    pub module: String,
    /// The parameters that the template's schema declares, each before its parts.
    pub parameters: Vec<Parameter>,
    /// The parts of `input` that the policy can read, in Rego's notation.
    pub reads: Vec<String>,
    /// The kinds that the policy can read in the inventory.
    pub inventory: Vec<InventoryKind>,
    /// The kinds that the annotation `metadata.gatekeeper.sh/requires-sync-data` names; `None`
    /// without the annotation.
    pub synced: Option<Vec<String>>,
    /// The builtins that the policy calls, except operators.
    pub builtins: Vec<BuiltinUse>,
    /// The kinds of objects to which the policy can apply.
    pub applies: Applies,
}

/// The kinds of objects to which a policy can apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applies {
    /// The kinds that the constraints among the files match.
    Matched(Vec<String>),
    /// The kinds with which every definition of `violation` compares the kind of the object.
    Compared(Vec<String>),
    /// Any kind, as far as the files tell.
    Any,
}

/// Describes a policy after all passes.
pub fn describe(hir: &hir::Program, plan: &ir::Program, options: &Options) -> Description {
    let constraints = options.constraints.as_ref();
    Description {
        name: options.name.clone(),
        kind: constraints.map(|constraints| Arc::clone(&constraints.kind)),
        module: options.module(),
        parameters: constraints.map(parameters::of).unwrap_or_default(),
        reads: reads::paths(&plan.projection, "input"),
        inventory: inventory::of(&plan.data_projection),
        synced: options
            .surroundings
            .synced
            .as_deref()
            .map(|synced| kind_names(synced.iter().map(|one| &one.names))),
        builtins: builtins::of(hir),
        applies: applies(hir, plan, options),
    }
}

fn applies(hir: &hir::Program, plan: &ir::Program, options: &Options) -> Applies {
    if let Some(matched) = &options.surroundings.matched {
        let all = matched.iter().any(|names| names.kinds.iter().any(|kind| &**kind == "*"));
        return if all { Applies::Any } else { Applies::Matched(kind_names(matched)) };
    }
    if !options.template {
        return Applies::Any;
    }
    let entry = plan.entries.first().map(|entry| &entry.path[..]);
    let rule = hir.rules.iter().find(|rule| Some(&rule.path[..]) == entry);
    match rule.and_then(|rule| lints::compared_kinds(hir, rule)) {
        Some(kinds) => Applies::Compared(kinds),
        None => Applies::Any,
    }
}

/// Returns the kinds with their groups, such as `apps/Deployment` or `Pod`, without duplicates.
fn kind_names<'n>(names: impl IntoIterator<Item = &'n KindNames>) -> Vec<String> {
    let mut all: Vec<String> = names
        .into_iter()
        .flat_map(|names| names.groups.iter().map(move |group| (group, &names.kinds)))
        .flat_map(|(group, kinds)| kinds.iter().map(move |kind| kind_name(group, kind)))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn kind_name(group: &str, kind: &str) -> String {
    if group.is_empty() { kind.to_owned() } else { format!("{group}/{kind}") }
}
