//! `sprintf` with a format that the plan has cut.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::plan::Call;
use crate::plan::format::{Cut, Piece};

impl FunctionPrinter<'_, '_> {
    /// The call as an `Option<Value>`, if its format is cut.
    pub(super) fn literal_format(&mut self, call: &Call) -> Option<TokenStream> {
        let message = self.formatted(call)?;
        Some(quote!(rt::Some(#message)))
    }

    /// The call as a `Value`, if its format is cut: it is always defined.
    pub(super) fn formatted(&mut self, call: &Call) -> Option<TokenStream> {
        let Cut { format, pieces, values } = self.printer.program.cut_format(call)?;
        let values = self.values(values);
        let mut values = values.iter();
        let printed = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => {
                let text = &**text;
                quote!(rt::Piece::Text(#text))
            }
            Piece::Any => verb(&quote!(Any), values.next()),
            Piece::String => verb(&quote!(String), values.next()),
            Piece::Integer => verb(&quote!(Integer), values.next()),
            Piece::Quoted => verb(&quote!(Quoted), values.next()),
        });
        let printed: Vec<_> = printed.collect();
        let cx = self.context(call.context);
        Some(quote!(rt::format(#cx, #format, &[#(#printed),*])))
    }
}

fn verb(name: &TokenStream, value: Option<&TokenStream>) -> TokenStream {
    quote!(rt::Piece::#name(#value))
}
