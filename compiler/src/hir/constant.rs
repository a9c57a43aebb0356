//! The values of constants.

use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{Arena, Number, Value};

use super::Constant;

impl Constant {
    /// Builds the value in `arena`, so that the runtime itself decides order and equality.
    pub fn value<'a>(&self, arena: &'a Arena) -> Value<'a> {
        match self {
            Constant::Null => Value::Null,
            Constant::Bool(value) => Value::Bool(*value),
            Constant::Number(text) => Value::Number(Number::from_text(arena.string(text))),
            Constant::String(text) => Value::String(arena.string(text)),
            Constant::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| item.value(arena)).collect();
                arena.array(&items)
            }
            Constant::Object(pairs) => {
                let mut object = ObjectBuilder::new(arena);
                for (key, value) in pairs {
                    object.insert(key.value(arena), value.value(arena));
                }
                object.finish()
            }
            Constant::Set(members) => {
                let mut set = SetBuilder::new(arena);
                for member in members {
                    set.insert(member.value(arena));
                }
                set.finish()
            }
        }
    }
}
