//! Loops that an index serves, and the static of each index.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::codegen::names::Names;
use crate::ir::{ContextId, Expr, IndexLifetime, Lookup};

/// The names of the statics of so many indexes.
pub(super) fn names(joins: usize, names: &mut Names) -> Vec<Ident> {
    (1..=joins).map(|number| names.unique(&format!("JOIN_{number}"))).collect()
}

/// The static of an index by the function that gives its keys.
pub(super) fn item(name: &Ident, keys: &Ident, lifetime: IndexLifetime) -> TokenStream {
    let new = match lifetime {
        IndexLifetime::Evaluation => quote!(new),
        IndexLifetime::Data => quote!(of_data),
        IndexLifetime::AboveData => quote!(above_data),
    };
    let about = format!(" Finds members by what [`{keys}`] gives for them.");
    quote!(#[doc = #about] static #name: rt::Join = rt::Join::#new(self::#keys);)
}

impl FunctionPrinter<'_, '_> {
    /// The members of `of` that a loop may look at, with what leads to them.
    pub(super) fn matching(&mut self, of: &Expr, lookup: &Lookup) -> TokenStream {
        let join = &self.printer.joins[lookup.join.0];
        let of = self.any(of);
        let wanted = self.option(&lookup.wanted);
        let cx = self.context(ContextId(0));
        quote!(#cx.matching(&self::#join, #of, || rt::Ok(#wanted)))
    }
}
