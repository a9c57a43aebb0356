//! Runs the stages in order. It reads and writes no files.

mod entry_points;
pub(crate) mod options;

use crate::analyze;
use crate::ast::Module;
use crate::codegen;
use crate::describe::{self, Description};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::format;
use crate::hir;
use crate::ir;
use crate::lints::{self, Levels};
use crate::lower;
use crate::observe::Observe;
use crate::parse;
use crate::source::{RegoVersion, Source, SourceId, Span};
use crate::template;

pub use crate::template::Constraints;
pub use options::Options;

/// A compiled policy with the findings of the lints.
#[derive(Clone, Debug)]
pub struct Linted {
    /// The compiled policy.
    pub generated: Generated,
    /// The findings, in source order. Those of denied lints are errors.
    pub findings: Diagnostics,
}

/// A compiled policy.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The Rust of one module.
    pub rust: String,
    /// The name of the module.
    pub module: String,
}

/// Compiles sources to Rust.
///
/// # Errors
/// Returns all faults of the first stage that finds any. The sources in their spans are indexes
/// into `sources`.
///
/// ```
/// use ferrego_compiler::{Options, RegoVersion, Source, compile};
///
/// let text = "package authz\n\nallow if input.user == \"admin\"\n";
/// let sources = [Source::new("authz.rego", text, RegoVersion::V1)];
/// let generated = compile(&sources, &Options::modules("authz"))?;
/// assert!(generated.rust.contains("data.authz.allow"));
/// # Ok::<(), ferrego_compiler::Diagnostics>(())
/// ```
pub fn compile(sources: &[Source], options: &Options) -> Result<Generated, Diagnostics> {
    compile_observed(sources, options, &mut |_| ())
}

/// Compiles sources to Rust like [`compile`], and reports the end of each stage.
///
/// # Errors
/// Returns the errors of [`compile`].
#[doc(hidden)]
pub fn compile_observed(
    sources: &[Source],
    options: &Options,
    observe: Observe<'_>,
) -> Result<Generated, Diagnostics> {
    with_stack(|| {
        let analyzed = Analyzed::of(sources, options, observe)?;
        let plan = analyzed.plan(options, observe)?;
        generate_observed(&plan, sources, &analyzed.printing(&plan, options), observe)
    })
}

/// Compiles sources to Rust like [`compile`], and looks for mistakes in the policy.
///
/// # Errors
/// Returns the errors of [`compile`].
#[doc(hidden)]
pub fn compile_linted(
    sources: &[Source],
    options: &Options,
    levels: &Levels,
) -> Result<Linted, Diagnostics> {
    with_stack(|| {
        let analyzed = Analyzed::of(sources, options, &mut |_| ())?;
        let plan = analyzed.plan(options, &mut |_| ())?;
        let generated =
            generate_observed(&plan, sources, &analyzed.printing(&plan, options), &mut |_| ())?;
        let findings = lints::run(&analyzed.subject(sources, options), levels);
        Ok(Linted { generated, findings })
    })
}

/// Runs the stages that refuse a policy, and looks for mistakes in it, without printing Rust. Returns
/// the findings, in source order. Those of denied lints are errors.
///
/// # Errors
/// Returns the errors of [`compile`], except for bugs of the printer.
pub(crate) fn plan_linted(
    sources: &[Source],
    options: &Options,
    levels: &Levels,
) -> Result<Diagnostics, Diagnostics> {
    with_stack(|| {
        let analyzed = Analyzed::of(sources, options, &mut |_| ())?;
        analyzed.plan(options, &mut |_| ())?;
        Ok(lints::run(&analyzed.subject(sources, options), levels))
    })
}

/// Prints a program that [`plan`] returned for these sources and options, without the description of
/// the policy.
///
/// # Errors
/// Returns a bug of this compiler.
#[doc(hidden)]
pub fn generate(
    plan: &ir::Program,
    sources: &[Source],
    options: &Options,
) -> Result<Generated, Diagnostics> {
    with_stack(|| generate_observed(plan, sources, &options.printing(), &mut |_| ()))
}

fn generate_observed(
    plan: &ir::Program,
    sources: &[Source],
    printing: &codegen::Options,
    observe: Observe<'_>,
) -> Result<Generated, Diagnostics> {
    let rust = codegen::generate_observed(plan, sources, printing, observe)
        .map_err(|cause| internal(&cause))?;
    Ok(Generated { rust, module: codegen::module_name(printing) })
}

/// Runs the stages up to the optimized program.
pub fn plan(sources: &[Source], options: &Options) -> Result<ir::Program, Diagnostics> {
    with_stack(|| Analyzed::of(sources, options, &mut |_| ())?.plan(options, &mut |_| ()))
}

/// Describes a policy: its parameters, the parts of the input that it reads, its builtins and kinds.
///
/// # Errors
/// Returns the errors of [`compile`].
#[doc(hidden)]
pub fn describe(sources: &[Source], options: &Options) -> Result<Description, Diagnostics> {
    with_stack(|| {
        let analyzed = Analyzed::of(sources, options, &mut |_| ())?;
        let plan = analyzed.plan(options, &mut |_| ())?;
        Ok(describe::describe(&analyzed.program, &plan, options))
    })
}

