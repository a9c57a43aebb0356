//! Builders of arrays and objects from the parts that a type serializes.

use serde_core::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::error::SerializeError;
use super::to_value::{Built, ToValue};
use crate::arena::{self, ArenaVec};
use crate::collections::ObjectBuilder;
use crate::value::Value;

/// The greatest length that is reserved before the first part is known.
const MAX_RESERVED: usize = 1024;

/// A builder of an array.
#[derive(Debug)]
pub(super) struct Elements<'a> {
    items: ArenaVec<'a, Value<'a>>,
    nested: ToValue<'a>,
    /// The name of the enum's variant that holds the array.
    variant: Option<&'static str>,
}

impl<'a> Elements<'a> {
    /// Creates an empty array, which `serializer` finishes.
    pub(super) fn new(
        serializer: ToValue<'a>,
        length: Option<usize>,
        variant: Option<&'static str>,
    ) -> Result<Self, SerializeError> {
        let capacity = length.unwrap_or_default().min(MAX_RESERVED);
        let items = serializer.arena.vec_with_capacity(capacity);
        Ok(Self { items, nested: serializer.nested()?, variant })
    }

    fn push<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), SerializeError> {
        let element = element.serialize(self.nested)?;
        arena::push(&mut self.items, element);
        Ok(())
    }

    fn finish(self) -> Value<'a> {
        let array = Value::Array(self.items.into_bump_slice());
        match self.variant {
            Some(name) => self.nested.variant(name, array),
            None => array,
        }
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
    nested: ToValue<'a>,
    /// The name of the enum's variant that holds the object.
    variant: Option<&'static str>,
}

impl<'a> Members<'a> {
    /// Creates an empty object, which `serializer` finishes.
    pub(super) fn new(
        serializer: ToValue<'a>,
        length: Option<usize>,
        variant: Option<&'static str>,
    ) -> Result<Self, SerializeError> {
        let capacity = length.unwrap_or_default().min(MAX_RESERVED);
        let object = ObjectBuilder::with_capacity(serializer.arena, capacity);
        Ok(Self { object, key: Value::Null, nested: serializer.nested()?, variant })
    }

    pub(super) fn insert<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        let value = value.serialize(self.nested)?;
        self.object.insert(Value::String(name), value);
        Ok(())
    }

    pub(super) fn finish(self) -> Value<'a> {
        let object = self.object.finish();
        match self.variant {
            Some(name) => self.nested.variant(name, object),
            None => object,
        }
    }
}

impl<'a> SerializeMap for Members<'a> {
    type Ok = Value<'a>;
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerializeError> {
        self.key = key.serialize(self.nested)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        let value = value.serialize(self.nested)?;
        self.object.insert(self.key, value);
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
