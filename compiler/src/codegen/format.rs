//! Prints calls of `sprintf` with a literal format.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::codegen::literal;
use crate::ir::{Format, Piece};

impl FunctionPrinter<'_, '_> {
    /// Prints the formatted text as a `Value`.
    pub(super) fn format(&mut self, format: &Format) -> TokenStream {
        let values = self.values(&format.values);
        let mut values = values.iter();
        let pieces = format.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => {
                let text = literal::text(text);
                quote!(rt::Piece::Text(#text))
            }
            Piece::Any => verb(&quote!(Any), values.next()),
            Piece::String => verb(&quote!(String), values.next()),
            Piece::Integer => verb(&quote!(Integer), values.next()),
            Piece::Quoted => verb(&quote!(Quoted), values.next()),
        });
        let pieces: Vec<_> = pieces.collect();
        let (cx, text) = (self.context(format.context), literal::text(&format.text));
        quote!(rt::format(#cx, #text, &[#(#pieces),*]))
    }
}

fn verb(name: &TokenStream, value: Option<&TokenStream>) -> TokenStream {
    quote!(rt::Piece::#name(#value))
}
