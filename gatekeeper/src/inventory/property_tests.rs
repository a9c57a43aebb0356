//! Tests that the results of a lookup do not depend on the inventory's indexes, and that only the
//! indexes of changed parts are rebuilt.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ferrego_runtime::arena::ArenaVec;
use ferrego_runtime::codegen_support::{Context, Evaluate, Join, PolicyEntry, Rule};
use ferrego_runtime::{Arena, Document, Evaluation, Policy, Value};
use proptest::prelude::*;

use super::{Inventory, ObjectKey, Snapshot};

/// The number of objects, and of namespaces, whose keys were computed.
static OBJECTS: AtomicUsize = AtomicUsize::new(0);
static NAMESPACES: AtomicUsize = AtomicUsize::new(0);

/// The indexes of a lookup: one over namespaces, and one over the objects of a kind in a namespace.
struct Joins {
    above: Join,
    of_objects: Join,
}

static COUNTED: Joins = Joins {
    above: Join::above_data(|cx, _, versions| {
        NAMESPACES.fetch_add(1, Ordering::Relaxed);
        Ok(labels_within(cx, versions))
    }),
    of_objects: Join::of_data(|cx, _, object| {
        OBJECTS.fetch_add(1, Ordering::Relaxed);
        Ok(labels(cx, object))
    }),
};

static LABELS: Joins = Joins {
    above: Join::above_data(|cx, _, versions| Ok(labels_within(cx, versions))),
    of_objects: Join::of_data(|cx, _, object| Ok(labels(cx, object))),
};

/// Returns the values of an object or an array.
fn values<'a>(of: impl Into<Option<Value<'a>>>) -> impl Iterator<Item = Value<'a>> {
    let (items, pairs) = match of.into() {
        Some(Value::Array(items)) => (items, &[][..]),
        Some(Value::Object(object)) => (&[][..], object.pairs()),
        _ => (&[][..], &[][..]),
    };
    items.iter().copied().chain(pairs.iter().map(|(_, value)| *value))
}

/// Returns the values of an object's labels.
fn labels<'a>(cx: &Context<'a>, object: Value<'a>) -> ArenaVec<'a, [Value<'a>; 1]> {
    let mut rows = cx.rows();
    values(object.path(&["metadata", "labels"])).for_each(|label| rows.push([label]));
    rows
}

/// Returns the values of the labels of all objects in a namespace.
fn labels_within<'a>(cx: &Context<'a>, versions: Value<'a>) -> ArenaVec<'a, [Value<'a>; 1]> {
    let mut rows = cx.rows();
    let objects = values(versions).flat_map(values).flat_map(values);
    objects.for_each(|object| rows.extend(labels(cx, object)));
    rows
}

/// Returns the objects with a label that equals the input, in order.
fn labeled<'a>(cx: &Context<'a>, joins: &'static Joins) -> Value<'a> {
    const AT: Rule = Rule { path: "data.labeled", file: "" };
    let mut found = cx.list();
    let namespaces = cx.data_path(&["inventory", "namespace"]);
    for (namespace, versions) in
        cx.matching(&AT, (1, 1), &joins.above, namespaces, || Ok(cx.input()))
    {
        for objects in values(versions).flat_map(values) {
            for (name, object) in
                cx.matching(&AT, (1, 1), &joins.of_objects, objects, || Ok(cx.input()))
            {
                if values(object.path(&["metadata", "labels"])).any(|l| Some(l) == cx.input()) {
                    found.push(cx.array_of(&[namespace, name]));
                }
            }
        }
    }
    found.finish()
}

static POLICY: Policy = Policy {
    name: "labels",
    entries: &[
        PolicyEntry {
            path: "data.labels",
            evaluate: Evaluate::Always(|cx| Ok(labeled(cx, &LABELS))),
        },
        PolicyEntry {
            path: "data.counted",
            evaluate: Evaluate::Always(|cx| Ok(labeled(cx, &COUNTED))),
        },
    ],
    memo_cells: 0,
    needs: &[""],
    inventory: &[],
    template: None,
};

