//! The `input` document, with a fast path to `input.review.object`.

use super::Context;
use crate::value::Value;

/// The `input` document with the reviewed object. Policies read below that object many times, so it
/// is looked up once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    document: Option<Value<'a>>,
    /// The value of `input.review.object`.
    object: Option<Value<'a>>,
}

impl<'a> Input<'a> {
    /// An input without a document.
    pub(crate) const NONE: Input<'static> = Input { document: None, object: None };

    /// Creates an input from the document `input`, if there is one.
    #[inline]
    pub(crate) fn of(document: Option<Value<'a>>) -> Self {
        let object = document.and_then(|document| document.path(&["review", "object"]));
        Self { document, object }
    }

    /// Creates an input from a document whose `input.review.object` is known.
    #[inline]
    pub(crate) fn with_object(document: Value<'a>, object: Option<Value<'a>>) -> Self {
        Self { document: Some(document), object }
    }

    /// Returns `true` if `input.review.object` is an object.
    #[inline]
    pub(crate) fn has_object(&self) -> bool {
        matches!(self.object, Some(Value::Object(_)))
    }

    /// Returns the document.
    #[inline]
    pub(crate) fn document(&self) -> Option<Value<'a>> {
        self.document
    }
}

impl<'a> Context<'a> {
    /// Returns `input`.
    pub fn input(&self) -> Option<Value<'a>> {
        self.input.document
    }

    /// Returns the value in `input` at a path of string keys.
    #[inline]
    pub fn input_path(&self, keys: &[&str]) -> Option<Value<'a>> {
        self.input.document.as_ref()?.path(keys)
    }

    /// Returns `input.review.object`.
    #[inline]
    pub fn review_object(&self) -> Option<Value<'a>> {
        self.input.object
    }

    /// Returns the value in `input.review.object` at a path of string keys.
    #[inline]
    pub fn review_object_path(&self, keys: &[&str]) -> Option<Value<'a>> {
        self.input.object.as_ref()?.path(keys)
    }
}

#[cfg(test)]
mod tests {
    use crate::arena::Arena;
    use crate::context::Context;
    use crate::env::{Env, NoHost};
    use crate::json;
    use crate::value::Value;

    #[test]
    fn what_is_reviewed_is_what_input_holds() {
        let arena = Arena::new();
        let path = ["review", "object", "a"];
        for text in [
            r#"{"review": {"object": {"a": 1}}}"#,
            r#"{"review": {"object": 1}}"#,
            r#"{"review": 1}"#,
            "[]",
        ] {
            let input = json::parse(&arena, text.as_bytes()).ok();
            let cx = Context::new(Env::new(&arena, &NoHost), input, Value::EMPTY_OBJECT, 0);
            let replaced = cx.with().input(&["review", "object"], Value::EMPTY_OBJECT).finish();
            let other = cx.with().input(&["review"], Value::Null).finish();
            for cx in [cx, replaced, other] {
                assert_eq!(cx.review_object(), cx.input_path(&path[..2]), "{text}");
                assert_eq!(cx.review_object_path(&path[2..]), cx.input_path(&path), "{text}");
            }
        }
        let none = Context::new(Env::new(&arena, &NoHost), None, Value::EMPTY_OBJECT, 0);
        assert_eq!((none.review_object(), none.input()), (None, None));
    }
}
