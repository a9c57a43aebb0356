//! Prints tokens of types, patterns and paths on one line.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Returns the text of a node without line breaks.
pub(super) fn compact(node: &impl ToTokens) -> String {
    let mut text = String::new();
    add(node.to_token_stream(), &mut text);
    text
}

fn add(tokens: TokenStream, text: &mut String) {
    let mut operator = String::new();
    for token in tokens {
        match token {
            TokenTree::Punct(punct) => {
                operator.push(punct.as_char());
                if punct.spacing() == Spacing::Alone || punct.as_char() == '\'' {
                    add_operator(&std::mem::take(&mut operator), text);
                }
            }
            TokenTree::Group(group) => {
                add_operator(&std::mem::take(&mut operator), text);
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                add(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                add_operator(&std::mem::take(&mut operator), text);
                if text.ends_with(|last: char| last.is_alphanumeric() || last == '_') {
                    text.push(' ');
                }
                text.push_str(&token.to_string());
            }
        }
    }
    add_operator(&operator, text);
}

fn add_operator(operator: &str, text: &mut String) {
    match operator {
        "," => text.push_str(", "),
        "=" | "->" | "=>" => {
            text.push(' ');
            text.push_str(operator);
            text.push(' ');
        }
        _ => text.push_str(operator),
    }
}
