//! `input`, with what nearly all policies read of it.

use super::Context;
use crate::value::Value;

/// `input`, and the object that is reviewed: policies read below it again and again, so it is
/// found once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    document: Option<Value<'a>>,
    /// `input.review.object`
    object: Option<Value<'a>>,
}

impl<'a> Input<'a> {
    /// No document.
    pub(crate) const NONE: Input<'static> = Input { document: None, object: None };

    /// The document `input`, where there is one.
    #[inline]
    pub(crate) fn of(document: Option<Value<'a>>) -> Self {
        let object = document.and_then(|document| document.path(&["review", "object"]));
        Self { document, object }
    }

    /// The same where `input.review.object` is known.
    #[inline]
    pub(crate) fn with_object(document: Value<'a>, object: Option<Value<'a>>) -> Self {
        Self { document: Some(document), object }
    }

    /// Returns `true` if `input.review.object` is an object.
    #[inline]
    pub(crate) fn has_object(&self) -> bool {
        matches!(self.object, Some(Value::Object(_)))
    }

    /// The document.
    #[inline]
    pub(crate) fn document(&self) -> Option<Value<'a>> {
        self.document
    }
}

impl<'a> Context<'a> {
    /// `input`
    pub fn input(&self) -> Option<Value<'a>> {
        self.input.document
    }

    /// The value in `input` at a path of string keys.
    #[inline]
    pub fn input_path(&self, keys: &[&str]) -> Option<Value<'a>> {
        self.input.document.as_ref()?.path(keys)
    }

    /// `input.review.object`
    #[inline]
    pub fn reviewed(&self) -> Option<Value<'a>> {
        self.input.object
    }

    /// The value in `input.review.object` at a path of string keys.
    #[inline]
    pub fn reviewed_path(&self, keys: &[&str]) -> Option<Value<'a>> {
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
                assert_eq!(cx.reviewed(), cx.input_path(&path[..2]), "{text}");
                assert_eq!(cx.reviewed_path(&path[2..]), cx.input_path(&path), "{text}");
            }
        }
        let none = Context::new(Env::new(&arena, &NoHost), None, Value::EMPTY_OBJECT, 0);
        assert_eq!((none.reviewed(), none.input()), (None, None));
    }
}
