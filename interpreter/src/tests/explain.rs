//! Explanations of small programs.

use ferrego_compiler::parse;
use ferrego_compiler::source::{RegoVersion, Source, SourceId};
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Budget, Env, json};

use crate::Explainer;
use crate::explanation::{Explanation, Fact, Outcome, Step};

fn explainer(rego: &str) -> Explainer {
    let source = Source::new("p.rego", rego, RegoVersion::V1);
    let module = parse::module(SourceId(0), rego, RegoVersion::V1).expect("Rego");
    Explainer::new(&[(source, module)]).expect("runnable")
}

/// Explains `data.p.r` for an input.
fn explain(rego: &str, input: &str, budget: Budget) -> Explanation {
    let arena = Arena::new();
    let mut env = Env::new(&arena, &NoHost);
    env.budget = budget;
    let input = json::parse(&arena, input.as_bytes()).expect("JSON");
    explainer(rego).explain(&env, &["p", "r"], Some(input), None)
}

/// Returns the literal at which the only definition fails, its facts, and the numbers of attempts.
fn failure(rego: &str, input: &str) -> (String, Vec<String>, usize, usize) {
    let explanation = explain(rego, input, Budget::DEFAULT);
    let rule = explanation.rule.expect("a rule");
    let [definition] = &rule.definitions[..] else { panic!("{:?}", rule.definitions) };
    let Outcome::Fails(failure) = &definition.outcome else { panic!("{definition:?}") };
    (failure.step.text.clone(), facts(&failure.step), failure.here, failure.attempts)
}

fn facts(step: &Step) -> Vec<String> {
    let fact = |fact: &Fact| match fact {
        Fact::Value { name, value } => format!("{name} = {value}"),
        Fact::Note(note) => note.clone(),
        Fact::Rule(rule) => format!("{}: {:?}", rule.name, rule.value),
        Fact::Body { title, steps } => format!("{title}: {}", steps.len()),
    };
    step.facts.iter().map(fact).collect()
}

