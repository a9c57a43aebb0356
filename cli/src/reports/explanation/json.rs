//! Explanations for programs, as JSON. Values are Rego terms in strings, because they are shortened.

use ferrego_gatekeeper::explain::explanation::{
    Definition, Explanation, Fact, Failure, Outcome, Place, Rule, Solution, Step,
};
use ferrego_gatekeeper::explain::{Account, Exclusion, Reason};
use ferrego_program::report::notice::PlaceJson;
use serde::Serialize;

use super::{Found, found};

/// The explanation of a constraint on an object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountJson<'e> {
    constraint: &'e str,
    #[serde(skip_serializing_if = "str::is_empty")]
    implied_by: &'e str,
    /// `violation`, `no violation`, `stopped`, `excluded` or `unknown`.
    outcome: &'static str,
    /// The clause of `spec.match` that excludes the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    r#match: Option<ExclusionJson<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'e str>,
    #[serde(flatten)]
    explanation: Option<ExplanationJson<'e>>,
}

#[derive(Serialize)]
struct ExclusionJson<'e> {
    clause: &'static str,
    expected: &'e str,
    found: &'e str,
    #[serde(flatten)]
    place: Option<PlaceJson<'e>>,
}

/// The explanation of a rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplanationJson<'e> {
    rule: Option<RuleJson<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'e str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_cut: bool,
}

#[derive(Serialize)]
struct RuleJson<'e> {
    name: &'e str,
    value: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'e str>,
    definitions: Vec<DefinitionJson<'e>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DefinitionJson<'e> {
    #[serde(flatten)]
    place: PlaceJson<'e>,
    text: &'e str,
    /// `holds`, `fails`, `other arguments`, `left out` or `stops`.
    outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    solutions: Vec<SolutionJson<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureJson<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'e str>,
}

#[derive(Serialize)]
struct SolutionJson<'e> {
    value: &'e str,
    literals: Vec<StepJson<'e>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureJson<'e> {
    literal: StepJson<'e>,
    failed_here: usize,
    attempts: usize,
}

#[derive(Serialize)]
struct StepJson<'e> {
    #[serde(flatten)]
    place: PlaceJson<'e>,
    text: &'e str,
    facts: Vec<FactJson<'e>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum FactJson<'e> {
    Value { name: &'e str, value: &'e str },
    Note { note: &'e str },
    Rule { rule: RuleJson<'e> },
    Body { title: &'e str, literals: Vec<StepJson<'e>> },
}

impl<'e> AccountJson<'e> {
    /// Returns the explanation, or `None` if the reason is not wanted.
    pub(crate) fn of(account: &'e Account) -> Option<Self> {
        let mut json = Self {
            constraint: &account.constraint,
            implied_by: &account.implied_by,
            outcome: "unknown",
            r#match: None,
            message: None,
            explanation: None,
        };
        match account.reason.as_ref()? {
            Reason::Excluded(Exclusion { clause, expected, found }, place) => {
                json.outcome = "excluded";
                json.r#match = Some(ExclusionJson {
                    clause,
                    expected,
                    found,
                    place: place.as_ref().map(Into::into),
                });
            }
            Reason::Unknown(message) => json.message = Some(message),
            Reason::Policy(explanation) => {
                json.outcome = match found(explanation) {
                    Found::Violation => "violation",
                    Found::NoViolation => "no violation",
                    Found::Stopped => "stopped",
                };
                json.explanation = Some(explanation.into());
            }
        }
        Some(json)
    }
}

impl<'e> From<&'e Explanation> for ExplanationJson<'e> {
    fn from(explanation: &'e Explanation) -> Self {
        Self {
            rule: explanation.rule.as_ref().map(Into::into),
            stopped: explanation.stopped.as_deref(),
            is_cut: explanation.is_cut,
        }
    }
}

impl<'e> From<&'e Rule> for RuleJson<'e> {
    fn from(rule: &'e Rule) -> Self {
        Self {
            name: &rule.name,
            value: rule.value.as_deref(),
            error: rule.error.as_deref(),
            definitions: rule.definitions.iter().map(Into::into).collect(),
        }
    }
}

impl<'e> From<&'e Definition> for DefinitionJson<'e> {
    fn from(definition: &'e Definition) -> Self {
        let mut json = Self {
            place: place(&definition.place),
            text: &definition.text,
            outcome: "other arguments",
            solutions: Vec::new(),
            left_out: None,
            failure: None,
            message: None,
        };
        match &definition.outcome {
            Outcome::Holds { solutions, left_out } => {
                json.outcome = "holds";
                json.solutions = solutions.iter().map(Into::into).collect();
                json.left_out = Some(*left_out).filter(|number| *number > 0);
            }
            Outcome::Fails(failure) => {
                json.outcome = "fails";
                json.failure = Some(failure.into());
            }
            Outcome::OtherArguments => {}
            Outcome::LeftOut => json.outcome = "left out",
            Outcome::Stops(message) => {
                json.outcome = "stops";
                json.message = Some(message);
            }
        }
        json
    }
}

impl<'e> From<&'e Solution> for SolutionJson<'e> {
    fn from(solution: &'e Solution) -> Self {
        Self { value: &solution.value, literals: solution.steps.iter().map(Into::into).collect() }
    }
}

impl<'e> From<&'e Failure> for FailureJson<'e> {
    fn from(failure: &'e Failure) -> Self {
        let Failure { step, here, attempts } = failure;
        Self { literal: step.into(), failed_here: *here, attempts: *attempts }
    }
}

impl<'e> From<&'e Step> for StepJson<'e> {
    fn from(step: &'e Step) -> Self {
        Self {
            place: place(&step.place),
            text: &step.text,
            facts: step.facts.iter().map(Into::into).collect(),
        }
    }
}

impl<'e> From<&'e Fact> for FactJson<'e> {
    fn from(fact: &'e Fact) -> Self {
        match fact {
            Fact::Value { name, value } => Self::Value { name, value },
            Fact::Note(note) => Self::Note { note },
            Fact::Rule(rule) => Self::Rule { rule: (&**rule).into() },
            Fact::Body { title, steps } => {
                Self::Body { title, literals: steps.iter().map(Into::into).collect() }
            }
        }
    }
}

/// Returns a place of the policy as JSON.
fn place(Place { file, line, column }: &Place) -> PlaceJson<'_> {
    PlaceJson { file, line: *line, column: *column }
}
