//! The explanation of a query, and the output of `print`.

use ferrego_gatekeeper::explain::Wanted;
use ferrego_interpreter::Explainer;
use ferrego_interpreter::explanation::Explanation;
use ferrego_runtime::{Env, Value};

use super::policy::Policy;
use super::query::Query;
use crate::failure::Failure;
use crate::output::stderr;
use crate::reports::explanation::tell_prints;

/// Shows the output of `print` if it is wanted, and returns the explanation if it is wanted. A path
/// to a rule is explained as this rule, and any other query as the body of a rule.
pub(super) fn explain<'a>(
    wanted: Wanted,
    query: &Query,
    policy: &Policy,
    env: &Env<'a>,
    input: Option<Value<'a>>,
    data: Option<Value<'a>>,
) -> Result<Option<Explanation>, Failure> {
    if wanted == Wanted::default() {
        return Ok(None);
    }
    let (explainer, path) = if let Some(path) = query.path() {
        (policy.explainer(None)?, path.iter().map(AsRef::as_ref).collect())
    } else {
        let (source, module, path) = query.as_rule();
        (policy.explainer(Some((source, module)))?, path.to_vec())
    };
    if wanted.prints {
        show_prints(&explainer, policy, env, &path, input, data);
    }
    let mut explanation = wanted.reasons.then(|| explainer.explain(env, &path, input, data));
    if query.path().is_none() {
        let rule = explanation.as_mut().and_then(|explanation| explanation.rule.as_mut());
        if let Some(rule) = rule {
            // The user did not write the head of the rule.
            "the query".clone_into(&mut rule.name);
            for definition in &mut rule.definitions {
                query.text().clone_into(&mut definition.text);
                (definition.place.line, definition.place.column) = (1, 1);
            }
        }
    }
    Ok(explanation)
}

fn show_prints<'a>(
    explainer: &Explainer,
    policy: &Policy,
    env: &Env<'a>,
    path: &[&str],
    input: Option<Value<'a>>,
    data: Option<Value<'a>>,
) {
    let faults = explainer.print_faults().into_iter();
    let faults = faults.flat_map(|faults| faults.notices(&policy.sources));
    let help = "correct the operand: until then, `print` shows nothing";
    let warnings = faults.map(|notice| notice.with_help(help).as_warning());
    stderr(&warnings.collect::<Vec<_>>());
    tell_prints(&explainer.prints(env, path, input, data));
}
