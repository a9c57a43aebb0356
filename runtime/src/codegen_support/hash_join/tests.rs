use proptest::prelude::*;

use super::join::{FEW, Join};
use super::shared::{self, FEW_KEPT, is_same};
use crate::arena::Arena;
use crate::codegen_support::{Evaluate, members};
use crate::context::Context;
use crate::error::{ErrorCode, EvalError, Location};
use crate::internal::samples::{Sample, sample};
use crate::location::Rule;
use crate::policy::{Evaluation, Policy, PolicyEntry};
use crate::value::Value;
use crate::{Document, IndexedDocument};

fn values(of: Option<Value<'_>>) -> impl Iterator<Item = Value<'_>> {
    members(of).map(|(_, value)| value)
}

/// The keys of a member are the values below `hosts`.
static HOSTS: Join = Join::of_data(|cx, _, member| {
    let mut rows = cx.rows::<1>();
    values(member.get_str("hosts")).for_each(|host| rows.push([host]));
    Ok(rows)
});

static ABOVE: Join = Join::above_data(HOSTS.keys);

/// The keys of a member, which cannot be computed if it has no hosts.
static SURE: Join = Join::of_data(|cx, key, member| {
    if member.get_str("hosts").is_some() {
        return (HOSTS.keys)(cx, key, member);
    }
    let place = Location { rule: "", file: "", line: 0, column: 0 };
    Err(EvalError::new(ErrorCode::Conflict, "no hosts", &place))
});

const AT: Rule = Rule { path: "data.joined", file: "" };

/// Returns the members that have each wanted value, in order.
fn joined<'a>(cx: &Context<'a>) -> Value<'a> {
    let mut found = cx.list();
    for wanted in values(cx.input()) {
        for (key, member) in cx.matching(&AT, (1, 1), &HOSTS, cx.data(), || Ok(Some(wanted))) {
            if values(member.get_str("hosts")).any(|host| host == wanted) {
                found.push(cx.array_of(&[wanted, key, member]));
            }
        }
    }
    found.finish()
}

/// Returns the number of members that are scanned for each wanted value.
fn looked_at<'a>(cx: &Context<'a>, join: &'static Join) -> Value<'a> {
    let mut counts = cx.list();
    for wanted in values(cx.input()) {
        let wanted = (wanted != Value::Null).then_some(wanted);
        let count = cx.matching(&AT, (1, 1), join, cx.data(), || Ok(wanted)).count();
        counts.push(Value::int(i64::try_from(count).unwrap_or(i64::MAX)));
    }
    counts.finish()
}

static POLICY: Policy = Policy {
    name: "joins",
    entries: &[
        PolicyEntry { path: "data.joined", evaluate: Evaluate::Always(|cx| Ok(joined(cx))) },
        PolicyEntry {
            path: "data.hosts",
            evaluate: Evaluate::Always(|cx| Ok(looked_at(cx, &HOSTS))),
        },
        PolicyEntry {
            path: "data.above",
            evaluate: Evaluate::Always(|cx| Ok(looked_at(cx, &ABOVE))),
        },
        PolicyEntry {
            path: "data.sure",
            evaluate: Evaluate::Always(|cx| Ok(looked_at(cx, &SURE))),
        },
    ],
    memo_cells: 0,
    needs: &[""],
    inventory: &[],
    template: None,
};

/// The way in which the evaluation finds members: a strict one scans all of them, others build
/// their own indexes or use those that are kept with the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Strict,
    Own,
    Kept,
}

fn run(path: &str, data: &IndexedDocument, wanted: &Document, by: By) -> String {
    let arena = Arena::new();
    let evaluation = Evaluation::new(&arena).input(wanted.value()).data(data.value());
    let evaluation = match by {
        By::Strict => evaluation.indexes(data.indexes()).strict(true),
        By::Own => evaluation,
        By::Kept => evaluation.indexes(data.indexes()),
    };
    let answer = evaluation.run(&POLICY, path).expect("no error");
    answer.expect("defined").to_string()
}

