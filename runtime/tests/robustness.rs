//! Property tests that no builtin panics on any operands.

use ferrego_runtime::builtins::{BuiltinFn, all};
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Budget, Env, Number, Value};
use proptest::prelude::*;

/// A value that owns its parts.
#[derive(Clone, Debug)]
enum Tree {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Tree>),
    Set(Vec<Tree>),
    Object(Vec<(Tree, Tree)>),
}

impl Tree {
    /// Returns the tree with each text and each array repeated to some 20 KB, from which on the
    /// arena asks the budget.
    fn enlarged(&self) -> Self {
        const BYTES: usize = 20 << 10;
        match self {
            Tree::Text(text) => Tree::Text(text.repeat(BYTES / text.len().max(1))),
            Tree::Array(items) => {
                let count = BYTES / 16;
                Tree::Array(items.iter().cloned().cycle().take(count).collect())
            }
            Tree::Object(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| (key.clone(), value.enlarged()));
                Tree::Object(pairs.collect())
            }
            other => other.clone(),
        }
    }

    fn value<'a>(&self, arena: &'a Arena) -> Value<'a> {
        match self {
            Tree::Null => Value::Null,
            Tree::Bool(truth) => Value::Bool(*truth),
            Tree::Number(text) => Value::Number(Number::from_text(arena.string(text))),
            Tree::Text(text) => Value::String(arena.string(text)),
            Tree::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| item.value(arena)).collect();
                arena.array(&items)
            }
            Tree::Set(members) => {
                let mut set = SetBuilder::new(arena);
                for member in members {
                    set.insert(member.value(arena));
                }
                set.finish()
            }
            Tree::Object(pairs) => {
                let mut object = ObjectBuilder::new(arena);
                for (key, value) in pairs {
                    object.insert(key.value(arena), value.value(arena));
                }
                object.finish()
            }
        }
    }
}

/// Generates strings that have a meaning for some builtin, and any others.
fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        "a",
        "é",
        "日本語😀",
        " a b ",
        "a,b",
        "%v",
        "%[2]*.[1]*d",
        "%!",
        "%-+# 010.5e|%q|%x",
        "[a-c]+",
        "(",
        "a{2,3}?",
        r"\Q\E*",
        r"\pL[^\W\d-]",
        "(?i)(?P<n>a|b*)$",
        "**",
        "{a,[!b-c]*}",
        "[",
        "-",
        "0x1F",
        "1e400",
        "1Gi",
        ".5m",
        "1e99999k",
        "1.2.3-a.1+b",
        "v1.0.0",
        "YQ==",
        "%zz",
        "a=b&c",
        "6g",
        "{\"a\":[1]}",
        "- a\n- &x b",
        "a: |\n  b",
        "/a/0/~1",
        "$1${n}$$",
        "2021-01-01T00:00:00Z",
        "1h30m",
        "10.0.0.0/28",
        "::1/64",
        "256.1.1.1",
        "UTC",
        "2006-01-02",
        "{{.a}}",
        "{{range .}}{{end}}",
        "add",
        "remove",
        "op",
        "path",
        "value",
        "from",
        "pretty",
        "indent",
        "type",
        "object",
        "$ref",
        "#/a",
        "m",
        "\u{0}",
        "\u{fffd}",
    ])
    .prop_map(str::to_owned);
    prop_oneof![4 => known, 1 => any::<String>(), 1 => "[-+*?|(){}\\[\\]\\\\.^$%a0-9]{0,12}"]
}

fn number() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "0",
        "-0",
        "1",
        "2",
        "-1",
        "10",
        "16",
        "64",
        "1.0",
        "1.5",
        "-2.5",
        "1e3",
        "1e-3",
        "9223372036854775807",
        "1e400",
        "1e-400",
        "-9223372036854775808",
        "18446744073709551616",
        "123456789012345678901234567890",
        "0.1",
        "1E2",
        "1e99999",
        "3.14159",
    ])
    .prop_map(str::to_owned);
    prop_oneof![3 => known, 1 => any::<i64>().prop_map(|number| number.to_string())]
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        1 => Just(Tree::Null),
        1 => any::<bool>().prop_map(Tree::Bool),
        4 => number().prop_map(Tree::Number),
        8 => text().prop_map(Tree::Text),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::Array),
            prop::collection::vec(inner, 0..4).prop_map(Tree::Set),
            prop::collection::vec(pair, 0..4).prop_map(Tree::Object),
        ]
    })
}

/// Returns the functions of the table with their numbers of operands.
fn functions() -> Vec<(&'static str, BuiltinFn, usize)> {
    let functions =
        all().filter_map(|row| Some((row.name, row.function?, operands(row.signature))));
    functions.collect()
}

/// Counts the operands of a signature by its outermost commas.
fn operands(signature: &str) -> usize {
    let inner = signature.split(") =>").next().unwrap_or_default().trim_start_matches('(');
    let mut depth = 0;
    let commas = inner.chars().filter(|character| {
        match character {
            '<' | '[' => depth += 1,
            '>' | ']' => depth -= 1,
            _ => {}
        }
        *character == ',' && depth == 0
    });
    commas.count() + usize::from(!inner.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn builtins_take_anything(trees in prop::collection::vec(tree(), 4)) {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let values: Vec<_> = trees.iter().map(|tree| tree.value(&arena)).collect();
        for (name, function, operands) in functions() {
            for start in 0..2 {
                let from = values.iter().copied().cycle().skip(start);
                let operands: Vec<_> = from.take(operands).collect();
                let result = function(&env, &operands);
                // The result must be printable too.
                let text = format!("{name} {result:?}");
                prop_assert!(!text.is_empty());
                if let Ok(Some(value)) = result {
                    prop_assert!(!value.to_string().is_empty() || value == Value::String(""));
                }
            }
        }
    }

    /// A comparison that exceeds the budget has any result, which must not surprise the code that
    /// sorts or searches by it.
    #[test]
    fn builtins_take_operands_that_cannot_be_compared(
        trees in prop::collection::vec(tree(), 3),
        steps in 0..40_u64,
    ) {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let values: Vec<_> = trees.iter().map(|tree| tree.enlarged().value(&arena)).collect();
        for (_, function, operands) in functions() {
            let operands: Vec<_> = values.iter().copied().cycle().take(operands).collect();
            let running = arena.begin(Budget::UNLIMITED.steps(steps));
            // Only a panic would be wrong.
            let _ = function(&env, &operands);
            running.finish();
        }
    }

    /// The arena replaces values that exceed the budget by empty ones, which must not surprise the
    /// code that asked for them.
    #[test]
    fn builtins_take_large_operands_without_memory(trees in prop::collection::vec(tree(), 3)) {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let values: Vec<_> = trees.iter().map(|tree| tree.enlarged().value(&arena)).collect();
        for (_, function, operands) in functions() {
            let operands: Vec<_> = values.iter().copied().cycle().take(operands).collect();
            let running = arena.begin(Budget::DEFAULT.steps(1000).memory(0));
            // Only a panic would be wrong.
            let _ = function(&env, &operands);
            running.finish();
        }
    }
}
