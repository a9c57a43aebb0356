//! Compares, copies and writes values of many levels on a small stack.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::cmp::Ordering;
use std::thread;

use ferrego_runtime::builtins::lookup;
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Budget, Document, Env, ErrorCode, NoHost, Value};

/// The bytes of a small stack, and of one for builtins, which call themselves for each of the levels
/// that they accept.
const STACK: usize = 128 << 10;
const BUILTIN_STACK: usize = 512 << 10;
const LEVELS: usize = 20_000;

/// Returns a value of `levels` levels: arrays, objects and sets by turns, with `inmost` in the last.
fn nested(arena: &Arena, levels: usize, inmost: i64) -> Value<'_> {
    (0..levels).fold(Value::from(inmost), |value, level| match level % 3 {
        0 => arena.array(&[value]),
        1 => {
            let mut object = ObjectBuilder::new(arena);
            object.insert("k".into(), value);
            object.finish()
        }
        _ => {
            let mut set = SetBuilder::new(arena);
            set.insert(value);
            set.finish()
        }
    })
}

/// Runs `work` with two equal deep values and a greater one on a stack of so many bytes.
fn on_stack(bytes: usize, work: impl FnOnce([Value<'_>; 3]) + Send) {
    thread::scope(|scope| {
        let run = || {
            let arena = Arena::new();
            work([1, 1, 2].map(|inmost| nested(&arena, LEVELS, inmost)));
        };
        let thread = thread::Builder::new().stack_size(bytes).spawn_scoped(scope, run);
        thread.expect("a thread").join().unwrap_or_else(|_| panic!("the work panicked"));
    });
}

#[test]
fn deep_values_are_compared() {
    on_stack(STACK, |[a, same, greater]| {
        assert!(a == same);
        assert!(a != greater);
        assert_eq!(a.cmp(&same), Ordering::Equal);
        assert_eq!(a.cmp(&greater), Ordering::Less);
        assert_eq!(greater.cmp(&a), Ordering::Greater);
    });
}

#[test]
fn deep_values_are_copied() {
    on_stack(STACK, |[a, ..]| {
        let arena = Arena::new();
        assert!(a.copy_to(&arena) == a);
        assert!(Document::of(&a).value() == a);
    });
}

#[test]
fn deep_values_are_written() {
    on_stack(STACK, |[a, ..]| {
        let opened = a.to_string().bytes().take_while(|byte| b"[{\"k: ".contains(byte)).count();
        let letters = LEVELS + 5 * ((LEVELS + 1) / 3);
        assert_eq!(opened, letters);
        let text = json::to_string(&a, Escape::Plain);
        let opened = text.bytes().filter(|byte| b"[{".contains(byte)).count();
        let closed = text.bytes().filter(|byte| b"]}".contains(byte)).count();
        assert_eq!((opened, closed), (LEVELS, LEVELS));
    });
}

#[cfg(feature = "serde")]
#[test]
fn a_value_beyond_the_depth_of_json_is_not_serialized() {
    let arena = Arena::new();
    let most = nested(&arena, json::MAX_DEPTH, 1);
    assert!(serde_json::to_string(&most).is_ok());
    let error =
        serde_json::to_string(&nested(&arena, json::MAX_DEPTH + 1, 1)).expect_err("too deep");
    assert!(error.to_string().contains("at most 512 levels"), "{error}");
    assert!(serde_json::to_string(&most).is_ok(), "the levels of a failure are left");
}

#[test]
fn builtins_refuse_deep_values() {
    on_stack(BUILTIN_STACK, |[a, same, _]| {
        let arena = Arena::new();
        // The test needs objects in objects, and paths as long as they are deep.
        let mut object = Value::from(1);
        let list = (0..LEVELS).fold(object, |value, _| arena.array(&[value]));
        let mut path = Vec::new();
        for _ in 0..LEVELS {
            let mut outer = ObjectBuilder::new(&arena);
            outer.insert("k".into(), object);
            object = outer.finish();
            path.push(Value::from("k"));
        }
        let mut greater = ObjectBuilder::new(&arena);
        greater.insert("k".into(), object["k"].copy_to(&arena));
        greater.insert("l".into(), 1.into());
        let greater = greater.finish();
        let paths = arena.array(&[arena.array(&path)]);
        let mut edit = ObjectBuilder::new(&arena);
        edit.insert("op".into(), "add".into());
        edit.insert("path".into(), arena.array(&path));
        edit.insert("value".into(), 2.into());
        let edits = arena.array(&[edit.finish()]);
        let calls: [(&str, &[Value<'_>]); 7] = [
            ("object.union", &[object, greater]),
            ("object.subset", &[greater, object]),
            ("json.filter", &[object, paths]),
            ("json.remove", &[object, paths]),
            ("json.patch", &[object, edits]),
            ("sprintf", &["%d".into(), arena.array(&[list])]),
            ("equal", &[a, same]),
        ];
        for (name, operands) in calls {
            let function = lookup(name).and_then(|row| row.function).expect("a function");
            let running = arena.begin(Budget::UNLIMITED);
            let result = function(&Env::new(&arena, &NoHost), operands);
            let stopped = result.is_err_and(|error| error.code == ErrorCode::Internal)
                || running.finish().is_some();
            assert_eq!(stopped, !["object.subset", "sprintf", "equal"].contains(&name), "{name}");
        }
    });
}
