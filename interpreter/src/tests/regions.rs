use ferrego_runtime::{Budget, Value};

use super::*;

/// Rules that make about as many values as there are pairs of elements in `input.xs`, and whose
/// answers are small.
const SHAPES: &str = r#"package t

xs := input.xs

labels(x) := [sprintf("%s-%s", [name, x.name]) | name := xs[_].name]

loop contains "m" if {
	some x in xs
	all := [sprintf("%s-%s", [name, x.name]) | name := xs[_].name]
	"zz" in all
}

each if {
	every x in xs {
		all := [sprintf("%s-%s", [name, x.name]) | name := xs[_].name]
		count(all) == count(xs)
	}
}

members contains {"name": x.name, "first": all[0]} if {
	some x in xs
	all := [sprintf("%s-%s", [name, x.name]) | name := xs[_].name]
}

functions := count([1 |
	some x in xs
	not "zz" in labels(x)
])

pairs := count([1 |
	some x in xs
	some y in xs
	concat("-", [x.name, y.name]) == "x1-x2"
])

counted := [n |
	some x in xs
	n := count({label | label := sprintf("%s-%s", [xs[_].name, x.name])})
]

objects[x.name] := n if {
	some x in xs
	n := count({upper(y.name): y | some y in xs; y.name != x.name})
}

has_zz if "zz" in [sprintf("%s-%s", [name, input.x.name]) | name := input.xs[_].name]

replaced := count([1 |
	some x in xs
	not has_zz with input.x as x
])

shared := [{"x": x, "n": n, "all": input.xs, "upper": uppers} |
	some x in xs
	n := count([1 | label := labels(x)[_]; label != "zz"])
]

uppers := [upper(x.name) | some x in xs]
"#;

const RULES: [&str; 9] =
    ["loop", "each", "members", "functions", "pairs", "counted", "objects", "replaced", "shared"];

