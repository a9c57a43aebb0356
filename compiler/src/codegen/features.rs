//! Records the features of the runtime that a policy needs, to check them where the policy is
//! linked.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use ferrego_runtime::builtins::Builtin;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The features that the printed calls need, each with the builtins that need it.
#[derive(Default)]
pub(super) struct Features(RefCell<BTreeMap<&'static str, BTreeSet<&'static str>>>);

impl Features {
    /// Records a call of `builtin`.
    pub(super) fn note(&self, builtin: &Builtin) {
        if !builtin.feature.is_empty() {
            self.0.borrow_mut().entry(builtin.feature).or_default().insert(builtin.name);
        }
    }

    /// Prints the checks: `rt::require_regex!("regex.match");`.
    pub(super) fn checks(&self) -> Vec<TokenStream> {
        let check = |(feature, builtins): (&&str, &BTreeSet<&str>)| {
            let check = format_ident!("require_{}", feature);
            let builtins: Vec<_> = builtins.iter().map(|name| format!("`{name}`")).collect();
            let builtins = builtins.join(", ");
            quote!(rt::#check!(#builtins);)
        };
        self.0.borrow().iter().map(check).collect()
    }
}
