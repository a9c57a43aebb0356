//! Comparison of an engine's answers with OPA's.

use super::engine::{Answer, Run};
use super::record::{Expected, Policy, Request, Scope};

/// The result of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The answer agrees with OPA's.
    Agrees,
    /// The answer differs from OPA's.
    Differs {
        /// OPA's answer.
        expected: String,
        /// The engine's answer.
        got: String,
    },
    /// The policy needs a builtin that is not supported.
    Refused(String),
}

/// The name of a case, with its verdict.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The policy's name, with the query and the number of the request if the policy has several.
    pub id: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// Compares an engine's run of a policy with OPA's answers.
pub fn judge(policy: &Policy, run: &Run) -> Vec<Judged> {
    if policy.requests.is_empty() {
        return vec![Judged { id: policy.id.clone(), verdict: refusal(policy, run) }];
    }
    policy
        .requests
        .iter()
        .enumerate()
        .map(|(index, request)| Judged {
            id: case_id(policy, request, index),
            verdict: answer(policy, request, run, index),
        })
        .collect()
}

/// Returns the name of a case: the policy's, with the query and the number of the request if it has
/// several.
pub(super) fn case_id(policy: &Policy, request: &Request, index: usize) -> String {
    if policy.requests.len() == 1 {
        return policy.id.clone();
    }
    format!("{}#{}#{index}", policy.id, request.query)
}

/// Compares a refusal. If OPA refuses a policy, the engine must refuse it with one of OPA's codes.
fn refusal(policy: &Policy, run: &Run) -> Verdict {
    let expected = policy.refused_with.join(", ");
    match run {
        Run::Refused { codes, .. }
            if codes.iter().any(|code| policy.refused_with.contains(code)) =>
        {
            Verdict::Agrees
        }
        Run::Refused { text, .. } | Run::Failed(text) => {
            Verdict::Differs { expected, got: text.clone() }
        }
        Run::Unsupported(text) => unsupported(policy, expected, text),
        Run::Answers(_) => Verdict::Differs { expected, got: "accepted".to_owned() },
    }
}

fn unsupported(policy: &Policy, expected: String, text: &str) -> Verdict {
    match policy.scope {
        Scope::Extended => Verdict::Refused(text.to_owned()),
        Scope::Core => Verdict::Differs { expected, got: text.to_owned() },
    }
}

fn answer(policy: &Policy, request: &Request, run: &Run, index: usize) -> Verdict {
    let expected = show_expected(&request.expected);
    let answers = match run {
        Run::Answers(answers) => answers,
        Run::Unsupported(text) => return unsupported(policy, expected, text),
        Run::Refused { text, .. } | Run::Failed(text) => {
            return Verdict::Differs { expected, got: text.clone() };
        }
    };
    match answers.get(index) {
        Some(answer) if agrees(&request.expected, answer) => Verdict::Agrees,
        Some(answer) => Verdict::Differs { expected, got: show_answer(answer) },
        None => Verdict::Differs { expected, got: "no answer".to_owned() },
    }
}

fn agrees(expected: &Expected, answer: &Answer) -> bool {
    match (expected, answer) {
        (Expected::Value(a), Answer::Value(b)) => a == b,
        (Expected::Undefined, Answer::Undefined) => true,
        (
            Expected::Error { code, message },
            Answer::Error { code: own_code, message: own_message },
        ) => code == own_code && message == own_message,
        _ => false,
    }
}

fn show_expected(expected: &Expected) -> String {
    match expected {
        Expected::Value(text) => text.clone(),
        Expected::Undefined => "undefined".to_owned(),
        Expected::Error { code, message } => format!("{code}: {message}"),
    }
}

fn show_answer(answer: &Answer) -> String {
    match answer {
        Answer::Value(text) => text.clone(),
        Answer::Undefined => "undefined".to_owned(),
        Answer::Error { code, message } => format!("{code}: {message}"),
        Answer::Panic(text) => format!("panic: {text}"),
    }
}
