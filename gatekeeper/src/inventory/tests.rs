use std::collections::HashMap;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::pack::Pack;
use super::*;

fn object(version: &str, kind: &str, namespace: &str, name: &str, label: &str) -> Arc<Document> {
    let namespace = match namespace {
        "" => String::new(),
        namespace => format!(r#""namespace": "{namespace}", "#),
    };
    let text = format!(
        r#"{{"apiVersion": "{version}", "kind": "{kind}", "metadata": {{{namespace}"name": "{name}", "labels": {{"l": "{label}"}}}}}}"#
    );
    Arc::new(Document::parse(text).expect("JSON"))
}

#[test]
fn objects_stand_by_scope_version_kind_and_name() {
    let inventory = Inventory::new();
    assert_eq!(inventory.snapshot().data().to_string(), r#"{"inventory": {}}"#);
    for object in [
        object("v1", "Namespace", "", "red", "x"),
        object("apps/v1", "Deployment", "red", "d", "x"),
        object("apps/v1", "Deployment", "blue", "d", "x"),
    ] {
        inventory.insert(object).expect("valid");
    }
    let snapshot = inventory.snapshot();
    let data = snapshot.data();
    let red = ["inventory", "namespace", "red", "apps/v1", "Deployment", "d", "metadata", "name"];
    assert_eq!(data.path(&red), Some(Value::String("d")));
    assert_eq!(data.path(&["inventory", "namespace"]).and_then(|all| all.len()), Some(2));
    assert!(snapshot.namespace_object("red").is_some());
    assert!(snapshot.namespace_object("blue").is_none());
    assert_eq!(inventory.len(), 3);
}

#[test]
fn numbers_are_read_as_asked_for() {
    let thing = |number: &str| {
        let text = format!(
            r#"{{"apiVersion": "v1", "kind": "Thing", "metadata": {{"name": "t"}}, "size": {number}}}"#
        );
        Arc::new(Document::parse(text).expect("JSON"))
    };
    let size = |inventory: &Inventory| {
        let snapshot = inventory.snapshot();
        let path = ["inventory", "cluster", "v1", "Thing", "t", "size"];
        snapshot.data().path(&path).expect("there").to_string()
    };
    let (exact, floats) = (Inventory::new(), Inventory::with_numbers(Numbers::Float64));
    for inventory in [&exact, &floats] {
        inventory.insert(thing("9007199254740993")).expect("valid");
    }
    assert_eq!(size(&exact), "9007199254740993");
    assert_eq!(size(&floats), "9.007199254740992e+15");
    floats.replace([thing("1000000")]).expect("valid");
    assert_eq!(size(&floats), "1e+06");
    exact.insert(thing("1e999")).expect("valid");
    let too_large = "invalid object: size: the number 1e999 is too large for a double";
    assert_eq!(floats.insert(thing("1e999")).expect_err("too large").to_string(), too_large);
    assert_eq!(floats.replace([thing("1e999")]).expect_err("too large").iter().len(), 1);
    assert_eq!(size(&floats), "1e+06");
}

#[test]
fn only_what_policies_read_is_kept() {
    let paths =
        ["/namespace/*/v1/Pod/*/metadata/labels", "/namespace/*/", "/cluster/v1/Thing/*/size"];
    let inventory = Inventory::with_numbers(Numbers::Float64).keeping(paths);
    let thing = r#"{"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "t"},
        "size": 1000000, "spec": {"size": 1e999}}"#;
    for object in [
        object("v1", "Pod", "red", "p", "x"),
        object("v1", "Secret", "red", "s", "x"),
        object("v1", "Secret", "blue", "s", "x"),
        object("v1", "Namespace", "", "blue", "x"),
        Arc::new(Document::parse(thing).expect("JSON")),
    ] {
        inventory.insert(object).expect("valid");
    }
    let snapshot = inventory.snapshot();
    let namespace = r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"labels": {"l": "x"}, "name": "blue"}}"#;
    let expected = format!(
        r#"{{"inventory": {{"cluster": {{"v1": {{"Namespace": {{"blue": {namespace}}}, "Thing": {{"t": {{"size": 1e+06}}}}}}}}, "namespace": {{"blue": {{"v1": {{"Secret": {{"s": {{}}}}}}}}, "red": {{"v1": {{"Pod": {{"p": {{"metadata": {{"labels": {{"l": "x"}}}}}}}}, "Secret": {{"s": {{}}}}}}}}}}}}}}"#
    );
    assert_eq!(snapshot.data().to_string(), expected);
    assert_eq!(inventory.len(), 5);
    let secret = object("v1", "Secret", "blue", "s", "x");
    assert!(inventory.remove(&ObjectKey::of(&secret.value()).expect("a key")));
    assert!(inventory.snapshot().data().path(&["inventory", "namespace", "blue"]).is_none());
}

