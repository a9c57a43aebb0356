//! Prints the contexts of `with` modifiers.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::ir::{ContextId, Replacement};
use crate::source::Span;

impl FunctionPrinter<'_, '_> {
    /// Prints `&cx.with().input(&["a"], value).finish()`.
    pub(super) fn with(
        &mut self,
        parent: ContextId,
        replacements: &[Replacement],
        at: Span,
    ) -> TokenStream {
        let steps: Vec<_> =
            replacements.iter().map(|replacement| self.replace(replacement, at)).collect();
        let parent = self.context(parent);
        quote!(&#parent.with() #(.#steps)* .finish())
    }

    fn replace(&mut self, replacement: &Replacement, at: Span) -> TokenStream {
        match replacement {
            Replacement::Input(path, value) => {
                let path = path.iter().map(|key| &**key);
                let value = self.value(value);
                quote!(input(&[#(#path),*], #value))
            }
            Replacement::Data(path, slot, value) => {
                let path = path.iter().map(|key| &**key);
                let slot = slot.0;
                let value = self.value(value);
                quote!(data(&[#(#path),*], #slot, #value))
            }
            Replacement::FunctionValue(slot, value) => {
                let slot = slot.0;
                let value = self.value(value);
                quote!(function_value(#slot, #value))
            }
            Replacement::FunctionCall(slot, callee, arity) => {
                let slot = slot.0;
                let function = self.wrapper(*callee, *arity, at);
                quote!(function(#slot, #function))
            }
        }
    }
}
