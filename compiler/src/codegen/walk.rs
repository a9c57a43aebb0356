//! Loops over `walk` that visit values one by one.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::block::Frame;
use crate::codegen::function::FunctionPrinter;
use crate::plan::Statement;
use crate::plan::walk::Visit;

impl FunctionPrinter<'_, '_> {
    pub(super) fn visit(&mut self, visit: &Visit<'_>) -> TokenStream {
        let start = self.value(visit.start);
        let cx = self.context(visit.call.context);
        let walk = self.names.unique("walk");
        self.frames.push(Frame::Loop);
        let (before, goes_on) = self.statements(visit.before);
        let after = match visit.after {
            [] => TokenStream::new(),
            _ if !goes_on => TokenStream::new(),
            [Statement::Later { local, before, value }, after @ ..] if visit.is_later => {
                let later = self.later(*local, before, value, Some((visit.path, &walk)));
                let (after, _) = self.statements(after);
                quote!(#later #after)
            }
            after => {
                let path = self.local(visit.path).clone();
                let (after, _) = self.statements(after);
                quote!(let #path = #walk.path(); #after)
            }
        };
        self.frames.pop();
        let value = self.optional_binding(Some(visit.value));
        quote! {
            let mut #walk = rt::walk(#cx, #start);
            while let rt::Some(#value) = #walk.advance() { #before #after }
        }
    }
}
