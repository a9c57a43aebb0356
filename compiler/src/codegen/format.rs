//! `sprintf` with a literal format: plain verbs become pieces that are written directly.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::hir::Constant;
use crate::plan::{Call, Callee, Expr};

/// A piece of a format.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'f> {
    Text(&'f str),
    Any,
    String,
    Integer,
}

impl FunctionPrinter<'_, '_> {
    /// The call as a value that is always defined, if it is such a `sprintf`.
    pub(super) fn literal_format(&mut self, call: &Call) -> Option<TokenStream> {
        let Callee::Builtin(builtin) = call.callee else { return None };
        let [Expr::Constant(Constant::String(format)), Expr::Array(values)] =
            call.arguments.as_slice()
        else {
            return None;
        };
        if builtin.name != "sprintf" || call.mock.is_some() {
            return None;
        }
        let pieces = pieces(format)?;
        let verbs = pieces.iter().filter(|piece| !matches!(piece, Piece::Text(_))).count();
        if verbs != values.len() {
            return None;
        }
        let values = self.values(values);
        let mut values = values.iter();
        let printed = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => quote!(rt::Piece::Text(#text)),
            Piece::Any => verb(&quote!(Any), values.next()),
            Piece::String => verb(&quote!(String), values.next()),
            Piece::Integer => verb(&quote!(Integer), values.next()),
        });
        let printed: Vec<_> = printed.collect();
        let cx = self.context(call.context);
        let format = &**format;
        Some(quote!(rt::Some(rt::format(#cx, #format, &[#(#printed),*]))))
    }
}

fn verb(name: &TokenStream, value: Option<&TokenStream>) -> TokenStream {
    quote!(rt::Piece::#name(#value))
}

/// The pieces of a format of `%v`, `%s`, `%d` and `%%`; none where it holds anything else.
fn pieces(format: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(place) = rest.find('%') {
        if place > 0 {
            pieces.push(Piece::Text(&rest[..place]));
        }
        pieces.push(match rest.as_bytes().get(place + 1)? {
            b'v' => Piece::Any,
            b's' => Piece::String,
            b'd' => Piece::Integer,
            b'%' => Piece::Text("%"),
            _ => return None,
        });
        rest = &rest[place + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_verbs_are_cut_and_others_left_to_sprintf() {
        let expected = vec![
            Piece::Text("é "),
            Piece::Any,
            Piece::String,
            Piece::Text("%"),
            Piece::Integer,
            Piece::Text("!"),
        ];
        assert_eq!(pieces("é %v%s%%%d!"), Some(expected));
        for format in ["%5d", "%-v", "%.2f", "%q", "%", "a%é", "%[1]v"] {
            assert_eq!(pieces(format), None, "{format}");
        }
    }
}
