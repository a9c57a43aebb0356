//! The rules of an evaluation.

use std::sync::Arc;

use ferrego_compiler::analyze;
use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::{Diagnostics, Excerpt, Notice};
use ferrego_compiler::frontend::inputs::{File, FileKind, Inputs, read};
use ferrego_compiler::frontend::policies::{Policies, Request};
use ferrego_compiler::frontend::{Error, Report};
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::{Place, Source, Span};
use ferrego_compiler::template::Constraints;
use ferrego_gatekeeper::Schema;
use ferrego_gatekeeper::fault::Severity;
use ferrego_interpreter::{Explainer, Interpreter};
use ferrego_runtime::{Document, Value};

use super::files::Found;
use crate::arguments::Eval;
use crate::failure::Failure;

/// The parsed modules of an evaluation.
pub(super) struct Policy {
    pub(super) sources: Vec<Source>,
    modules: Vec<Module>,
    default_query: String,
    /// The template's constraints.
    constraints: Option<Constraints>,
}

impl Policy {
    /// Reads the template, or else the Rego modules among `files`. Without either, the policy is
    /// empty.
    pub(super) fn read(command: &Eval, files: &[Found]) -> Result<Self, Failure> {
        let mut rego = files.iter().filter(|file| file.is_rego()).peekable();
        let request = Request {
            version: command.language.version(),
            engine: command.evaluating.engines.preference(),
            ..Request::default()
        };
        let found = match &command.template {
            Some(_) if rego.peek().is_some() => {
                let message = "expected only data with --template, found Rego";
                let help = "remove the Rego: a template contains its own Rego and libraries";
                return Err(Failure::usage(message).with_help(help));
            }
            Some(template) => {
                let (inputs, read) =
                    Inputs::read(std::slice::from_ref(template), command.evaluating.size.limit());
                read?;
                Policies::find(&inputs.files, &request)?
            }
            None => {
                let file = |found: &Found| {
                    let text = read(&found.path, command.evaluating.size.limit())?;
                    Ok(File { path: found.path.clone(), kind: FileKind::Rego, named: true, text })
                };
                let files = rego.map(file).collect::<Result<Vec<_>, Error>>()?;
                if files.is_empty() {
                    return Ok(Self::without_rules());
                }
                Policies::find(&files, &request)?
            }
        };
        Self::only_one(found)
    }

    fn only_one(found: Policies) -> Result<Self, Failure> {
        let Policies { mut policies, reports, .. } = found;
        if !reports.is_empty() {
            return Err(Error::Policies(reports).into());
        }
        match (policies.pop(), policies.len()) {
            (Some(policy), 0) => Self::parse(policy.sources, &policy.options),
            (_, others) => {
                let message = format!("expected one ConstraintTemplate, found {}", others + 1);
                Err(Failure::usage(message).with_help("put it into a file of its own"))
            }
        }
    }

    fn parse(sources: Vec<Source>, options: &Options) -> Result<Self, Failure> {
        // The stages report all faults of the policy before those of the query are found.
        let checked = pipeline::check(&sources, options);
        let parsed = checked.and_then(|_| pipeline::parse(&sources, options));
        let modules = match parsed {
            Ok(modules) => modules,
            Err(diagnostics) => {
                return Err(Error::Policies(vec![Report { diagnostics, sources }]).into());
            }
        };
        let package = modules.first().map(|module| module.package.path.join("."));
        let default_query = match package {
            Some(package) if options.template => format!("data.{package}.violation"),
            _ => "data".to_owned(),
        };
        Ok(Self { sources, modules, default_query, constraints: options.constraints.clone() })
    }

    /// Returns a policy without rules.
    fn without_rules() -> Self {
        let default_query = "data".to_owned();
        Self { sources: Vec::new(), modules: Vec::new(), default_query, constraints: None }
    }

    /// Returns the query to evaluate if none is given.
    pub(super) fn default_query(&self) -> &str {
        &self.default_query
    }