#[test]
fn a_namespace_with_labels_that_are_not_strings_is_unknown() {
    let inventory = Inventory::new();
    let namespace = |label: &str| {
        let text = format!(
            r#"{{"apiVersion": "v1", "kind": "Namespace",
                "metadata": {{"name": "shop", "labels": {{"restricted": "true", "level": {label}}}}}}}"#
        );
        Arc::new(Document::parse(text).expect("JSON"))
    };
    inventory.insert(namespace("null")).expect("valid");
    assert!(inventory.snapshot().namespace_object("shop").is_some());
    let fault = inventory.insert(namespace("3")).expect_err("a number");
    assert!(fault.to_string().starts_with("invalid object: metadata.labels.level: "), "{fault}");
    assert!(inventory.snapshot().namespace_object("shop").is_none());
    inventory.insert(namespace("null")).expect("valid");
    let faults = inventory.replace([object("v1", "Pod", "shop", "p", "x"), namespace("{}")]);
    assert_eq!(faults.expect_err("an object").iter().len(), 1);
    assert_eq!(inventory.len(), 1, "nothing changed");
}

#[test]
fn what_becomes_empty_is_gone() {
    let inventory = Inventory::new();
    let pod = object("v1", "Pod", "n", "p", "x");
    let key = ObjectKey::of(&pod.value()).expect("a key");
    inventory.insert(pod).expect("valid");
    let before = inventory.snapshot();
    assert!(inventory.remove(&key));
    assert!(!inventory.remove(&key));
    assert_eq!(inventory.snapshot().data().to_string(), r#"{"inventory": {}}"#);
    let path = ["inventory", "namespace", "n", "v1", "Pod", "p", "metadata", "name"];
    assert_eq!(before.data().path(&path), Some(Value::String("p")), "a snapshot does not change");
}

#[test]
fn replacing_takes_all_or_nothing() {
    let inventory = Inventory::new();
    inventory.insert(object("v1", "Pod", "n", "p", "x")).expect("valid");
    let nameless = object("v1", "Pod", "n", "", "x");
    let faults = inventory.replace([object("v1", "Pod", "n", "q", "x"), nameless]);
    let faults = faults.expect_err("a nameless object");
    assert_eq!(faults.as_slice()[0].severity, crate::fault::Severity::Warning);
    assert_eq!(inventory.len(), 1);
    let two = [object("v1", "Pod", "n", "q", "x"), object("v1", "Pod", "n", "r", "x")];
    inventory.replace(two).expect("valid");
    assert_eq!(inventory.len(), 2);
}

#[test]
fn what_is_no_object_is_refused_in_gatekeepers_words() {
    let refused = |version, kind| {
        let object = object(version, kind, "", "n", "x");
        Inventory::new().insert(object).expect_err("refused").message
    };
    assert_eq!(refused("", "Pod"), "resource n has no version");
    assert_eq!(refused("a/b/c", "Pod"), "resource n has no version");
    assert_eq!(refused("v1", ""), "resource n has no kind");
}

#[test]
fn an_update_shares_all_that_it_does_not_touch() {
    let inventory = Inventory::new();
    let begin = Instant::now();
    for index in 0..100_000 {
        let namespace = format!("n{}", index % 100);
        inventory
            .insert(object("v1", "Pod", &namespace, &format!("p{index}"), "old"))
            .expect("valid");
    }
    let before = inventory.snapshot();
    assert!(Arc::ptr_eq(&before, &inventory.snapshot()), "unchanged, it is the same");
    assert!(begin.elapsed() < Duration::from_mins(1), "{:?}", begin.elapsed());

    inventory.insert(object("v1", "Pod", "n7", "p7", "new")).expect("valid");
    let after = inventory.snapshot();
    let group = |snapshot: &Snapshot, namespace: &str| {
        let value = snapshot.data().path(&["inventory", "namespace", namespace, "v1", "Pod"]);
        let Some(Value::Object(pods)) = value else { panic!("{value:?}") };
        let labels = pods.pairs().iter().map(|(_, pod)| match pod.path(&["metadata", "labels"]) {
            Some(Value::Object(labels)) => labels.pairs().as_ptr() as usize,
            other => panic!("{other:?}"),
        });
        (pods.pairs().as_ptr() as usize, labels.collect::<Vec<_>>())
    };
    assert_eq!(group(&before, "n8"), group(&after, "n8"), "an untouched group is the same memory");
    let ((old_pairs, old), (new_pairs, new)) = (group(&before, "n7"), group(&after, "n7"));
    assert_ne!(old_pairs, new_pairs);
    let differing = old.iter().zip(&new).filter(|(old, new)| old != new).count();
    assert_eq!(
        (old.len(), differing),
        (1000, 1),
        "of a touched group the other objects are shared"
    );
    let label = |snapshot: &Snapshot| {
        let path = ["inventory", "namespace", "n7", "v1", "Pod", "p7", "metadata", "labels", "l"];
        snapshot.data().path(&path).map(|label| label.to_string())
    };
    assert_eq!(
        (label(&before).as_deref(), label(&after).as_deref()),
        (Some("\"old\""), Some("\"new\""))
    );
}

#[test]
fn readers_see_one_time_while_writers_write() {
    let inventory = Inventory::new();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..50 {
                let round = round.to_string();
                let pair = ["a", "b"].map(|name| object("v1", "ConfigMap", "n", name, &round));
                inventory.replace(pair).expect("valid");
            }
        });
        while !writer.is_finished() {
            let snapshot = inventory.snapshot();
            let label = |name| {
                let path =
                    ["inventory", "namespace", "n", "v1", "ConfigMap", name, "metadata", "labels"];
                snapshot.data().path(&path).map(|labels| labels.to_string())
            };
            assert_eq!(label("a"), label("b"));
        }
    });
    assert_eq!(inventory.len(), 2);
}