/// Runs the stages that report errors, without lowering the policy.
pub fn check(sources: &[Source], options: &Options) -> Result<hir::Program, Diagnostics> {
    with_stack(|| Ok(Analyzed::of(sources, options, &mut |_| ())?.program))
}

/// Runs the stages that report errors by the rules of v1, on modules that are read in their own
/// version. Names that are keywords in v1 are errors. The syntax of v0 is not.
pub(crate) fn check_as_v1(sources: &[Source], options: &Options) -> Result<(), Diagnostics> {
    with_stack(|| {
        let mut modules = parse(sources, options)?;
        let mut faults = Diagnostics::default();
        for (index, module) in modules.iter_mut().enumerate() {
            let id = SourceId(u32::try_from(index).unwrap_or(u32::MAX));
            if module.version == RegoVersion::V0 {
                faults.append(format::keyword_names(id, module));
            }
            module.version = RegoVersion::V1;
        }
        if let Err(found) = Analyzed::of_modules(sources, modules, options, &mut |_| ()) {
            faults.append(found);
        }
        faults.into_result(())
    })
}

/// A policy after the stages that report errors.
pub(crate) struct Analyzed {
    pub(crate) modules: Vec<Module>,
    pub(crate) program: hir::Program,
}

impl Analyzed {
    fn of(
        sources: &[Source],
        options: &Options,
        observe: Observe<'_>,
    ) -> Result<Self, Diagnostics> {
        let modules = parse(sources, options)?;
        observe("parse");
        Self::of_modules(sources, modules, options, observe)
    }

    /// Analyzes modules that were parsed and checked.
    pub(crate) fn of_modules(
        sources: &[Source],
        modules: Vec<Module>,
        options: &Options,
        observe: Observe<'_>,
    ) -> Result<Self, Diagnostics> {
        let program = analyze(sources, &modules, options, observe)?;
        Ok(Self { modules, program })
    }

    /// Lowers and optimizes the program.
    pub(crate) fn plan(
        &self,
        options: &Options,
        observe: Observe<'_>,
    ) -> Result<ir::Program, Diagnostics> {
        let entries = entry_points::of(&self.modules, &self.program, options)?;
        let lowering = lower::Options { entries, passes: options.passes };
        lower::lower_observed(&self.program, &lowering, observe)
    }

    /// Returns the options of the printer, with the description of the policy.
    fn printing(&self, plan: &ir::Program, options: &Options) -> codegen::Options {
        let about = describe::lines(&describe::describe(&self.program, plan, options));
        codegen::Options { about, ..options.printing() }
    }

    pub(crate) fn subject<'p>(
        &'p self,
        sources: &'p [Source],
        options: &'p Options,
    ) -> lints::Subject<'p> {
        lints::Subject {
            sources,
            modules: &self.modules,
            program: &self.program,
            template: options.template,
            constraints: options.constraints.as_ref(),
            surroundings: &options.surroundings,
            order: std::cell::OnceCell::new(),
        }
    }
}

/// Looks for mistakes in a policy that compiles. Returns the findings that `levels` does not allow:
/// warnings, and errors for denied lints.
///
/// # Errors
/// Returns the faults of a policy that does not compile.
pub fn lint(
    sources: &[Source],
    options: &Options,
    levels: &Levels,
) -> Result<Diagnostics, Diagnostics> {
    with_stack(|| {
        let analyzed = Analyzed::of(sources, options, &mut |_| ())?;
        Ok(lints::run(&analyzed.subject(sources, options), levels))
    })
}

/// Runs a stage with enough stack for the deepest trees that the parser builds, whatever the thread
/// has.
pub(crate) fn with_stack<T>(run: impl FnOnce() -> T) -> T {
    const STACK: usize = 64 << 20;
    stacker::maybe_grow(STACK / 2, STACK, run)
}

fn analyze(
    sources: &[Source],
    modules: &[Module],
    options: &Options,
    observe: Observe<'_>,
) -> Result<hir::Program, Diagnostics> {
    let modules: Vec<_> = sources.iter().zip(modules.iter().cloned()).collect();
    let options = analyze::Options { template: options.template, ..analyze::Options::default() };
    analyze::analyze_observed(&modules, &options, observe)
}

/// Parses all sources. For a template, also checks Gatekeeper's rules for its modules.
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
    parse::module(id, &source.text, source.version)
}

/// Returns the diagnostic of a bug in this compiler: no policy is at fault.
fn internal(cause: &str) -> Diagnostics {
    let message = format!("internal error of the compiler: {cause}");
    Diagnostic::new(Code::Internal, Span::default(), message)
        .with_help(format!("report this bug, with the policy, at {}", env!("CARGO_PKG_REPOSITORY")))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_of_the_compiler_asks_for_a_report() {
        let Diagnostics(diagnostics) = internal("expected an expression");
        let [diagnostic] = &diagnostics[..] else { panic!("one diagnostic") };
        assert_eq!(diagnostic.code.as_str(), "ferrego_internal");
        assert_eq!(diagnostic.message, "internal error of the compiler: expected an expression");
        let help = diagnostic.help.as_deref().unwrap_or_default();
        assert!(help.starts_with("report this bug, with the policy, at https://"), "{help}");
    }
}
