//! Prepares the judgment by the templates and constraints among the inputs.

use ferrego_compiler::pipeline::{self, Options};
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::documents::Document;
use ferrego_gatekeeper::engine::{Engine, LoadedTemplate, load};
use ferrego_gatekeeper::explain::{Explainers, Wanted};
use ferrego_program::judge::{Collected, Preparation, SetUp, Settings, SharedHost, TemplateFacts};
use ferrego_runtime::{Arena, Value};
use ferrego_source::diagnostics::Notice;

use crate::reports::explanation::Explaining;

/// The advice about a constraint without a template.
const MISSING: &str = "give the template too, or correct the kind";

/// Loads the collected documents. `host` answers calls of `external_data`. A broken document is left
/// out and reported among the notices.
pub(in crate::commands) fn prepare(
    collected: &mut Collected,
    engine: &dyn Engine,
    settings: Settings,
    host: Option<SharedHost>,
    wanted: Wanted,
) -> SetUp {
    prepare_with(collected, engine, (settings, host), wanted, Preparation::finish)
}

/// Loads the collected documents like [`prepare`]. `finish` builds the set-up.
pub(in crate::commands) fn prepare_with(
    collected: &mut Collected,
    engine: &dyn Engine,
    (settings, host): (Settings, Option<SharedHost>),
    wanted: Wanted,
    finish: impl FnOnce(Preparation, &Collected, &mut Vec<Notice>) -> SetUp,
) -> SetUp {
    let mut notices = std::mem::take(&mut collected.notices);
    let point = settings.point;
    let mut preparation = Preparation::new(settings, MISSING).host(host);
    let mut explainers = Explainers::new(wanted);
    for document in &collected.templates {
        add_template(document, (engine, point), &mut preparation, &mut explainers, &mut notices);
    }
    for document in &collected.constraints {
        preparation.add_constraint(document, &mut notices, &mut |constraint| {
            explainers.add_constraint(constraint, document);
        });
    }
    let set_up = finish(preparation, collected, &mut notices);
    collected.notices = notices;
    set_up.with_explainer(Explaining::of(explainers))
}

fn add_template(
    document: &Document,
    (engine, point): (&dyn Engine, EnforcementPoint),
    preparation: &mut Preparation,
    explainers: &mut Explainers,
    notices: &mut Vec<Notice>,
) {
    match load(document, engine) {
        Ok(Some(template)) => {
            if *template.name != template.kind.to_lowercase() {
                // Gatekeeper finds no template for the constraints of this kind.
                return notices.extend(template.warnings);
            }
            let policy = template.policy.clone();
            let facts = facts(&template, engine, point);
            match preparation.add_template(&template.kind, facts, policy) {
                Ok(()) => {
                    notices.extend(template.warnings.iter().cloned());
                    notices.extend(explainers.add(&template, engine.preference()));
                }
                Err(fault) => notices.push(document.notice(&fault)),
            }
        }
        Ok(None) => {}
        Err(found) => {
            notices.extend(found);
            let arena = Arena::new();
            let value = document.value(&arena).ok();
            let kind =
                value.and_then(|value| value.path(&["spec", "crd", "spec", "names", "kind"]));
            if let Some(kind) = kind.as_ref().and_then(Value::as_str) {
                preparation.add_broken(kind);
            }
        }
    }
}

/// Returns the facts about a template, with its annotations.
fn facts(template: &LoadedTemplate, engine: &dyn Engine, point: EnforcementPoint) -> TemplateFacts {
    let annotation = |name| annotation(&template.document, name);
    TemplateFacts {
        name: template.name.to_string(),
        schema: template.schema.clone(),
        inventory: inventory(template, engine, point),
        messages: template.messages.clone(),
        title: annotation("metadata.gatekeeper.sh/title"),
        description: annotation("description"),
    }
}

/// Returns the paths of the parts of the inventory that a template reads.
///
/// The interpreter does not tell them, so that `test` keeps whole objects. An audit has the objects of a
/// whole cluster, and keeps those parts that the compiler finds.
fn inventory(
    template: &LoadedTemplate,
    engine: &dyn Engine,
    point: EnforcementPoint,
) -> Vec<String> {
    if !template.reads_inventory {
        return Vec::new();
    }
    let found = || {
        let template = template.document.template_with(engine.preference()).ok()??;
        let plan = pipeline::plan(&template.sources, &Options::of(&template)).ok()?;
        Some(plan.data_projection.paths_below("inventory"))
    };
    let found = if point == EnforcementPoint::Audit { found() } else { None };
    found.filter(|paths| !paths.is_empty()).unwrap_or_else(|| vec![String::new()])
}

/// Returns an annotation of a document without blanks around it, or `None` if it is empty.
pub(in crate::commands) fn annotation(document: &Document, name: &str) -> Option<String> {
    let arena = Arena::new();
    let value = document.value(&arena).ok()?;
    let text = value.path(&["metadata", "annotations", name])?.as_str()?.trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}