    /// Checks the `parameters` of a template's input by its schema. With others, which no constraint
    /// can have, a policy may find no violations.
    pub(super) fn check_parameters(&self, input: &Value<'_>) -> Result<(), Failure> {
        let Some(constraints) = &self.constraints else { return Ok(()) };
        let Some(parameters) = input.get_str("parameters") else { return Ok(()) };
        if constraints.schema.is_empty() {
            return Ok(());
        }
        // The schema itself was checked with the template.
        let Ok(document) = Document::parse(constraints.schema.as_bytes()) else { return Ok(()) };
        let Ok(schema) = Schema::read(&document.value(), constraints.legacy_schema) else {
            return Ok(());
        };
        let faults = schema.validate(&parameters).into_iter();
        let notices: Vec<Notice> = faults
            .filter(|fault| fault.severity == Severity::Error)
            .map(|fault| {
                let message = format!("{}: {}", fault.path, fault.message);
                let notice = Notice::error("invalid parameters", message);
                fault.help.iter().fold(notice, |notice, help| notice.with_help(help.clone()))
            })
            .collect();
        if notices.is_empty() { Ok(()) } else { Err(Failure::Usage(notices)) }
    }

    /// Returns the warning about an evaluation without parameters, if the template declares some.
    pub(super) fn without_parameters(&self) -> Option<Notice> {
        let schema = &self.constraints.as_ref()?.schema;
        let document = Document::parse(schema.as_bytes()).ok()?;
        let declared = document.value().get_str("properties")?.len()? > 0;
        let message = "the template declares parameters, and none are given";
        let help = "name a file with the parameters of a constraint, with -p";
        declared.then(|| Notice::error("", message).with_help(help).as_warning())
    }

    /// Checks that no rule hides a value of `data`, or is hidden by one.
    pub(super) fn check_conflicts(&self, data: &Value<'_>) -> Result<(), Failure> {
        let modules = self.sources.iter().zip(self.modules.iter().cloned()).collect::<Vec<_>>();
        let failed = |faults: Diagnostics| Failure::Policy(faults.notices(&self.sources));
        let program = analyze::analyze(&modules, &analyze::Options::default()).map_err(failed)?;
        let mut exists = |path: &[Arc<str>]| is_given(data, path);
        let conflicts = analyze::base_document_conflicts(&program, &mut exists);
        conflicts.into_result(()).map_err(failed)
    }

    /// Adds the place in the file to an evaluation that stopped, with the rule.
    pub(super) fn located(&self, failure: Failure) -> Failure {
        let Failure::Evaluation(error) = &failure else { return failure };
        let is_its = |source: &&Source| source.place(Span::default()).name == error.file;
        let Some(source) = self.sources.iter().find(is_its) else { return failure };
        let message = match error.rule.as_str() {
            "" => error.message.clone(),
            rule => format!("{}: {rule}", error.message),
        };
        let place = Place::of_line(source, error.line, error.column);
        let notice = Notice::error(error.code.as_str(), message).at(Excerpt::of(&place));
        Failure::Policy(vec![notice])
    }

    /// Loads the rules and those of `query` for explanations.
    pub(super) fn explainer(
        &self,
        query: Option<(&Source, &Module)>,
    ) -> Result<Explainer, Failure> {
        self.load_as(query, Explainer::new)
    }

    /// Loads the rules and those of `query` into an interpreter.
    pub(super) fn load(&self, query: Option<(&Source, &Module)>) -> Result<Interpreter, Failure> {
        self.load_as(query, Interpreter::new)
    }

    fn load_as<T>(
        &self,
        query: Option<(&Source, &Module)>,
        new: impl FnOnce(&[(Source, Module)]) -> Result<T, Diagnostics>,
    ) -> Result<T, Failure> {
        let own = self.sources.iter().zip(&self.modules);
        let all: Vec<(&Source, Module)> =
            own.chain(query).map(|(source, module)| (source, module.clone())).collect();
        let failed = |diagnostics: Diagnostics| {
            let sources: Vec<Source> = all.iter().map(|(source, _)| (*source).clone()).collect();
            // An unsafe variable also makes the value of its expression unsafe. Report only the
            // variable.
            let mut diagnostics = diagnostics;
            diagnostics.0.retain(|fault| !fault.message.starts_with("var value_"));
            Failure::Policy(diagnostics.notices(&sources))
        };
        analyze::check(&all, &analyze::Options::default()).map_err(failed)?;
        let modules: Vec<(Source, Module)> =
            all.iter().map(|(source, module)| ((*source).clone(), module.clone())).collect();
        new(&modules).map_err(failed)
    }
}

/// Returns `true` if data has a value at the path, or a value on the way that is not an object
/// (OPA's `storage.NonEmpty`).
fn is_given(data: &Value<'_>, path: &[Arc<str>]) -> bool {
    let mut value = *data;
    for key in path {
        let Value::Object(_) = value else { return true };
        match value.get_str(key) {
            Some(below) => value = below,
            None => return false,
        }
    }
    true
}
