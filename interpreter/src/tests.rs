//! Small Rego programs, with their answers by OPA.

mod binding;
mod documents;
mod explain;
mod metadata;
mod modifiers;
mod order;
mod regions;
mod rules;

use std::sync::Arc;

use ferrego_compiler::parse;
use ferrego_compiler::source::{RegoVersion, Source, SourceId};
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env, json};

use crate::Interpreter;

/// A question to modules of one version.
struct Question<'q> {
    modules: &'q [&'q str],
    version: RegoVersion,
    input: Option<&'q str>,
    data: Option<&'q str>,
    strict: bool,
}

impl Default for Question<'_> {
    fn default() -> Self {
        Self { modules: &[], version: RegoVersion::V1, input: None, data: None, strict: false }
    }
}

impl Question<'_> {
    /// Returns the document at `path` as OPA prints it, `undefined`, or the error with its place.
    /// The answer must be the same if every literal has a region.
    fn ask(&self, path: &str) -> String {
        let answer = self.ask_with_regions(path, crate::REGION_LIMIT);
        // Arenas nest as deeply as regions, and are dropped recursively.
        if self.modules.iter().all(|module| module.lines().count() < 1_000) {
            assert_eq!(self.ask_with_regions(path, 0), answer, "{:?}", self.modules);
        }
        answer
    }

    fn ask_with_regions(&self, path: &str, limit: usize) -> String {
        let interpreter = match load(self.modules, self.version) {
            Ok(interpreter) => interpreter.regions_from(limit),
            Err(text) => return text,
        };
        let arena = Arena::new();
        let mut env = Env::new(&arena, &NoHost);
        env.strict = self.strict;
        let document = |text: Option<&str>| {
            text.map(|text| json::parse(&arena, arena.string(text).as_bytes()).expect("JSON"))
        };
        let path: Vec<&str> = path.split('.').collect();
        match interpreter.query(&env, &path, document(self.input), document(self.data)) {
            Ok(Some(value)) => value.to_string(),
            Ok(None) => "undefined".to_owned(),
            Err(error) => error.to_string(),
        }
    }
}

fn load(modules: &[&str], version: RegoVersion) -> Result<Interpreter, String> {
    let modules: Vec<_> = modules
        .iter()
        .zip(0..)
        .map(|(text, index)| {
            let module = parse::module(SourceId(index), text, version).expect("Rego");
            let name = format!("{index}.rego").into();
            let text: Arc<str> = (*text).into();
            (Source { name, text, version, origin: None }, module)
        })
        .collect();
    Interpreter::new(&modules).map_err(|diagnostics| diagnostics.to_string())
}

/// Evaluates the rule `p` of a v1 module with the package `t`.
fn p(rules: &str) -> String {
    p_with(rules, "{}")
}

/// Evaluates the rule `p` of a v1 module with the package `t` and an input.
fn p_with(rules: &str, input: &str) -> String {
    let module = format!("package t\n{rules}");
    let modules = [module.as_str()];
    Question { modules: &modules, input: Some(input), ..Question::default() }.ask("t.p")
}

/// Evaluates the rule `p` of a v0 module with the package `t`.
fn p_v0(rules: &str) -> String {
    let module = format!("package t\n{rules}");
    let modules = [module.as_str()];
    let version = RegoVersion::V0;
    Question { modules: &modules, version, input: Some("{}"), ..Question::default() }.ask("t.p")
}

#[test]
fn an_interpreter_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Interpreter>();
}

#[test]
fn what_cannot_be_run_is_refused_when_it_is_loaded() {
    assert_eq!(p("p if no_such(1)"), "rego_type_error: undefined function no_such");
    assert_eq!(p("p if x > 1"), "rego_unsafe_var_error: var x is unsafe");
    assert!(
        p("p if graphql.parse_query(\"x\")")
            .starts_with("ferrego_unsupported: graphql.parse_query")
    );
}

#[test]
fn a_long_body_needs_no_large_stack() {
    let body = "input.a == 1\n".repeat(20_000);
    assert_eq!(p_with(&format!("p if {{\n{body}}}"), r#"{"a": 1}"#), "true");
}

#[test]
fn recursion_ends_in_an_error() {
    let answer = p("p if q\nq if p");
    assert!(answer.contains("eval_internal_error: rules are nested too deeply"), "{answer}");
}

#[test]
fn the_only_argument_of_a_rules_call_is_its_output() {
    let with =
        |rules: &str, input: &str| p_with(&format!("f := x if {{ x := input.a }}\n{rules}"), input);
    assert_eq!(with("p if f(1)", r#"{"a": 1}"#), "true");
    assert_eq!(with("p if not f(1)", r#"{"a": 2}"#), "true");
    assert_eq!(with("p := y if { f([y]) }", r#"{"a": [3]}"#), "3");
    assert_eq!(with("p := [y | f(y)]", r#"{"a": false}"#), "[false]");
}
