//! Prints blocks whose value is the first one that they reach.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::frame::{Frame, Label};
use crate::codegen::function::FunctionPrinter;
use crate::ir::{Block, Expr, LocalId, ReturnKind, Statement, Yield};

impl FunctionPrinter<'_, '_> {
    /// Prints the binding of the first value of a block.
    pub(super) fn first(&mut self, local: LocalId, body: &Block) -> TokenStream {
        let block = self.first_value(body);
        let bound = self.binding(local);
        let name = self.local(local).clone();
        let binding = self.let_some(&quote!(#bound), &quote!(#name));
        quote!(let #name = #block; #binding)
    }

    /// Prints the first value of a block that the function returns at its end.
    pub(super) fn returned_first(&mut self, statements: &[Statement]) -> Option<TokenStream> {
        let [
            Statement::First { local, body },
            Statement::Yield(Yield::Return(Expr::Local(returned))),
        ] = statements
        else {
            return None;
        };
        let is_end = matches!(self.frames.last(), Some(Frame::Function))
            && self.function.returns == ReturnKind::Maybe;
        if local != returned || !is_end {
            return None;
        }
        if matches!(body.0.as_slice(), [Statement::Switch { .. }]) {
            let value = self.first_value(body);
            return Some(self.returned(&value));
        }
        // Without a frame of its own, the block returns its value from the function.
        let (body, continues) = self.block(body);
        let end = continues.then(|| self.undefined());
        Some(quote!(#body #end))
    }

    /// Prints the first value of a block, or `None`.
    fn first_value(&mut self, body: &Block) -> TokenStream {
        let label = self.label("first");
        self.frames.push(Frame::First(label));
        let switch = match body.0.as_slice() {
            [Statement::Switch { on, arms }] => Some(self.switch_value(on, arms)),
            _ => None,
        };
        let is_match = switch.is_some();
        let (body, continues) = switch.map_or_else(|| self.block(body), |switch| (switch, false));
        let frame = self.frames.pop();
        let end = if continues { quote!(None) } else { TokenStream::new() };
        match frame {
            Some(Frame::First(Label { name, used: true })) => quote!(#name: { #body #end }),
            _ if is_match => body,
            _ => quote!({ #body #end }),
        }
    }
}
