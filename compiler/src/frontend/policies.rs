//! Turns files into policies: one for each template, and one for all plain modules together.

use std::collections::HashMap;
use std::sync::Arc;

use super::inputs::{File, FileKind};
use super::templates::Constraint;
use super::{Error, Report, templates};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Notice, Severity};
use crate::format;
use crate::lints::{GatekeeperVersion, Levels};
use crate::parse;
use crate::passes::Passes;
use crate::pipeline::{self, Generated, Options};
use crate::source::{RegoVersion, Source, SourceId};
use crate::suggest::misspelled;
use crate::template::{self, EnginePreference};

/// The name of the policy of the plain modules.
pub const MODULES: &str = "modules";

/// A policy before it is compiled.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The sources.
    pub sources: Vec<Source>,
    /// The options to compile it with.
    pub options: Options,
}

/// The options of a build, which apply to all its policies.
#[derive(Clone, Debug)]
pub struct Request {
    /// The entry points of the plain modules. If there are none, every rule is an entry point.
    pub entry_points: Vec<String>,
    /// The Rego version of the plain modules.
    pub version: RegoVersion,
    /// `true` if a plain module has `version` only if it is valid in
    /// `version`, and is not valid v0 or has names in v0 that are keywords in v1.
    pub v0_first: bool,
    /// The path of the runtime crate.
    pub runtime: String,
    /// The passes to run.
    pub passes: Passes,
    /// The treatment of templates with CEL beside their Rego.
    pub engine: EnginePreference,
    /// The version of Gatekeeper that the templates must run on, if one is chosen.
    pub gatekeeper: Option<GatekeeperVersion>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            entry_points: Vec::new(),
            version: RegoVersion::V1,
            v0_first: false,
            runtime: "::ferrego_runtime".to_owned(),
            passes: Passes::all(),
            engine: EnginePreference::default(),
            gatekeeper: None,
        }
    }
}

/// The policies of a build after they were compiled.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The Rust of each policy.
    pub generated: Vec<Generated>,
    /// The warnings.
    pub warnings: Vec<Notice>,
}

/// The policies of a build.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    /// The policies to compile.
    pub policies: Vec<Policy>,
    /// The faults outside the Rego: of templates, and of two policies with one name.
    pub reports: Vec<Report>,
    /// The places with a template that is not compiled, and the fields without effect in templates.
    pub warnings: Vec<Report>,
}

impl Policies {
    /// Finds the policies in `files`. A document that is not a template is skipped, unless it
    /// resembles one. A YAML or JSON file that was named itself must contain a template.
    ///
    /// # Errors
    /// Returns [`Error::NoInput`] if `files` contain neither a policy nor a fault.
    pub fn find(files: &[File], request: &Request) -> Result<Self, Error> {
        let mut found = Found::default();
        for file in files {
            match file.kind {
                FileKind::Yaml => found.templates(file, request),
                FileKind::Rego => found.modules.push(module(file, request)),
            }
        }
        found.pass_constraints();
        let Found { mut policies, modules, reports, warnings, .. } = found;
        if !modules.is_empty() {
            let options = Options {
                entry_points: request.entry_points.clone(),
                runtime: request.runtime.clone(),
                passes: request.passes,
                ..Options::modules(MODULES)
            };
            policies.push(Policy { sources: modules, options });
        }
        match (policies.is_empty(), reports.is_empty()) {
            (true, true) => Err(Error::NoInput),
            _ => Ok(Self { policies, reports, warnings }),
        }
    }

    /// Returns the warnings about templates that are not compiled, and about fields without effect.
    pub fn warnings(&self) -> impl Iterator<Item = Notice> {
        self.warnings.iter().flat_map(|report| {
            report.diagnostics.notices(&report.sources).into_iter().map(Notice::as_warning)
        })
    }

    /// Compiles every policy and looks for mistakes in it.
    ///
    /// # Errors
    /// Returns the faults and all findings of all policies if there is a fault, or a finding of a
    /// lint that `levels` denies.
    pub fn check(&self, levels: &Levels) -> Result<Checked, Error> {
        let (generated, warnings) = self.findings(|sources, options| {
            let linted = pipeline::compile_linted(sources, options, levels)?;
            Ok((linted.generated, linted.findings))
        })?;
        Ok(Checked { generated, warnings })
    }

    /// Looks for faults and mistakes in every policy, without printing its Rust. Returns the warnings.
    ///
    /// # Errors
    /// Returns the errors of [`Self::check`].
    pub fn lint(&self, levels: &Levels) -> Result<Vec<Notice>, Error> {
        let stage = |sources: &[Source], options: &Options| {
            Ok(((), pipeline::plan_linted(sources, options, levels)?))
        };
        self.findings(stage).map(|(_, warnings)| warnings)
    }

    /// Runs a stage that also returns findings on every policy. Returns the results and the warnings.
    fn findings<T>(
        &self,
        stage: impl Fn(&[Source], &Options) -> Result<(T, Diagnostics), Diagnostics>,
    ) -> Result<(Vec<T>, Vec<Notice>), Error> {
        let mut results = Vec::with_capacity(self.policies.len());
        let mut reports = self.reports.clone();
        for Policy { sources, options } in &self.policies {
            let diagnostics = match stage(sources, options) {
                Ok((result, findings)) => {
                    results.push(result);
                    findings
                }
                Err(faults) => faults,
            };
            if !diagnostics.0.is_empty() {
                let documents = options.surroundings.documents();
                let sources = sources.iter().chain(documents).cloned().collect();
                reports.push(Report { diagnostics, sources });
            }
        }
        let notices = reports.iter().flat_map(|report| report.diagnostics.notices(&report.sources));
        let warnings: Vec<Notice> = self.warnings().chain(notices).collect();
        if warnings.iter().any(|notice| notice.severity == Severity::Error) {
            return Err(Error::Policies(reports));
        }
        Ok((results, warnings))
    }