/// Returns objects with one host each, except for one without and one with two equal ones.
fn hosts(count: usize) -> IndexedDocument {
    let arena = Arena::new();
    let objects: Vec<_> = (0..count)
        .map(|number| match number {
            7 => "{}".to_owned(),
            8 => r#"{"hosts": [1, "h1", 1.0, "h8"]}"#.to_owned(),
            _ => format!(r#"{{"hosts": ["h{number}"]}}"#),
        })
        .collect();
    let text = format!("[{}]", objects.join(","));
    let value = crate::json::parse(&arena, arena.string(&text).as_bytes()).expect("JSON");
    IndexedDocument::new(Document::of(&value))
}

#[test]
fn an_index_finds_the_members_that_match_and_each_once() {
    let data = hosts(100);
    let wanted = Document::parse(r#"["h1", "h1", 1, 1.0, "none", ["h1"]]"#).expect("JSON");
    assert_eq!(run("data.hosts", &data, &wanted, By::Kept), "[2, 2, 1, 1, 0, 0]");
    assert_eq!(run("data.hosts", &data, &wanted, By::Own), "[100, 2, 1, 1, 0, 0]");
    assert_eq!(run("data.hosts", &data, &wanted, By::Strict), "[100, 100, 100, 100, 100, 100]");
}

#[test]
fn where_no_index_can_serve_all_members_are_looked_at() {
    let data = hosts(100);
    let wanted = Document::parse(r#"[null, "h1", "h1"]"#).expect("JSON");
    assert_eq!(run("data.hosts", &data, &wanted, By::Kept), "[100, 2, 2]", "undefined");
    for by in [By::Own, By::Kept] {
        assert_eq!(run("data.sure", &data, &wanted, by), "[100, 100, 100]", "an error");
    }
    assert_eq!(run("data.hosts", &hosts(FEW - 1), &wanted, By::Own), "[15, 15, 15]", "too few");
    assert_eq!(run("data.hosts", &hosts(FEW_KEPT - 1), &wanted, By::Kept), "[3, 3, 3]", "too few");
    assert_eq!(run("data.hosts", &hosts(FEW_KEPT), &wanted, By::Kept), "[4, 1, 1]");
}

#[test]
fn a_collection_that_shares_its_start_with_another_is_another() {
    let items = [Value::int(1), Value::int(2), Value::int(3)];
    assert!(is_same(&Value::Array(&items), &Value::Array(&items)));
    assert!(!is_same(&Value::Array(&items), &Value::Array(&items[..2])));
    let set = Value::Set(crate::value::Set { members: &items });
    assert!(!is_same(&Value::Array(&items), &set));
    assert!(is_same(&set, &set));
}

#[test]
fn what_stands_above_data_is_indexed_when_it_is_asked_for_often() {
    let data = hosts(100);
    let often = usize::try_from(shared::PATIENCE).unwrap_or_default();
    let wanted: Vec<_> = std::iter::repeat_n(r#""h1""#, often + 2).collect();
    let wanted = Document::parse(format!("[{}]", wanted.join(","))).expect("JSON");
    let counts = run("data.above", &data, &wanted, By::Kept);
    assert_eq!(counts, format!("[{}2, 2]", "100, ".repeat(often)));
    assert_eq!(run("data.above", &data, &wanted, By::Own).matches("100").count(), often + 2);
}

#[test]
fn threads_share_the_indexes_of_a_document() {
    let data = hosts(1000);
    let wanted = Document::parse(r#"["h999", 1, "h500"]"#).expect("JSON");
    let expected = run("data.joined", &data, &wanted, By::Strict);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(run("data.joined", &data, &wanted, By::Kept), expected));
        }
    });
}

/// Generates members that have hosts, another value, or nothing.
fn member() -> impl Strategy<Value = Sample> {
    let hosts = || proptest::collection::vec(sample(), 0..4);
    let named = |name, value| Sample::Object(vec![(Sample::String(name), value)]);
    prop_oneof![
        hosts().prop_map(move |hosts| named("hosts", Sample::Array(hosts))),
        hosts().prop_map(move |hosts| named("hosts", Sample::Set(hosts))),
        sample().prop_map(move |value| named("hosts", value)),
        sample(),
    ]
}

fn collection() -> impl Strategy<Value = Sample> {
    let pairs = proptest::collection::vec((sample(), member()), 10..60);
    prop_oneof![
        proptest::collection::vec(member(), 10..60).prop_map(Sample::Array),
        proptest::collection::vec(member(), 10..60).prop_map(Sample::Set),
        pairs.prop_map(Sample::Object),
    ]
}

proptest! {
    #[test]
    fn answers_do_not_depend_on_indexes(
        data in collection(),
        wanted in proptest::collection::vec(sample(), 0..20),
    ) {
        let arena = Arena::new();
        let data = IndexedDocument::new(Document::of(&data.build(&arena)));
        let wanted = Document::of(&Sample::Array(wanted).build(&arena));
        let expected = run("data.joined", &data, &wanted, By::Strict);
        for by in [By::Own, By::Kept, By::Kept] {
            prop_assert_eq!(&run("data.joined", &data, &wanted, by), &expected, "{:?}", by);
        }
    }
}
