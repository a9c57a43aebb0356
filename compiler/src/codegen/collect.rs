//! Prints the construction of collections and single values.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::frame::Frame;
use crate::codegen::function::FunctionPrinter;
use crate::ir::{Block, CollectKind, ContextId, Expr, LocalId, ReturnKind, Statement, Yield};

impl FunctionPrinter<'_, '_> {
    /// Prints the construction of a collection that the function returns at its end.
    pub(super) fn returned_collection(&mut self, statements: &[Statement]) -> Option<TokenStream> {
        let [
            Statement::Collect { local, kind, context, body, at },
            Statement::Yield(Yield::Return(Expr::Local(returned))),
        ] = statements
        else {
            return None;
        };
        if local != returned || !matches!(self.frames.last(), Some(Frame::Function)) {
            return None;
        }
        let (built, finished) = self.collection((*local, *kind), *context, body, *at);
        let finished = if self.function.returns == ReturnKind::Maybe {
            quote!(Some(#finished))
        } else {
            finished
        };
        let returned = self.returned(&finished);
        Some(quote!(#built #returned))
    }

    pub(super) fn collect(
        &mut self,
        (local, kind): (LocalId, CollectKind),
        context: ContextId,
        body: &Block,
        at: crate::source::Span,
    ) -> TokenStream {
        let (built, finished) = self.collection((local, kind), context, body, at);
        let bound = self.binding(local);
        quote! {
            #built
            let #bound = #finished;
        }
    }

    /// Prints the statements that build a collection, and the finished collection.
    fn collection(
        &mut self,
        (local, kind): (LocalId, CollectKind),
        context: ContextId,
        body: &Block,
        at: crate::source::Span,
    ) -> (TokenStream, TokenStream) {
        let cx = self.context(context);
        let name = self.local(local).clone();
        let method = if kind == CollectKind::Array { quote!(push) } else { quote!(insert) };
        self.sinks.push((name.clone(), method));
        let body = self.scope(&name.to_string(), body);
        self.sinks.pop();
        let mut comment = None;
        let (new, finished) = match kind {
            CollectKind::Array => (quote!(#cx.list()), quote!(#name.finish())),
            CollectKind::Multiset => {
                let new;
                (comment, new) = self.new_multiset(local, &cx);
                (new, quote!(#name.finish()))
            }
            CollectKind::Set => (quote!(#cx.set()), quote!(#name.finish())),
            CollectKind::Object if self.function.keyed && self.sinks.is_empty() => {
                let at = self.at(at);
                (quote!(#cx.object()), quote!(rt::keyed(#cx, #name, #at)))
            }
            CollectKind::Object => {
                let at = self.at(at);
                (quote!(#cx.object()), quote!(rt::unique(#name, #at)?))
            }
            CollectKind::Document => (quote!(#cx.document()), quote!(#name.finish()?)),
            CollectKind::GroundDocument => (quote!(#cx.ground_document()), quote!(#name.finish()?)),
        };
        (quote!(#comment let mut #name = #new; #body), finished)
    }

    /// Prints a new multiset, and a comment above it.
    fn new_multiset(&mut self, local: LocalId, cx: &Ident) -> (Option<TokenStream>, TokenStream) {
        let Some(keys) = self.function.multisets.get(&local) else {
            return (None, quote!(#cx.multiset()));
        };
        let keys = keys.iter().map(|key| &**key);
        let new = quote!(#cx.multiset_read_at(&[#(#keys),*]));
        (self.explain("Of the members, only the values at these keys are read."), new)
    }

    pub(super) fn single(&mut self, local: LocalId, body: &Block, function: bool) -> TokenStream {
        let (built, value) = self.single_value(local, body, function);
        let fail = self.fail();
        let bound = self.binding(local);
        quote!(#built let Some(#bound) = #value else { #fail };)
    }

    /// Prints the statements that find a single value, and the value.
    pub(super) fn single_value(
        &mut self,
        local: LocalId,
        body: &Block,
        function: bool,
    ) -> (TokenStream, TokenStream) {
        let name = self.local(local).clone();
        self.sinks.push((name.clone(), quote!(offer)));
        let body = self.scope(&name.to_string(), body);
        self.sinks.pop();
        let new = if function { quote!(function) } else { quote!(rule) };
        (quote!(let mut #name = rt::Single::#new(); #body), quote!(#name.value()))
    }
}
