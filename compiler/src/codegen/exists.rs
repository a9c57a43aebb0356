//! Prints existence tests, and the jumps that end them.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::frame::{Frame, Label};
use crate::codegen::function::FunctionPrinter;
use crate::codegen::jump::FOUND;
use crate::ir::{Block, ContextId, visit};

impl FunctionPrinter<'_, '_> {
    /// Prints an existence test as a block that is true or false. Also returns a name for its value,
    /// which is that of its label.
    pub(super) fn exists(&mut self, block: &Block) -> (Ident, TokenStream) {
        let label = self.label(FOUND);
        let name = label.name.ident.clone();
        let noted = visit::notes(block).then(|| self.names.unique("noted"));
        self.frames.push(Frame::Exists(label, noted.clone()));
        let (body, continues) = self.block(block);
        let frame = self.frames.pop();
        let (start, end) = match noted {
            Some(noted) => (quote!(let mut #noted = false;), quote!(#noted)),
            None if continues => (TokenStream::new(), quote!(false)),
            None => (TokenStream::new(), TokenStream::new()),
        };
        let block = if let Some(Frame::Exists(Label { name, used: true }, _)) = frame {
            quote!(#name: { #start #body #end })
        } else {
            quote!({ #start #body #end })
        };
        (name, block)
    }

    /// Prints the statements that end an existence test, unless the evaluation is strict.
    pub(super) fn note(&mut self) -> TokenStream {
        let noted = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Exists(_, noted) => noted.clone(),
            _ => None,
        });
        let label = self.innermost(|frame| match frame {
            Frame::Exists(label, _) => Some(label),
            _ => None,
        });
        let cx = self.context(ContextId(0));
        quote! {
            #noted = true;
            if !#cx.env().strict {
                break #label #noted;
            }
        }
    }
}
