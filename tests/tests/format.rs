//! Laws of the formatter and of fixes: they keep a policy's meaning, its comments and their own
//! output.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use ferrego_compiler::diagnostics::Severity;
use ferrego_compiler::format;
use ferrego_compiler::frontend::fix::fix;
use ferrego_compiler::frontend::inputs::{File, FileKind};
use ferrego_compiler::frontend::policies::Request;
use ferrego_compiler::frontend::upgrade::upgrade;
use ferrego_compiler::lints::Levels;
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::{RegoVersion, Source};
use ferrego_tests::cases::engine::Run;
use ferrego_tests::cases::interpreter::InterpreterEngine;
use ferrego_tests::cases::{Engine as _, Policy};
use ferrego_tests::draw::Draw;
use ferrego_tests::formatting::{Disorder, Sample, mangled};
use ferrego_tests::random::hunt::generate;
use ferrego_tests::random::policies;
use proptest::prelude::*;

/// Returns the formatted text, after checking the laws.
fn formatted(text: &str, version: RegoVersion) -> String {
    let source = Source::new("p.rego", text, version);
    let once = format::format(&source);
    assert!(once.is_ok(), "{once:?}\n{text}");
    let once = once.unwrap_or_default();
    assert!(format::same(&source, &once), "{text}\n---\n{once}");
    let again = Source::new("p.rego", once.as_str(), version);
    let twice = format::format(&again).expect("formatted Rego");
    assert_eq!(once, twice, "{text}");
    let comments = |text: &str| text.matches("# comment ").count();
    assert_eq!(comments(text), comments(&once), "{text}\n---\n{once}");
    once
}

/// Returns the policy with its modules changed.
fn with_modules(policy: &Policy, change: impl Fn(&str) -> String) -> Vec<String> {
    policy.modules.iter().map(|text| change(text)).collect()
}

fn files(modules: &[String]) -> Vec<File> {
    let file = |(index, text): (usize, &String)| File {
        path: format!("{index}.rego").into(),
        kind: FileKind::Rego,
        named: true,
        text: text.clone(),
    };
    modules.iter().enumerate().map(file).collect()
}

/// The comments of a module.
#[derive(Debug)]
struct Comments {
    imports: usize,
    all: usize,
    /// The comments on the lines after the imports.
    after_imports: usize,
}

impl Comments {
    fn of(text: &str, version: RegoVersion) -> Self {
        let source = Source::new("p.rego", text, version);
        let modules = pipeline::parse(&[source], &Options::modules("p")).expect("a module");
        let imports = &modules[0].imports;
        let count = |text: &str| text.matches("# comment ").count();
        let after = |end: usize| {
            let rest = &text[end..];
            rest.find('\n').map_or("", |line_end| &rest[line_end..])
        };
        let body = imports.last().map_or(text, |import| after(import.span.end as usize));
        Self { imports: imports.len(), all: count(text), after_imports: count(body) }
    }

    /// Returns `true` if `fixed` has the same comments, except that some before or among the imports
    /// may go with an import.
    fn are_kept_by(&self, fixed: &Self) -> bool {
        if fixed.imports < self.imports {
            (self.after_imports..=self.all).contains(&fixed.all)
        } else {
            fixed.all == self.all
        }
    }
}

/// Returns `true` if each module of `fixed` keeps the comments of the one of `modules`.
fn keep_comments(
    modules: &[String],
    version: RegoVersion,
    fixed: &[String],
    to: RegoVersion,
) -> bool {
    let mut pairs = modules.iter().zip(fixed);
    pairs.all(|(text, fixed)| Comments::of(text, version).are_kept_by(&Comments::of(fixed, to)))
}

/// Returns the modules with the safe fixes, and the number of modules that they change.
fn fixed(modules: &[String], version: RegoVersion) -> (Vec<String>, usize) {
    let request = Request { version, ..Request::default() };
    let texts = fix(&files(modules), &request, &Levels::default()).expect("equivalent fixes").texts;
    let changed = texts.iter().zip(modules).filter(|(after, before)| after != before).count();
    (texts, changed)
}

