//! Prepared patterns: a static each, and the calls that name them.

use ferrego_runtime::builtins::prepare::{Place, Regex, Texts};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::comment;
use crate::codegen::function::FunctionPrinter;
use crate::codegen::names::Names;
use crate::plan::prepare::Pattern;
use crate::plan::{Call, Callee};

/// The names of the statics.
pub(super) fn names(patterns: &[Pattern], names: &mut Names) -> Vec<Ident> {
    (1..=patterns.len()).map(|number| names.unique(&format!("PATTERN_{number}"))).collect()
}

/// The static of a pattern, under the policy's text of it.
pub(super) fn item(name: &Ident, pattern: &Pattern) -> TokenStream {
    let (source, kind, value) = match pattern {
        Pattern::Texts { source, texts } => (source, quote!(Texts), self::texts(texts)),
        Pattern::Regex { source, regex } => (source, quote!(Regex), self::regex(regex)),
        Pattern::Glob { source, delimiters } => {
            let glob = &**source;
            (source, quote!(Glob), quote!(rt::Glob::new(#glob, &[#(#delimiters),*])))
        }
    };
    let about = comment::escaped(&format!(" `{source}`"));
    quote!(#[doc = #about] static #name: rt::#kind = #value;)
}

fn texts(Texts { place, texts }: &Texts) -> TokenStream {
    let place = match place {
        Place::Anywhere => quote!(anywhere),
        Place::Start => quote!(start),
        Place::End => quote!(end),
        Place::Whole => quote!(whole),
    };
    quote!(rt::Texts::#place(&[#(#texts),*]))
}

fn regex(Regex { pattern, names }: &Regex) -> TokenStream {
    // Only named groups can be asked for by name.
    let last = names.iter().rposition(|name| !name.is_empty());
    let names = names.iter().take(last.map_or(0, |last| last + 1));
    quote!(rt::Regex::new(#pattern, &[#(#names),*]))
}

impl FunctionPrinter<'_, '_> {
    /// A match with a prepared pattern, as a `bool`.
    pub(super) fn prepared_match(&mut self, call: &Call) -> Option<TokenStream> {
        let prepared = self.printer.program.prepared(call)?;
        let ("regex::prepared::matches", [text], Callee::Builtin(builtin)) =
            (prepared.function, prepared.arguments.as_slice(), call.callee)
        else {
            return None;
        };
        self.note_feature(call);
        let (text, name) = (self.value(text), builtin.name);
        let pattern = self.printer.patterns.get(prepared.pattern.0)?;
        let (cx, at) = (self.context(call.context), self.at(call.at));
        Some(quote!(rt::op::matches(#cx, &self::#pattern, #text, #name, #at)?))
    }

    /// What the builtin gives to a call, if its pattern is prepared.
    pub(super) fn prepared_call(&mut self, call: &Call) -> Option<TokenStream> {
        let prepared = self.printer.program.prepared(call)?;
        self.note_feature(call);
        let arguments: Vec<_> =
            prepared.arguments.iter().map(|argument| self.value(argument)).collect();
        let pattern = self.printer.patterns.get(prepared.pattern.0)?;
        let function: TokenStream = prepared.function.parse().ok()?;
        let cx = self.context(call.context);
        Some(quote!(rt::builtins::#function(#cx.env(), &self::#pattern, #(#arguments),*)))
    }
}
