//! The policies that are measured, each with an allowed and a denied request.

use ferrego_compiler::pipeline::Options;
use ferrego_compiler::source::Source;
use ferrego_fixtures::{Case, Expected, Fixture};
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Policy, Value};

use crate::Fault;

/// A policy with its questions.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The name of the policy.
    pub(crate) name: String,
    /// The sources. The one with `violation` comes first.
    pub(crate) sources: Vec<Source>,
    /// The options to compile the sources with.
    pub(crate) options: Options,
    /// The compiled policy. Its first entry point is `violation`.
    pub(crate) policy: &'static Policy,
    /// An allowed and a denied question, as far as they exist.
    pub(crate) questions: Vec<Question>,
}

/// A question to a policy.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The expected verdict.
    pub(crate) verdict: Verdict,
    /// The name of the case.
    pub(crate) case: String,
    /// `input`, in the compact form that an API server sends.
    pub(crate) input: String,
    /// `data`.
    pub(crate) data: String,
    /// The answers of the providers of external data.
    pub(crate) external_data: Option<String>,
    /// The expected violations.
    pub(crate) expected: String,
}

/// The verdict on a question.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// No violations.
    Allow,
    /// At least one violation.
    Deny,
}

impl Target {
    /// Returns the path of the set of violations.
    pub(crate) fn query(&self) -> &'static str {
        self.policy.entries.first().map_or("", |entry| entry.path)
    }
}

impl Verdict {
    /// Returns the name for tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// Returns the templates among the fixtures.
///
/// # Errors
/// Returns an error if a fixture cannot be read.
pub(crate) fn fixtures() -> Result<Vec<Target>, Fault> {
    let templates = ferrego_fixtures::all()?.into_iter().filter(|one| one.options.template);
    templates.map(of_fixture).collect()
}

fn of_fixture(fixture: Fixture) -> Result<Target, Fault> {
    let Fixture { name, sources, options, policy, cases, .. } = fixture;
    let questions = cases.iter().map(question).collect::<Result<Vec<_>, _>>()?;
    let questions = largest(questions.into_iter().flatten());
    Ok(Target { name, sources, options, policy, questions })
}

/// Returns the question of a case, or `None` if its evaluation stops.
fn question(case: &Case) -> Result<Option<Question>, Fault> {
    let arena = Arena::new();
    let line = json::parse(&arena, case.json.as_bytes())?;
    let Expected::Value(expected) = Expected::of(&line) else { return Ok(None) };
    let text = |key| line.get_str(key).map(|value| json::to_string(&value, Escape::Plain));
    Ok(Some(Question {
        verdict: verdict(&expected),
        case: case.name.clone(),
        input: text("input").ok_or("a case without input")?,
        data: text("data").unwrap_or_else(|| "{}".to_owned()),
        external_data: text("external_data"),
        expected: json::to_string(&expected, Escape::Plain),
    }))
}

fn verdict(violations: &Value<'_>) -> Verdict {
    if violations.len() == Some(0) { Verdict::Allow } else { Verdict::Deny }
}

/// Returns the largest question of each verdict.
pub(crate) fn largest(questions: impl Iterator<Item = Question>) -> Vec<Question> {
    let mut found: Vec<Question> = Vec::new();
    for question in questions {
        match found.iter_mut().find(|known| known.verdict == question.verdict) {
            Some(known) if known.input.len() >= question.input.len() => {}
            Some(known) => *known = question,
            None => found.push(question),
        }
    }
    found.sort_by_key(|question| question.verdict);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_both_verdicts_at_real_size() {
        let targets = fixtures().expect("fixtures");
        assert!(targets.len() >= 24, "{} templates", targets.len());
        for target in targets {
            let verdicts: Vec<_> = target.questions.iter().map(|one| one.verdict).collect();
            assert_eq!(verdicts, [Verdict::Allow, Verdict::Deny], "{}", target.name);
            for question in &target.questions {
                assert!(question.input.len() > 1000, "{}: {}", target.name, question.case);
            }
        }
    }
}
