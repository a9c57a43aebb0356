//! OPA's answers to calls of builtins.

use std::io;

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use crate::oracle::{Oracle, Reply};

#[derive(Serialize)]
struct Question<'q> {
    op: &'static str,
    calls: Vec<Call<'q>>,
}

#[derive(Serialize)]
struct Call<'q> {
    builtin: &'q str,
    operands: &'q [String],
}

#[derive(Deserialize)]
struct Replies {
    #[serde(default)]
    answers: Vec<Reply>,
    fault: Option<String>,
}

/// Returns OPA's answers to calls of `builtin`, one for each of `calls`.
///
/// # Errors
/// Returns an error if the oracle does not answer.
pub fn call(oracle: &Oracle, builtin: &str, calls: &[Vec<String>]) -> io::Result<Vec<Answer>> {
    let questions = calls.iter().map(|operands| Call { builtin, operands }).collect();
    let question = serde_json::to_string(&Question { op: "call", calls: questions })?;
    let replies = oracle.ask(&[question]).pop();
    let replies = replies.ok_or_else(|| io::Error::other("no answer"))?;
    let replies: Replies = serde_json::from_str(&replies.map_err(io::Error::other)?)?;
    let Some(fault) = replies.fault else {
        return Ok(replies.answers.into_iter().map(Answer::from).collect());
    };
    // A panic of OPA leaves the whole question without answers.
    match calls {
        [] => Ok(Vec::new()),
        [_] => Ok(vec![Answer::Panic(fault)]),
        _ => {
            let (first, second) = calls.split_at(calls.len() / 2);
            let mut answers = call(oracle, builtin, first)?;
            answers.extend(call(oracle, builtin, second)?);
            Ok(answers)
        }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply { defined: true, typed, .. } => Answer::Value(typed),
            Reply { error_code, .. } if error_code.is_empty() => Answer::Undefined,
            Reply { error_code, error, .. } if error_code == "parse" => Answer::Refused(error),
            Reply { error_code, error, .. }
                if matches!(&*error_code, "eval_builtin_error" | "eval_type_error") =>
            {
                Answer::Error(error)
            }
            Reply { error, .. } => Answer::Stopped(error),
        }
    }
}
