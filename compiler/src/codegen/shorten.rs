//! Shortens printed code where two nested forms have one form of the same meaning.
//!
//! ```text
//! Ok(f(cx)?)                →   f(cx)
//! if a { if b { … } }       →   if a && b { … }
//! { …; return Ok(x); }      →   { …; Ok(x) }      at the end of a function
//! ```

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{BinOp, Block, Expr, ExprIf, Stmt};

/// Returns `Ok(value)`, or the operand of `?` if the value is only that.
pub(super) fn ok(value: &TokenStream) -> TokenStream {
    let may_be_try = matches!(value.clone().into_iter().last(),
        Some(TokenTree::Punct(last)) if last.as_char() == '?');
    if may_be_try && let Ok(Expr::Try(tried)) = syn::parse2::<Expr>(value.clone()) {
        return tried.expr.into_token_stream();
    }
    quote!(Ok(#value))
}

/// Returns an `if` around statements. If they are an `if` themselves, both conditions are joined,
/// unless one is a `let`: edition 2021 has no `&&` before a `let`.
pub(super) fn guard(condition: &TokenStream, statements: &TokenStream) -> TokenStream {
    if begins_with(statements, "if")
        && let Ok(Expr::If(ExprIf { cond, then_branch, else_branch: None, .. })) =
            syn::parse2::<Expr>(statements.clone())
        && !matches!(&*cond, Expr::Let(_))
    {
        let conditions = [condition.clone(), cond.into_token_stream()];
        let (holds, body) = (all(&conditions), &then_branch.stmts);
        return quote!(if #holds { #(#body)* });
    }
    quote!(if #condition { #statements })
}

/// Returns the conjunction of conditions.
pub(super) fn all(conditions: &[TokenStream]) -> TokenStream {
    let [_, _, ..] = conditions else { return conditions.iter().cloned().collect() };
    let operands = conditions.iter().map(|condition| {
        let is_disjunction = matches!(syn::parse2::<Expr>(condition.clone()),
            Ok(Expr::Binary(node)) if matches!(node.op, BinOp::Or(_)));
        if is_disjunction { quote!((#condition)) } else { condition.clone() }
    });
    quote!(#(#operands)&&*)
}

/// Returns the body of a function without the `return` before its last value.
pub(super) fn body(body: TokenStream) -> TokenStream {
    let ends_in_jump = matches!(body.clone().into_iter().last(),
        Some(TokenTree::Punct(last)) if last.as_char() == ';');
    if !ends_in_jump {
        return body;
    }
    let Ok(Block { mut stmts, .. }) = syn::parse2::<Block>(quote!({ #body })) else { return body };
    match stmts.pop() {
        Some(Stmt::Expr(Expr::Return(returned), _)) => {
            let value = returned.expr;
            quote!(#(#stmts)* #value)
        }
        _ => body,
    }
}

fn begins_with(code: &TokenStream, word: &str) -> bool {
    matches!(code.clone().into_iter().next(), Some(TokenTree::Ident(first)) if first == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> TokenStream {
        text.parse().expect("tokens")
    }

    #[test]
    fn a_result_that_is_only_passed_on_is_returned() {
        assert_eq!(ok(&code("f(cx)?")).to_string(), code("f(cx)").to_string());
        for value in ["f(cx)? && g(cx)?", "!f(cx)?", "Some(f(cx)?)", "x"] {
            assert_eq!(ok(&code(value)).to_string(), code(&format!("Ok({value})")).to_string());
        }
    }

    #[test]
    fn conditions_are_joined_unless_one_is_a_let_or_a_statement_is_beside_it() {
        let guarded = |inner: &str| guard(&code("a"), &code(inner)).to_string();
        assert_eq!(guarded("if b { c(); }"), code("if a && b { c(); }").to_string());
        assert_eq!(guarded("if b || d { c(); }"), code("if a && (b || d) { c(); }").to_string());
        for inner in ["if let Some(b) = d { c(); }", "if b { c(); } d();", "let x = b; c(x);"] {
            assert_eq!(guarded(inner), code(&format!("if a {{ {inner} }}")).to_string());
        }
    }

    #[test]
    fn the_end_of_a_body_returns_without_a_jump() {
        let shortened = |text: &str| body(code(text)).to_string();
        assert_eq!(shortened("f(); return Ok(x);"), code("f(); Ok(x)").to_string());
        for text in ["f(); Ok(x)", "loop { return Ok(x); }", "f();"] {
            assert_eq!(shortened(text), code(text).to_string());
        }
    }
}
