//! Explanations of the verdicts on a review: for each constraint, the clause of `spec.match` that
//! excludes the object, or the literals of the policy that decide.
//!
//! The interpreter explains every policy, whatever engine judges.

use std::collections::HashMap;
use std::sync::Arc;

use ferrego_compiler::diagnostics::{Excerpt, Notice};
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::template::EnginePreference;
use ferrego_interpreter::Explainer;
pub use ferrego_interpreter::explanation;
use ferrego_interpreter::explanation::{Explanation, Prints};
use ferrego_runtime::{Arena, Evaluation};

use crate::Constraint;
use crate::documents::Document;
use crate::engine::LoadedTemplate;
use crate::expansion::Expander;
use crate::fault::FieldPath;
use crate::inventory::Snapshot;
pub use crate::matching::Exclusion;
use crate::policy_set::{JudgeError, PolicySet, Standing};
use crate::review::Review;

/// The parts of an explanation that are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The reasons of each constraint.
    pub reasons: bool,
    /// The output of `print`.
    pub prints: bool,
}

/// The explanation of one constraint on one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The constraint, `Kind/name`.
    pub constraint: String,
    /// The `ExpansionTemplate` that generated the object; empty for the object itself.
    pub implied_by: String,
    /// The reason, if it is wanted.
    pub reason: Option<Reason>,
    /// The output of `print`, if it is wanted.
    pub prints: Prints,
}

/// The reason of a constraint's verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A clause of `spec.match` excludes the object. The place is the clause's, if the document of
    /// the constraint is known.
    Excluded(Exclusion, Option<Excerpt>),
    /// Matching cannot decide.
    Unknown(String),
    /// The explanation of the policy's rule `violation`.
    Policy(Explanation),
}

/// The explainers of templates, by kind.
#[derive(Debug, Default)]
pub struct Explainers {
    wanted: Wanted,
    by_kind: HashMap<Arc<str>, PolicyExplainer>,
    /// The documents of the constraints, by `Kind/name`.
    constraints: HashMap<String, Document>,
}

#[derive(Debug)]
struct PolicyExplainer {
    explainer: Explainer,
    /// The path of the rule `violation` below `data`.
    path: Vec<String>,
}

impl Explainers {
    /// Creates explainers without templates.
    pub fn new(wanted: Wanted) -> Self {
        Self { wanted, by_kind: HashMap::new(), constraints: HashMap::new() }
    }

    /// Returns `true` if something is wanted.
    pub fn is_wanted(&self) -> bool {
        self.wanted != Wanted::default()
    }

    /// Adds a template, unless nothing is wanted. Returns warnings about operands of `print` that
    /// cannot be evaluated.
    pub fn add(&mut self, template: &LoadedTemplate, preference: EnginePreference) -> Vec<Notice> {
        if !self.is_wanted() {
            return Vec::new();
        }
        let document = &template.document;
        let Ok(Some(read)) = document.template_with(preference) else { return Vec::new() };
        let sources = &read.sources;
        let explainer = pipeline::parse(sources, &Options::of(&read)).and_then(|modules| {
            let package = modules.first().map(|module| module.package.path.clone());
            let path = package.iter().flatten().map(ToString::to_string);
            let path = path.chain(["violation".to_owned()]).collect();
            let pairs: Vec<_> = sources.iter().cloned().zip(modules).collect();
            Ok(PolicyExplainer { explainer: Explainer::new(&pairs)?, path })
        });
        match explainer {
            Ok(explainer) => {
                let faults = explainer.explainer.print_faults().filter(|_| self.wanted.prints);
                let notices =
                    faults.into_iter().flat_map(|faults| document.notices(faults, sources));
                let help = "correct the operand: until then, `print` shows nothing";
                let notices = notices.map(|notice| notice.with_help(help).as_warning()).collect();
                self.by_kind.insert(template.kind.clone(), explainer);
                notices
            }
            // The engine accepts the template, but the interpreter does not.
            Err(faults) => document.notices(&faults, sources).into_iter().collect(),
        }
    }

    /// Adds the document of a constraint, whose clauses are named with their places.
    pub fn add_constraint(&mut self, constraint: &Constraint, document: &Document) {
        if self.wanted.reasons {
            self.constraints.insert(id(constraint), document.clone());
        }
    }

    /// Explains all constraints of a set on the review, and on the objects that expansion generates
    /// from its object.
    ///
    /// # Errors
    /// Returns an error if the object cannot be expanded.
    pub fn explain<'a>(
        &self,
        set: &'a PolicySet,
        review: &Review<'a>,
        expander: &'a Expander,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
    ) -> Result<Vec<Account>, JudgeError> {
        let mut accounts = Vec::new();
        if !self.is_wanted() {
            return Ok(accounts);
        }
        set.each_standing(
            review,
            expander,
            snapshot,
            arena,
            &mut |template, constraint, standing| {
                let mut prints = Prints::default();
                let reason = match standing {
                    Standing::Excluded(exclusion) => {
                        let path = FieldPath::of(&["spec", "match", exclusion.clause]);
                        let document = self.constraints.get(&id(constraint));
                        let place = document.map(|document| document.place(&path));
                        Some(Reason::Excluded(exclusion, place))
                    }
                    Standing::Unknown(error) => Some(Reason::Unknown(error.to_string())),
                    Standing::Applies(evaluation) => {
                        self.by_kind.get(constraint.kind()).and_then(|policy| {
                            if self.wanted.prints {
                                prints = policy.prints(evaluation);
                            }
                            self.wanted.reasons.then(|| Reason::Policy(policy.explain(evaluation)))
                        })
                    }
                };
                accounts.push(Account {
                    constraint: id(constraint),
                    implied_by: template.to_owned(),
                    reason: reason.filter(|_| self.wanted.reasons),
                    prints,
                });
            },
        )?;
        Ok(accounts)
    }
}

/// Returns the identity of a constraint, `Kind/name`.
fn id(constraint: &Constraint) -> String {
    format!("{}/{}", constraint.kind(), constraint.name())
}

impl PolicyExplainer {
    fn explain(&self, evaluation: &Evaluation<'_>) -> Explanation {
        let (input, data) = evaluation.documents();
        self.explainer.explain(&evaluation.env(), &self.path(), input, Some(data))
    }

    fn prints(&self, evaluation: &Evaluation<'_>) -> Prints {
        let (input, data) = evaluation.documents();
        self.explainer.prints(&evaluation.env(), &self.path(), input, Some(data))
    }

    fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}
