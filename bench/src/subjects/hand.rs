//! Policies written by hand.

use serde_json::Value;

use super::{Answer, Prepared, Program, Runs};
use crate::Fault;
use crate::hand::{
    self, Typed, allowed_repos, container_limits, host_namespaces, image_pull_policy,
    required_labels, unique_ingress_host,
};
use crate::target::Question;

type ByHand<'s> = Vec<(Program, Result<Prepared<'s>, Fault>)>;

/// Prepares the hand-written policy of this name over both forms of its input, if one exists.
pub(super) fn by_name<'s>(policy: &str, question: &'s Question) -> ByHand<'s> {
    match policy {
        "allowed-repos" => both::<allowed_repos::ByHand>(allowed_repos::violations, question),
        "container-limits" => {
            both::<container_limits::ByHand>(container_limits::violations, question)
        }
        "image-pull-policy" => {
            both::<image_pull_policy::ByHand>(image_pull_policy::violations, question)
        }
        "host-namespaces" => both::<host_namespaces::ByHand>(host_namespaces::violations, question),
        "required-labels" => both::<required_labels::ByHand>(required_labels::violations, question),
        "unique-ingress-host" => {
            both::<unique_ingress_host::ByHand>(unique_ingress_host::violations, question)
        }
        _ => Vec::new(),
    }
}

fn both<'s, P: Typed + 's>(over_value: hand::OverValue, question: &'s Question) -> ByHand<'s> {
    vec![
        (Program::HandValue, value(over_value, question)),
        (Program::HandTyped, typed::<P>(question)),
    ]
}

fn value(policy: hand::OverValue, question: &Question) -> Result<Prepared<'_>, Fault> {
    let input: Value = serde_json::from_str(&question.input)?;
    let data: Value = serde_json::from_str(&question.data)?;
    let data_too = data.clone();
    let answer = messages(policy(&input, &data));
    let runs = Runs {
        evaluate: Box::new(move || policy(&input, &data).len()),
        judge: Box::new(move || {
            serde_json::from_str(&question.input)
                .map_or(usize::MAX, |input| policy(&input, &data_too).len())
        }),
    };
    Ok(Prepared { answer, runs })
}

fn typed<'s, P: Typed + 's>(question: &'s Question) -> Result<Prepared<'s>, Fault> {
    let input: P::Input<'s> = serde_json::from_str(&question.input)?;
    let data: P::Data<'s> = serde_json::from_str(&question.data)?;
    let data_too: P::Data<'s> = serde_json::from_str(&question.data)?;
    let answer = messages(P::violations(&input, &data));
    let runs = Runs {
        evaluate: Box::new(move || P::violations(&input, &data).len()),
        judge: Box::new(move || {
            let input: Result<P::Input<'_>, _> = serde_json::from_str(&question.input);
            input.map_or(usize::MAX, |input| P::violations(&input, &data_too).len())
        }),
    };
    Ok(Prepared { answer, runs })
}

fn messages(violations: Vec<hand::Violation>) -> Answer {
    Answer::Messages(violations.into_iter().map(|violation| violation.msg).collect())
}
