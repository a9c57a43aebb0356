//! Loops over `walk` that visit values one by one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::block::Frame;
use crate::codegen::function::FunctionPrinter;
use crate::plan::walk::{self, Part, Visit};
use crate::plan::{Expr, LocalId, Statement};

impl FunctionPrinter<'_, '_> {
    pub(super) fn visit(&mut self, visit: &Visit<'_>) -> TokenStream {
        let start = self.value(visit.start);
        let cx = self.context(visit.call.context);
        let walk = self.names.unique("walk");
        self.frames.push(Frame::Loop);
        self.walks.push((visit.path, walk.clone()));
        let (before, goes_on) = self.statements(visit.before);
        self.walks.pop();
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

    /// The length of a path that is not made yet, as a `Value`.
    pub(super) fn length_of_path(&self, expr: &Expr) -> Option<TokenStream> {
        let (walk, Part::Length) = self.part_of_path(expr)? else { return None };
        Some(quote!(#walk.length()))
    }

    /// What stands at one place of a path that is not made yet, as an `Option<Value>`.
    pub(super) fn step_of_path(&mut self, expr: &Expr) -> Option<TokenStream> {
        let (walk, Part::Step(key)) = self.part_of_path(expr)? else { return None };
        let key = self.value(key);
        Some(quote!(#walk.step(&#key)))
    }

    fn part_of_path<'e>(&self, expr: &'e Expr) -> Option<(Ident, Part<'e>)> {
        let part = |(path, walk): &(LocalId, Ident)| Some((walk.clone(), walk::part(expr, *path)?));
        self.walks.iter().find_map(part)
    }
}
