//! Tests of the limits of reviews.

use std::time::{Duration, Instant};

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::context::{Context, Evaluate, Rule};
use ferrego_runtime::{Budget, Policy, PolicyEntry};

use super::*;

/// A compiled policy that denies each pair of equal items.
static PAIRS: Policy = Policy {
    name: "pairs",
    entries: &[PolicyEntry { path: "data.pairs.violation", evaluate: Evaluate::Maybe(pairs) }],
    memo_cells: 0,
    needs: &[""],
    inventory: &[],
    template: None,
};

const RULE: Rule = Rule { path: "data.pairs.violation", file: "pairs.yaml" };

fn pairs<'a>(cx: &Context<'a>) -> Eval<'a> {
    let items = cx.input().and_then(|input| input.path(&["parameters", "items"]));
    let mut violations = SetBuilder::new(cx.env().arena);
    for item in cx.values(&RULE, (12, 9), items)? {
        for other in cx.values(&RULE, (13, 9), items)? {
            if item == other {
                violations.insert(item);
            }
        }
    }
    Ok(Some(violations.finish()))
}

/// Returns a set with the constraints `small` and `large` of the kinds `Small` and `Large`, both
/// with the policy [`PAIRS`].
fn pair_set(budget: Budget) -> PolicySet {
    let mut builder = builder().budget(budget);
    let items = |count: usize| vec![r#"{"msg": "m"}"#; count].join(", ");
    for (kind, name, count) in [("Small", "small", 2), ("Large", "large", 30)] {
        let any = Schema::of_template("", true).expect("no fault");
        builder.add_template(kind, any.map(Arc::new), Arc::new(PAIRS)).expect("new");
        let spec = format!(r#"{{"parameters": {{"items": [{}]}}}}"#, items(count));
        add(&mut builder, &constraint(kind, name, &spec)).expect("valid");
    }
    builder.build()
}

fn pod(arena: &Arena) -> Review<'_> {
    let pod = br#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}"#;
    let object = json::parse(arena, pod).expect("JSON");
    Review::from_object(arena, object, None, Numbers::Exact).expect("an object")
}

#[test]
fn an_evaluation_over_budget_denies_and_the_next_review_is_judged() {
    let (small, large) = (pair_set(Budget::default().steps(20)), pair_set(Budget::default()));
    let (arena, snapshot) = (Arena::new(), Snapshot::empty());
    let review = pod(&arena);
    let denied = "deny[] large: pairs.yaml:12:9: eval_cancel_error: the evaluation exceeds its budget \
                  of steps, in the rule data.pairs.violation null Evaluation";
    for _ in 0..2 {
        let verdict = small.review(&review, &snapshot, &arena).expect("a verdict");
        assert_eq!(shown(&verdict), ["deny[] small: m {} Violation", denied]);
        let verdict = large.review(&review, &snapshot, &arena).expect("a verdict");
        let judged = ["deny[] large: m {} Violation", "deny[] small: m {} Violation"];
        assert_eq!(shown(&verdict), judged);
    }
    let inner = pair_set(Budget::default().steps(40));
    let verdict = inner.review(&review, &snapshot, &arena).expect("a verdict");
    assert_eq!(shown(&verdict)[1], denied.replace(":12:", ":13:"));
}

#[test]
fn a_deadline_holds_for_one_review() {
    let set = pair_set(Budget::default());
    let (arena, snapshot) = (Arena::new(), Snapshot::empty());
    let messages = |review: &Review<'_>| {
        let object = Document::of(&review.value());
        let arena = Arena::new();
        let object = object.value().get_str("object").expect("an object").copy_to(&arena);
        let own = Review::from_object(&arena, object, None, Numbers::Exact).expect("an object");
        let own = review.deadline().map_or(own, |deadline| own.with_deadline(deadline));
        let expander = Expander::default();
        let verdict = set.review_expanded(&own, &expander, &snapshot, &arena).expect("a verdict");
        verdict.findings.iter().map(|one| one.msg.contains("deadline")).collect::<Vec<_>>()
    };
    let now = Instant::now();
    assert_eq!(messages(&pod(&arena)), [false, false]);
    assert_eq!(messages(&pod(&arena).with_deadline(now)), [true, true]);
    assert_eq!(messages(&pod(&arena).with_deadline(now + Duration::from_hours(1))), [false, false]);

    let review = br#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}}"#;
    let late = set.judge_until(review, &snapshot, &arena, now).expect("a judgment");
    assert!(late.verdict.is_denied());
    assert!(late.verdict.findings.iter().all(|one| one.cause == Cause::Evaluation));
    let judged = set.judge(review, &snapshot, &arena).expect("a judgment");
    assert!(judged.verdict.findings.iter().all(|one| one.cause == Cause::Violation));
}