/// Returns an inventory that packs so many objects at a time.
fn packing(pack: usize) -> Inventory {
    Inventory { pack, ..Inventory::with_numbers(Numbers::Float64) }
}

fn thing(number: usize, label: u8) -> Arc<Document> {
    let namespace = ["", "red", "blue"][number % 3];
    object("v1", "Thing", namespace, &format!("t{number}"), &label.to_string())
}

proptest! {
    #[test]
    fn packs_do_not_change_what_policies_see(
        changes in vec((0..12_usize, option::of(0..3_u8)), 0..80),
        pack in 1..6_usize,
    ) {
        let (packed, alone) = (packing(pack), packing(usize::MAX));
        for (number, label) in changes {
            let before = packed.snapshot();
            let printed = before.data().to_string();
            if let Some(label) = label {
                for inventory in [&packed, &alone] {
                    inventory.insert(thing(number, label)).expect("valid");
                }
            } else {
                let key = ObjectKey::of(&thing(number, 0).value()).expect("a key");
                prop_assert_eq!(packed.remove(&key), alone.remove(&key));
            }
            prop_assert_eq!(packed.len(), alone.len());
            prop_assert_eq!(
                packed.snapshot().data().to_string(),
                alone.snapshot().data().to_string()
            );
            prop_assert_eq!(before.data().to_string(), printed);
        }
    }
}

#[test]
fn objects_that_have_left_their_packs_take_little_memory() {
    const OBJECTS: usize = 300;
    let inventory = packing(16);
    for round in 0..20 {
        // Each round changes other objects, so that every pack keeps some of its own.
        for number in (0..OBJECTS).filter(|number| round == 0 || number % 7 == round % 7) {
            inventory.insert(thing(number, 0)).expect("valid");
        }
        let state = inventory.state();
        let keys = (0..OBJECTS).map(|number| ObjectKey::of(&thing(number, 0).value()));
        let packs: HashMap<*const Pack, usize> = keys
            .filter_map(|key| match state.tree.get(&key.expect("a key").path()) {
                Some(Stored::Packed(pack, _)) => Some((Arc::as_ptr(pack), pack.len())),
                _ => None,
            })
            .collect();
        let kept: usize = packs.values().sum();
        assert!(kept > OBJECTS / 2, "{kept}");
        assert!(kept <= OBJECTS * 4 / 3 + 16, "round {round}: {kept}");
    }
}
