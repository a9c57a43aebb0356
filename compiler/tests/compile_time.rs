//! The compile time grows in proportion to the source.
//!
//! A test compiles a construct with `n` and with `4n` parts and compares the times of each stage.
//! If a stage takes linear time, the ratio is about 4; if it takes quadratic time, 16.

#[path = "../../bench/src/compile_time/constructs.rs"]
mod constructs;
#[path = "../../bench/src/compile_time/times.rs"]
mod times;

use std::time::Instant;

use constructs::{CONSTRUCTS, Construct};
use ferrego_compiler::lints::Levels;
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::{RegoVersion, Source};
use times::Times;

/// The number of parts of the smaller module.
const PARTS: usize = 250;
/// The ratio of times above which a stage counts as slower than linear.
const GREATEST_RATIO: f64 = 10.0;
/// The time of the larger module, in milliseconds, below which a stage is not judged.
const SHORTEST: f64 = 15.0;

/// The constructs of which a stage once took quadratic or cubic time.
const ONCE_SLOW: &[&str] = &[
    "object",
    "object of references",
    "operands",
    "every over an array",
    "template string",
    "template string of names",
    "assignments",
    "unifications",
    "unifications in reverse",
    "patterns",
    "chain of functions",
    "else",
    "definitions of a set",
    "definitions with one loop",
    "definitions of a rule",
    "definitions of a function",
];

fn construct(name: &str) -> &'static Construct {
    let place = CONSTRUCTS.iter().position(|construct| construct.name == name);
    assert!(place.is_some(), "no construct named `{name}`");
    &CONSTRUCTS[place.unwrap_or_default()]
}

fn times(construct: &Construct, parts: usize) -> Times {
    assert!(parts <= construct.most, "{}", construct.name);
    let text = (construct.source)(parts);
    Times::of_compiling(&[Source::new("p.rego", text, RegoVersion::V1)])
}

/// Returns the stages that take longer than linear time.
fn slow_stages(construct: &Construct) -> Vec<String> {
    let (one, four) = (times(construct, PARTS), times(construct, 4 * PARTS));
    assert!(four.stages().any(|stage| stage == "layout"), "{} does not compile", construct.name);
    let slow = four.stages().filter(|stage| {
        four.of(stage) >= SHORTEST && four.of(stage) > GREATEST_RATIO * one.of(stage)
    });
    slow.map(|stage| {
        let (one, four) = (one.of(stage), four.of(stage));
        format!("{}, {stage}: {one:.1} ms, then {four:.1} ms", construct.name)
    })
    .collect()
}

/// The number of measurements of which one must be linear. Other programs delay some of them.
const ATTEMPTS: usize = 4;

/// Returns what the last measurement of a construct finds, if all of them find something.
fn always(measure: impl Fn() -> Vec<String>) -> Vec<String> {
    let mut found = Vec::new();
    for _ in 0..ATTEMPTS {
        found = measure();
        if found.is_empty() {
            break;
        }
    }
    found
}

#[test]
fn no_stage_takes_quadratic_time() {
    let measure = |name: &&str| always(|| slow_stages(construct(name)));
    let slow: Vec<_> = ONCE_SLOW.iter().flat_map(measure).collect();
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

/// Returns the milliseconds that the analysis and the lints take.
fn time_of_lints(construct: &Construct, parts: usize) -> f64 {
    let sources = [Source::new("p.rego", (construct.source)(parts), RegoVersion::V1)];
    let options = Options::modules("p");
    let start = Instant::now();
    let found = pipeline::lint(&sources, &options, &Levels::default());
    assert!(found.is_ok(), "{} does not compile", construct.name);
    start.elapsed().as_secs_f64() * 1e3
}

#[test]
fn lints_take_linear_time() {
    let measure = |name: &str| {
        let construct = construct(name);
        let (one, four) = (time_of_lints(construct, PARTS), time_of_lints(construct, 4 * PARTS));
        let slow = four >= SHORTEST && four > GREATEST_RATIO * one;
        let message = slow.then(|| format!("{name}: {one:.1} ms, then {four:.1} ms"));
        message.into_iter().collect()
    };
    let slow: Vec<_> = ONCE_SLOW.iter().flat_map(|name| always(|| measure(name))).collect();
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn nested_bodies_do_not_double_the_time() {
    let construct = construct("every in comprehensions");
    let (shallow, deep) = (times(construct, 12), times(construct, 48));
    let stage = "rewrite_local_vars";
    // 18 more levels would take 2^18 times as long if each doubled the time.
    assert!(deep.of(stage) < 500.0 * shallow.of(stage).max(0.1), "{}", deep.of(stage));
}

#[test]
fn the_names_of_constructs_differ() {
    for construct in CONSTRUCTS {
        let others = CONSTRUCTS.iter().filter(|other| other.name == construct.name);
        assert_eq!(others.count(), 1, "{}", construct.name);
    }
}
