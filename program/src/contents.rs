//! The contents of a program: policies, and the documents around them.

use std::sync::Arc;

use ferrego_gatekeeper::Schema;
use ferrego_gatekeeper::documents::Document;
use ferrego_gatekeeper::fault::Faults;
use ferrego_runtime::Policy;
use ferrego_source::diagnostics::Notice;

use crate::failure::Failure;
use crate::judge::{Collected, Preparation, SetUp, Settings, SharedHost, TemplateFacts};

/// The contents of a program, which `ferrego build` writes.
///
/// ```
/// use ferrego_program::Contents;
///
/// let contents = Contents { name: "policies", policies: &[], documents: &[], sources: &[] };
/// assert!(contents.policies.is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Contents {
    /// The name of the program.
    pub name: &'static str,
    /// The templates.
    pub policies: &'static [Template],
    /// The constraints, Configs, expansion templates and objects of the inventory.
    pub documents: &'static [Embedded],
    /// The files from which the program was built.
    pub sources: &'static [SourceFile],
}

/// A template of a program, compiled.
///
/// ```
/// use ferrego_program::Contents;
///
/// fn kinds(contents: &Contents) -> Vec<&'static str> {
///     let templates = contents.policies.iter().filter_map(|one| one.policy.template);
///     templates.map(|template| template.kind).collect()
/// }
/// # let none = Contents { name: "policies", policies: &[], documents: &[], sources: &[] };
/// # assert!(kinds(&none).is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// The policy.
    pub policy: &'static Policy,
    /// The annotation `metadata.gatekeeper.sh/title`, or an empty text.
    pub title: &'static str,
    /// The annotation `description`, or an empty text.
    pub description: &'static str,
}

/// A document of a program.
///
/// ```
/// use ferrego_program::Embedded;
///
/// let json = r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}"#;
/// let document = Embedded { file: "namespaces.yaml", line: 1, json };
/// assert_eq!(document.line, 1);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// The file from which the document was read.
    pub file: &'static str,
    /// The line on which the document begins in it.
    pub line: u32,
    /// The document as JSON.
    pub json: &'static str,
}

/// A file from which a program was built.
///
/// ```
/// use ferrego_program::SourceFile;
///
/// let file = SourceFile { path: "template.yaml", sha256: "00" };
/// assert_eq!(file.path, "template.yaml");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SourceFile {
    /// The path as it was given.
    pub path: &'static str,
    /// The SHA-256 of the content in hexadecimal.
    pub sha256: &'static str,
}

/// The advice about a constraint without a template.
const MISSING: &str = "correct the kind, or build the program with its template";

impl Contents {
    /// Returns the documents.
    pub(crate) fn documents(&self) -> impl Iterator<Item = Document> {
        self.documents.iter().map(|Embedded { file, line, json }| {
            Document::from_json((*file).into(), (*json).into(), line.saturating_sub(1))
        })
    }

    /// Adds the documents of the program to the collected ones.
    pub(crate) fn add_documents(&self, collected: &mut Collected) {
        self.documents().for_each(|document| collected.add_context(document));
    }

    /// Prepares the judgment by the policies of the program, and by the collected documents. `host`
    /// answers calls of `external_data`.
    ///
    /// # Errors
    /// Returns the faults of a template, which its compilation excludes.
    pub(crate) fn set_up(
        &self,
        collected: &mut Collected,
        settings: Settings,
        host: Option<SharedHost>,
    ) -> Result<SetUp, Failure> {
        let mut notices = std::mem::take(&mut collected.notices);
        let mut preparation = Preparation::new(settings, MISSING).host(host);
        for template in self.policies {
            template.add_to(&mut preparation).map_err(|faults| {
                let notice = |fault: &ferrego_gatekeeper::Fault| {
                    Notice::error(fault.code.as_str(), fault.to_string())
                };
                Failure(faults.iter().map(notice).collect())
            })?;
        }
        notices.extend(collected.refused_templates());
        for document in &collected.constraints {
            preparation.add_constraint(document, &mut notices, &mut |_| {});
        }
        let set_up = preparation.finish(collected, &mut notices);
        collected.notices = notices;
        Ok(set_up)
    }
}

impl Template {
    fn add_to(&self, preparation: &mut Preparation) -> Result<(), Faults> {
        let Self { policy, title, description } = *self;
        let Some(template) = policy.template else { return Ok(()) };
        let schema = Schema::of_template(template.schema, template.legacy_schema)?;
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let facts = TemplateFacts {
            name: policy.name.to_owned(),
            schema: schema.map(Arc::new),
            inventory: policy.inventory.iter().map(|path| (*path).to_owned()).collect(),
            messages: Vec::new(),
            title: text(title),
            description: text(description),
        };
        preparation.add_template(&template.kind.into(), facts, Arc::new(*policy))?;
        Ok(())
    }
}
