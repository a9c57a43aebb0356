//! Records the features of the runtime that a policy needs, to check them where the policy is
//! linked.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use ferrego_runtime::builtins::Builtin;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The features that the printed code needs.
#[derive(Default)]
pub(super) struct Features {
    /// The features that calls need, each with the builtins that need it.
    builtins: RefCell<BTreeMap<&'static str, BTreeSet<&'static str>>>,
    /// The length of the longest chain of rules, if it needs a stack of its own.
    depth: Cell<usize>,
}

impl Features {
    /// Records a call of `builtin`.
    pub(super) fn note(&self, builtin: &Builtin) {
        if !builtin.feature.is_empty() {
            self.builtins.borrow_mut().entry(builtin.feature).or_default().insert(builtin.name);
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
        let mut checks: Vec<_> = self.builtins.borrow().iter().map(check).collect();
        if self.depth.get() > 0 {
            let depth = self.depth.get().to_string();
            checks.push(quote!(rt::require_stack!(#depth);));
        }
        checks
    }

    /// Records a chain of `depth` rules that needs a stack of its own.
    pub(super) fn note_depth(&self, depth: usize) {
        self.depth.set(self.depth.get().max(depth));
    }
}
