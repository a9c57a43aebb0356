//! Prints calls of builtins as the runtime's operators.

use ferrego_runtime::builtins::Builtin;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::codegen::expr::is_host;
use crate::codegen::function::FunctionPrinter;
use crate::ir::{Call, Callee, Expr};

/// The type of an operator's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OperatorResult {
    /// A boolean, for all operands.
    Truth,
    /// A boolean that is `false` also where the builtin is undefined, as a condition needs it.
    Holds,
    /// A value, or undefined.
    Value,
}

use OperatorResult::{Holds, Truth, Value};

/// The builtins with operators, the names of the operators below `generated::op`, and the types of
/// their results.
const OPERATORS: &[(&str, &str, OperatorResult)] = &[
    ("is_number", "is_number", Truth),
    ("is_string", "is_string", Truth),
    ("is_boolean", "is_boolean", Truth),
    ("is_array", "is_array", Truth),
    ("is_set", "is_set", Truth),
    ("is_object", "is_object", Truth),
    ("is_null", "is_null", Truth),
    ("internal.member_2", "is_in", Truth),
    ("internal.member_3", "is_pair_in", Truth),
    ("startswith", "startswith", Holds),
    ("endswith", "endswith", Holds),
    ("contains", "contains", Holds),
    ("glob.match", "glob_match", Holds),
    ("regex.match", "regex_match", Holds),
    ("re_match", "re_match", Holds),
    ("any", "any", Holds),
    ("all", "all", Holds),
    ("count", "count", Value),
    ("plus", "plus", Value),
    ("minus", "minus", Value),
    ("mul", "mul", Value),
    ("div", "div", Value),
    ("rem", "rem", Value),
    ("object.get", "object_get", Value),
    ("abs", "abs", Value),
    ("array.concat", "array_concat", Value),
    ("array.slice", "array_slice", Value),
    ("ceil", "ceil", Value),
    ("concat", "concat", Value),
    ("floor", "floor", Value),
    ("format_int", "format_int", Value),
    ("indexof", "indexof", Value),
    ("lower", "lower", Value),
    ("max", "max", Value),
    ("min", "min", Value),
    ("object.keys", "object_keys", Value),
    ("object.remove", "object_remove", Value),
    ("replace", "replace", Value),
    ("round", "round", Value),
    ("sort", "sort", Value),
    ("split", "split", Value),
    ("substring", "substring", Value),
    ("sum", "sum", Value),
    ("to_number", "to_number", Value),
    ("trim", "trim", Value),
    ("trim_left", "trim_left", Value),
    ("trim_prefix", "trim_prefix", Value),
    ("trim_right", "trim_right", Value),
    ("trim_space", "trim_space", Value),
    ("trim_suffix", "trim_suffix", Value),
    ("upper", "upper", Value),
];

/// Returns the operator for a call of a builtin that no `with` replaces.
fn operator(call: &Call) -> Option<(&'static str, OperatorResult)> {
    let builtin = builtin(call)?;
    let (_, operator, result) = OPERATORS.iter().find(|(name, ..)| *name == builtin.name)?;
    Some((*operator, *result))
}

fn builtin(call: &Call) -> Option<&'static Builtin> {
    match call.callee {
        Callee::Builtin(builtin) if call.mock.is_none() => Some(builtin),
        _ => None,
    }
}

/// Returns `true` if [`FunctionPrinter::certain`] prints the expression.
pub(super) fn is_certain(expr: &Expr) -> bool {
    match expr {
        Expr::WalkDepth(_) | Expr::Format(_) => true,
        Expr::Call(call) => matches!(operator(call), Some((_, Truth))),
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
                let (name, Truth) = operator(call)? else { return None };
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
        match operator(call) {
            Some((name, Truth)) => Some(self.truth(name, call)),
            Some((name, Holds)) => Some(self.operation(name, call)),
            _ => {
                let builtin = builtin(call).filter(|builtin| !is_host(builtin))?;
                let outcome = self.outcome(builtin, call);
                let (cx, at, name) = (self.context(call.context), self.at(call.at), builtin.name);
                Some(quote!(#cx.holds(#at, #name, #outcome)?))
            }
        }
    }

    /// Prints the call as an `Option<Value>`, if its builtin has an operator that returns a value.
    pub(super) fn operator_call(&mut self, call: &Call) -> Option<TokenStream> {
        match operator(call)? {
            (name, Value) => Some(self.operation(name, call)),
            (name, Truth) => {
                let truth = self.truth(name, call);
                Some(quote!(Some(rt::Value::Bool(#truth))))
            }
            (_, Holds) => None,
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

#[cfg(test)]
mod tests {
    use ferrego_runtime::builtins::{self, Kind};

    use super::*;

    #[test]
    fn operators_stand_for_pure_builtins_and_truths_for_conditions() {
        for (name, _, result) in OPERATORS {
            let row = builtins::lookup(name).expect(name);
            assert!(matches!(row.kind, Kind::Pure), "{name}");
            let truth = row.signature.ends_with("=> boolean");
            assert_eq!(truth, *result != Value, "{name}");
        }
    }
}
