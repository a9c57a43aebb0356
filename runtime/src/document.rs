//! Values that own their memory and can be shared between threads, such as an inventory or the
//! parameters of a constraint.

use core::alloc::Layout;
use core::fmt;

use bumpalo_herd::Herd;
use self_cell::self_cell;

use crate::arena::{Arena, Shared};
use crate::deep::{self, Interning, Memory, SHALLOW, Sharing};
use crate::json::{self, JsonError};
use crate::value::{Object, Set, Value};

self_cell!(
    struct Cell {
        owner: Herd,
        #[covariant]
        dependent: Value,
    }
);

/// A value together with its memory.
///
/// An [`Arena`] is not `Sync`, but a herd of arenas is. A document keeps its value in a herd, so
/// that any number of evaluations can read it at once.
///
/// ```
/// use std::thread;
///
/// use ferrego_runtime::Document;
///
/// let parameters = Document::parse(r#"{"labels": ["team"]}"#)?;
/// thread::scope(|scope| {
///     for _ in 0..2 {
///         scope.spawn(|| assert_eq!(parameters.value()["labels"][0].as_str(), Some("team")));
///     }
/// });
/// # Ok::<(), ferrego_runtime::json::JsonError>(())
/// ```
pub struct Document(Cell);

impl Document {
    /// Parses the JSON value `bytes`. The document does not borrow them.
    pub fn parse(bytes: impl AsRef<[u8]>) -> Result<Self, JsonError> {
        let arena = Arena::new();
        let value = json::parse(&arena, bytes.as_ref())?;
        Ok(Self::of(&value))
    }

    /// Copies `value` into a document.
    pub fn of(value: &Value<'_>) -> Self {
        Self(Cell::new(Herd::new(), |herd| copy(value, &herd.get(), 0)))
    }

    /// Copies `value` into a document that takes as little memory as it can: one piece of the right
    /// size, with each short string once. It takes longer than [`Document::of`].
    #[doc(hidden)]
    pub fn compact(value: &Value<'_>) -> Self {
        let tried = Herd::new();
        let interning = Interning::new(tried.get());
        copy(value, &interning, 0);
        let mut herd = Herd::new();
        if let Ok(piece) = Layout::from_size_align(interning.used(), 1) {
            herd.get().alloc_layout(piece);
            // The piece stays, and is empty again.
            herd.reset();
        }
        Self(Cell::new(herd, |herd| copy(value, &Interning::new(herd.get()), 0)))
    }

    /// Returns the value.
    pub fn value(&self) -> Value<'_> {
        *self.0.borrow_dependent()
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.value()).finish()
    }
}

impl Value<'_> {
    /// Copies the value into `arena`.
    pub fn copy_to<'b>(&self, arena: &'b Arena) -> Value<'b> {
        copy(self, &arena, 0)
    }

    /// Copies the value into `arena`, except the parts for which `shared` has a value.
    pub(crate) fn copy_with<'b>(&self, arena: &'b Arena, shared: &dyn Shared<'b>) -> Value<'b> {
        copy(self, &Sharing { arena, shared }, 0)
    }
}

/// Copies a member of collections at a level.
fn copy<'m>(value: &Value<'_>, memory: &impl Memory<'m>, level: u32) -> Value<'m> {
    if let Some(shared) = memory.shared(value) {
        return shared;
    }
    let copy = match value {
        Value::Array(_) | Value::Object(_) | Value::Set(_) if level == SHALLOW => {
            return deep::copy(value, memory);
        }
        Value::Null => Value::Null,
        Value::Bool(truth) => Value::Bool(*truth),
        Value::Number(number) => Value::Number(number.map_text(|text| memory.string(text))),
        Value::String(text) => Value::String(memory.string(text)),
        Value::Array(items) => Value::Array(copy_all(items, memory, level)),
        Value::Set(set) => Value::Set(Set { members: copy_all(set.members, memory, level) }),
        Value::Object(object) => {
            let pair = |index: usize| {
                let (key, value) = &object.pairs[index];
                (copy(key, memory, level + 1), copy(value, memory, level + 1))
            };
            Value::Object(Object { pairs: memory.slice(object.pairs.len(), pair) })
        }
    };
    memory.note(value, copy);
    copy
}

fn copy_all<'m>(values: &[Value<'_>], memory: &impl Memory<'m>, level: u32) -> &'m [Value<'m>] {
    memory.slice(values.len(), |index| copy(&values[index], memory, level + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collections::SetBuilder;

    #[test]
    fn a_document_is_read_from_several_threads() {
        let text = r#"{"a": [1, 1.50, null, true, "text"], "b": {}}"#;
        let document = Document::parse(text).expect("JSON");
        let printed = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..2).map(|_| scope.spawn(|| document.value().to_string())).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
        });
        assert_eq!(printed, [text, text]);
        assert!(Document::parse("{").is_err());
    }

    #[test]
    fn a_compact_document_is_equal_and_smaller() {
        let text = format!(
            "[{}{{}}]",
            r#"{"metadata": {"name": "web", "labels": {"app": "web"}}, "spec": [1.50, "web"]},"#
                .repeat(64)
        );
        let document = Document::parse(text).expect("JSON");
        let compact = Document::compact(&document.value());
        assert_eq!(compact.value(), document.value());
        assert_eq!(compact.value().to_string(), document.value().to_string());
        let bytes = |document: &Document| {
            let herd = document.0.borrow_owner();
            herd.get().as_bump().allocated_bytes()
        };
        let (small, usual) = (bytes(&compact), bytes(&document));
        assert!(small * 4 < usual * 3, "{small} and {usual} bytes");
        assert_eq!(Document::compact(&Value::Null).value(), Value::Null);
    }

    #[test]
    fn copies_are_equal_and_outlive_their_origin() {
        let copies = Arena::new();
        let (document, copy) = {
            let arena = Arena::new();
            let mut set = SetBuilder::new(&arena);
            set.insert(Value::String(arena.string("member")));
            let value = arena.array(&[set.finish(), Value::int(7)]);
            (Document::of(&value), value.copy_to(&copies))
        };
        assert_eq!(document.value(), copy);
        assert_eq!(copy.to_string(), r#"[{"member"}, 7]"#);
    }
}