    /// Runs `stage` on every policy. Returns all results, or the faults of all policies.
    pub fn for_each<T>(
        &self,
        stage: impl Fn(&[Source], &Options) -> Result<T, Diagnostics>,
    ) -> Result<Vec<T>, Error> {
        let mut results = Vec::with_capacity(self.policies.len());
        let mut reports = self.reports.clone();
        for policy in &self.policies {
            match stage(&policy.sources, &policy.options) {
                Ok(result) => results.push(result),
                Err(diagnostics) => {
                    reports.push(Report { diagnostics, sources: policy.sources.clone() });
                }
            }
        }
        if reports.is_empty() { Ok(results) } else { Err(Error::Policies(reports)) }
    }

    /// Compiles every policy.
    pub fn compile(&self) -> Result<Vec<Generated>, Error> {
        self.for_each(pipeline::compile)
    }
}

#[derive(Default)]
struct Found {
    policies: Vec<Policy>,
    modules: Vec<Source>,
    reports: Vec<Report>,
    warnings: Vec<Report>,
    constraints: Vec<Constraint>,
    /// The name and place of each template, by the name of its Rust module.
    places: HashMap<String, (Arc<str>, String)>,
}

impl Found {
    fn templates(&mut self, file: &File, request: &Request) {
        let name = file.path.to_string_lossy();
        let found = templates::find(&name, &file.text, file.named, request.engine);
        let (mut faults, mut warnings) = (found.faults, found.warnings);
        self.constraints.extend(found.constraints);
        for mut template in found.templates {
            warnings.append(std::mem::take(&mut template.warnings));
            let mut options = Options {
                runtime: request.runtime.clone(),
                passes: request.passes,
                ..Options::of(&template)
            };
            options.surroundings.gatekeeper = request.gatekeeper;
            match self.claim(&name, &file.text, &template, &options) {
                Ok(()) => self.policies.push(Policy { sources: template.sources, options }),
                Err(fault) => faults.push(fault),
            }
        }
        let report = |diagnostics: Diagnostics| Report {
            diagnostics,
            sources: vec![template::document(&name, &file.text)],
        };
        if !faults.0.is_empty() {
            self.reports.push(report(faults));
        }
        if !warnings.0.is_empty() {
            self.warnings.push(report(warnings));
        }
    }

    /// Tells each template its constraints, and the kinds that they match.
    fn pass_constraints(&mut self) {
        let kind_of = |policy: &Policy| Some(policy.options.constraints.as_ref()?.kind.clone());
        let kinds: Vec<_> = self.policies.iter().filter_map(kind_of).collect();
        let is_known = |kind: &str| kinds.iter().any(|known| **known == *kind);
        for Policy { options, .. } in &mut self.policies {
            let kind = options.constraints.as_ref().map(|constraints| &constraints.kind);
            let own = self.constraints.iter().filter(|constraint| Some(&constraint.kind) == kind);
            let own: Vec<&Constraint> = own.collect();
            let matched: Vec<_> =
                own.iter().flat_map(|constraint| constraint.matched.clone()).collect();
            // A kind of no template may be a misspelling of this one's.
            let is_near = |constraint: &&Constraint| {
                let near = misspelled(&constraint.kind, kinds.iter().map(|kind| &**kind));
                !is_known(&constraint.kind) && near.is_some() && near == kind.map(|kind| &**kind)
            };
            let near = self.constraints.iter().filter(is_near);
            let given = own.iter().copied().chain(near).map(|constraint| constraint.given.clone());
            options.surroundings.given = given.collect();
            if !matched.is_empty() {
                options.surroundings.matched = Some(matched);
            }
        }
    }

    /// Claims the Rust module of a template, which must be unique.
    fn claim(
        &mut self,
        file: &str,
        text: &str,
        template: &template::Template,
        options: &Options,
    ) -> Result<(), Diagnostic> {
        let span = template.name_span;
        let place = template::document(file, text).place(span).to_string();
        let module = options.module();
        let same_name = self.places.values().find(|(name, _)| *name == template.name);
        match same_name.or_else(|| self.places.get(&module)) {
            None => {
                self.places.insert(module, (template.name.clone(), place));
                Ok(())
            }
            Some((name, first)) if *name == template.name => {
                let message = format!("duplicate ConstraintTemplate `{name}`");
                Err(Diagnostic::new(Code::Template, span, message)
                    .with_help(format!("keep one of them; the first is at {first}")))
            }
            Some((name, first)) => {
                let message = format!(
                    "the ConstraintTemplates `{name}` and `{}` both become the Rust module \
                     `{module}`",
                    template.name
                );
                Err(Diagnostic::new(Code::Template, span, message)
                    .with_help(format!("rename one of them; the first is at {first}")))
            }
        }
    }
}

/// Returns the module in a file of Rego.
pub(super) fn module(file: &File, request: &Request) -> Source {
    // `p := 1 if { … }` of v1 is valid v0: two rules, of which one has the name `if`.
    let read = |version| parse::module(SourceId(0), &file.text, version);
    let has_v0_names = |module| format::keyword_names(SourceId(0), &module).0.is_empty();
    let is_v0 = || read(RegoVersion::V0).is_ok_and(has_v0_names) || read(request.version).is_err();
    let version = if request.v0_first && is_v0() { RegoVersion::V0 } else { request.version };
    Source {
        name: file.path.to_string_lossy().into(),
        text: file.text.as_str().into(),
        version,
        origin: None,
    }
}
