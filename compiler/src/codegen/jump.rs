//! Prints the jumps of failing statements.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Lifetime;

use crate::codegen::frame::{Frame, Label};
use crate::codegen::function::FunctionPrinter;
use crate::ir::ReturnKind;

/// The label of an existence test, which is also the name of its value.
pub(super) const FOUND: &str = "found";

impl FunctionPrinter<'_, '_> {
    /// Returns a label like `name` that no enclosing construct has. The label of an existence
    /// test differs from the names of locals.
    pub(super) fn label(&self, name: &str) -> Label {
        let mut own = name.to_owned();
        let mut count = 1;
        let is_taken = |own: &str| self.frames.iter().any(|frame| frame.is_labeled(own));
        while is_taken(&own) || (name == FOUND && self.names.is_taken(&own)) {
            count += 1;
            own = format!("{name}_{count}");
        }
        let name = own;
        Label { name: Lifetime::new(&format!("'{name}"), Span::call_site()), used: false }
    }

    /// Prints the jump of a failing statement.
    pub(super) fn fail(&mut self) -> TokenStream {
        match self.frames.last_mut() {
            None | Some(Frame::Function) => {
                let undefined = self.undefined();
                quote!(return #undefined)
            }
            Some(Frame::Lazy) => quote!(return Ok(None)),
            Some(Frame::Loop) => quote!(continue),
            Some(Frame::Scope(label)) => {
                let label = label.jump();
                quote!(break #label)
            }
            Some(Frame::Exists(label, noted)) => {
                let label = label.jump();
                let end = noted.as_ref().map_or_else(|| quote!(false), |noted| quote!(#noted));
                quote!(break #label #end)
            }
            Some(Frame::First(label)) => {
                let label = label.jump();
                quote!(break #label None)
            }
        }
    }

    /// Returns `true` if a failing statement returns `None` from the function, as `?` does.
    pub(super) fn propagates(&self) -> bool {
        matches!(self.frames.last(), None | Some(Frame::Function))
            && self.function.returns == ReturnKind::Maybe
            && !self.function.fallible
    }

    /// Prints the binding of a defined value, or the jump if the value is undefined.
    pub(super) fn let_some(&mut self, pattern: &TokenStream, value: &TokenStream) -> TokenStream {
        if self.propagates() {
            return quote!(let #pattern = #value?;);
        }
        let fail = self.fail();
        quote!(let Some(#pattern) = #value else { #fail };)
    }

    /// Returns the label of the innermost frame that `which` selects, and marks it as used.
    pub(super) fn innermost(
        &mut self,
        which: impl Fn(&mut Frame) -> Option<&mut Label>,
    ) -> Lifetime {
        let label = self.frames.iter_mut().rev().find_map(which);
        match label {
            Some(label) => label.jump(),
            None => Lifetime::new("'body", Span::call_site()),
        }
    }
}
