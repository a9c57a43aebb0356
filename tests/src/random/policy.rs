//! A random policy with its inputs.

use ferrego_compiler::ast::{HeadKind, Module, Rule, print};
use ferrego_compiler::source::RegoVersion;
use serde_json::value::RawValue;

use crate::cases::input::Document;
use crate::cases::record::{Expected, Policy, Request, Scope};

/// A policy with its inputs and base documents.
#[derive(Clone, Debug)]
pub struct RandomPolicy {
    /// The version of Rego.
    pub version: RegoVersion,
    /// The modules. The main one comes first.
    pub modules: Vec<Module>,
    /// The inputs, as JSON.
    pub inputs: Vec<String>,
    /// The base documents, as JSON.
    pub data: Option<String>,
}

impl RandomPolicy {
    /// Returns the texts of the modules.
    pub fn texts(&self) -> Vec<String> {
        self.modules.iter().map(print::module).collect()
    }

    /// Returns the rules of the main module that are not functions.
    pub fn queries(&self) -> Vec<String> {
        let mut queries: Vec<String> = Vec::new();
        for rule in self.modules.first().into_iter().flat_map(|module| &module.rules) {
            let query = format!("data.main.{}", rule.head.reference.name.text);
            if !is_function(rule) && !queries.contains(&query) {
                queries.push(query);
            }
        }
        queries
    }

    /// Returns the policy for engines: each query with each input.
    pub fn policy(&self, id: &str) -> Policy {
        let mut requests = Vec::new();
        for query in self.queries() {
            for input in &self.inputs {
                requests.push(Request {
                    query: query.clone(),
                    input: document(input),
                    strict: false,
                    expected: Expected::Undefined,
                });
            }
        }
        Policy {
            id: id.to_owned(),
            scope: Scope::Core,
            version: self.version,
            modules: self.texts(),
            data: self.data.as_deref().and_then(document),
            requests,
            refused_with: Vec::new(),
        }
    }
}

fn document(text: &str) -> Option<Document> {
    RawValue::from_string(text.to_owned()).ok().map(Document::Json)
}

/// Returns `true` if a rule is a function, which cannot be queried.
fn is_function(rule: &Rule) -> bool {
    matches!(rule.head.kind, HeadKind::Function { .. })
}
