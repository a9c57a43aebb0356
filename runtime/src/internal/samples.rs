//! Values for property tests. They are drawn from few different ones, so that equal values are
//! common.

use proptest::prelude::*;

use crate::arena::Arena;
use crate::collections::{ObjectBuilder, SetBuilder};
use crate::number::Number;
use crate::value::Value;

/// A value that owns its parts, because property tests cannot borrow an arena.
#[derive(Clone, Debug)]
pub(crate) enum Sample {
    Null,
    Bool(bool),
    Number(&'static str),
    String(&'static str),
    Array(Vec<Sample>),
    Object(Vec<(Sample, Sample)>),
    Set(Vec<Sample>),
}

impl Sample {
    pub(crate) fn build<'a>(&self, arena: &'a Arena) -> Value<'a> {
        match self {
            Sample::Null => Value::Null,
            Sample::Bool(truth) => Value::Bool(*truth),
            Sample::Number(text) => Value::Number(Number::from_text(text)),
            Sample::String(text) => Value::String(text),
            Sample::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| item.build(arena)).collect();
                arena.array(&items)
            }
            Sample::Object(pairs) => {
                let mut object = ObjectBuilder::new(arena);
                for (key, value) in pairs {
                    object.insert(key.build(arena), value.build(arena));
                }
                object.finish()
            }
            Sample::Set(members) => {
                let mut set = SetBuilder::with_capacity(arena, members.len());
                for member in members {
                    set.insert(member.build(arena));
                }
                set.finish()
            }
        }
    }
}

const NUMBERS: &[&str] =
    &["0", "-0", "1", "1.0", "1e0", "10", "1e1", "1.5", "-1", "18446744073709551617"];

/// Generates any value with a few levels of nesting.
pub(crate) fn sample() -> impl Strategy<Value = Sample> {
    let leaf = prop_oneof![
        Just(Sample::Null),
        any::<bool>().prop_map(Sample::Bool),
        prop::sample::select(NUMBERS).prop_map(Sample::Number),
        prop::sample::select(&["", "a", "aa", "b", "é"][..]).prop_map(Sample::String),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let items = proptest::collection::vec(inner.clone(), 0..4);
        let pairs = proptest::collection::vec((inner.clone(), inner), 0..4);
        prop_oneof![
            items.clone().prop_map(Sample::Array),
            items.prop_map(Sample::Set),
            pairs.prop_map(Sample::Object),
        ]
    })
}
