//! The policies that reviews are judged by.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::Source;
use ferrego_gatekeeper::Schema;
use ferrego_interpreter::InterpretedPolicy;
use ferrego_runtime::{Policy, Violations};
use serde_json::Value;

use super::edit::Editor;
use crate::fuzz::{Broken, broken};

/// A policy of a template, with both ways to run it, and the facts from which reviews are drawn.
pub struct Subject {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    /// The schema of the parameters.
    pub(super) schema: Value,
    pub(super) parameters: Option<Arc<Schema>>,
    pub(super) compiled: Arc<dyn Violations>,
    pub(super) interpreted: Arc<dyn Violations>,
    pub(super) editor: Editor,
    /// Cases with `input`, and `data` if they need an inventory.
    pub(super) cases: Vec<Value>,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Subject {
    /// Creates a subject of a compiled policy, the sources of its template and its cases. Each case
    /// is JSON with `input`. Returns `None` if the policy was not compiled from a template or has no
    /// case.
    ///
    /// # Errors
    /// Returns an error if the sources do not load, or a case is not JSON.
    pub fn new<'c>(
        policy: &'static Policy,
        sources: &[Source],
        options: &Options,
        cases: impl Iterator<Item = &'c str>,
    ) -> Result<Option<Self>, Broken> {
        let Some(template) = policy.template else { return Ok(None) };
        let cases: Vec<Value> = cases
            .map(|case| serde_json::from_str(case).map_err(|error| broken(error.to_string())))
            .collect::<Result<_, _>>()?;
        if cases.is_empty() {
            return Ok(None);
        }
        let failed = |faults: ferrego_compiler::Diagnostics| broken(faults.to_string());
        let modules = pipeline::parse(sources, options).map_err(failed)?;
        let modules: Vec<_> = sources.iter().cloned().zip(modules).collect();
        let parameters = Schema::of_template(template.schema, template.legacy_schema)
            .map_err(|faults| broken(faults.to_string()))?;
        let editor = Editor {
            paths: policy.needs.iter().filter_map(|path| below_review(path)).collect(),
            texts: texts(sources),
        };
        Ok(Some(Self {
            name: policy.name,
            kind: template.kind,
            schema: serde_json::from_str(template.schema).unwrap_or_default(),
            parameters: parameters.map(Arc::new),
            compiled: Arc::new(*policy),
            interpreted: Arc::new(InterpretedPolicy::new(&modules).map_err(failed)?),
            editor,
            cases,
        }))
    }
}

/// Returns the keys of a path below `/review`.
fn below_review(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix("/review/")?;
    let keys = path.split('/').filter(|key| !key.is_empty());
    Some(keys.map(|key| key.replace("~1", "/").replace("~0", "~")).collect())
}

/// Returns the short texts between quotes in the sources.
fn texts(sources: &[Source]) -> Vec<String> {
    let lines = sources.iter().flat_map(|source| source.text.lines());
    let quoted = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    let short: BTreeSet<&str> =
        quoted.filter(|text| text.len() < 40 && !text.contains('%')).collect();
    short.into_iter().map(str::to_owned).collect()
}

/// Returns the objects of an inventory, as policies see it: documents with a kind, at any depth.
pub(super) fn objects(inventory: &Value) -> Vec<Value> {
    match inventory {
        Value::Object(members) if members.contains_key("kind") => vec![inventory.clone()],
        Value::Object(members) => members.values().flat_map(objects).collect(),
        _ => Vec::new(),
    }
}
