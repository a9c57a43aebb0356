//! The parser, and the compiler from text to Rust, beside the interpreter.

use ferrego_compiler::ast::{Module, print};
use ferrego_compiler::diagnostics::{Code, Diagnostics};
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::{RegoVersion, Source, Span};
use ferrego_compiler::{Generated, ir, parse};
use ferrego_interpreter::{Explainer, Interpreter};
use ferrego_runtime::{Arena, Budget, Env, NoHost};

use super::{Broken, broken, editing, equal};

/// The line between two modules.
const BETWEEN: &str = "\n---\n";
/// The budget of an evaluation.
const BUDGET: Budget = Budget::DEFAULT.steps(20_000).memory(4 << 20);

/// Compiles modules, separated by lines of `---`, in both versions of Rego. If a module has a rule
/// `violation`, they are also compiled as a template.
///
/// # Errors
/// Returns the property of [`compile`] that does not hold.
pub fn check(bytes: &[u8]) -> Result<(), Broken> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
    editing::check(text)?;
    for version in [RegoVersion::V0, RegoVersion::V1] {
        let named = text.split(BETWEEN).zip(["a.rego", "b.rego", "c.rego", "d.rego"]);
        let sources: Vec<_> = named.map(|(text, name)| Source::new(name, text, version)).collect();
        compile(&sources, &Options::modules("fuzz"))?;
        if text.contains("violation") {
            compile(&sources, &Options::template("fuzz"))?;
        }
    }
    Ok(())
}

/// Compiles the sources, and checks that
///
/// - faults have a place, and none is a bug of the compiler;
/// - modules print as they parse;
/// - the Rust parses, and the program is sound;
/// - the interpreter takes what the compiler takes, and evaluates it within its budget.
///
/// Returns `true` if the compiler takes the sources.
///
/// # Errors
/// Returns the property that does not hold.
pub fn compile(sources: &[Source], options: &Options) -> Result<bool, Broken> {
    let modules = match pipeline::parse(sources, options) {
        Err(faults) => return places(&faults, sources).map(|()| false),
        Ok(modules) => modules,
    };
    modules.iter().try_for_each(prints_as_it_parses)?;
    match pipeline::plan(sources, options) {
        Err(faults) => places(&faults, sources).map(|()| false),
        Ok(program) => {
            generates(&program, sources, options)?;
            interprets(sources, modules).map(|()| true)
        }
    }
}

fn places(faults: &Diagnostics, sources: &[Source]) -> Result<(), Broken> {
    if faults.0.is_empty() {
        return Err(broken("a failure without a fault"));
    }
    for fault in &faults.0 {
        if !is_in(fault.span, sources) || fault.code == Code::Internal || fault.message.is_empty() {
            return Err(broken(format!("the fault {fault:?}")));
        }
    }
    if faults.render(sources, false).is_empty() {
        return Err(broken(format!("nothing is shown of {faults}")));
    }
    Ok(())
}

/// Returns `true` if a span is a range of characters of a source.
fn is_in(span: Span, sources: &[Source]) -> bool {
    let (start, end) = (span.start as usize, span.end as usize);
    sources.get(span.source.0 as usize).is_some_and(|source| source.text.get(start..end).is_some())
}

fn prints_as_it_parses(module: &Module) -> Result<(), Broken> {
    let printed = print::module(module);
    let source = Source::new("printed.rego", &*printed, module.version);
    let again = parse::module(Span::default().source, &source.text, source.version)
        .map_err(|faults| broken(format!("{faults} in the printed\n{printed}")))?;
    equal("the printed module", &print::module(&again), &printed)?;
    if again == *module { Ok(()) } else { Err(broken(format!("another tree:\n{printed}"))) }
}

fn generates(program: &ir::Program, sources: &[Source], options: &Options) -> Result<(), Broken> {
    let faults = ir::verify::faults(program);
    if !faults.is_empty() {
        return Err(broken(format!("the program is not sound: {faults:?}")));
    }
    let Generated { rust, .. } = pipeline::generate(program, sources, options)
        .map_err(|faults| broken(format!("nothing is generated: {faults}")))?;
    syn::parse_file(&rust).map_err(|error| broken(format!("{error} in\n{rust}")))?;
    Ok(())
}

fn interprets(sources: &[Source], modules: Vec<Module>) -> Result<(), Broken> {
    let modules: Vec<_> = sources.iter().cloned().zip(modules).collect();
    let interpreter = Interpreter::new(&modules)
        .map_err(|faults| broken(format!("the interpreter refuses: {faults}")))?;
    let explainer = Explainer::new(&modules)
        .map_err(|faults| broken(format!("the explainer refuses: {faults}")))?;
    for (_, module) in &modules {
        evaluate(&interpreter, module);
        explains(&interpreter, &explainer, module)?;
    }
    Ok(())
}

/// Explains every rule of a module. The value in an explanation is the beginning of the answer.
fn explains(
    interpreter: &Interpreter,
    explainer: &Explainer,
    module: &Module,
) -> Result<(), Broken> {
    let package = || module.package.path.iter().map(AsRef::as_ref);
    for rule in &module.rules {
        let arena = Arena::new();
        let mut env = Env::new(&arena, &NoHost);
        env.budget = BUDGET;
        let input = ferrego_runtime::json::parse(&arena, INPUT).ok();
        let path: Vec<&str> = package().chain([&*rule.head.reference.name.text]).collect();
        let answer = interpreter.query(&env, &path, input, None);
        let explanation = explainer.explain(&env, &path, input, None);
        explainer.prints(&env, &path, input, None);
        // An explanation takes more steps than an answer.
        if let (Ok(answer), Some(explained), None) = (answer, explanation.rule, explanation.stopped)
        {
            let answer = answer.map(|value| value.to_string());
            let own = explained.value.as_deref().map(|value| value.trim_end_matches('…'));
            let agrees = match (&answer, own) {
                (Some(answer), Some(own)) => answer.starts_with(own),
                (answer, own) => answer.is_none() && own.is_none(),
            };
            if !agrees {
                return Err(broken(format!("expected {answer:?}, found {explained:?}")));
            }
        }
    }
    Ok(())
}

/// Evaluates the document of a module's package. Only a panic would be wrong.
fn evaluate(interpreter: &Interpreter, module: &Module) {
    let arena = Arena::new();
    let mut env = Env::new(&arena, &NoHost);
    env.budget = BUDGET;
    let path: Vec<&str> = module.package.path.iter().map(AsRef::as_ref).collect();
    let input = ferrego_runtime::json::parse(&arena, INPUT).ok();
    let _ = interpreter.query(&env, &path, input, None);
}

/// An input with a few fields that policies read.
const INPUT: &[u8] = br#"{"review": {"object": {"metadata": {"name": "a", "labels": {"a": "b"}},
    "spec": {"containers": [{"name": "a", "image": "b:c"}, {"name": "x"}]}}},
    "parameters": {"labels": ["a", "c"]}, "x": [1, 2.5, "a"], "y": {"a": null}}"#;
