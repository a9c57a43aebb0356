//! The stages in a row. Pure: no file is read or written here.

use std::sync::Arc;

use crate::analyze;
use crate::ast::Module;
use crate::codegen;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir;
use crate::ir;
use crate::lower;
use crate::parse;
use crate::passes::Passes;
use crate::source::{Source, SourceId, Span};
use crate::template;

/// What is compiled, and for whom.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the policy, of which the Rust module's name is made.
    pub name: String,
    /// Whether the sources are a template's: then Gatekeeper's rules for them hold, and
    /// `violation` is what can be asked for where no entry point is named.
    pub template: bool,
    /// The kind of the template's constraints and the schema of their parameters, which the Rust
    /// keeps for the program that it is linked into.
    pub constraints: Option<Constraints>,
    /// Paths of the documents that can be asked for, such as `data.pkg.rule`; every rule where
    /// there is none.
    pub entry_points: Vec<String>,
    /// Path of the runtime crate in the crate that holds the Rust.
    pub runtime: String,
    /// The passes to run over the program; all by default.
    pub passes: Passes,
}

impl Options {
    /// Plain modules as the policy `name`, with every rule, on the runtime under its own name.
    pub fn modules(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            template: false,
            constraints: None,
            entry_points: Vec::new(),
            runtime: "::ferrego_runtime".to_owned(),
            passes: Passes::all(),
        }
    }

    /// The template `name`.
    pub fn template(name: impl Into<String>) -> Self {
        Self { template: true, ..Self::modules(name) }
    }

    /// Returns the name of the Rust module that the policy becomes.
    pub fn module(&self) -> String {
        codegen::module_name(&self.printing())
    }

    fn printing(&self) -> codegen::Options {
        codegen::Options {
            name: self.name.clone(),
            runtime: self.runtime.clone(),
            constraints: self.constraints.clone(),
        }
    }

    /// A template that was read from its document.
    pub fn of(template: &template::Template) -> Self {
        let constraints = Constraints {
            kind: template.kind.clone(),
            schema: template.schema.clone(),
            legacy_schema: template.legacy_schema,
        };
        Self { constraints: Some(constraints), ..Self::template(&*template.name) }
    }
}

/// What a template says of its constraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraints {
    /// Their kind.
    pub kind: Arc<str>,
    /// The schema of their parameters as JSON; empty where there is none.
    pub schema: Arc<str>,
    /// Whether the schema need not be structural.
    pub legacy_schema: bool,
}

/// A compiled policy.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The Rust: one module.
    pub rust: String,
    /// The name of that module.
    pub module: String,
}

/// Compiles sources to Rust.
///
/// The faults are those of the first stage that finds any, and it reports all that it finds;
/// their spans count sources as `sources` does.
pub fn compile(sources: &[Source], options: &Options) -> Result<Generated, Diagnostics> {
    with_stack(|| compile_with_stack(sources, options))
}

fn compile_with_stack(sources: &[Source], options: &Options) -> Result<Generated, Diagnostics> {
    let plan = plan(sources, options)?;
    let printing = options.printing();
    let rust = codegen::generate(&plan, sources, &printing).map_err(internal)?;
    Ok(Generated { rust, module: codegen::module_name(&printing) })
}

/// Runs the stages up to the optimized program.
pub fn plan(sources: &[Source], options: &Options) -> Result<ir::Program, Diagnostics> {
    with_stack(|| {
        let modules = parse(sources, options)?;
        let program = analyze(sources, &modules, options)?;
        let entries = entry_points(&modules, &program, options)?;
        lower::lower(&program, &lower::Options { entries, passes: options.passes })
    })
}

/// Runs the stages that report errors, without lowering the policy.
pub fn check(sources: &[Source], options: &Options) -> Result<hir::Program, Diagnostics> {
    with_stack(|| {
        let modules = parse(sources, options)?;
        analyze(sources, &modules, options)
    })
}

