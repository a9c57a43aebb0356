//! Comparisons of the formatter with `opa fmt`.

mod sample;

use ferrego_compiler::format;
use ferrego_compiler::source::{RegoVersion, Source};
use serde::Deserialize;
use serde_json::json;

use crate::oracle::Oracle;

pub use sample::{Disorder, Sample, mangled, random, samples};

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both give this text.
    Equal,
    /// Both give this text after OPA's is formatted by OPA until it does not change.
    EqualInTheEnd,
    /// The texts differ: that of the formatter, and OPA's.
    Different(String, String),
    /// OPA's text has another syntax tree or other comments than the source, or OPA refuses it. The
    /// formatter's text and OPA's.
    OpaBroken(String, String),
    /// The texts are one module, or OPA formats them as one: that of the formatter, and OPA's.
    SameModule(String, String),
    /// The texts are one module except for the import of `future.keywords`, of which OPA keeps
    /// only a part.
    KeepsImport(String, String),
    /// Both refuse the module.
    Refused,
    /// Only one refuses the module, with this message.
    OneRefused(String),
    /// The formatter's own check failed.
    Failed(String),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    text: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    fault: String,
}

/// Compares the formatter with OPA on each sample.
///
/// # Errors
///
/// Returns an error if the oracle does not answer.
pub fn compare(oracle: &Oracle, samples: &[Sample]) -> Result<Vec<Outcome>, String> {
    let versions: Vec<RegoVersion> = samples.iter().map(|sample| sample.version).collect();
    let texts: Vec<&str> = samples.iter().map(|sample| sample.text.as_str()).collect();
    let first = ask(oracle, &texts, &versions, "")?;
    let mut outcomes = Vec::with_capacity(samples.len());
    for (sample, opa) in samples.iter().zip(first) {
        outcomes.push(outcome(oracle, sample, opa)?);
    }
    Ok(outcomes)
}

/// Compares the rewriting of modules of v0 to v1 with OPA's.
///
/// # Errors
///
/// Returns an error if the oracle does not answer.
pub fn compare_upgraded(oracle: &Oracle, samples: &[Sample]) -> Result<Vec<Outcome>, String> {
    let versions = vec![RegoVersion::V0; samples.len()];
    let texts: Vec<&str> = samples.iter().map(|sample| sample.text.as_str()).collect();
    let answers = ask(oracle, &texts, &versions, "v1")?;
    let outcome = |(text, opa): (&&str, Result<String, String>)| {
        let own = format::upgrade(&Source::new("p.rego", *text, RegoVersion::V0));
        let (own, opa) = match (own, opa) {
            (Ok(own), Ok(opa)) => (own, opa),
            (Err(_), Err(_)) => return Outcome::Refused,
            (Err(error), Ok(_)) => return Outcome::OneRefused(format!("ferrego: {error}")),
            (Ok(_), Err(error)) => return Outcome::OneRefused(format!("OPA: {error}")),
        };
        let own_source = Source::new("p.rego", own.as_str(), RegoVersion::V1);
        let opa_source = Source::new("p.rego", opa.as_str(), RegoVersion::V1);
        if own == opa {
            Outcome::Equal
        } else if format::same(&own_source, &opa) {
            Outcome::SameModule(own, opa)
        } else if format::format(&opa_source).is_err() {
            Outcome::OpaBroken(own, opa)
        } else {
            Outcome::Different(own, opa)
        }
    };
    let mut outcomes: Vec<Outcome> = texts.iter().zip(answers).map(outcome).collect();
    compare_formatted(oracle, &mut outcomes)?;
    Ok(outcomes)
}

/// Lets OPA format the texts that differ: it drops duplicate members, and names wildcards.
fn compare_formatted(oracle: &Oracle, outcomes: &mut [Outcome]) -> Result<(), String> {
    let (mut differing, mut texts) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        if let Outcome::Different(own, opa) = outcome {
            texts.extend([without_import(own), without_import(opa)]);
            differing.push(outcome);
        }
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let formatted = ask(oracle, &texts, &vec![RegoVersion::V1; texts.len()], "")?;
    for (outcome, formatted) in differing.into_iter().zip(formatted.chunks_exact(2)) {
        let Outcome::Different(own, opa) = &*outcome else { continue };
        if formatted[0].is_ok() && formatted[0] == formatted[1] {
            let (own, opa) = (own.clone(), opa.clone());
            let keeps = without_import(&own) != own;
            *outcome =
                if keeps { Outcome::KeepsImport(own, opa) } else { Outcome::SameModule(own, opa) };
        }
    }
    Ok(())
}

/// Returns a text without imports of `future.keywords`.
fn without_import(text: &str) -> String {
    let kept =
        text.split_inclusive('\n').filter(|line| !line.starts_with("import future.keywords"));
    kept.collect()
}

fn ask(
    oracle: &Oracle,
    texts: &[&str],
    versions: &[RegoVersion],
    target: &str,
) -> Result<Vec<Result<String, String>>, String> {
    let question = |(text, version): (&&str, &RegoVersion)| {
        let version = if *version == RegoVersion::V0 { "v0" } else { "v1" };
        json!({"op": "format", "module": text, "rego_version": version, "target": target})
            .to_string()
    };
    let questions: Vec<String> = texts.iter().zip(versions).map(question).collect();
    let read = |answer: Result<String, String>| {
        let answer: Answer = serde_json::from_str(&answer?).map_err(|error| error.to_string())?;
        let Answer { text, error, fault } = answer;
        let error = error + &fault;
        Ok(if error.is_empty() { Ok(text) } else { Err(error) })
    };
    oracle.ask(&questions).into_iter().map(read).collect()
}

fn outcome(
    oracle: &Oracle,
    sample: &Sample,
    opa: Result<String, String>,
) -> Result<Outcome, String> {
    let own = format::format(&Source::new("p.rego", sample.text.as_str(), sample.version));
    let own = match (own, &opa) {
        (Ok(own), Ok(_)) => own,
        (Err(_), Err(_)) => return Ok(Outcome::Refused),
        (Err(error), Ok(_)) if error.to_string().contains("internal error") => {
            return Ok(Outcome::Failed(error.to_string()));
        }
        (Err(error), Ok(_)) => return Ok(Outcome::OneRefused(format!("ferrego: {error}"))),
        (Ok(_), Err(error)) => return Ok(Outcome::OneRefused(format!("OPA: {error}"))),
    };
    let first = opa.unwrap_or_default();
    if own == first {
        return Ok(Outcome::Equal);
    }
    let mut text = first.clone();
    for _ in 0..8 {
        let again = ask(oracle, &[&text], &[sample.version], "")?.pop();
        match again {
            Some(Ok(again)) if again == text => break,
            Some(Ok(again)) => text = again,
            _ => return Ok(Outcome::OpaBroken(own, first)),
        }
    }
    if own == text {
        return Ok(Outcome::EqualInTheEnd);
    }
    let source = Source::new("p.rego", sample.text.as_str(), sample.version);
    if format::same(&source, &first) {
        Ok(Outcome::Different(own, first))
    } else {
        Ok(Outcome::OpaBroken(own, first))
    }
}
