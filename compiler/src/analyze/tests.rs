//! Tests of the analysis as a whole: the results of the stages for small modules, and each message.

mod messages;
mod opa_changes;
mod semantics;
mod stages;
mod suggestions;

use super::{Options, analyze};
use crate::diagnostics::Diagnostics;
use crate::hir::{self, Program};
use crate::parse;
use crate::source::{RegoVersion, Source, SourceId};

/// Analyzes modules named `a.rego`, `b.rego` and so on.
fn program(
    version: RegoVersion,
    modules: &[&str],
    options: &Options,
) -> Result<Program, Diagnostics> {
    let sources: Vec<Source> = ('a'..)
        .zip(modules)
        .map(|(name, &text)| Source {
            name: format!("{name}.rego").into(),
            text: text.into(),
            version,
            origin: None,
        })
        .collect();
    let mut parsed = Vec::new();
    for (index, source) in (0_u32..).zip(&sources) {
        let module = parse::module(SourceId(index), &source.text, version);
        parsed.push((source, module.expect("the test's module parses")));
    }
    let program = analyze(&parsed, options)?;
    hir::verify::verify(&program).expect("the analyzed program keeps its invariants");
    Ok(program)
}

/// Returns the analyzed program of one version 0 module with `package t`, as text.
fn print_v0(rules: &str) -> String {
    print(RegoVersion::V0, &format!("package t\n{rules}"))
}

/// Returns the analyzed program of one version 1 module with `package t`, as text.
fn print_v1(rules: &str) -> String {
    print(RegoVersion::V1, &format!("package t\n{rules}"))
}

fn print(version: RegoVersion, module: &str) -> String {
    let program = program(version, &[module], &Options::default());
    hir::print::print(&program.expect("the test's module is accepted"))
}

/// Returns the errors of `modules`: line, code and message.
pub(super) fn faults(version: RegoVersion, modules: &[&str], options: &Options) -> Vec<String> {
    let Err(faults) = program(version, modules, options) else { return Vec::new() };
    let mut lines = Vec::new();
    for fault in faults.0 {
        let text = modules[fault.span.source.0 as usize];
        let (line, _) = crate::source::line_column(text, fault.span.start as usize);
        lines.push(format!("{line}: {}: {}", fault.code.as_str(), fault.message));
    }
    lines
}
