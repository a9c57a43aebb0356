//! Prints lookups in hash indexes, and the static of each index.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::comment;
use crate::codegen::function::FunctionPrinter;
use crate::codegen::names::Names;
use crate::codegen::shorten;
use crate::ir::{ContextId, Expr, IndexLifetime, Join, Lookup};

/// Returns the names of the statics of indexes: `BY_VIOLATION_KEY`.
pub(super) fn names(joins: &[Join], functions: &[Ident], names: &mut Names) -> Vec<Ident> {
    let name = |join: &Join| {
        let keys = functions[join.keys.0 as usize].to_string();
        names.unique(&format!("BY_{}", keys.to_ascii_uppercase()))
    };
    joins.iter().map(name).collect()
}

/// Prints the static of an index, given the function that returns its keys, and the place of the
/// definition that uses it.
pub(super) fn item(name: &Ident, keys: &Ident, lifetime: IndexLifetime, at: &str) -> TokenStream {
    let new = match lifetime {
        IndexLifetime::Evaluation => quote!(new),
        IndexLifetime::Data => quote!(of_data),
        IndexLifetime::AboveData => quote!(above_data),
    };
    let about = format!(" A hash index for `{at}`, by the keys that [`{keys}`] returns.");
    let about = comment::escaped(&about);
    quote!(#[doc = #about] static #name: rt::Join = rt::Join::#new(self::#keys);)
}

impl FunctionPrinter<'_, '_> {
    /// Prints the pairs of the members of `of` that a loop may have to visit.
    pub(super) fn matching(&mut self, of: &Expr, lookup: &Lookup) -> TokenStream {
        let (place, join) = (self.place(), &self.printer.joins[lookup.join.0]);
        let of = self.any(of);
        let wanted = self.option(&lookup.wanted);
        let cx = self.context(ContextId(0));
        let wanted = shorten::ok(&wanted);
        quote!(#cx.matching(#place, &self::#join, #of, || #wanted))
    }
}
