//! Parameters without effect, and parameters without which a policy reports nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::hir::{Program, RuleId};
use crate::lints::Subject;
use crate::lints::shapes::fields::Outcome;
use crate::lints::shapes::flow::{Circumstances, Taken};
use crate::lints::shapes::{Alternative, Owner, Rest, Shape, Shapes, parameters};
use crate::source::{SourceId, Span};
use crate::template::Declared;

use super::reporter::Reporter;
use super::{OPTIONAL_PARAMETER, UNUSED_PARAMETER};

/// The parameters of a policy, and their uses.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// The paths of objects whose fields the policy reads all at once.
    whole: HashSet<Arc<str>>,
    /// The names that the policy misspells.
    misspelled: HashSet<String>,
    /// The paths of optional numbers, strings and lists.
    optional: Vec<Arc<str>>,
    /// The definitions that need an optional parameter, with the first place.
    needed: BTreeMap<Arc<str>, BTreeMap<Definition, Span>>,
    /// The definitions that need a rule to have a value.
    required: HashMap<RuleId, BTreeSet<Definition>>,
}

/// A rule, and the index of one of its definitions.
type Definition = (RuleId, usize);

/// The path of the parameters.
const ROOT: &str = "input.parameters";

impl Parameters {
    /// Returns the parameters of a policy, without uses.
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let optional = subject.constraints.map(parameters::optional);
        Self { optional: optional.unwrap_or_default(), ..Self::default() }
    }

    /// Notes a step.
    pub(super) fn step(&mut self, shapes: &Shapes, step: &Taken<'_>, place: Span) {
        for alternative in &*shapes.get(step.from) {
            let Alternative::Record(id) = alternative else { continue };
            let record = shapes.get_record(*id);
            let Owner::Parameters(path) = &record.owner else { continue };
            let Some(name) = step.field else {
                self.whole.insert(Arc::clone(path));
                continue;
            };
            let circumstances = step.circumstances;
            let path = match path.strip_prefix(ROOT) {
                Some("") => name.to_owned(),
                Some(within) => format!("{}.{name}", within.trim_start_matches('.')),
                None => continue,
            };
            let is_optional = self.optional.iter().any(|optional| **optional == *path);
            if is_optional && step.outcome == Outcome::Exists && circumstances.required {
                let definition = (circumstances.rule, circumstances.clause);
                self.needed.entry(path.into()).or_default().entry(definition).or_insert(place);
            }
        }
    }

    /// Notes that a definition needs a rule to have a value.
    pub(super) fn requires(&mut self, rule: RuleId, circumstances: Circumstances) {
        let definition = (circumstances.rule, circumstances.clause);
        self.required.entry(rule).or_default().insert(definition);
    }

    /// Notes that the policy misspells a name, so that it is not reported again as unused.
    pub(super) fn misspelled(&mut self, name: &str) {
        self.misspelled.insert(name.to_owned());
    }

    /// Notes that all parts of a value may be read.
    pub(super) fn escapes(&mut self, shapes: &Shapes, shape: Shape) {
        for alternative in &*shapes.get(shape) {
            match alternative {
                Alternative::Array(of, _) | Alternative::Set(of, _) | Alternative::Map(of, _) => {
                    self.escapes(shapes, *of);
                }
                Alternative::Record(id) => {
                    let record = shapes.get_record(*id);
                    if let Owner::Parameters(path) = &record.owner {
                        // Its parts are below it.
                        self.whole.insert(Arc::clone(path));
                        continue;
                    }
                    record.fields.iter().for_each(|(_, shape)| self.escapes(shapes, *shape));
                    if let Rest::Of(shape) = record.rest {
                        self.escapes(shapes, shape);
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns the findings that the whole policy confirms.
    pub(super) fn confirmed(self, reporter: &Reporter<'_, '_>, complete: bool) -> Vec<Diagnostic> {
        let mut found = self.optional(reporter.subject);
        if complete {
            found.extend(self.unused(reporter));
        }
        found
    }

    fn optional(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let program = subject.program;
        let violation = program.rules.iter().position(|rule| is_entry(subject, &rule.path));
        let Some(violation) = violation.map(RuleId::at) else { return Vec::new() };
        let finding = |(name, direct): (&Arc<str>, &BTreeMap<Definition, Span>)| {
            let place = self.all_need(program, direct, violation)?;
            let message = format!(
                "expected a required parameter or one with a default, found the optional `{name}`, \
                 without which the policy allows everything"
            );
            let field = name.rsplit('.').next().unwrap_or(name);
            Some(Diagnostic::warning(&OPTIONAL_PARAMETER, place, message).with_help(format!(
                "add `required: [{field}]` or a default to the schema, or handle its absence"
            )))
        };
        self.needed.iter().filter_map(finding).collect()
    }

    /// Returns the first place of a parameter, if all definitions of `rule` need it: themselves, or by
    /// rules of which all definitions need it. `direct` are the definitions that read it.
    fn all_need(
        &self,
        program: &Program,
        direct: &BTreeMap<Definition, Span>,
        rule: RuleId,
    ) -> Option<Span> {
        let mut needing = direct.clone();
        let mut counts: HashMap<RuleId, usize> = HashMap::new();
        let mut open: Vec<RuleId> = direct.keys().map(|(rule, _)| *rule).collect();
        for rule in &open {
            *counts.entry(*rule).or_default() += 1;
        }
        open.dedup();
        let mut done = HashSet::new();
        while let Some(id) = open.pop() {
            let needed = program.rule(id);
            let all = counts.get(&id) == Some(&needed.clauses.len()) && needed.default.is_none();
            let Some(place) = needing.get(&(id, 0)).copied().filter(|_| all) else { continue };
            if id == rule {
                return Some(place);
            }
            if !done.insert(id) {
                continue;
            }
            for definition in self.required.get(&id).into_iter().flatten() {
                if !needing.contains_key(definition) {
                    needing.insert(*definition, place);
                    *counts.entry(definition.0).or_default() += 1;
                    open.push(definition.0);
                }
            }
        }
        None
    }

    fn unused(&self, reporter: &Reporter<'_, '_>) -> Vec<Diagnostic> {
        let surroundings = reporter.subject.surroundings;
        if surroundings.document.is_none() {
            return Vec::new();
        }
        let document = SourceId(u32::try_from(reporter.subject.sources.len()).unwrap_or(u32::MAX));
        let mut unused: HashSet<String> = HashSet::new();
        let mut found = Vec::new();
        for Declared { holder, name, span } in &surroundings.declared {
            let is_part = |of: &str| {
                let rest = holder.strip_prefix(of);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            let covered = self.whole.iter().any(|path| is_part(path))
                || unused.iter().any(|path| is_part(path));
            let read = reporter.places.names(name) || self.misspelled.contains(&**name);
            if covered || read {
                continue;
            }
            unused.insert(format!("{holder}.{name}"));
            let message = format!("expected a rule that reads `{holder}.{name}`, found none");
            let finding =
                Diagnostic::warning(&UNUSED_PARAMETER, Span { source: document, ..*span }, message);
            found.push(finding.with_help("read the parameter, or remove it from the schema"));
        }
        found
    }
}

/// Returns `true` for the path of a template's `violation`.
fn is_entry(subject: &Subject<'_>, path: &[Arc<str>]) -> bool {
    let package = subject.modules.first().map(|module| &module.package.path[..]);
    path.split_last().is_some_and(|(name, of)| &**name == "violation" && Some(of) == package)
}
