//! `ferrego eval`: evaluates a query with the reference interpreter.
//!
//! [`files`] reads inputs and data, [`policy`] loads the rules, [`query`] turns the query into a
//! rule, and [`print`] writes its solutions.

mod explain;
mod files;
mod policy;
mod print;
mod query;

use std::path::Path;

use ferrego_compiler::diagnostics::Notice;
use ferrego_program::status::{Exit, Status};
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env, Value, json};

use crate::arguments::{Eval, EvalFormat};
use crate::failure::Failure;
use crate::output::{stderr, stdout, visible};
use crate::reports::explanation::tell_explanation;
use files::File;
use policy::Policy;
use query::{Query, Solution};

/// Evaluates the query and prints its solutions.
pub(crate) fn eval(command: &Eval) -> Result<Exit, Failure> {
    let paths = files::find(&command.data)?;
    let policy = Policy::read(command, &paths)?;
    let judges = command.template.is_some() && command.query().is_none();
    let query = match command.query() {
        Some(query) => query.to_owned(),
        None => policy.default_query().to_owned(),
    };
    let query = Query::parse(&query, command.language.version(), policy.sources.len())?;
    let data = paths.iter().filter(|path| !path.is_rego());
    let limit = command.evaluating.size.limit();
    let data = data.map(|found| found.read(limit)).collect::<Result<Vec<_>, _>>()?;
    let input = read_input(command, limit)?;
    if command.template.is_some() && input.is_none() {
        without_input(judges)?;
    }
    let parameters =
        command.parameters.as_deref().map(|path| File::read(path, limit)).transpose()?;

    let arena = Arena::new();
    let data = files::merge(&arena, &data)?;
    if let Some(data) = &data {
        policy.check_conflicts(data)?;
    }
    let input = match &input {
        Some(file) if command.template.is_some() => {
            Some(review(&arena, file, parameters.as_ref())?)
        }
        Some(file) => Some(file.value(&arena)?),
        None => None,
    };
    if let Some(input) = &input {
        policy.check_parameters(input)?;
        if judges && has_no_parameters(input) {
            stderr(&policy.without_parameters());
        }
    }
    let mut env = Env::new(&arena, &NoHost);
    env.strict = command.strict_builtin_errors;
    env.budget = command.evaluating.budget.budget_now();
    let solutions = query.solutions(&policy, &env, input, data);
    let wanted = command.explaining.wanted();
    let explained = explain::explain(wanted, &query, &policy, &env, input, data)?;
    if let (Err(_), Some(explained)) = (&solutions, &explained) {
        tell_explanation(explained);
    }
    let solutions = solutions.map_err(|failure| policy.located(failure))?;
    refuse_large(&solutions, command.evaluating.budget.bytes())?;
    stdout(|to| print::print(&solutions, &query, command.format, explained.as_ref(), to))?;
    if let Some(explained) = explained.filter(|_| command.format != EvalFormat::Json) {
        tell_explanation(&explained);
    }
    let is_found = if judges { has_violations(&solutions) } else { !solutions.is_empty() };
    let failed = if is_found { command.fail_defined } else { command.fail };
    Ok(if failed { Status::Failed } else { Status::Passed }.into())
}

/// Refuses solutions whose JSON takes more than `limit` bytes. A value that shares its parts can be
/// small in memory and endless when it is printed.
fn refuse_large(solutions: &[Solution<'_>], limit: usize) -> Result<(), Failure> {
    let mut values =
        solutions.iter().flat_map(|solution| solution.values.iter().chain([&solution.bindings]));
    if values.try_fold(limit, |left, value| left.checked_sub(json::size(value, left)?)).is_some() {
        return Ok(());
    }
    let message = format!("the answer takes more than {limit} bytes as JSON");
    let help = "query a part of the answer, or raise the limit with --max-memory";
    Err(Failure::Policy(vec![Notice::error("eval_cancel_error", message).with_help(help)]))
}

/// Returns `true` if a solution has violations, for a query whose value is the violations of a
/// template.
fn has_violations(solutions: &[Solution<'_>]) -> bool {
    let mut values = solutions.iter().flat_map(|solution| &solution.values);
    values.any(|value| value.len() != Some(0))
}

/// Returns `true` if the input of a template has no parameters, or an empty object.
fn has_no_parameters(input: &Value<'_>) -> bool {
    input.get_str("parameters").is_none_or(|parameters| parameters.len() == Some(0))
}

/// Refuses a template without an input: it would find no violations, and seem to allow the request.
/// Other queries need no input.
fn without_input(judges: bool) -> Result<(), Failure> {
    let message = "expected a review for the template, found no input";
    let help = "name an AdmissionReview, or an object with `review` and `parameters`, with -i";
    if judges {
        return Err(Failure::usage(message).with_help(help));
    }
    stderr([&Notice::error("", message).with_help(help).as_warning()]);
    Ok(())
}

fn read_input(command: &Eval, limit: u64) -> Result<Option<File>, Failure> {
    match &command.input {
        Some(path) => File::read(path, limit).map(Some),
        None if command.stdin_input => File::read(Path::new("-"), limit).map(Some),
        None => Ok(None),
    }
}

/// Returns the input of a template, from an `AdmissionReview` and the parameters, or from an object
/// that has both.
fn review<'a>(
    arena: &'a Arena,
    file: &'a File,
    parameters: Option<&'a File>,
) -> Result<Value<'a>, Failure> {
    let value = file.value(arena)?;
    if value.get_str("kind").and_then(|kind| kind.as_str()) == Some("AdmissionReview") {
        let Some(request @ Value::Object(_)) = value.get_str("request") else {
            let message = "expected a request in the AdmissionReview, found none";
            return Err(Failure::usage(format!("{message}: {}", visible(&file.name))));
        };
        let review = reviewed(arena, request);
        with_object(&review, "request", file)?;
        let parameters = match parameters {
            Some(file) => parameters_of(file, arena)?,
            None => Value::EMPTY_OBJECT,
        };
        let mut input = ObjectBuilder::new(arena);
        input.insert(Value::String("review"), review);
        input.insert(Value::String("parameters"), parameters);
        return Ok(input.finish());
    }
    if !matches!(value.get_str("review"), Some(Value::Object(_))) {
        let name = visible(&file.name);
        let message = format!(
            "expected an AdmissionReview of admission.k8s.io, or an object with `review` and \
             `parameters`, found {}: {name}",
            described(&value)
        );
        let help = "use `ferrego test` to judge plain objects by templates and constraints";
        return Err(Failure::usage(message).with_help(help));
    }
    if let Value::Object(object) = &value
        && let Some(key) = object.pairs().iter().find_map(|(key, _)| unknown_key(key))
    {
        let name = visible(&file.name);
        let message =
            format!("expected `review` and `parameters`, found `{}`: {name}", visible(&key));
        return Err(Failure::usage(message).with_help("correct or remove the field"));
    }
    let review = value.get_str("review").unwrap_or(Value::Null);
    with_object(&review, "review", file)?;
    if parameters.is_some() {
        let message = format!(
            "expected an AdmissionReview with --parameters, found an object with `review`: {}",
            visible(&file.name)
        );
        return Err(Failure::usage(message).with_help("put the parameters into the object"));
    }
    Ok(value)
}

