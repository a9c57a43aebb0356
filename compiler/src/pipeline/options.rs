//! The options of a compilation.

use crate::codegen;
use crate::lints::Surroundings;
use crate::passes::Passes;
use crate::template::{Constraints, Template};

/// The options of a compilation.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the policy, from which the name of the Rust module is derived.
    pub name: String,
    /// `true` if the sources are a template's. Gatekeeper's rules for templates then apply, and the
    /// default entry point is `violation`.
    pub template: bool,
    /// The kind of the template's constraints and the schema of their parameters. The generated
    /// Rust passes them on to the program that links it.
    pub constraints: Option<Constraints>,
    /// The known surroundings of a template, for the lints.
    pub surroundings: Surroundings,
    /// The paths of the entry points, such as `data.pkg.rule`. If there are none, every rule is an
    /// entry point.
    pub entry_points: Vec<String>,
    /// The path of the runtime crate in the crate that contains the Rust.
    pub runtime: String,
    /// The passes to run over the program; all by default.
    pub passes: Passes,
}

impl Options {
    /// Returns options for plain modules as the policy `name`, with every rule as an entry point,
    /// and the runtime under its own name.
    pub fn modules(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            template: false,
            constraints: None,
            surroundings: Surroundings::default(),
            entry_points: Vec::new(),
            runtime: "::ferrego_runtime".to_owned(),
            passes: Passes::all(),
        }
    }

    /// Returns options for the template `name`.
    pub fn template(name: impl Into<String>) -> Self {
        Self { template: true, ..Self::modules(name) }
    }

    /// Returns the name of the Rust module that the policy becomes.
    pub fn module(&self) -> String {
        codegen::module_name(&self.printing())
    }

    pub(super) fn printing(&self) -> codegen::Options {
        codegen::Options {
            name: self.name.clone(),
            runtime: self.runtime.clone(),
            constraints: self.constraints.clone(),
            about: Vec::new(),
        }
    }

    /// Returns options for a template that was read from its document.
    pub fn of(template: &Template) -> Self {
        let constraints = Constraints {
            kind: template.kind.clone(),
            schema: template.schema.clone(),
            legacy_schema: template.legacy_schema,
        };
        let surroundings = Surroundings {
            synced: template.synced.clone(),
            declared: template.declared.clone(),
            written: template.written.clone(),
            document: Some(template.document.clone()),
            ..Surroundings::default()
        };
        let constraints = Some(constraints);
        Self { constraints, surroundings, ..Self::template(&*template.name) }
    }
}
