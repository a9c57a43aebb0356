//! The rules of an evaluation.

use ferrego_compiler::analyze;
use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::frontend::inputs::{File, FileKind, Inputs, read};
use ferrego_compiler::frontend::policies::{Policies, Request};
use ferrego_compiler::frontend::{Error, Report};
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::Source;
use ferrego_interpreter::Interpreter;

use super::files::Found;
use crate::arguments::Eval;
use crate::failure::Failure;

/// The parsed modules of an evaluation.
pub(super) struct Policy {
    pub(super) sources: Vec<Source>,
    modules: Vec<Module>,
    default_query: String,
}

impl Policy {
    /// Reads the template, or else the Rego modules among `files`. Without either, the policy is
    /// empty.
    pub(super) fn read(command: &Eval, files: &[Found]) -> Result<Self, Failure> {
        let mut rego = files.iter().filter(|file| file.is_rego()).peekable();
        let request = Request {
            version: command.language.version(),
            engine: command.engines.preference(),
            ..Request::default()
        };
        let found = match &command.template {
            Some(_) if rego.peek().is_some() => {
                let message = "expected only data with --template, found Rego";
                let help = "remove the Rego: a template contains its own Rego and libraries";
                return Err(Failure::usage(message).with_help(help));
            }
            Some(template) => {
                let (inputs, read) = Inputs::read(std::slice::from_ref(template));
                read?;
                Policies::find(&inputs.files, &request)?
            }
            None => {
                let file = |found: &Found| {
                    let text = read(&found.path)?;
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
        Ok(Self { sources, modules, default_query })
    }

    /// Returns a policy without rules.
    fn without_rules() -> Self {
        Self { sources: Vec::new(), modules: Vec::new(), default_query: "data".to_owned() }
    }

    /// Returns the query to evaluate if none is given.
    pub(super) fn default_query(&self) -> &str {
        &self.default_query
    }

    /// Loads the rules and those of `query` into an interpreter.
    pub(super) fn load(&self, query: Option<(&Source, &Module)>) -> Result<Interpreter, Failure> {
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
        Interpreter::new(&modules).map_err(failed)
    }
}
