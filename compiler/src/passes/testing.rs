//! Builds plans of modules for tests of passes.

use crate::ir::{Program, print, verify};
use crate::passes::Passes;
use crate::pipeline::{self, Options};
use crate::source::{RegoVersion, Source};

/// Returns the plan of a module of the package `p`, after verifying it.
pub(crate) fn plan(rules: &str, version: RegoVersion, options: &Options) -> Program {
    let text = format!("package p\n{rules}\n").into();
    let source = Source { name: "p.rego".into(), text, version, origin: None };
    let plan = pipeline::plan(&[source], options).expect("a plan");
    assert_eq!(verify::faults(&plan), Vec::<String>::new(), "{rules}");
    plan
}

/// Returns the plan of a v1 module with the rule `p` as its only entry point.
pub(crate) fn plan_of_p(rules: &str) -> Program {
    let mut options = Options::modules("p");
    options.entry_points = vec!["data.p.p".to_owned()];
    plan(rules, RegoVersion::V1, &options)
}

/// Returns the plan of a v1 module whose rules are all entry points, without optimizations.
pub(crate) fn unoptimized(rules: &str) -> Program {
    plan(rules, RegoVersion::V1, &Options { passes: Passes::none(), ..Options::modules("p") })
}

/// Returns the text of the plan of the rule `a`.
pub(crate) fn text_of_a(plan: &Program) -> String {
    let text = print::program(plan);
    let (_, rule) = text.split_once("fn p.a(").expect("a rule");
    rule.split("\n\n").next().unwrap_or_default().to_owned()
}

/// Returns the set of the passes `names`.
#[track_caller]
pub(crate) fn only(names: &[&str]) -> Passes {
    let add = |passes: Passes, name: &&str| passes.with(name).expect("a pass");
    names.iter().fold(Passes::none(), add)
}