#[test]
fn a_timeout_holds_for_each_evaluation() {
    let limits = Limits { timeout: Some(Duration::ZERO), ..Limits::default() };
    let earlier = limits.budget_now(None).deadline.expect("a deadline");
    assert!(earlier <= limits.budget_now(None).deadline.expect("a deadline"));
    let limits = Limits { timeout: Some(Duration::MAX), ..limits };
    assert_eq!(limits.budget_now(None).deadline, None);
    assert_eq!(limits.budget_now(Some(earlier)).deadline, Some(earlier));
    let mut builder = builder().limits(Limits { timeout: Some(Duration::ZERO), ..limits });
    let any = Schema::of_template("", true).expect("no fault");
    builder.add_template("Pairs", any.map(Arc::new), Arc::new(PAIRS)).expect("new");
    let spec = items(1, |_| r#"{"msg": "m"}"#.to_owned());
    add(&mut builder, &constraint("Pairs", "p", &spec)).expect("valid");
    let set = builder.build();
    let (arena, snapshot) = (Arena::new(), Snapshot::empty());
    let verdict = set.review(&pod(&arena), &snapshot, &arena).expect("a verdict");
    assert!(verdict.findings[0].msg.contains("exceeds its deadline"), "{:?}", verdict.findings);
}

/// Returns the set of [`set`] with limits of findings and bytes.
fn limited(constraints: &[String], findings: usize, bytes: usize) -> PolicySet {
    let mut builder = builder().limits(Limits { findings, bytes, ..Limits::default() });
    for one in constraints {
        add(&mut builder, one).expect("valid");
    }
    builder.build()
}

fn items(count: usize, item: impl Fn(usize) -> String) -> String {
    let items: Vec<_> = (0..count).map(item).collect();
    format!(r#"{{"parameters": {{"items": [{}]}}}}"#, items.join(", "))
}

#[test]
fn each_constraint_keeps_a_finding() {
    let many = items(5, |item| format!(r#"{{"msg": "m{item}"}}"#));
    let all = [
        constraint("Items", "a", &many.replacen('{', r#"{"enforcementAction": "warn", "#, 1)),
        constraint("Items", "b", &many),
        constraint("Items", "c", &items(1, |_| r#"{"msg": "m"}"#.to_owned())),
    ];
    let set = limited(&all, 2, 1000);
    let (arena, snapshot) = (Arena::new(), Snapshot::empty());
    let verdict = set.review(&pod(&arena), &snapshot, &arena).expect("a verdict");
    let left_out =
        |count| format!("findings left out: {count}; a review has room for 2 in 1000 bytes null");
    assert_eq!(
        shown(&verdict),
        [
            "deny[] c: m {} Violation".to_owned(),
            "deny[] b: m0 {} Violation".to_owned(),
            "warn[] a: m0 {} Violation".to_owned(),
            "warn[] a: m1 {} Violation".to_owned(),
            format!("a: {}", left_out(3)),
            format!("b: {}", left_out(4)),
        ]
    );
    assert_eq!(verdict.left_out, 7);
    let whole = limited(&all, 11, 1000);
    let verdict = whole.review(&pod(&arena), &snapshot, &arena).expect("a verdict");
    assert_eq!((verdict.findings.len(), verdict.warnings.len(), verdict.left_out), (11, 0, 0));
}

#[test]
fn implied_objects_share_the_limits_of_their_review() {
    let template = r#"{"apiVersion": "expansion.gatekeeper.sh/v1beta1", "kind": "ExpansionTemplate",
        "metadata": {"name": "pods"}, "spec": {
            "applyTo": [{"groups": ["apps"], "versions": ["v1"], "kinds": ["Deployment"]}],
            "templateSource": "spec.template",
            "generatedGVK": {"group": "", "version": "v1", "kind": "Pod"}}}"#;
    let template = ExpansionTemplate::read(&Document::parse(template).expect("JSON").value());
    let expander = Expander::new([template.expect("valid")]).expect("no cycle");
    let deployment = br#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
        "spec": {"template": {"spec": {}}}}"#;
    let many = items(3, |item| format!(r#"{{"msg": "m{item}"}}"#));
    let set = limited(&[constraint("Items", "a", &many)], 4, 1000);
    let (arena, snapshot) = (Arena::new(), Snapshot::empty());
    let object = json::parse(&arena, deployment).expect("JSON");
    let review = Review::from_object(&arena, object, None, Numbers::Exact).expect("an object");
    let verdict = set.review_expanded(&review, &expander, &snapshot, &arena).expect("a verdict");
    let messages: Vec<_> = verdict.findings.iter().map(|one| one.msg).collect();
    assert_eq!(messages, ["[Implied by pods] m0", "m0", "m1", "m2"]);
    assert_eq!((verdict.left_out, verdict.warnings.len()), (2, 1));

    let set = pair_set(Budget::default());
    let late = review.with_deadline(Instant::now());
    let verdict = set.review_expanded(&late, &expander, &snapshot, &arena).expect("a verdict");
    assert_eq!(verdict.findings.len(), 4);
    assert!(verdict.findings.iter().all(|one| one.cause == Cause::Evaluation));
}

#[test]
fn long_messages_and_details_are_shortened() {
    let long = "é".repeat(5000);
    let items =
        items(3, |item| format!(r#"{{"msg": "{item}{long}", "details": "{}"}}"#, "d".repeat(9000)));
    let set = limited(&[constraint("Items", "a", &items)], 10, 2000);
    let (arena, snapshot) = (Arena::new(), Snapshot::empty());
    let verdict = set.review(&pod(&arena), &snapshot, &arena).expect("a verdict");
    let [only] = verdict.findings else { panic!("{:?}", verdict.findings) };
    assert!(only.msg.starts_with("0éé") && only.msg.ends_with("é… (8002 bytes left out)"));
    assert_eq!(only.details, Value::String("left out: too large"));
    assert_eq!(verdict.left_out, 2);
}

/// A policy with values whose texts double with each of 100 steps.
struct Doubling;

impl Violations for Doubling {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        let arena = evaluation.env().arena;
        let (input, _) = evaluation.documents();
        let parameter = |key| input.and_then(|input| input.path(&["parameters", key]));
        let mut value = Value::String("x");
        for _ in 0..100 {
            value = arena.array(&[value, value]);
        }
        let mut object = ferrego_runtime::collections::ObjectBuilder::new(arena);
        if parameter("msg").is_some() {
            object.insert(Value::String("msg"), value);
        } else {
            object.insert(Value::String("details"), value);
            object.insert(Value::String("msg"), Value::String("m"));
        }
        let mut set = SetBuilder::new(arena);
        set.insert(object.finish());
        // An element that is not a violation.
        set.insert(value);
        Ok(Some(set.finish()))
    }
}

#[test]
fn details_with_shared_parts_are_not_written_out() {
    let judge = |spec: &str| {
        let mut builder = builder();
        let any = Schema::of_template("", true).expect("no fault");
        builder.add_template("Doubling", any.map(Arc::new), Arc::new(Doubling)).expect("new");
        add(&mut builder, &constraint("Doubling", "d", spec)).expect("valid");
        let (set, arena, snapshot) = (builder.build(), Arena::new(), Snapshot::empty());
        let verdict = set.review(&pod(&arena), &snapshot, &arena);
        verdict.map(|verdict| (shown(&verdict), verdict.left_out)).map_err(|error| error.message)
    };
    let (shown, left_out) = judge("{}").expect("a verdict");
    assert_eq!(shown[0], "deny[] d: m \"left out: too large\" Violation");
    assert!(shown[1].starts_with("d: findings left out: 1; "), "{}", shown[1]);
    assert_eq!((shown.len(), left_out), (2, 1));
    let message = judge(r#"{"parameters": {"msg": 1}}"#).expect_err("no text");
    assert!(message.ends_with("… is of the type []interface {}, expected string"));
    assert!(message.len() < 2 << 20);
}

/// A policy whose violation has details of many levels.
struct Deep;

impl Violations for Deep {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        let arena = evaluation.arena();
        let details = (0..20_000).fold(Value::Null, |value, _| arena.array(&[value]));
        let mut violations = SetBuilder::new(arena);
        for (msg, details) in [("kept", details), ("left out", details)] {
            let mut violation = ObjectBuilder::new(arena);
            violation.insert("msg".into(), msg.into());
            violation.insert("details".into(), details);
            violations.insert(violation.finish());
        }
        Ok(Some(violations.finish()))
    }
}

#[test]
fn deep_details_are_left_out() {
    let run = || {
        let mut builder = builder();
        let any = Schema::of_template("", true).expect("no fault");
        builder.add_template("Deep", any.map(Arc::new), Arc::new(Deep)).expect("new");
        add(&mut builder, &constraint("Deep", "deep", "{}")).expect("valid");
        let (set, arena, snapshot) = (builder.build(), Arena::new(), Snapshot::empty());
        let verdict = set.review(&pod(&arena), &snapshot, &arena).expect("a verdict");
        shown(&verdict)
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(run).expect("a thread");
    let warning = "deep: findings left out: 1; a review has room for 1000 in 1048576 bytes null";
    let kept = r#"deny[] deep: kept "left out: too large" Violation"#;
    assert_eq!(thread.join().expect("no panic"), [kept, warning]);
}
