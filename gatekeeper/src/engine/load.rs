//! Loading a template with its policy and its schema.

use std::fmt;
use std::sync::Arc;

use ferrego_compiler::analyze;
use ferrego_compiler::diagnostics::{Diagnostics, Excerpt, Notice, Notices};
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::Span;
use ferrego_compiler::template::{Template, facts};
use ferrego_runtime::Violations;

use super::Engine;
use crate::documents::Document;
use crate::schema::Schema;

/// A template of which constraints can be made.
///
/// Its fields fit the parameters of [`PolicySetBuilder::add_template`]:
/// `builder.add_template(&template.kind, template.schema, template.policy)`.
///
/// [`PolicySetBuilder::add_template`]: crate::policy_set::PolicySetBuilder::add_template
#[non_exhaustive]
pub struct LoadedTemplate {
    /// The template's name.
    pub name: Arc<str>,
    /// The kind of its constraints.
    pub kind: Arc<str>,
    /// The schema of the constraints' parameters; `None` if the template allows none.
    pub schema: Option<Arc<Schema>>,
    /// The template's policy.
    pub policy: Arc<dyn Violations>,
    /// `true` if the policy reads objects other than the one it judges.
    pub reads_inventory: bool,
    /// Warnings about faults that Gatekeeper accepts.
    pub warnings: Vec<Notice>,
    /// The places where the template builds the messages of its violations.
    pub messages: Vec<Excerpt>,
    /// The template's document.
    pub document: Document,
}

impl fmt::Debug for LoadedTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedTemplate").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Loads the template in `document`. Returns `None` if the document is not a template. A template
/// with CEL beside its Rego is rejected, unless the engine prefers the Rego.
///
/// # Errors
/// Returns all faults of the document, of its schema and of its Rego.
pub fn load(document: &Document, engine: &dyn Engine) -> Result<Option<LoadedTemplate>, Notices> {
    let mut notices = Vec::new();
    let template = match document.template_with(engine.preference()) {
        Ok(None) => return Ok(None),
        Ok(Some(template)) => Some(template),
        Err(found) => {
            notices.extend(found);
            None
        }
    };
    let program = template.as_ref().map(|template| program(document, template, engine));
    match (template, program) {
        (Some(template), Some(Ok(program))) if notices.is_empty() => {
            let warnings = document.notices(&template.warnings, &[]);
            let warnings = warnings.into_iter().map(Notice::as_warning).collect();
            let schema = Schema::of_template(&template.schema, template.legacy_schema);
            let schema =
                schema.map_err(|faults| document.fault_notices(faults.as_slice()))?.map(Arc::new);
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
            Err(notices.into())
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
) -> Result<Program, Notices> {
    let sources = &template.sources;
    let notices = |faults: Diagnostics| document.notices(&faults, sources);
    let modules = pipeline::parse(sources, &Options::of(template)).map_err(notices)?;
    let pairs: Vec<_> = sources.iter().zip(modules.iter().cloned()).collect();
    let options = analyze::Options { template: true, ..analyze::Options::default() };
    analyze::check(&pairs, &options).map_err(notices)?;
    let place = |span: Span| {
        sources.get(span.source.0 as usize).map(|source| Excerpt::of(&source.place(span)))
    };
    Ok(Program {
        policy: engine.policy(template, &modules).map_err(notices)?,
        reads_inventory: facts::reads_inventory(&modules),
        messages: facts::messages(&modules).into_iter().filter_map(place).collect(),
    })
}