fn elements(count: usize) -> String {
    let element = |index| format!(r#"{{"name": "x{index}"}}"#);
    format!(r#"{{"xs": [{}]}}"#, (0..count).map(element).collect::<Vec<_>>().join(","))
}

fn interpreter(module: &str, limit: usize) -> Interpreter {
    load(&[module], RegoVersion::V1).expect("runnable").regions_from(limit)
}

/// Returns the bytes that the arena takes from the heap for a rule of [`SHAPES`], besides those of
/// its input.
fn bytes(rule: &str, count: usize, limit: usize) -> usize {
    let text = elements(count);
    let arena = Arena::new();
    let input = json::parse(&arena, text.as_bytes()).expect("JSON");
    let before = arena.allocated_bytes();
    let mut env = Env::new(&arena, &NoHost);
    env.budget = Budget::UNLIMITED;
    let answer = interpreter(SHAPES, limit).query(&env, &["t", rule], Some(input), None);
    assert!(answer.expect(rule).is_some(), "{rule}");
    arena.allocated_bytes() - before
}

/// Asserts that a rule takes at most `most` bytes for the greatest of the counts, of which each is
/// twice the one before, and that the bytes grow about as the counts.
fn assert_linear(rule: &str, counts: [usize; 3], limit: usize, most: usize) {
    let taken = counts.map(|count| bytes(rule, count, limit));
    assert!(taken[2] <= most, "{rule}: {taken:?}");
    // An arena doubles its memory when it is full.
    let is_linear = taken.is_sorted_by(|a, b| *b <= 2 * *a + 8 * limit);
    assert!(is_linear, "{rule}: {taken:?}");
}

#[test]
fn memory_follows_what_is_alive() {
    for rule in RULES {
        assert_linear(rule, [30, 60, 120], 4 << 10, 256 << 10);
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimization")]
fn memory_follows_what_is_alive_in_large_evaluations() {
    for rule in RULES {
        assert_linear(rule, [1_000, 2_000, 4_000], crate::REGION_LIMIT, 32 << 20);
    }
}

#[test]
fn answers_do_not_depend_on_regions() {
    let text = elements(12);
    for rule in RULES {
        let answers = [0, 100, 1_000, usize::MAX].map(|limit| {
            let arena = Arena::new();
            let input = json::parse(&arena, text.as_bytes()).expect("JSON");
            let env = Env::new(&arena, &NoHost);
            let answer = interpreter(SHAPES, limit).query(&env, &["t", rule], Some(input), None);
            answer.expect(rule).expect(rule).to_string()
        });
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{rule}: {answers:?}");
    }
}

#[test]
fn parts_of_documents_rules_and_variables_are_not_copied() {
    const MODULE: &str = r#"package t
large := [sprintf("%d", [n]) | some n in numbers.range(1, 1000)]
p := [[x, input.large, large, list, large[0]] |
	list := [n | some n in large]
	some x in input.xs
]
"#;
    let text = format!(r#"{{"xs": [1, 2], "large": [{}"0"]}}"#, "\"text\",".repeat(1000));
    let arena = Arena::new();
    let input = json::parse(&arena, text.as_bytes()).expect("JSON");
    let env = Env::new(&arena, &NoHost);
    let answer = interpreter(MODULE, 0).query(&env, &["t", "p"], Some(input), None);
    let answer = answer.expect("an answer").expect("defined");
    let place = |value: Value<'_>| value.as_array().map(|items| items.as_ptr().addr());
    assert_eq!(place(answer[0][1]), place(input["large"]));
    assert_eq!(place(answer[0][2]), place(answer[1][2]));
    assert_eq!(place(answer[0][3]), place(answer[1][3]));
    assert_eq!(answer[0][4].as_str(), Some("1"));
}

#[test]
fn rules_and_calls_from_before_are_not_evaluated_again_in_regions() {
    const MODULE: &str = r"package t
large := count([1 | some n in numbers.range(1, 1000); n > 0])
total(list) := count([1 | some n in list; n > 0])
rules := [large | some x in input.xs; x > 0]
calls := [n | total(input.xs) > 0; some x in input.xs; x > 0; n := total(input.xs)]
";
    let numbers: Vec<String> = (1..=50).map(|number| number.to_string()).collect();
    let text = format!(r#"{{"xs": [{}]}}"#, numbers.join(","));
    for rule in ["rules", "calls"] {
        let arena = Arena::new();
        let input = json::parse(&arena, text.as_bytes()).expect("JSON");
        let mut env = Env::new(&arena, &NoHost);
        env.budget = Budget::DEFAULT.steps(5_000);
        let answer = interpreter(MODULE, 0).query(&env, &["t", rule], Some(input), None);
        assert_eq!(answer.map(|answer| answer.and_then(|list| list.len())), Ok(Some(50)), "{rule}");
    }
}

#[test]
fn modifiers_see_the_values_of_a_region() {
    let rules = r#"
seen contains upper(input.name)
nested := [y | some x in seen; y := lower(x) with input.name as "other"]
p := [[x, s, n] |
	some x in ["a", "b"]
	name := concat("-", [x, "c"])
	s := seen with input.name as name
	n := nested with input.name as name
]"#;
    assert_eq!(p(rules), r#"[["a", {"A-C"}, ["a-c"]], ["b", {"B-C"}, ["b-c"]]]"#);
}

#[test]
fn deep_values_leave_a_region_on_a_small_stack() {
    const MODULE: &str = "package t\np := [x | some text in input; x := json.unmarshal(text)]";
    let deep = [vec![b'['; json::MAX_DEPTH], vec![b']'; json::MAX_DEPTH]].concat();
    let text = format!("[\"{}\"]", String::from_utf8_lossy(&deep));
    let evaluate = || {
        let arena = Arena::new();
        let input = json::parse(&arena, text.as_bytes()).expect("JSON");
        let env = Env::new(&arena, &NoHost);
        let answer = interpreter(MODULE, 0).query(&env, &["t", "p"], Some(input), None);
        answer.expect("an answer").and_then(|list| list.len())
    };
    let small = std::thread::Builder::new().stack_size(256 << 10);
    let lists = std::thread::scope(|scope| {
        small.spawn_scoped(scope, evaluate).expect("a thread").join().expect("no panic")
    });
    assert_eq!(lists, Some(1));
}

#[test]
fn a_budget_that_a_region_exceeds_names_the_place() {
    const MODULE: &str = r#"package t

p if {
	some x in input.xs
	y := [x, "y"]
	slow(y)
}

slow(y) if {
	some z in numbers.range(1, 1000)
	z == y
}
"#;
    let budgets = [Budget::DEFAULT.steps(900), Budget::DEFAULT.memory(2_000)];
    for (budget, message) in budgets.into_iter().zip(["steps", "memory"]) {
        let arena = Arena::new();
        let input = json::parse(&arena, br#"{"xs": [1, 2]}"#).expect("JSON");
        let mut env = Env::new(&arena, &NoHost);
        env.budget = budget;
        let answer = interpreter(MODULE, 0).query(&env, &["t", "p"], Some(input), None);
        let error = answer.expect_err("the budget is exceeded");
        assert!(error.message.ends_with(message), "{error}");
        assert_eq!((error.rule.as_str(), error.line / 10), ("data.t.slow", 1), "{error}");
    }
}

#[test]
fn errors_in_a_region_name_the_place() {
    let conflict = "\nf(x) := y if { some y in [x, 2] }\np := [f(x) | some x in [2, 1]]";
    assert!(p(conflict).contains("0.rego:3:1: eval_conflict_error"), "{}", p(conflict));
    let modules = ["package t\n\np := [y | some x in [1, 0]; y := [1 / x]]"];
    let strict = Question { modules: &modules, strict: true, ..Question::default() }.ask("t.p");
    assert!(strict.contains("0.rego:3:35: eval_builtin_error: div"), "{strict}");
}
