//! Builders of arrays and objects from the parts that a type serializes.

use serde_core::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::error::SerializeError;
use super::to_value::{Built, ToValue};
use crate::arena::ArenaVec;
use crate::collections::ObjectBuilder;
use crate::value::Value;

/// The greatest length that is reserved before the first part is known.
const MAX_RESERVED: usize = 1024;

/// The serializer of the parts of a value, and the enum's variant that holds the value.
#[derive(Debug)]
struct Frame<'a> {
    nested: ToValue<'a>,
    variant: Option<&'static str>,
}

impl<'a> Frame<'a> {
    fn new(serializer: ToValue<'a>, variant: Option<&'static str>) -> Result<Self, SerializeError> {
        Ok(Self { nested: serializer.nested()?, variant })
    }

    /// Returns the value of a part.
    fn part<T: Serialize + ?Sized>(&self, part: &T) -> Built<'a> {
        part.serialize(self.nested)
    }

    /// Returns `value` as the content of the variant, if there is one.
    fn close(&self, value: Value<'a>) -> Value<'a> {
        match self.variant {
            Some(name) => self.nested.variant(name, value),
            None => value,
        }
    }
}

/// Returns the number of parts for which room is reserved.
fn capacity(length: Option<usize>) -> usize {
    length.unwrap_or_default().min(MAX_RESERVED)
}

/// A builder of an array.
#[derive(Debug)]
pub(super) struct Elements<'a> {
    items: ArenaVec<'a, Value<'a>>,
    frame: Frame<'a>,
}

impl<'a> Elements<'a> {
    /// Creates an empty array, which `serializer` finishes.
    pub(super) fn new(
        serializer: ToValue<'a>,
        length: Option<usize>,
        variant: Option<&'static str>,
    ) -> Result<Self, SerializeError> {
        let items = serializer.arena.vec_with_capacity(capacity(length));
        Ok(Self { items, frame: Frame::new(serializer, variant)? })
    }

    fn push<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), SerializeError> {
        self.items.push(self.frame.part(element)?);
        Ok(())
    }

    fn finish(self) -> Value<'a> {
        self.frame.close(Value::Array(self.items.into_bump_slice()))
    }
}

/// Implements a trait whose parts are the elements of an array.
macro_rules! elements {
    ($($trait:ident $push:ident)+) => {$(
        impl<'a> $trait for Elements<'a> {
            type Ok = Value<'a>;
            type Error = SerializeError;

            fn $push<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), SerializeError> {
                self.push(part)
            }

            fn end(self) -> Built<'a> {
                Ok(self.finish())
            }
        }
    )+};
}

elements! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

/// A builder of an object.
#[derive(Debug)]
pub(super) struct Members<'a> {
    object: ObjectBuilder<'a>,
    /// The key whose value comes next. It is `null` before the first key.
    key: Value<'a>,
    frame: Frame<'a>,
}

impl<'a> Members<'a> {
    /// Creates an empty object, which `serializer` finishes.
    pub(super) fn new(
        serializer: ToValue<'a>,
        length: Option<usize>,
        variant: Option<&'static str>,
    ) -> Result<Self, SerializeError> {
        let object = ObjectBuilder::with_capacity(serializer.arena, capacity(length));
        Ok(Self { object, key: Value::Null, frame: Frame::new(serializer, variant)? })
    }

    pub(super) fn insert<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        self.object.insert(Value::String(name), self.frame.part(value)?);
        Ok(())
    }

    pub(super) fn finish(self) -> Value<'a> {
        self.frame.close(self.object.finish())
    }
}

impl<'a> SerializeMap for Members<'a> {
    type Ok = Value<'a>;
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerializeError> {
        self.key = self.frame.part(key)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.object.insert(self.key, self.frame.part(value)?);
        Ok(())
    }

    fn end(self) -> Built<'a> {
        Ok(self.finish())
    }
}

impl<'a> SerializeStructVariant for Members<'a> {
    type Ok = Value<'a>;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        self.insert(name, value)
    }

    fn end(self) -> Built<'a> {
        Ok(self.finish())
    }
}
