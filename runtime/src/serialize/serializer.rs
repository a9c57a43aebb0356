//! The conversion of each of serde's types.

use core::fmt;

use serde_core::ser::{Error as _, Serialize, Serializer};

use super::compound::{Elements, Members};
use super::error::SerializeError;
use super::json_text::{Fields, is_token};
use super::to_value::{Built, ToValue};
use crate::value::Value;

impl<'a> Serializer for ToValue<'a> {
    type Ok = Value<'a>;
    type Error = SerializeError;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Members<'a>;

    fn serialize_bool(self, truth: bool) -> Built<'a> {
        Ok(Value::Bool(truth))
    }

    fn serialize_i8(self, integer: i8) -> Built<'a> {
        Ok(integer.into())
    }

    fn serialize_i16(self, integer: i16) -> Built<'a> {
        Ok(integer.into())
    }

    fn serialize_i32(self, integer: i32) -> Built<'a> {
        Ok(integer.into())
    }

    fn serialize_i64(self, integer: i64) -> Built<'a> {
        Ok(integer.into())
    }

    fn serialize_i128(self, integer: i128) -> Built<'a> {
        Ok(self.integer(integer))
    }

    fn serialize_u8(self, integer: u8) -> Built<'a> {
        Ok(integer.into())
    }

    fn serialize_u16(self, integer: u16) -> Built<'a> {
        Ok(integer.into())
    }

    fn serialize_u32(self, integer: u32) -> Built<'a> {
        Ok(integer.into())
    }

    fn serialize_u64(self, integer: u64) -> Built<'a> {
        Ok(self.integer(integer.into()))
    }

    fn serialize_u128(self, integer: u128) -> Built<'a> {
        match i128::try_from(integer) {
            Ok(integer) => Ok(self.integer(integer)),
            Err(_) => Ok(self.number(format_args!("{integer}"))),
        }
    }

    fn serialize_f32(self, float: f32) -> Built<'a> {
        self.float(float.is_finite(), float)
    }

    fn serialize_f64(self, float: f64) -> Built<'a> {
        self.float(float.is_finite(), float)
    }

    fn serialize_char(self, character: char) -> Built<'a> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Built<'a> {
        Ok(Value::String(self.arena.string(text)))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, text: &T) -> Built<'a> {
        use fmt::Write as _;
        let mut buffer = self.arena.text();
        write!(buffer, "{text}").map_err(SerializeError::custom)?;
        Ok(Value::String(buffer.into_bump_str()))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Built<'a> {
        self.nested()?;
        Ok(Value::Array(self.arena.slice_with(bytes.len(), |index| bytes[index].into())))
    }

    fn serialize_none(self) -> Built<'a> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, inner: &T) -> Built<'a> {
        inner.serialize(self)
    }

    fn serialize_unit(self) -> Built<'a> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Built<'a> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Built<'a> {
        Ok(Value::String(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        inner: &T,
    ) -> Built<'a> {
        inner.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        inner: &T,
    ) -> Built<'a> {
        Ok(self.variant(variant, inner.serialize(self.nested()?)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'a>, SerializeError> {
        Elements::new(self, length, None)
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<'a>, SerializeError> {
        Elements::new(self, Some(length), None)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, SerializeError> {
        Elements::new(self, Some(length), None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, SerializeError> {
        Elements::new(self.nested()?, Some(length), Some(variant))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Members<'a>, SerializeError> {
        Members::new(self, length, None)
    }

    fn serialize_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Fields<'a>, SerializeError> {
        if is_token(name) {
            return Ok(Fields::json_text(self));
        }
        Ok(Fields::Members(Members::new(self, Some(length), None)?))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Members<'a>, SerializeError> {
        Members::new(self.nested()?, Some(length), Some(variant))
    }
}