/// Returns the modules in v1, or `None` if v1 refuses them.
fn upgraded(modules: &[String]) -> Option<Vec<String>> {
    let result = upgrade(&files(modules), &Request::default(), &Levels::default());
    let result = result.expect("an equivalent policy");
    let faults = result.notices.iter().any(|notice| notice.severity == Severity::Error);
    if faults {
        assert_eq!(result.texts, modules);
    }
    (!faults).then_some(result.texts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_formatted_policy_has_the_same_answers(policy in policies(3)) {
        let source = policy.policy("source");
        let mut other = policy.policy("formatted");
        other.modules = with_modules(&source, |text| formatted(text, source.version));
        let runs = InterpreterEngine.run(&[&source, &other]);
        prop_assert_eq!(&runs[0], &runs[1]);
    }

    #[test]
    fn a_fixed_policy_has_the_same_answers(policy in policies(3), seed in any::<u64>()) {
        let source = policy.policy("source");
        let disorder = Disorder { breaks: 5, comments: 20 };
        let with_comments = with_modules(&source, |text| {
            let sample = Sample { name: String::new(), text: text.into(), version: source.version };
            mangled(&sample, disorder, &mut Draw::seeded(seed, text)).text
        });
        let (texts, _) = fixed(&with_comments, source.version);
        prop_assert_eq!(fixed(&texts, source.version), (texts.clone(), 0));
        prop_assert!(keep_comments(&with_comments, source.version, &texts, source.version));
        let mut other = policy.policy("fixed");
        other.modules = texts;
        let runs = InterpreterEngine.run(&[&source, &other]);
        if matches!(runs[0], Run::Answers(_)) {
            prop_assert_eq!(&runs[0], &runs[1]);
        } else {
            prop_assert_eq!(&other.modules, &with_comments);
        }
    }

    #[test]
    fn an_upgraded_policy_has_the_same_answers(policy in policies(3), seed in any::<u64>()) {
        let source = policy.policy("source");
        prop_assume!(source.version == RegoVersion::V0);
        let disorder = Disorder { breaks: 2, comments: 5 };
        let with_comments = with_modules(&source, |text| {
            let sample = Sample { name: String::new(), text: text.into(), version: source.version };
            mangled(&sample, disorder, &mut Draw::seeded(seed, text)).text
        });
        if let Some(texts) = upgraded(&with_comments) {
            prop_assert_eq!(upgraded(&texts), Some(texts.clone()));
            prop_assert!(keep_comments(&with_comments, source.version, &texts, RegoVersion::V1));
            let mut other = policy.policy("upgraded");
            (other.modules, other.version) = (texts, RegoVersion::V1);
            let runs = InterpreterEngine.run(&[&source, &other]);
            prop_assert_eq!(&runs[0], &runs[1]);
        }
    }

    #[test]
    fn modules_of_any_layout_are_formatted(
        policy in policies(1),
        seed in any::<u64>(),
        breaks in 0_usize..40,
        comments in 0_usize..40,
    ) {
        for (index, text) in policy.texts().into_iter().enumerate() {
            let sample = Sample { name: index.to_string(), text, version: policy.version };
            let draw = &mut Draw::seeded(seed, &sample.name);
            let mangled = mangled(&sample, Disorder { breaks, comments }, draw);
            formatted(&mangled.text, mangled.version);
        }
    }
}

#[test]
fn random_policies_have_something_to_fix() {
    let changed: usize = (0..40)
        .filter_map(|index| generate(5, index, 1))
        .map(|policy| fixed(&policy.texts(), policy.version).1)
        .sum();
    assert!(changed > 10, "{changed} modules are fixed");
}

#[test]
fn random_policies_of_v0_are_upgraded() {
    let policies = (0..40).filter_map(|index| generate(6, index, 1));
    let old: Vec<_> = policies.filter(|policy| policy.version == RegoVersion::V0).collect();
    let count = old.iter().filter(|policy| upgraded(&policy.texts()).is_some()).count();
    assert!(count * 2 > old.len(), "{count} of {} policies", old.len());
}
