//! Runs the stages over a policy, and keeps the results of those before the first fault.

use crate::ast::Module;
use crate::diagnostics::Diagnostics;
use crate::lints::{self, Facts, Levels};
use crate::parse;
use crate::pipeline::{Analyzed, Options, with_stack};
use crate::source::{Source, SourceId};
use crate::template;

use super::names::Names;

/// The results of the stages.
pub(super) struct Inspected {
    /// The modules without their statements that have errors.
    pub(super) modules: Vec<Option<Module>>,
    pub(super) names: Names,
    /// `true` if no module has syntax errors.
    pub(super) complete: bool,
    /// The faults, or the findings of the lints.
    pub(super) diagnostics: Diagnostics,
    /// The types, if the policy compiles.
    pub(super) facts: Option<Facts>,
}

/// Inspects a policy.
pub(super) fn inspect(sources: &[Source], options: &Options, levels: &Levels) -> Inspected {
    with_stack(|| {
        let mut faults = Diagnostics::default();
        let mut modules = Vec::with_capacity(sources.len());
        for (index, source) in sources.iter().enumerate() {
            let id = SourceId(u32::try_from(index).unwrap_or(u32::MAX));
            let (module, found) = parse::tolerant(id, &source.text, source.version);
            modules.push(module);
            faults.append(found);
        }
        let names = Names::of(&modules);
        let complete = faults.0.is_empty();
        let result = if complete { check(sources, &modules, options, levels) } else { Err(faults) };
        let (diagnostics, facts) = match result {
            Ok((findings, facts)) => (findings, Some(facts)),
            Err(faults) => (faults, None),
        };
        Inspected { modules, names, complete, diagnostics, facts }
    })
}

/// Returns the findings and the types of a policy whose modules have no syntax errors.
fn check(
    sources: &[Source],
    modules: &[Option<Module>],
    options: &Options,
    levels: &Levels,
) -> Result<(Diagnostics, Facts), Diagnostics> {
    let modules: Vec<Module> = modules.iter().flatten().cloned().collect();
    if options.template {
        template::rules::check(&modules, sources).into_result(())?;
    }
    let analyzed = Analyzed::of_modules(sources, modules, options, &mut |_| ())?;
    analyzed.plan(options, &mut |_| ())?;
    let subject = analyzed.subject(sources, options);
    Ok((lints::run(&subject, levels), Facts::of(&subject)))
}
