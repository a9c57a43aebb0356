//! What a search finds does not depend on the indexes of the inventory, which are made anew for
//! what has changed alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ferrego_runtime::arena::ArenaVec;
use ferrego_runtime::generated::{Context, Join, PolicyEntry, pairs, values};
use ferrego_runtime::{Arena, Document, Evaluation, Policy, Value};
use proptest::prelude::*;

use super::{Inventory, ObjectKey, Snapshot};

/// How many members keys were computed for.
static COMPUTED: AtomicUsize = AtomicUsize::new(0);

static COUNTED: Join = Join::of_data(|cx, _, object| {
    COMPUTED.fetch_add(1, Ordering::Relaxed);
    Ok(labels(cx, object))
});

static LABELS: Join = Join::of_data(|cx, _, object| Ok(labels(cx, object)));

/// The values of an object's labels.
fn labels<'a>(cx: &Context<'a>, object: Value<'a>) -> ArenaVec<'a, [Value<'a>; 1]> {
    let mut rows = cx.rows();
    values(object.path(&["metadata", "labels"])).for_each(|label| rows.push([label]));
    rows
}

/// The objects with a label that is the input, in order.
fn labelled<'a>(cx: &Context<'a>, join: &'static Join) -> Value<'a> {
    let mut found = cx.list();
    for (namespace, versions) in pairs(cx.data_path(&["inventory", "namespace"])) {
        for kinds in values(versions) {
            for objects in values(kinds) {
                for (name, object) in cx.matching(join, objects, || Ok(cx.input())) {
                    if values(object.path(&["metadata", "labels"])).any(|l| Some(l) == cx.input()) {
                        found.push(cx.array_of(&[namespace, name]));
                    }
                }
            }
        }
    }
    found.finish()
}

static POLICY: Policy = Policy {
    name: "labels",
    entries: &[
        PolicyEntry { path: "data.labels", evaluate: |cx| Ok(Some(labelled(cx, &LABELS))) },
        PolicyEntry { path: "data.counted", evaluate: |cx| Ok(Some(labelled(cx, &COUNTED))) },
    ],
    memo_cells: 0,
    needs: &[""],
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
        let label = format!("{}", number / 10);
        inventory.insert(object(number % 10, number, &[&label])).expect("valid");
    }
    let computed = |snapshot: &Snapshot| {
        let before = COMPUTED.load(Ordering::Relaxed);
        let found = search(snapshot, "data.counted", "7", true);
        assert_eq!(found, search(snapshot, "data.labels", "7", false));
        COMPUTED.load(Ordering::Relaxed) - before
    };
    let before = inventory.snapshot();
    assert_eq!([computed(&before), computed(&before)], [1000, 0]);
    inventory.insert(object(3, 43, &["7"])).expect("valid");
    let after = inventory.snapshot();
    assert_eq!([computed(&after), computed(&after), computed(&before)], [100, 0, 0]);
    let pod = object(3, 73, &[]);
    assert!(inventory.remove(&ObjectKey::of(&pod.value()).expect("a key")));
    assert_eq!([computed(&inventory.snapshot()), computed(&after)], [99, 0]);
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
        6 => (0..2_usize, 0..40_usize, prop::collection::vec(label(), 0..4))
            .prop_map(|(namespace, name, labels)| Change::Insert(namespace, name, labels)),
        1 => (0..2_usize, 0..40_usize).prop_map(|(namespace, name)| Change::Remove(namespace, name)),
        1 => label().prop_map(Change::Look),
    ]
}

proptest! {
    #[test]
    fn searches_find_what_is_there(changes in prop::collection::vec(change(), 50..250)) {
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
                    // What an old snapshot finds does not change either.
                    snapshots.insert(time % 3, inventory.snapshot());
                    for snapshot in snapshots.values() {
                        prop_assert_eq!(
                            search(snapshot, "data.labels", label, true),
                            search(snapshot, "data.labels", label, false)
                        );
                    }
                }
            }
        }
    }
}
