//! The analysis of one file for editors: its findings, and answers about the names in it.
//!
//! The file is a template in YAML, or a Rego module with the modules that it imports. The parser is
//! tolerant: statements with errors are left out, and the types are those of the last text that
//! compiled. Offsets are bytes of the file, as its author sees it.

mod complete;
mod definitions;
mod findings;
mod hover;
mod inspect;
mod known;
mod map;
mod modules;
pub mod names;
mod rename;
mod symbols;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use crate::ast::Module;
use crate::diagnostics::Diagnostics;
use crate::frontend::inputs::{File, FileKind};
use crate::frontend::policies::{Policies, Request};
use crate::lints::{GatekeeperVersion, Levels};
use crate::pipeline::Options;
use crate::source::{RegoVersion, Source, SourceId};
use crate::template::EnginePreference;

use known::Known;
use map::TextMap;
use names::Names;

pub use complete::{Completion, CompletionKind};
pub use findings::{Change, Finding};
pub use hover::Hover;
pub use modules::{WorkspaceModule, needed};
pub use rename::RenameError;
pub use symbols::{Symbol, SymbolKind};

/// The choices of the user that apply to all files.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The version of Rego modules outside templates.
    pub version: RegoVersion,
    /// The levels of lints.
    pub levels: Levels,
    /// The treatment of templates with CEL beside their Rego.
    pub engine: EnginePreference,
    /// The version of Gatekeeper that templates must run on, if one was chosen.
    pub gatekeeper: Option<GatekeeperVersion>,
}

/// A range of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file's name.
    pub name: Arc<str>,
    /// The file's text.
    pub text: Arc<str>,
    /// The range, in bytes at character boundaries.
    pub range: Range<usize>,
}

/// Returns `true` if a YAML file may contain a template. Most files in YAML are not the compiler's
/// business.
pub fn names_template(text: &str) -> bool {
    ["ConstraintTemplate", "templates.gatekeeper.sh"].iter().any(|name| text.contains(name))
}

/// An analyzed file.
#[derive(Debug)]
pub struct Analysis {
    /// The file's name.
    name: Arc<str>,
    /// The file's text.
    text: Arc<str>,
    /// The findings, in source order.
    findings: Vec<Finding>,
    policies: Vec<Policy>,
    /// The last text with policies, if this one has none.
    before: Option<Box<Analysis>>,
}

/// A policy in the file.
#[derive(Debug)]
struct Policy {
    sources: Vec<Source>,
    options: Options,
    maps: Vec<TextMap>,
    modules: Vec<Option<Module>>,
    names: Names,
    /// `true` if no module has syntax errors.
    complete: bool,
    known: Known,
}

impl Analysis {
    /// Analyzes a file. `modules` are the other modules that a Rego module needs. `before` is the
    /// analysis of an earlier text of the file, whose types remain while the text does not compile.
    pub fn of(
        file: &File,
        modules: &[Source],
        settings: &Settings,
        before: Option<Analysis>,
    ) -> Self {
        let name: Arc<str> = file.path.to_string_lossy().into();
        let text: Arc<str> = file.text.as_str().into();
        let mut analysis =
            Self { name, text, findings: Vec::new(), policies: Vec::new(), before: None };
        match file.kind {
            FileKind::Yaml => analysis.template(file, settings, before.as_ref()),
            FileKind::Rego => analysis.module(modules, settings, before.as_ref()),
        }
        analysis.findings.sort_by_key(|finding| finding.location.range.start);
        if analysis.policies.is_empty() && file.kind == FileKind::Yaml {
            analysis.before = before.map(|mut before| match before.before.take() {
                Some(older) if before.policies.is_empty() => older,
                _ => Box::new(before),
            });
        }
        analysis
    }

    /// Returns the findings, in source order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the file's text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Analyzes the templates of a YAML file. A file that names no template has no findings.
    fn template(&mut self, file: &File, settings: &Settings, before: Option<&Analysis>) {
        if !names_template(&self.text) {
            return;
        }
        let request = Request {
            engine: settings.engine,
            gatekeeper: settings.gatekeeper,
            ..Request::default()
        };
        let Ok(found) = Policies::find(std::slice::from_ref(file), &request) else { return };
        for report in &found.reports {
            self.report(&report.diagnostics, &report.sources);
        }
        for report in &found.warnings {
            let mut diagnostics = report.diagnostics.clone();
            for diagnostic in &mut diagnostics.0 {
                diagnostic.severity = crate::diagnostics::Severity::Warning;
            }
            self.report(&diagnostics, &report.sources);
        }
        for policy in found.policies {
            self.policy(policy.sources, policy.options, settings, before);
        }
    }

    fn module(&mut self, modules: &[Source], settings: &Settings, before: Option<&Analysis>) {
        let own = Source::new(self.name.clone(), self.text.clone(), settings.version);
        let sources = [own].into_iter().chain(modules.iter().cloned()).collect();
        self.policy(sources, Options::modules("modules"), settings, before);
    }

    fn policy(
        &mut self,
        sources: Vec<Source>,
        options: Options,
        settings: &Settings,
        before: Option<&Analysis>,
    ) {
        let mut found = inspect::inspect(&sources, &options, &settings.levels);
        let documents = options.surroundings.documents();
        let all: Vec<Source> = sources.iter().chain(documents).cloned().collect();
        self.report(&found.diagnostics, &all);
        let same = before.and_then(|before| before.policies.get(self.policies.len()));
        let known = match found.facts.take() {
            Some(facts) => Known::of(facts, &sources),
            None => Known::after(same.map(|policy| &policy.known), &options),
        };
        let maps = sources.iter().map(TextMap::of).collect();
        let inspect::Inspected { modules, names, complete, .. } = found;
        self.policies.push(Policy { sources, options, maps, modules, names, complete, known });
    }

    /// Adds the diagnostics of this file.
    fn report(&mut self, diagnostics: &Diagnostics, sources: &[Source]) {
        let located =
            diagnostics.0.iter().map(|one| Finding::of(one, sources, &self.name, &self.text));
        self.findings.extend(located.filter(|finding| finding.location.name == self.name));
    }

    /// Returns the policy that has Rego at a byte of the file, with the place in the Rego.
    fn locate(&self, offset: usize) -> Option<(&Policy, SourceId, usize)> {
        self.policies.iter().find_map(|policy| {
            let own = policy.maps.iter().enumerate();
            let mut own =
                own.filter(|(index, _)| policy.sources[*index].origin.is_some() || *index == 0);
            own.find_map(|(index, map)| {
                let id = SourceId(u32::try_from(index).ok()?);
                Some((policy, id, map.to_module(offset)?))
            })
        })
    }
}

impl Policy {
    fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// Returns the place of a span in its file.
    fn location(&self, span: crate::source::Span) -> Option<Location> {
        let index = span.source.0 as usize;
        let (source, map) = (self.sources.get(index)?, self.maps.get(index)?);
        let range = map.range(span)?;
        let (name, text) = match &source.origin {
            Some(origin) => (&origin.name, &origin.text),
            None => (&source.name, &source.text),
        };
        text.get(range.clone())?;
        Some(Location { name: name.clone(), text: text.clone(), range })
    }

    fn text(&self, span: crate::source::Span) -> &str {
        let source = self.source(span.source);
        let range = span.start as usize..span.end as usize;
        source.and_then(|source| source.text.get(range)).unwrap_or_default()
    }
}
