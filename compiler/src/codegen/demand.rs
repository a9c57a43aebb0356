//! What the policy reads of `input`, as a constant.

use proc_macro2::TokenStream;
use quote::quote;

use crate::plan::demand::Demand;

/// The `rt::Needs` of a demand.
pub(super) fn needs(demand: &Demand) -> TokenStream {
    if demand.whole {
        return quote!(rt::WHOLE);
    }
    let members = demand.members.iter().map(|(key, below)| {
        let (key, below) = (&**key, needs(below));
        quote!((#key, #below))
    });
    let others = demand.others.as_deref().map(needs);
    match (demand.members.is_empty(), others) {
        (true, None) => quote!(rt::KIND),
        (false, None) => quote!(rt::parts(&[#(#members),*])),
        (true, Some(others)) => quote!(rt::each(&#others)),
        (false, Some(others)) => quote! {
            rt::Needs { whole: false, members: &[#(#members),*], others: rt::Some(&#others) }
        },
    }
}
