//! Prints conditions and their negations.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::codegen::constant::integer;
use crate::codegen::function::FunctionPrinter;
use crate::codegen::literal;
use crate::codegen::plain::{Negations, conjuncts};
use crate::hir::Constant;
use crate::ir::{Comparison, Condition, ContextId, Expr, Statement};

impl FunctionPrinter<'_, '_> {
    /// Prints the negation of a condition: statements to insert before, and an expression that is
    /// true where the condition fails.
    pub(super) fn refuted(&mut self, condition: &Condition) -> (TokenStream, TokenStream) {
        match condition {
            Condition::Not(inner) => self.asserted(inner),
            Condition::Compare(comparison, left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                let operator = match comparison {
                    Comparison::NotEqual => quote!(==),
                    Comparison::Less => quote!(>=),
                    Comparison::LessEqual => quote!(>),
                    Comparison::Greater => quote!(<=),
                    Comparison::GreaterEqual => quote!(<),
                };
                (TokenStream::new(), quote!(#left #operator #right))
            }
            Condition::Defined(value) => {
                let value = self.option(value);
                (TokenStream::new(), quote!(#value.is_none()))
            }
            Condition::Exists(block) if let Some(tests) = conjuncts(block) => {
                (TokenStream::new(), self.one_fails(tests))
            }
            _ => {
                let (before, holds) = self.asserted(condition);
                (before, quote!(!#holds))
            }
        }
    }

    /// Prints the negation of plain tests, in the form with fewer negations.
    fn one_fails(&mut self, tests: &[Statement]) -> TokenStream {
        let conditions = tests.iter().filter_map(|statement| match statement {
            Statement::Test(condition) => Some(condition),
            _ => None,
        });
        let Negations { asserted, refuted } = Negations::of_all(tests);
        if tests.len() > 1 && refuted > asserted {
            let holds = self.all_hold(tests);
            return quote!(!(#holds));
        }
        let refuted: Vec<_> = conditions.map(|condition| self.refuted(condition).1).collect();
        quote!(#(#refuted)||*)
    }

    /// Prints a condition: statements to insert before, and an expression that is true where the
    /// condition holds.
    pub(super) fn asserted(&mut self, condition: &Condition) -> (TokenStream, TokenStream) {
        if let Condition::Exists(block) = condition {
            if let Some(tests) = conjuncts(block) {
                return (TokenStream::new(), self.all_hold(tests));
            }
            let (name, block) = self.exists(block);
            return (quote!(let #name = #block;), quote!(#name));
        }
        if let Condition::Not(inner) = condition {
            return self.refuted(inner);
        }
        (TokenStream::new(), self.plain(condition))
    }

    /// Prints the condition as a single expression.
    pub(super) fn condition(&mut self, condition: &Condition) -> TokenStream {
        let (before, holds) = self.asserted(condition);
        if before.is_empty() { holds } else { quote!({ #before #holds }) }
    }

    fn plain(&mut self, condition: &Condition) -> TokenStream {
        match condition {
            Condition::Truthy(value) => self.holds(value).unwrap_or_else(|| {
                let value = self.any(value);
                quote!(rt::truthy(#value))
            }),
            Condition::Defined(value) => {
                let value = self.option(value);
                quote!(#value.is_some())
            }
            Condition::Collection(value) => {
                let value = self.any(value);
                quote!(rt::is_collection(#value))
            }
            Condition::ObjectOf(value, keys) => {
                let (value, keys) = (self.any(value), Literal::usize_unsuffixed(*keys));
                quote!(rt::is_object_of(#value, #keys))
            }
            Condition::Key { of, key, truthy } => {
                let (of, key) = (self.any(of), self.value(key));
                let asked = if *truthy { quote!(has_truthy) } else { quote!(has_key) };
                quote!(rt::#asked(#of, #key))
            }
            Condition::MayMatch(patterns, text) => {
                let (patterns, text) = (self.any(patterns), self.value(text));
                let cx = self.context(ContextId(0));
                quote!(rt::op::may_match(#cx, #patterns, #text))
            }
            Condition::InPass(pass, body) => {
                let (pass, body) = (self.local(*pass), Literal::u32_unsuffixed(*body));
                quote!(#pass.takes(#body))
            }
            Condition::Equal(left, right) => self.equal(left, right),
            Condition::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            Condition::Not(_) | Condition::Exists(_) => self.condition(condition),
        }
    }

    fn equal(&mut self, left: &Expr, right: &Expr) -> TokenStream {
        if let (Expr::Constant(constant), other) | (other, Expr::Constant(constant)) = (left, right)
            && let Some((function, literal)) = scalar(constant)
        {
            let other = self.any(other);
            return quote!(rt::#function(#other, #literal));
        }
        let (left, right) = (self.any(left), self.any(right));
        quote!(rt::equal(#left, #right))
    }

    fn compare(&mut self, comparison: Comparison, left: &Expr, right: &Expr) -> TokenStream {
        let (left, right) = (self.value(left), self.value(right));
        let operator = match comparison {
            Comparison::NotEqual => quote!(!=),
            Comparison::Less => quote!(<),
            Comparison::LessEqual => quote!(<=),
            Comparison::Greater => quote!(>),
            Comparison::GreaterEqual => quote!(>=),
        };
        quote!(#left #operator #right)
    }
}

/// Returns the function that compares with a scalar, and the literal of the scalar.
fn scalar(constant: &Constant) -> Option<(TokenStream, TokenStream)> {
    match constant {
        Constant::String(text) => {
            let text = literal::text(text);
            Some((quote!(equals_str), quote!(#text)))
        }
        Constant::Bool(truth) => Some((quote!(equals_bool), quote!(#truth))),
        Constant::Number(text) => {
            let integer = integer(text)?;
            Some((quote!(equals_int), quote!(#integer)))
        }
        _ => None,
    }
}
