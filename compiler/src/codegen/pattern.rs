//! Prints the statics of literal patterns, and the calls that use them.

use ferrego_runtime::builtins::LiteralPattern::{Match, Template};
use ferrego_runtime::builtins::prepare::{Place, Regex, Texts};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::comment;
use crate::codegen::function::FunctionPrinter;
use crate::codegen::literal;
use crate::codegen::names::Names;
use crate::ir::{Expr, Pattern, PatternCall, Program, visit};

/// Returns the names of the statics. A pattern is named after the first function that uses it:
/// `VIOLATION_PATTERN`.
pub(super) fn names(program: &Program, functions: &[Ident], names: &mut Names) -> Vec<Ident> {
    let mut users = vec![None; program.patterns.len()];
    for (function, name) in program.functions.iter().zip(functions) {
        visit::expressions(&function.body, &mut |expr| {
            if let Expr::Pattern(call) = expr {
                users[call.pattern.0].get_or_insert(name);
            }
        });
    }
    let name = |user: Option<&Ident>| {
        let user = user.map_or_else(String::new, Ident::to_string);
        names.unique(&format!("{}_PATTERN", literal::constant_name(&user)))
    };
    users.into_iter().map(name).collect()
}

/// Prints the static of a pattern, with the policy's pattern above it.
pub(super) fn item(name: &Ident, pattern: &Pattern) -> TokenStream {
    let (source, kind, value) = match pattern {
        Pattern::Texts { source, texts } => (source, quote!(Texts), self::texts(texts)),
        Pattern::Regex { source, regex } => (source, quote!(Regex), self::regex(regex)),
        Pattern::Glob { source, delimiters } => {
            let glob = literal::text(source);
            (source, quote!(Glob), quote!(rt::Glob::new(#glob, &[#(#delimiters),*])))
        }
    };
    // The regular expression is written for the crate that matches it.
    let is_rewritten =
        matches!(pattern, Pattern::Regex { regex, .. } if *regex.pattern != **source);
    let suffix = if is_rewritten { ", in the syntax of the crate `regex`" } else { "" };
    let about = comment::escaped(&format!(" `{source}`{suffix}"));
    quote!(#[doc = #about] static #name: rt::#kind = #value;)
}

fn texts(Texts { place, texts }: &Texts) -> TokenStream {
    let place = match place {
        Place::Anywhere => quote!(anywhere),
        Place::Start => quote!(start),
        Place::End => quote!(end),
        Place::Whole => quote!(whole),
    };
    let texts = texts.iter().map(|text| literal::text(text));
    quote!(rt::Texts::#place(&[#(#texts),*]))
}

fn regex(Regex { pattern, names }: &Regex) -> TokenStream {
    // Only named groups can be referred to by name.
    let last = names.iter().rposition(|name| !name.is_empty());
    let names = names.iter().take(last.map_or(0, |last| last + 1));
    let pattern = literal::text(pattern);
    quote!(rt::Regex::new(#pattern, &[#(#names),*]))
}

impl FunctionPrinter<'_, '_> {
    /// Prints a call with a literal pattern as an `Option<Value>`.
    pub(super) fn pattern_call(&mut self, call: &PatternCall) -> TokenStream {
        let outcome = self.pattern_outcome(call);
        let cx = self.context(call.context);
        let called = self.builtin(call.builtin, &outcome, &quote!(#cx), call.at);
        quote!(#called?)
    }

    /// Prints a call with a literal pattern as a `bool` that is true if the value is `true`.
    pub(super) fn pattern_holds(&mut self, call: &PatternCall) -> TokenStream {
        let name = call.builtin.name;
        if let (Match | Template, [text]) = (call.builtin.pattern, call.arguments.as_slice()) {
            self.printer.features.note(call.builtin);
            let text = self.value(text);
            let pattern = &self.printer.patterns[call.pattern.0];
            let (cx, at) = (self.context(call.context), self.at(call.at));
            return quote!(rt::op::matches(#cx, &self::#pattern, #text, #name, #at)?);
        }
        let outcome = self.pattern_outcome(call);
        let (cx, at) = (self.context(call.context), self.at(call.at));
        quote!(#cx.holds(#at, #name, #outcome)?)
    }

    fn pattern_outcome(&mut self, call: &PatternCall) -> TokenStream {
        self.printer.features.note(call.builtin);
        let arguments = self.values(&call.arguments);
        let pattern = &self.printer.patterns[call.pattern.0];
        let function: TokenStream = call.builtin.prepared.parse().unwrap_or_default();
        let cx = self.context(call.context);
        quote!(rt::builtins::#function(#cx.env(), &self::#pattern, #(#arguments),*))
    }
}