fn search(snapshot: &Snapshot, path: &str, label: &str, indexed: bool) -> String {
    let label = Document::parse(label).expect("JSON");
    let arena = Arena::new();
    let mut evaluation = Evaluation::new(&arena).input(label.value()).data(snapshot.data());
    if indexed {
        evaluation = evaluation.indexes(snapshot.indexes());
    }
    evaluation.run(&POLICY, path).expect("no error").expect("defined").to_string()
}

fn object(namespace: usize, name: usize, labels: &[&str]) -> Arc<Document> {
    let labels: Vec<_> =
        labels.iter().enumerate().map(|(key, label)| format!(r#""l{key}": {label}"#)).collect();
    let text = format!(
        r#"{{"apiVersion": "v1", "kind": "Pod", "metadata":
            {{"namespace": "n{namespace}", "name": "p{name}", "labels": {{{}}}}}}}"#,
        labels.join(", ")
    );
    Arc::new(Document::parse(text).expect("JSON"))
}

#[test]
fn only_what_has_changed_is_indexed_again() {
    let inventory = Inventory::new();
    for number in 0..1000 {
        let label = format!("{}", number / 20);
        inventory.insert(object(number % 20, number, &[&label])).expect("valid");
    }
    // The namespaces are indexed after a few scans. Here this happens before the last lookup of a
    // label that no object has.
    let computed = |snapshot: &Snapshot| {
        let count = || [&OBJECTS, &NAMESPACES].map(|count| count.load(Ordering::Relaxed));
        let before = count();
        let labels = ["7", "\"none\""].into_iter().cycle().take(40);
        for label in labels {
            let found = search(snapshot, "data.counted", label, true);
            assert_eq!(found, search(snapshot, "data.labels", label, false));
        }
        let after = count();
        [after[0] - before[0], after[1] - before[1]]
    };
    let before = inventory.snapshot();
    assert_eq!([computed(&before), computed(&before)], [[1000, 20], [0, 0]]);
    inventory.insert(object(3, 43, &["7"])).expect("valid");
    let after = inventory.snapshot();
    assert_eq!([computed(&after), computed(&after), computed(&before)], [[50, 1], [0, 0], [0, 0]]);
    let pod = object(3, 63, &[]);
    assert!(inventory.remove(&ObjectKey::of(&pod.value()).expect("a key")));
    assert_eq!([computed(&inventory.snapshot()), computed(&after)], [[49, 1], [0, 0]]);
}

#[derive(Clone, Debug)]
enum Change {
    Insert(usize, usize, Vec<&'static str>),
    Remove(usize, usize),
    Look(&'static str),
}

const LABELS_OF: &[&str] = &["1", "1.0", "\"1\"", "null", "[1]", "[1.0]", "{\"a\": 1}", "\"x\""];

fn change() -> impl Strategy<Value = Change> {
    let label = || prop::sample::select(LABELS_OF);
    prop_oneof![
        9 => (0..25_usize, 0..12_usize, prop::collection::vec(label(), 0..4))
            .prop_map(|(namespace, name, labels)| Change::Insert(namespace, name, labels)),
        1 => (0..25_usize, 0..12_usize).prop_map(|(namespace, name)| Change::Remove(namespace, name)),
        1 => label().prop_map(Change::Look),
    ]
}

proptest! {
    #[test]
    fn searches_find_what_is_there(changes in prop::collection::vec(change(), 100..400)) {
        let inventory = Inventory::new();
        let mut snapshots = BTreeMap::new();
        for (time, change) in changes.into_iter().enumerate() {
            match change {
                Change::Insert(namespace, name, labels) => {
                    inventory.insert(object(namespace, name, &labels)).expect("valid");
                }
                Change::Remove(namespace, name) => {
                    let key = ObjectKey::of(&object(namespace, name, &[]).value()).expect("a key");
                    inventory.remove(&key);
                }
                Change::Look(label) => {
                    // The results of an old snapshot do not change either.
                    snapshots.insert(time % 3, inventory.snapshot());
                    for snapshot in snapshots.values() {
                        let expected = search(snapshot, "data.labels", label, false);
                        for _ in 0..8 {
                            let found = search(snapshot, "data.labels", label, true);
                            prop_assert_eq!(found, expected.clone());
                        }
                    }
                }
            }
        }
    }
}
