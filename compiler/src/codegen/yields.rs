//! Prints the values of solutions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::codegen::frame::Frame;
use crate::codegen::function::FunctionPrinter;
use crate::hir::Constant;
use crate::ir::{Expr, Leaf, ReturnKind, Yield};

impl FunctionPrinter<'_, '_> {
    /// Prints a yield. Returns `true` as well if the statement after it can be reached.
    pub(super) fn give(&mut self, given: &Yield) -> (TokenStream, bool) {
        match given {
            Yield::Return(value) => (self.answer(value), false),
            Yield::Single { value, at } => {
                let value = self.value(value);
                let at = self.at(*at);
                let (sink, method) = self.sink();
                (quote!(#sink.#method(#value, #at)?;), true)
            }
            Yield::Member(member) => (self.member(member), true),
            Yield::Pair { key, value } => {
                let (key, value) = (self.value(key), self.value(value));
                let (sink, method) = self.sink();
                (quote!(#sink.#method(#key, #value);), true)
            }
            Yield::Entry { keys, leaf, at } => {
                let keys = self.values(keys);
                let (method, value) = match leaf {
                    Leaf::Value(value) => (quote!(value), self.value(value)),
                    Leaf::Member(value) => (quote!(member), self.value(value)),
                };
                let at = self.at(*at);
                let (sink, _) = self.sink();
                (quote!(#sink.#method(&[#(#keys),*], #value, #at);), true)
            }
            Yield::First(value) => {
                if matches!(self.frames.last(), Some(Frame::First(_))) {
                    let value = self.value(value);
                    return (quote!(Some(#value)), false);
                }
                if !self.frames.iter().any(|frame| matches!(frame, Frame::First(_))) {
                    return (self.answer(value), false);
                }
                let value = self.value(value);
                let label = self.innermost(|frame| match frame {
                    Frame::First(label) => Some(label),
                    _ => None,
                });
                (quote!(break #label Some(#value);), false)
            }
            Yield::Row(values) => {
                let values = self.values(values);
                let (sink, method) = self.sink();
                (quote!(#sink.#method([#(#values),*]);), true)
            }
            Yield::Found => {
                if matches!(self.frames.last(), Some(Frame::Exists(_, None))) {
                    return (quote!(true), false);
                }
                let is_inside = self.frames.iter().any(|frame| matches!(frame, Frame::Exists(..)));
                if let (false, Some(value)) = (is_inside, self.found.clone()) {
                    return (self.answer(&value), false);
                }
                let label = self.innermost(|frame| match frame {
                    Frame::Exists(label, _) => Some(label),
                    _ => None,
                });
                (quote!(break #label true;), false)
            }
            Yield::Noted => (self.note(), true),
        }
    }

    fn answer(&mut self, value: &Expr) -> TokenStream {
        let value = match (self.function.returns, value) {
            (ReturnKind::Maybe, _) => self.option(value),
            (ReturnKind::Truth, Expr::Constant(Constant::Bool(truth))) => quote!(#truth),
            _ => self.value(value),
        };
        let answer = self.returned(&value);
        if matches!(self.frames.last(), Some(Frame::Function)) {
            answer
        } else {
            quote!(return #answer;)
        }
    }

    fn member(&mut self, member: &Expr) -> TokenStream {
        let member = self.value(member);
        let (sink, method) = self.sink();
        quote!(#sink.#method(#member);)
    }

    /// Returns the innermost collection or single value under construction, and the method that
    /// adds to it.
    fn sink(&self) -> (Ident, TokenStream) {
        let none = || (Ident::new("rows", Span::call_site()), quote!(push));
        self.sinks.last().cloned().unwrap_or_else(none)
    }
}
