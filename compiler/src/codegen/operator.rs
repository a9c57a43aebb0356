//! Prints calls of builtins as the runtime's operators.

use ferrego_runtime::builtins::Form;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::codegen::expr::is_host;
use crate::codegen::function::FunctionPrinter;
use crate::ir::{Call, Callee, Expr};

/// Returns `true` if [`FunctionPrinter::certain`] prints the expression.
pub(super) fn is_certain(expr: &Expr) -> bool {
    match expr {
        Expr::WalkDepth(_) | Expr::Format(_) => true,
        Expr::Call(call) => matches!(call.form(), Form::Truth(_)),
        _ => false,
    }
}

impl FunctionPrinter<'_, '_> {
    /// Prints the expression as a `Value`, if it is always defined and is a call or a part of a
    /// walk.
    pub(super) fn certain(&mut self, expr: &Expr) -> Option<TokenStream> {
        match expr {
            Expr::WalkDepth(_) | Expr::Format(_) => Some(self.any(expr)),
            Expr::Call(call) => {
                let Form::Truth(name) = call.form() else { return None };
                let truth = self.truth(name, call);
                Some(quote!(rt::Value::Bool(#truth)))
            }
            _ => None,
        }
    }

    /// Prints the expression as a `bool` that is true if the value is `true`, if it is a call of a
    /// builtin or of a predicate.
    pub(super) fn holds(&mut self, expr: &Expr) -> Option<TokenStream> {
        let call = match expr {
            Expr::Pattern(call) => return Some(self.pattern_holds(call)),
            Expr::Rule(function, _) => {
                return self.printer.is_predicate(*function).then(|| self.any(expr));
            }
            Expr::Call(call) if matches!(call.callee, Callee::Function(id) if self.printer.is_predicate(id)) =>
            {
                return Some(self.any(expr));
            }
            Expr::Call(call) => call,
            _ => return None,
        };
        match call.form() {
            Form::Truth(name) => Some(self.truth(name, call)),
            Form::Holds(name) => Some(self.operation(name, call)),
            Form::Value(_) | Form::Call => {
                let builtin = call.builtin().filter(|builtin| !is_host(builtin))?;
                let outcome = self.outcome(builtin, call);
                let (cx, at, name) = (self.context(call.context), self.at(call.at), builtin.name);
                Some(quote!(#cx.holds(#at, #name, #outcome)?))
            }
        }
    }

    /// Prints the call as an `Option<Value>`, if its builtin has an operator that returns a value.
    pub(super) fn operator_call(&mut self, call: &Call) -> Option<TokenStream> {
        match call.form() {
            Form::Value(name) => Some(self.operation(name, call)),
            Form::Truth(name) => {
                let truth = self.truth(name, call);
                Some(quote!(Some(rt::Value::Bool(#truth))))
            }
            Form::Holds(_) | Form::Call => None,
        }
    }

    /// Records the feature of the runtime that a call needs.
    pub(super) fn note_feature(&self, call: &Call) {
        if let Callee::Builtin(builtin) = call.callee {
            self.printer.features.note(builtin);
        }
    }

    fn truth(&mut self, name: &str, call: &Call) -> TokenStream {
        self.note_feature(call);
        let name = format_ident!("{}", name);
        let arguments = self.values(&call.arguments);
        quote!(rt::op::#name(#(#arguments),*))
    }

    fn operation(&mut self, name: &str, call: &Call) -> TokenStream {
        self.note_feature(call);
        let (cx, at) = (self.context(call.context), self.at(call.at));
        if let ("concat", [delimiter, Expr::Array(texts)]) = (name, call.arguments.as_slice()) {
            let (delimiter, texts) = (self.value(delimiter), self.values(texts));
            return quote!(rt::op::concat_of(#cx, #delimiter, &[#(#texts),*], #at)?);
        }
        let name = format_ident!("{}", name);
        let arguments = self.values(&call.arguments);
        quote!(rt::op::#name(#cx, #(#arguments,)* #at)?)
    }
}