/// Returns the text of a key that the input of a template does not have. With a misspelled one, a
/// policy would find no violations.
fn unknown_key(key: &Value<'_>) -> Option<String> {
    match key.as_str() {
        Some("review" | "parameters") => None,
        Some(other) => Some(other.to_owned()),
        None => Some(key.to_string()),
    }
}

/// Returns the parameters in a file, which must be an object and not a whole constraint. With a
/// wrong value, a policy would find no violations.
fn parameters_of<'a>(file: &'a File, arena: &'a Arena) -> Result<Value<'a>, Failure> {
    let value = file.value(arena)?;
    let is_constraint = value.get_str("apiVersion").is_some() && value.get_str("spec").is_some();
    if matches!(value, Value::Object(_)) && !is_constraint {
        return Ok(value);
    }
    let found = if is_constraint { "a constraint".to_owned() } else { described(&value) };
    let name = visible(&file.name);
    let message = format!("expected an object of parameters, found {found}: {name}");
    Err(Failure::usage(message).with_help("give the constraint's `spec.parameters` alone"))
}

/// Returns the request as Gatekeeper reviews it. For a `DELETE`, the old object is also the object.
fn reviewed<'a>(arena: &'a Arena, request: Value<'a>) -> Value<'a> {
    let old = request.get_str("oldObject").filter(|value| !matches!(value, Value::Null));
    let (Value::Object(members), Some(old), true) = (request, old, is_delete(&request)) else {
        return request;
    };
    let mut review = ObjectBuilder::new(arena);
    for (key, value) in members.pairs() {
        if key.as_str() != Some("object") {
            review.insert(*key, *value);
        }
    }
    review.insert(Value::String("object"), old);
    review.finish()
}

fn is_delete(review: &Value<'_>) -> bool {
    review.get_str("operation").and_then(|name| name.as_str()) == Some("DELETE")
}

/// Checks that a review contains the object to judge. `field` is the place of the review in the
/// file. Gatekeeper refuses a `DELETE` request without `oldObject`.
fn with_object(review: &Value<'_>, field: &str, file: &File) -> Result<(), Failure> {
    let holds = |key| {
        let object = review.get_str(key);
        matches!(object, Some(Value::Object(object)) if !object.is_empty())
    };
    let (expected, is_there) = match (is_delete(review), field) {
        (true, "request") => ("the deleted object in `oldObject`", holds("oldObject")),
        (true, _) => ("the deleted object in `object`", holds("object")),
        _ => ("an object in `object` or `oldObject`", holds("object") || holds("oldObject")),
    };
    if is_there {
        return Ok(());
    }
    let name = visible(&file.name);
    let message = format!("expected {expected} of the {field}, found none: {name}");
    let help =
        "add the object: without it, a policy finds no violations and seems to allow everything";
    Err(Failure::usage(message).with_help(help))
}

/// Describes a value by its kind, or by its type if it has no kind.
fn described(value: &Value<'_>) -> String {
    let text = |key| value.get_str(key).and_then(|text| text.as_str());
    match (value, text("kind")) {
        (Value::Object(_), Some(kind)) => {
            format!("kind `{kind}` of `{}`", text("apiVersion").unwrap_or_default())
        }
        (Value::Object(_), None) => "an object without `review`".to_owned(),
        _ => "no object".to_owned(),
    }
}
