//! Prints constants: scalars inline, composites as statics.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_runtime::{Arena, Number, Value};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::codegen::literal;
use crate::codegen::names::Names;
use crate::hir::Constant;

/// The statics of a module.
pub(super) struct Constants {
    names: Names,
    /// The names that the Rego gives to constants, by the tokens of the constants.
    known: BTreeMap<String, Arc<str>>,
    statics: BTreeMap<String, (Ident, TokenStream)>,
    order: Vec<String>,
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

    /// Prints the value of a constant.
    pub(super) fn value(&mut self, constant: &Constant) -> TokenStream {
        let arena = Arena::new();
        let value = constant.value(&arena);
        match value.len() {
            Some(length) if length > 0 => {
                let name = self.shared(&value);
                quote!(self::#name)
            }
            _ => printed(&value),
        }
    }

    fn shared(&mut self, value: &Value<'_>) -> Ident {
        let tokens = printed(value);
        let key = tokens.to_string();
        if let Some((name, _)) = self.statics.get(&key) {
            return name.clone();
        }
        let known = self.known.get(&key).map(|name| literal::constant_name(name));
        let name = known.filter(|name| !name.is_empty()).unwrap_or_else(|| content_name(value));
        let name = self.names.unique(&name);
        self.order.push(key.clone());
        self.statics.insert(key, (name.clone(), tokens));
        name
    }

    /// Returns the statics in the order of their first use.
    pub(super) fn items(&self) -> Vec<TokenStream> {
        let item = |key: &String| {
            let (name, tokens) = self.statics.get(key)?;
            Some(quote!(static #name: rt::Value<'static> = #tokens;))
        };
        self.order.iter().filter_map(item).collect()
    }
}

/// Returns a name for a value without a name in the Rego: its first words. The words of an object
/// are those of its values.
fn content_name(value: &Value<'_>) -> String {
    let mut words = String::new();
    add_words(value, &mut words);
    let name = literal::constant_name(&words);
    let kind = match value {
        Value::Object(_) => "OBJECT",
        Value::Set(_) => "SET",
        _ => "ARRAY",
    };
    match name.chars().next() {
        None => kind.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{kind}_{name}"),
        Some(_) => name,
    }
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