/// Runs a stage with stack for trees as deep as the parser makes them, whatever the thread has.
fn with_stack<T>(run: impl FnOnce() -> T) -> T {
    const STACK: usize = 64 << 20;
    stacker::maybe_grow(STACK / 2, STACK, run)
}

fn analyze(
    sources: &[Source],
    modules: &[Module],
    options: &Options,
) -> Result<hir::Program, Diagnostics> {
    let modules: Vec<_> = sources.iter().zip(modules.iter().cloned()).collect();
    let options = analyze::Options { template: options.template, ..analyze::Options::default() };
    analyze::analyze(&modules, &options)
}

/// The syntax trees of all sources; of a template's also what Gatekeeper asks of them.
pub fn parse(sources: &[Source], options: &Options) -> Result<Vec<Module>, Diagnostics> {
    let mut faults = Diagnostics::default();
    let mut modules = Vec::with_capacity(sources.len());
    for (index, source) in sources.iter().enumerate() {
        match parse_one(index, source) {
            Ok(module) => modules.push(module),
            Err(found) => faults.append(found),
        }
    }
    if options.template && faults.0.is_empty() {
        faults = template::rules::check(&modules, sources);
    }
    faults.into_result(modules)
}

fn parse_one(index: usize, source: &Source) -> Result<Module, Diagnostics> {
    let id = SourceId(u32::try_from(index).unwrap_or(u32::MAX));
    if u32::try_from(source.text.len()).is_err() {
        let span = Span { source: id, start: 0, end: 0 };
        return Err(Diagnostic::new(Code::Unsupported, span, "the source is over 4 GiB").into());
    }
    parse::module(id, &source.text, source.version)
}

/// The paths below `data` that can be asked for: those of the options, or the template's
/// `violation`, or none, which means every rule.
fn entry_points(
    modules: &[Module],
    program: &hir::Program,
    options: &Options,
) -> Result<Vec<Vec<Arc<str>>>, Diagnostics> {
    if options.entry_points.is_empty() {
        let entry = modules.first().filter(|_| options.template);
        let violation = |module: &Module| {
            let mut path = module.package.path.clone();
            path.push("violation".into());
            path
        };
        return Ok(entry.map(violation).into_iter().collect());
    }
    let mut faults = Diagnostics::default();
    let mut paths = Vec::with_capacity(options.entry_points.len());
    for entry in &options.entry_points {
        match entry_point(entry, program) {
            Some(path) => paths.push(path),
            None => faults.push(unknown_entry_point(entry, program)),
        }
    }
    faults.into_result(paths)
}

/// The path of a rule that is no function, or of what lies below or above one.
fn entry_point(entry: &str, program: &hir::Program) -> Option<Vec<Arc<str>>> {
    let mut parts = entry.split('.');
    if parts.next() != Some("data") {
        return None;
    }
    let path: Vec<Arc<str>> = parts.map(Into::into).collect();
    let mut node = &program.tree;
    for part in &path {
        match node.rule {
            Some(_) => break,
            None => node = node.children.get(part)?,
        }
    }
    let function = |id| matches!(program.rule(id).kind, hir::RuleKind::Function { .. });
    (!path.is_empty() && !node.rule.is_some_and(function)).then_some(path)
}

fn unknown_entry_point(entry: &str, program: &hir::Program) -> Diagnostic {
    let mut known: Vec<String> = program
        .rules
        .iter()
        .filter(|rule| !matches!(rule.kind, hir::RuleKind::Function { .. }))
        .map(|rule| format!("data.{}", rule.path.join(".")))
        .collect();
    known.sort_unstable();
    Diagnostic::new(Code::EntryPoint, Span::default(), format!("{entry} is no rule of the modules"))
        .with_help(format!("the modules define {}", known.join(", ")))
}

fn internal(message: String) -> Diagnostics {
    Diagnostic::new(Code::Unsupported, Span::default(), message).into()
}
