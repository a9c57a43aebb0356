//! Answers of the pinned OPA to recorded cases, compared with the recorded answers, which are those
//! of an older OPA.

use std::fmt;

use super::engine::{Answer, Run};
use super::record::{Expected, Policy};

/// The agreement of an engine's answer with the recorded answer and with the pinned OPA's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// All three answers agree.
    All,
    /// OPA changed its answer, and the engine gives the new one. This is a known difference.
    Changed,
    /// OPA changed its answer, and the engine gives the old one.
    Outdated,
    /// OPA changed its answer, and the engine gives a third one.
    Neither,
    /// OPA did not change its answer, and the engine gives another.
    Wrong,
}

/// A case whose answers do not all agree.
#[derive(Clone, Debug)]
pub struct Case {
    /// The policy's name, with the query and the number of the request if the policy has several.
    pub id: String,
    /// The agreement of the answers.
    pub agreement: Agreement,
    /// The recorded answer.
    pub recorded: String,
    /// The pinned OPA's answer.
    pub newer: String,
    /// The engine's answer.
    pub own: String,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, agreement, recorded, newer, own } = self;
        write!(
            f,
            "{agreement:?}: {id}\n  recorded {recorded}\n  newer    {newer}\n  own      {own}"
        )
    }
}

/// Compares an engine's run of `policy` with the record and with the pinned OPA's run.
pub fn compare(policy: &Policy, own: &Run, newer: &Run) -> Vec<Case> {
    let whole = policy.requests.is_empty();
    let count = policy.requests.len().max(1);
    let cases = (0..count).map(|at| {
        let recorded = if whole {
            Outcome::Refused(policy.refused_with.clone())
        } else {
            Outcome::recorded(&policy.requests[at].expected)
        };
        let (own, newer) = (Outcome::of(own, at, whole), Outcome::of(newer, at, whole));
        let id = policy.requests.get(at).map_or_else(
            || policy.id.clone(),
            |request| super::verdict::case_id(policy, request, at),
        );
        let agreement =
            agreement(recorded.agrees(&own), recorded.agrees(&newer), newer.agrees(&own));
        let [recorded, newer, own] = [recorded, newer, own].map(|outcome| outcome.to_string());
        Case { id, agreement, recorded, newer, own }
    });
    cases.collect()
}

fn agreement(record_and_own: bool, record_and_newer: bool, newer_and_own: bool) -> Agreement {
    match (record_and_newer, newer_and_own, record_and_own) {
        (true, true, _) => Agreement::All,
        (true, false, _) => Agreement::Wrong,
        (false, true, _) => Agreement::Changed,
        (false, false, true) => Agreement::Outdated,
        (false, false, false) => Agreement::Neither,
    }
}

/// The outcome of a request.
#[derive(Clone, Debug)]
enum Outcome {
    Value(String),
    Undefined,
    /// The code of an evaluation error. The wording differs between versions.
    Error(String),
    Accepted,
    /// The codes of the errors. They are empty if the policy is not supported.
    Refused(Vec<String>),
    Failed(String),
}

impl Outcome {
    fn recorded(expected: &Expected) -> Self {
        match expected {
            Expected::Value(text) => Outcome::Value(text.clone()),
            Expected::Undefined => Outcome::Undefined,
            Expected::Error { code, .. } => Outcome::Error(code.clone()),
        }
    }

    fn of(run: &Run, at: usize, whole: bool) -> Self {
        match run {
            Run::Answers(_) if whole => Outcome::Accepted,
            Run::Answers(answers) => match answers.get(at) {
                Some(Answer::Value(text)) => Outcome::Value(text.clone()),
                Some(Answer::Undefined) => Outcome::Undefined,
                Some(Answer::Error { code, .. }) => Outcome::Error(code.clone()),
                Some(Answer::Panic(text)) => Outcome::Failed(text.clone()),
                None => Outcome::Failed("no answer".to_owned()),
            },
            Run::Refused { codes, .. } => Outcome::Refused(codes.clone()),
            Run::Unsupported(_) => Outcome::Refused(Vec::new()),
            Run::Failed(text) => Outcome::Failed(text.clone()),
        }
    }

    /// Returns `true` if the outcomes are equal, or are refusals that share a code.
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Outcome::Value(left), Outcome::Value(right))
            | (Outcome::Error(left), Outcome::Error(right)) => left == right,
            (Outcome::Undefined, Outcome::Undefined) | (Outcome::Accepted, Outcome::Accepted) => {
                true
            }
            (Outcome::Refused(left), Outcome::Refused(right)) => {
                left.iter().any(|code| right.contains(code))
            }
            _ => false,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Value(text) => f.write_str(text),
            Outcome::Undefined => f.write_str("undefined"),
            Outcome::Error(code) => f.write_str(code),
            Outcome::Accepted => f.write_str("accepted"),
            Outcome::Refused(codes) if codes.is_empty() => f.write_str("unsupported"),
            Outcome::Refused(codes) => write!(f, "refused: {}", codes.join(", ")),
            Outcome::Failed(text) => write!(f, "failed: {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::record::{Request, Scope};
    use ferrego_compiler::source::RegoVersion;

    fn policy() -> Policy {
        let expected = Expected::Value("1".to_owned());
        let request =
            Request { query: "data.a.p".to_owned(), input: None, strict: false, expected };
        Policy {
            id: "a".to_owned(),
            scope: Scope::Core,
            version: RegoVersion::V1,
            modules: Vec::new(),
            data: None,
            requests: vec![request],
            refused_with: Vec::new(),
        }
    }

    fn answers(text: &str) -> Run {
        Run::Answers(vec![Answer::Value(text.to_owned())])
    }

    #[test]
    fn says_whose_answer_changed() {
        let of = |own: &str, newer: &str| {
            compare(&policy(), &answers(own), &answers(newer)).remove(0).agreement
        };
        assert_eq!(of("1", "1"), Agreement::All);
        assert_eq!(of("2", "2"), Agreement::Changed);
        assert_eq!(of("1", "2"), Agreement::Outdated);
        assert_eq!(of("3", "2"), Agreement::Neither);
        assert_eq!(of("2", "1"), Agreement::Wrong);
    }

    #[test]
    fn a_refusal_needs_a_code_that_both_have() {
        let refused =
            |code: &str| Run::Refused { codes: vec![code.to_owned()], text: String::new() };
        let of = |own: Run, newer: Run| compare(&policy(), &own, &newer).remove(0).agreement;
        assert_eq!(of(refused("rego_type_error"), refused("rego_type_error")), Agreement::Changed);
        assert_eq!(of(refused("rego_type_error"), refused("rego_parse_error")), Agreement::Neither);
        let unsupported = Run::Unsupported("a reason".to_owned());
        assert_eq!(of(unsupported, refused("rego_type_error")), Agreement::Neither);
    }
}
