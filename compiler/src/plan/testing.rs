//! Plans of modules, for tests of passes.

use crate::pipeline::{self, Options};
use crate::plan::{Program, print, verify};
use crate::source::{RegoVersion, Source};

/// The plan of a module of the package `p`, which must be sound.
pub(in crate::plan) fn plan(rules: &str, version: RegoVersion, options: &Options) -> Program {
    let text = format!("package p\n{rules}\n").into();
    let source = Source { name: "p.rego".into(), text, version, origin: None };
    let plan = pipeline::plan(&[source], options).expect("a plan");
    assert_eq!(verify::faults(&plan), Vec::<String>::new(), "{rules}");
    plan
}

/// The same of a module of v1 of which the rule `p` is asked for.
pub(in crate::plan) fn plan_of_p(rules: &str) -> Program {
    let mut options = Options::modules("p");
    options.entry_points = vec!["data.p.p".to_owned()];
    plan(rules, RegoVersion::V1, &options)
}

/// The text of the plan of the rule `a`.
pub(in crate::plan) fn text_of_a(plan: &Program) -> String {
    let text = print::program(plan);
    let (_, rule) = text.split_once("fn p.a(").expect("a rule");
    rule.split("\n\n").next().unwrap_or_default().to_owned()
}
