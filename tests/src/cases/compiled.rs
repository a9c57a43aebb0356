//! An engine that compiles policies to Rust: it generates the code, builds it in shards and runs
//! it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ferrego_compiler::analyze::{Options, analyze};
use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::{Code, Diagnostic, Diagnostics};
use ferrego_compiler::source::{RegoVersion, Source, SourceId, Span};
use ferrego_compiler::{codegen, ir, lower, parse};

use super::acceptance;
use super::engine::{Answer, Engine, Run};
use super::input::Document;
use super::record::{Policy, Request};
use crate::shards::{self, Generated, Input, Job, Layout, Outcome, Shards};

/// The package of the inputs that are Rego terms. They are compiled with the policy.
const INPUTS: &str = "ferrego_inputs";

/// The number of policies in one crate: large enough that starting a program takes a negligible
/// time, and small enough that two processors share the work evenly.
const POLICIES_PER_CRATE: usize = 100;

/// An engine that runs the Rust that the compiler generates for policies.
#[derive(Debug, Default)]
pub struct CompiledEngine {
    batches: AtomicUsize,
}

/// The source of a policy's answers.
enum Prepared {
    /// The generated program with this index.
    Program(usize),
    /// No program. The value is the run of the policy.
    Not(Run),
}

impl Engine for CompiledEngine {
    fn name(&self) -> &'static str {
        "compiled"
    }

    fn run(&self, policies: &[&Policy]) -> Vec<Run> {
        let mut programs = Programs::default();
        let prepared: Vec<_> = policies.iter().map(|policy| programs.prepare(policy)).collect();
        let batch = self.batches.fetch_add(1, Ordering::Relaxed);
        match ask(batch, &programs.generated, policies, &prepared) {
            Ok(runs) => runs,
            Err(text) => policies.iter().map(|_| Run::Failed(text.clone())).collect(),
        }
    }
}

/// The programs generated so far. Policies with equal text share a program.
#[derive(Default)]
struct Programs {
    generated: Vec<Generated>,
    known: HashMap<String, usize>,
}

impl Programs {
    fn prepare(&mut self, policy: &Policy) -> Prepared {
        match generate(policy) {
            Err(diagnostics) => Prepared::Not(Run::from(&diagnostics)),
            Ok(rust) => {
                let next = self.generated.len();
                let index = *self.known.entry(rust.clone()).or_insert(next);
                if index == next {
                    self.generated.push(Generated { rust });
                }
                Prepared::Program(index)
            }
        }
    }
}

/// Generates the Rust of a policy, with the inputs that are terms.
fn generate(policy: &Policy) -> Result<String, Diagnostics> {
    let mut modules = acceptance::modules(policy)?;
    acceptance::check(policy, &modules)?;
    if let Some(inputs) = inputs_module(policy) {
        let id = SourceId(u32::try_from(modules.len()).unwrap_or(u32::MAX));
        let module = parse::module(id, &inputs.text, inputs.version)?;
        modules.push((inputs, module));
    }
    let pairs: Vec<(&Source, Module)> =
        modules.iter().map(|(source, module)| (source, module.clone())).collect();
    let program = analyze(&pairs, &Options::default())?;
    let options = lower::Options { entries: entries(policy), ..lower::Options::default() };
    let plan = lower::lower(&program, &options)?;
    let faults = ir::verify::faults(&plan);
    if !faults.is_empty() {
        return Err(internal(&faults.join("; ")));
    }
    let sources: Vec<Source> = modules.into_iter().map(|(source, _)| source).collect();
    codegen::generate(&plan, &sources, &codegen::Options::new("policy"))
        .map_err(|error| internal(&error))
}

fn internal(text: &str) -> Diagnostics {
    Diagnostic::new(Code::Compile, Span::default(), format!("internal error: {text}")).into()
}

/// Returns a module whose rules are the inputs that are terms.
fn inputs_module(policy: &Policy) -> Option<Source> {
    let mut text = format!("package {INPUTS}\n");
    let before = text.len();
    for (index, request) in policy.requests.iter().enumerate() {
        if let Some(Document::Term(term)) = &request.input {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{} := {term}", input_rule(index));
        }
    }
    (text.len() > before).then(|| Source {
        name: Arc::from("inputs.rego"),
        text: Arc::from(text),
        version: RegoVersion::V1,
        origin: None,
    })
}

fn input_rule(index: usize) -> String {
    format!("input_{index}")
}

/// Returns the paths below `data` of the requested documents.
fn entries(policy: &Policy) -> Vec<Vec<Arc<str>>> {
    let mut paths: Vec<Vec<Arc<str>>> = Vec::new();
    for (index, request) in policy.requests.iter().enumerate() {
        paths.push(request.query.split('.').skip(1).map(Arc::from).collect());
        if matches!(request.input, Some(Document::Term(_))) {
            paths.push(vec![Arc::from(INPUTS), Arc::from(input_rule(index))]);
        }
    }
    let mut seen = std::collections::HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    paths
}

fn ask(
    batch: usize,
    generated: &[Generated],
    policies: &[&Policy],
    prepared: &[Prepared],
) -> Result<Vec<Run>, String> {
    let shards = Shards::build(layout(batch), generated)?;
    let mut jobs = Vec::new();
    for (policy, prepared) in policies.iter().zip(prepared) {
        if let Prepared::Program(program) = prepared {
            for (index, request) in policy.requests.iter().enumerate() {
                jobs.push(job(*program, policy, index, request)?);
            }
        }
    }
    let mut outcomes = shards::run(&shards, &jobs)?.into_iter();
    let answers = policies.iter().zip(prepared).map(|(policy, prepared)| match prepared {
        Prepared::Not(run) => run.clone(),
        Prepared::Program(_) => {
            Run::Answers(outcomes.by_ref().take(policy.requests.len()).map(answer).collect())
        }
    });
    Ok(answers.collect())
}

fn layout(batch: usize) -> Layout {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| project.join("target"), PathBuf::from)
        .join("ferrego-shards");
    Layout {
        directory: target.join(format!("batch_{batch}")),
        target: target.join("target"),
        project,
        prefix: format!("batch_{batch}_shard"),
        policies_per_crate: POLICIES_PER_CRATE,
        opt_level: 0,
    }
}

fn job(program: usize, policy: &Policy, index: usize, request: &Request) -> Result<Job, String> {
    let input = match &request.input {
        None => Input::None,
        Some(Document::Json(text)) => Input::Json(text.get().to_owned()),
        Some(Document::Term(_)) => Input::Document(format!("data.{INPUTS}.{}", input_rule(index))),
    };
    let data = match &policy.data {
        None => None,
        Some(Document::Json(text)) => Some(text.get().to_owned()),
        Some(Document::Term(_)) => return Err("base documents that are a term".to_owned()),
    };
    let path = request.query.clone();
    Ok(Job { policy: program, path, input, data, strict: request.strict })
}

fn answer(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Undefined => Answer::Undefined,
        Outcome::Value(value) => Answer::Value(value),
        Outcome::Error { code, message } => Answer::Error { code, message },
        Outcome::Crash(text) => Answer::Panic(text),
    }
}
