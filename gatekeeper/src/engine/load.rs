//! Reading a template with all that is needed to judge by it.

use std::fmt;
use std::sync::Arc;

use ferrego_compiler::analyze;
use ferrego_compiler::diagnostics::{Diagnostics, Excerpt, Notice};
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::Span;
use ferrego_compiler::template::{Template, facts};
use ferrego_runtime::{Arena, Value, Violations};

use super::Engine;
use crate::documents::Document;
use crate::fault::Fault;
use crate::schema::Schema;

/// A template that constraints can be made of.
pub struct LoadedTemplate {
    /// Its name.
    pub name: Arc<str>,
    /// The kind of its constraints.
    pub kind: Arc<str>,
    /// What its constraints may say; `None` where it says nothing of that.
    pub schema: Option<Arc<Schema>>,
    /// Its policy.
    pub policy: Arc<dyn Violations>,
    /// Whether the policy sees objects other than the one it judges.
    pub reads_inventory: bool,
    /// What Gatekeeper accepts though it should not.
    pub warnings: Vec<Notice>,
    /// Where the messages of its violations are made.
    pub messages: Vec<Excerpt>,
    /// Its document.
    pub document: Document,
}

impl fmt::Debug for LoadedTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedTemplate").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Loads the template in `document`; `None` where the document is none.
///
/// # Errors
/// All faults of the document, of its schema and of its Rego.
pub fn load(
    document: &Document,
    engine: &dyn Engine,
) -> Result<Option<LoadedTemplate>, Vec<Notice>> {
    let mut notices = Vec::new();
    let template = match document.template() {
        Ok(None) => return Ok(None),
        Ok(Some(template)) => Some(template),
        Err(found) => {
            notices.extend(found);
            None
        }
    };
    let schema = schema(document).map_err(|found| notices.extend(found)).unwrap_or_default();
    let program = template.as_ref().map(|template| program(document, template, engine));
    match (template, program) {
        (Some(template), Some(Ok(program))) if notices.is_empty() => {
            let faults = schema.as_deref().map_or(&[][..], Schema::warnings);
            let warnings = faults.iter().map(|fault| document.notice(fault)).collect();
            Ok(Some(LoadedTemplate {
                name: template.name,
                kind: template.kind,
                schema,
                policy: program.policy,
                reads_inventory: program.reads_inventory,
                warnings,
                messages: program.messages,
                document: document.clone(),
            }))
        }
        (_, program) => {
            if let Some(Err(found)) = program {
                notices.extend(found);
            }
            Err(notices)
        }
    }
}

struct Program {
    policy: Arc<dyn Violations>,
    reads_inventory: bool,
    messages: Vec<Excerpt>,
}

fn program(
    document: &Document,
    template: &Template,
    engine: &dyn Engine,
) -> Result<Program, Vec<Notice>> {
    let sources = &template.sources;
    let notices = |faults: Diagnostics| document.notices(&faults, sources);
    let modules = pipeline::parse(sources, &Options::of(template)).map_err(notices)?;
    let pairs: Vec<_> = sources.iter().zip(modules.iter().cloned()).collect();
    analyze::check(&pairs, &analyze::Options::default()).map_err(notices)?;
    let place = |span: Span| {
        sources.get(span.source.0 as usize).map(|source| Excerpt::of(&source.place(span)))
    };
    Ok(Program {
        policy: engine.policy(template, &modules).map_err(notices)?,
        reads_inventory: facts::reads_inventory(&modules),
        messages: facts::messages(&modules).into_iter().filter_map(place).collect(),
    })
}

/// The schema of the parameters. What is missing or of a wrong type in the template around it is
/// told by the template's own reader.
fn schema(document: &Document) -> Result<Option<Arc<Schema>>, Vec<Notice>> {
    let arena = Arena::new();
    let value = document.value(&arena).map_err(|notice| vec![notice])?;
    let Some(validation) = value.path(&["spec", "crd", "spec", "validation"]) else {
        return Ok(None);
    };
    let Some(schema @ Value::Object(_)) = validation.get_str("openAPIV3Schema") else {
        return Ok(None);
    };
    // Templates of versions before v1 are legacy unless they say otherwise.
    let version = value.get_str("apiVersion").and_then(|version| version.as_str());
    let legacy = match validation.get_str("legacySchema") {
        Some(Value::Bool(legacy)) => legacy,
        _ => version != Some("templates.gatekeeper.sh/v1"),
    };
    match Schema::read(&schema, legacy) {
        Ok(schema) => Ok(Some(Arc::new(schema))),
        Err(faults) => Err(faults.iter().map(|fault: &Fault| document.notice(fault)).collect()),
    }
}
