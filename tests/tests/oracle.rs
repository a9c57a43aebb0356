//! Compares the interpreter with OPA on random policies.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use ferrego_compiler::source::RegoVersion;
use ferrego_runtime::builtins;
use ferrego_tests::cases::Engine;
use ferrego_tests::cases::interpreter::InterpreterEngine;
use ferrego_tests::formatting::{self, Outcome, samples};
use ferrego_tests::oracle::{Oracle, OracleEngine};
use ferrego_tests::random::RandomPolicy;
use ferrego_tests::random::departures::{Departures, Evidence};
use ferrego_tests::random::hunt::{Figures, compare, generate};

/// The number of policies. Each is queried with three inputs.
const POLICIES: u64 = 300;

/// Returns the oracle that the environment names, or else builds it if Go is installed.
fn oracle() -> Option<PathBuf> {
    if let Some(path) = Oracle::find(None) {
        return Some(path);
    }
    let has_go = Command::new("go").arg("version").output().is_ok_and(|go| go.status.success());
    if !has_go {
        // Standard error is written directly, because the test harness captures `eprintln!`.
        let _ = writeln!(io::stderr(), "comparison with OPA left out: no Go");
        return None;
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracle");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let built = Command::new("go")
        .args(["build", "-mod=readonly", "-o"])
        .arg(&path)
        .arg(".")
        .current_dir(source)
        .output()
        .expect("go runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Some(path)
}

#[test]
fn the_fixtures_are_formatted_as_opa_formats_them() {
    let Some(path) = oracle() else { return };
    let (oracle, _) = Oracle::open(&path).expect("the oracle starts");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let samples = samples(&fixtures).expect("fixtures");
    let outcomes = formatting::compare(&oracle, &samples).expect("answers");
    let mut equal = 0;
    for (sample, outcome) in samples.iter().zip(outcomes) {
        match outcome {
            Outcome::Equal => equal += 1,
            // Each file is also read as the other version. OPA drops duplicate members of a set.
            Outcome::Refused => {}
            Outcome::OpaBroken(own, _) if own.contains("{1, 1}") => {}
            // OPA's formatter refuses the builtins that v1 has not.
            Outcome::OneRefused(text) if text.contains("deprecated built-in function") => {}
            other => panic!("{}: {other:?}", sample.name),
        }
    }
    assert!(equal > 80, "{equal} of {} are equal", samples.len());
}

#[test]
fn modules_of_v0_become_the_modules_of_v1_that_opa_writes() {
    let Some(path) = oracle() else { return };
    let (oracle, _) = Oracle::open(&path).expect("the oracle starts");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let mut samples = samples(&fixtures).expect("fixtures");
    samples.extend(formatting::random(11, 100));
    samples.retain(|sample| sample.version == RegoVersion::V0);
    let outcomes = formatting::compare_upgraded(&oracle, &samples).expect("answers");
    let mut same = 0;
    for (sample, outcome) in samples.iter().zip(outcomes) {
        match outcome {
            Outcome::Equal | Outcome::SameModule(..) | Outcome::KeepsImport(..) => same += 1,
            Outcome::Refused => {}
            // OPA names the wildcard that the branches of an `else` repeat.
            Outcome::Different(own, _) if own.contains("else") && own.contains('_') => {}
            Outcome::OpaBroken(own, _) if own.contains("{1, 1}") => {}
            // The command compiles the result, which has the same fault.
            Outcome::OneRefused(text) if text.contains("rules must not shadow") => {}
            // The command refuses them before it rewrites a module.
            Outcome::OneRefused(text) if text.contains("deprecated built-in function") => {}
            other => panic!("{}: {other:?}", sample.name),
        }
    }
    assert!(same > 80, "{same} of {} are the same", samples.len());
}

#[test]
fn the_interpreter_answers_random_policies_as_opa() {
    let Some(path) = oracle() else { return };
    let (oracle, _) = Oracle::open(&path).expect("the oracle starts");
    let opa = OracleEngine::new(oracle);
    let policies: Vec<RandomPolicy> =
        (0..POLICIES).filter_map(|index| generate(11, index, 3)).collect();
    let engines: [&dyn Engine; 2] = [&InterpreterEngine, &opa];
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("opa_departures.jsonl");
    let mut known = Departures::read(&list).expect("rows");
    let found = compare(&engines, &policies, &mut Figures::default());
    let unknown = policies.iter().zip(found).filter_map(|(policy, difference)| {
        let difference = difference?;
        let text = policy.texts().join("---\n");
        let evidence =
            Evidence { said: &difference.text, own: &difference.shape, smallest: Some(&text) };
        (!known.explains(evidence)).then(|| format!("{}\n{text}", difference.text))
    });
    let unknown: Vec<String> = unknown.collect();
    assert!(unknown.is_empty(), "{} differ:\n{}", unknown.len(), unknown.join("\n\n"));
}

#[test]
fn a_question_that_ends_the_oracle_is_answered_with_an_error() {
    let script = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ends.sh");
    std::fs::write(
        &script,
        "#!/bin/sh\nwhile read -r line; do\ncase \"$line\" in *end*) exit 1;; *) echo \"$line\";; esac\ndone\n",
    )
    .expect("a file for the test");
    let executable = Command::new("chmod").arg("+x").arg(&script).status();
    assert!(executable.expect("chmod runs").success());
    let oracle = Oracle::at(&script);
    let questions = ["1", "end", "2"].map(str::to_owned);
    let answers = oracle.ask(&questions);
    assert_eq!(answers[0].as_deref(), Ok("1"));
    assert!(answers[1].is_err());
    assert_eq!(answers[2].as_deref(), Ok("2"));
}

/// A builtin that OPA adds is missed here, because no other comparison calls it.
#[test]
fn the_table_lists_the_builtins_of_opa() {
    let Some(path) = oracle() else { return };
    let (oracle, _) = Oracle::open(&path).expect("the oracle starts");
    let answers = oracle.ask(&[r#"{"op": "builtins"}"#.to_owned()]);
    let answer = answers.into_iter().next().expect("an answer").expect("an answer");
    let listed: BTreeMap<String, String> = serde_json::from_str(&answer).expect("types by name");
    assert!(listed.len() > 150, "{listed:?}");
    for (name, types) in listed {
        // OPA gives these no result type.
        if ["internal.print", "internal.test_case", "print"].contains(&name.as_str()) {
            continue;
        }
        let own = builtins::lookup(&name).map(|builtin| sorted_types(builtin.signature));
        let same_types = own == Some(sorted_types(&types));
        // The operators have functions of their own in the syntax.
        let is_operator = ["assign", "eq", "internal.member_2", "internal.member_3"];
        assert!(same_types || is_operator.contains(&name.as_str()), "{name}: {types}, not {own:?}");
    }
}

/// Returns the words of a signature in order: OPA lists the types of `any<...>` in another order.
fn sorted_types(signature: &str) -> Vec<&str> {
    let mut words: Vec<&str> =
        signature.split([' ', ',', '<', '>']).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words
}
