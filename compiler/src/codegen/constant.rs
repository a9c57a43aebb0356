//! Prints constants: scalars inline, composites as statics.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_runtime::{Arena, Number, Value};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::codegen::comment;
use crate::codegen::literal;
use crate::codegen::names::Names;
use crate::hir::Constant;

/// The statics of a module.
pub(super) struct Constants {
    names: Names,
    /// The names that the Rego gives to constants, by the tokens of the constants.
    known: BTreeMap<String, Arc<str>>,
    statics: BTreeMap<String, Static>,
    order: Vec<String>,
}

/// A static of a module.
struct Static {
    name: Ident,
    value: TokenStream,
    about: String,
}

/// The place where a constant is used first.
pub(super) struct Use<'u> {
    /// The function, as the Rust names it.
    pub(super) function: &'u str,
    /// The line of the definition.
    pub(super) line: u32,
    /// The definition, for the documentation of the constant.
    pub(super) place: String,
}

impl Constants {
    pub(super) fn new(names: Names, constant_names: &[(Constant, Arc<str>)]) -> Self {
        let mut known = BTreeMap::new();
        let arena = Arena::new();
        for (constant, name) in constant_names {
            let tokens = printed(&constant.value(&arena)).to_string();
            known.entry(tokens).or_insert_with(|| name.clone());
        }
        Self { names, known, statics: BTreeMap::new(), order: Vec::new() }
    }

    /// Prints the value of a constant at a place.
    pub(super) fn value<'u>(
        &mut self,
        constant: &Constant,
        at: impl FnOnce() -> Use<'u>,
    ) -> TokenStream {
        let arena = Arena::new();
        let value = constant.value(&arena);
        match value.len() {
            Some(length) if length > 0 => {
                let name = self.shared(&value, at);
                quote!(self::#name)
            }
            _ => printed(&value),
        }
    }

    fn shared<'u>(&mut self, value: &Value<'_>, at: impl FnOnce() -> Use<'u>) -> Ident {
        let tokens = printed(value);
        let key = tokens.to_string();
        if let Some(known) = self.statics.get(&key) {
            return known.name.clone();
        }
        let known = self.known.get(&key).map(|name| (literal::constant_name(name), name));
        let known = known.filter(|(name, _)| !name.is_empty());
        let (name, about) = if let Some((name, rego)) = known {
            (name, format!(" The value of `{rego}`."))
        } else {
            let Use { function, line, place } = at();
            let by_place = || format!("{}_{line}", function.to_ascii_uppercase());
            let name = content_name(value).unwrap_or_else(by_place);
            (name, format!(" A constant of `{place}`."))
        };
        let name = self.names.unique(&name);
        self.order.push(key.clone());
        let about = comment::escaped(&about);
        self.statics.insert(key, Static { name: name.clone(), value: tokens, about });
        name
    }

    /// Returns the statics in the order of their first use.
    pub(super) fn items(&self) -> Vec<TokenStream> {
        let item = |key: &String| {
            let Static { name, value, about } = self.statics.get(key)?;
            Some(quote!(#[doc = #about] static #name: rt::Value<'static> = #value;))
        };
        self.order.iter().filter_map(item).collect()
    }
}

/// The greatest length of a name that consists of the words of a value.
const LONGEST_NAME: usize = 24;

/// Returns a name for a value without a name in the Rego: its words, if they are short. The words of
/// an object are those of its values.
fn content_name(value: &Value<'_>) -> Option<String> {
    let mut words = String::new();
    add_words(value, &mut words);
    let name = literal::constant_name(&words);
    let is_name = name.starts_with(|first: char| first.is_ascii_uppercase());
    (is_name && name.len() <= LONGEST_NAME).then_some(name)
}

fn add_words(value: &Value<'_>, words: &mut String) {
    match value {
        Value::Null => words.push_str(" null"),
        Value::Bool(truth) => words.push_str(if *truth { " true" } else { " false" }),
        Value::Number(number) => {
            words.push(' ');
            words.push_str(&number.to_string());
        }
        Value::String(text) => {
            words.push(' ');
            words.push_str(text);
        }
        Value::Array(items) => items.iter().for_each(|item| add_words(item, words)),
        Value::Object(object) => {
            object.pairs().iter().for_each(|(_, value)| add_words(value, words));
        }
        Value::Set(set) => set.members().iter().for_each(|member| add_words(member, words)),
    }
}

fn printed(value: &Value<'_>) -> TokenStream {
    match value {
        Value::Null => quote!(rt::NULL),
        Value::Bool(true) => quote!(rt::TRUE),
        Value::Bool(false) => quote!(rt::FALSE),
        Value::Number(number) => number_literal(number),
        Value::String(text) => {
            let text = literal::text(text);
            quote!(rt::string(#text))
        }
        Value::Array(items) => {
            let items = items.iter().map(printed);
            quote!(rt::array(&[#(#items),*]))
        }
        Value::Object(object) => {
            let pairs = object.pairs().iter().map(|(key, value)| {
                let (key, value) = (printed(key), printed(value));
                quote!((#key, #value))
            });
            quote!(rt::sorted_object(&[#(#pairs),*]))
        }
        Value::Set(set) => {
            let members = set.members().iter().map(printed);
            quote!(rt::sorted_set(&[#(#members),*]))
        }
    }
}

/// Prints a number: a canonical integer in the range of `i64` as an integer, any other number as
/// text.
fn number_literal(number: &Number<'_>) -> TokenStream {
    let text = number.to_string();
    integer(&text).map_or_else(|| quote!(rt::number(#text)), |integer| quote!(rt::int(#integer)))
}

/// Returns the literal of a number, if `text` is that of a canonical integer in the range of `i64`.
pub(super) fn integer(text: &str) -> Option<Literal> {
    let integer = text.parse::<i64>().ok().filter(|integer| integer.to_string() == text)?;
    Some(literal::integer(integer))
}
