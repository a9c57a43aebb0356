//! YAML, and the reader of manifests.

use std::ops::ControlFlow;
use std::path::Path;

use ferrego_compiler::diagnostics::Notice;
use ferrego_compiler::source::Span;
use ferrego_compiler::yaml::{self, Kind, Node};
use ferrego_gatekeeper::documents::{self, Document};
use ferrego_gatekeeper::engine::{self, Interpreter};
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::schema::Schema;
use ferrego_gatekeeper::{Constraint, Review, suite};
use ferrego_runtime::builtins::yaml as builtins;
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Env, NoHost, Value};

use super::{Broken, broken, editing, equal};

/// Reads the bytes as YAML, as lines of JSON and as a file of manifests.
///
/// # Errors
/// Returns the property that does not hold.
pub fn check(bytes: &[u8]) -> Result<(), Broken> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        nodes(text)?;
        unmarshal(text)?;
        editing::check(text)?;
    }
    manifests("a.yaml", bytes)?;
    manifests("a.jsonl", bytes)
}

/// Checks that errors and nodes have a place in the text, and that values read the same after they
/// were written as JSON.
fn nodes(text: &str) -> Result<(), Broken> {
    let nodes = match yaml::load(text) {
        Ok(nodes) => nodes,
        Err(fault) if fault.message.is_empty() => return Err(broken("a fault without a message")),
        Err(fault) => return is_in(fault.span, text),
    };
    for node in &nodes {
        places(node, text, 1000)?;
        let arena = Arena::new();
        match node.value(&arena) {
            Ok(value) => reads_as_json(&arena, &value)?,
            Err(fault) => is_in(fault.span, text)?,
        }
    }
    Ok(())
}

fn is_in(span: Span, text: &str) -> Result<(), Broken> {
    match text.get(span.start as usize..span.end as usize) {
        Some(_) => Ok(()),
        None => Err(broken(format!("{span:?} is not a range of {text:?}"))),
    }
}

/// Checks the places of the first nodes, which aliases may share.
fn places(node: &Node, text: &str, limit: usize) -> Result<usize, Broken> {
    is_in(node.span, text)?;
    let mut left = limit.saturating_sub(1);
    let children: Vec<&Node> = match &node.kind {
        Kind::Scalar(_) => Vec::new(),
        Kind::Sequence(items) => items.iter().collect(),
        Kind::Mapping(pairs) => pairs.iter().flat_map(|(key, value)| [key, value]).collect(),
    };
    for child in children {
        if left > 0 {
            left = places(child, text, left)?;
        }
    }
    Ok(left)
}

/// Checks that JSON, which is YAML, reads as the same value. The numbers of `value` are in the form
/// in which YAML is read.
fn reads_as_json(arena: &Arena, value: &Value<'_>) -> Result<(), Broken> {
    let text = json::to_string(value, Escape::Plain);
    if json::parse(arena, text.as_bytes()).is_err() {
        return Err(broken(format!("{text:?} is not JSON")));
    }
    let nodes = yaml::load(&text).map_err(|fault| broken(format!("{fault:?} in {text:?}")))?;
    let [node] = &nodes[..] else { return Err(broken(format!("several documents in {text:?}"))) };
    let again = node.value(arena).map_err(|fault| broken(format!("{fault:?} in {text:?}")))?;
    equal("JSON as YAML", &json::to_string(&again, Escape::Plain), &text)
}

/// Checks that the builtins of YAML agree with each other.
fn unmarshal(text: &str) -> Result<(), Broken> {
    let arena = Arena::new();
    let mut env = Env::new(&arena, &NoHost);
    env.strict = true;
    let operand = Value::String(arena.string(text));
    let read = builtins::unmarshal(&env, &[operand]).ok().flatten();
    let is_valid = builtins::is_valid(&env, &[operand]).ok().flatten();
    equal("yaml.is_valid", &is_valid, &Some(Value::Bool(read.is_some())))?;
    let Some(value) = read else { return Ok(()) };
    let written = builtins::marshal(&env, &[value]).ok().flatten();
    let written = written.ok_or_else(|| broken(format!("yaml.marshal refuses {value}")))?;
    let again = builtins::unmarshal(&env, &[written]).ok().flatten();
    equal("what was marshaled", &again.map(|again| again.to_string()), &Some(value.to_string()))
}

/// Reads the bytes as the content of a file of manifests, and each document as all that it may be.
fn manifests(name: &str, bytes: &[u8]) -> Result<(), Broken> {
    let mut result = Ok(());
    let _ = documents::read_bytes(name, bytes, &mut |read| {
        result = match read {
            Ok(found) => document(&found),
            Err(notice) => shown(&notice),
        };
        if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    result
}

fn shown(notice: &Notice) -> Result<(), Broken> {
    if notice.message.is_empty() || notice.render(false).is_empty() {
        return Err(broken(format!("the notice {notice:?}")));
    }
    Ok(())
}

fn document(document: &Document) -> Result<(), Broken> {
    let arena = Arena::new();
    let value = match document.value(&arena) {
        Ok(value) => value,
        Err(notice) => return shown(&notice),
    };
    template(document)?;
    let mut notices = Vec::new();
    if let Err(found) = suite::read(Path::new("a.yaml"), document, &mut notices) {
        notices.extend(found);
    }
    if let Err(faults) = Constraint::read(&value, None) {
        notices.extend(document.fault_notices(faults.as_slice()));
    }
    if let Err(faults) = Review::from_object(&arena, value, None, Numbers::Exact) {
        notices.extend(document.fault_notices(faults.as_slice()));
    }
    if let Err(faults) = Review::from_admission_review(&arena, value, Numbers::Float64) {
        notices.extend(document.fault_notices(faults.as_slice()));
    }
    if let Err(faults) = Schema::read(&value, false) {
        notices.extend(document.fault_notices(faults.as_slice()));
    }
    notices.iter().try_for_each(shown)
}

/// Loads a template. What loads must also compile.
fn template(document: &Document) -> Result<(), Broken> {
    match engine::load(document, &Interpreter) {
        Err(notices) => notices.into_iter().try_for_each(|notice| shown(&notice)),
        Ok(None) => Ok(()),
        Ok(Some(loaded)) => loaded.warnings.iter().try_for_each(shown),
    }
}