#[test]
fn the_attempt_that_gets_furthest_is_explained() {
    let rego = "package p\n\nr if {\n\tsome x in input.xs\n\tx.a > 1\n\tx.b == \"y\"\n}\n";
    let input = r#"{"xs": [{"a": 1}, {"a": 2, "b": "z"}, {"a": 3, "b": "w"}, {}]}"#;
    let (text, facts, here, attempts) = failure(rego, input);
    assert_eq!((&*text, here, attempts), ("x.b == \"y\"", 2, 4));
    assert_eq!(facts, [r#"x.b = "z""#, r#"x = {"a": 2, "b": "z"}"#]);
}

#[test]
fn literals_are_explained_in_the_order_of_the_source() {
    // The first literal waits for `x`.
    let rego = "package p\n\nr if {\n\ty = x + 1\n\tx = input.x\n\ty > 2\n}\n";
    let rule = explain(rego, r#"{"x": 2}"#, Budget::DEFAULT).rule.expect("a rule");
    let Outcome::Holds { solutions, .. } = &rule.definitions[0].outcome else { panic!("{rule:?}") };
    let steps: Vec<_> = solutions[0].steps.iter().map(|step| (&*step.text, facts(step))).collect();
    let expected = [("y = x + 1", "y = 3"), ("x = input.x", "x = 2"), ("y > 2", "y = 3")];
    let expected = expected.map(|(text, fact)| (text, vec![fact.to_owned()]));
    assert_eq!(steps, expected);
    assert_eq!(rule.value.as_deref(), Some("true"));
}

#[test]
fn a_reference_names_its_longest_part_that_exists() {
    for (literal, reason) in [
        ("input.a.b.c", r#"`input.a.b` has no member "c""#),
        ("input.a.b[0]", "`input.a.b` has no member 0"),
        ("input.list[_].x", r#"none of the 2 values of `input.list[_]` has a member "x""#),
        ("input.empty[_]", "`input.empty` is empty"),
        ("input.text.x", "`input.text` is \"t\", which has no members"),
        ("data.none.x", "`data.none` is undefined"),
        ("input.list[_] == 3", "`input.list[_]` has 2 values, the first is 1"),
    ] {
        let rego = format!("package p\n\nr if {literal}\n");
        let input = r#"{"a": {"b": {}}, "list": [1, 2], "empty": [], "text": "t"}"#;
        assert_eq!(failure(&rego, input).1, [reason], "{literal}");
    }
}

#[test]
fn the_room_of_an_explanation_is_limited() {
    let rego = "package p\n\nr contains x if {\n\tsome x in numbers.range(1, 50)\n\tf(x)\n}\n\n\
                f(x) if { x > 0; x > 1; x > 2; x > 3; x > 4; x > 5; x > 6 }\n\n\
                r contains y if {\n\tsome y in numbers.range(100, 150)\n\ty > 0; y > 1; y > 2; \
                y > 3; y > 4; y > 5; y > 6; y > 7; y > 8; y > 9\n}\n";
    let explanation = explain(rego, "{}", Budget::DEFAULT);
    let rule = explanation.rule.expect("a rule");
    let Outcome::Holds { solutions, left_out } = &rule.definitions[0].outcome else {
        panic!("{rule:?}")
    };
    assert_eq!((solutions.len(), *left_out), (10, 34));
    assert!(!explanation.is_cut);
    let many = (0..60).map(|number| format!("x + {number} > 0"));
    let rego = format!(
        "package p\n\nr contains x if {{\n\tsome x in numbers.range(1, 50)\n\t{}\n}}\n",
        many.collect::<Vec<_>>().join("\n\t")
    );
    assert!(explain(&rego, "{}", Budget::DEFAULT).is_cut);
    // A definition that fails is never reported as one that holds.
    let rego = format!("{rego}\nr contains x if {{\n\tx := input.x\n\tx > 1\n}}\n");
    let explanation = explain(&rego, "{}", Budget::DEFAULT);
    let last = explanation.rule.expect("a rule").definitions.pop().expect("a definition");
    let Outcome::Fails(failure) = last.outcome else { panic!("{last:?}") };
    assert_eq!((&*failure.step.text, failure.step.facts.len()), ("x := input.x", 0));
}

#[test]
fn the_values_of_a_literal_are_limited() {
    let names: Vec<String> = (0..20).map(|number| format!("x{number}")).collect();
    let assigned = names.iter().map(|name| format!("{name} := 1"));
    let assigned = assigned.collect::<Vec<_>>().join("\n\t");
    let rego = format!("package p\n\nr if {{\n\t{assigned}\n\t[{}] == []\n}}\n", names.join(", "));
    let facts = failure(&rego, "{}").1;
    assert_eq!((facts.len(), &*facts[12]), (13, "more values are left out"));
}

#[test]
fn an_explanation_has_a_budget() {
    let rego = "package p\n\nr if {\n\tsome x, y in numbers.range(1, 1000)\n\tx * y < 0\n}\n";
    let explanation = explain(rego, "{}", Budget::DEFAULT.steps(100));
    assert!(explanation.stopped.is_some(), "{explanation:?}");
}

#[test]
fn print_has_a_line_for_each_combination_of_values() {
    let rego = "package p\n\nr if {\n\tprint(input.xs[_], input.none, \"t\", {1})\n\tfalse\n}\n";
    let arena = Arena::new();
    let env = Env::new(&arena, &NoHost);
    let input = json::parse(&arena, br#"{"xs": [["a"], "b"]}"#).expect("JSON");
    let explainer = explainer(rego);
    let prints = explainer.prints(&env, &["p", "r"], Some(input), None);
    let lines: Vec<_> = prints.lines.iter().map(|line| (line.place.line, &*line.text)).collect();
    let expected = [(4, "b <undefined> t {1}"), (4, "[\"a\"] <undefined> t {1}")];
    assert_eq!(lines, expected);
    assert!(explainer.print_faults().is_none() && !prints.is_cut);
}
