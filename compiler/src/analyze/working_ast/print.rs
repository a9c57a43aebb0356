//! Prints parts of the tree as OPA's messages show them.

use std::fmt::Write as _;

use crate::analyze::field_syntax::{push_field, quote};
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::{Import, Term, TermKind};

/// Returns a reference's text: `data.a.b["c-d"][x]`.
pub(crate) fn reference(terms: &[Term], symbols: &Symbols) -> String {
    let mut text = String::new();
    let Some((head, operands)) = terms.split_first() else { return text };
    text.push_str(&term(head, symbols));
    for operand in operands {
        push_operand(&mut text, operand, symbols);
    }
    text
}

/// Adds one operand of a reference: `.a` or `[x]`.
pub(crate) fn push_operand(text: &mut String, operand: &Term, symbols: &Symbols) {
    if let TermKind::String(field) = &operand.kind {
        return push_field(text, field);
    }
    text.push('[');
    text.push_str(&term(operand, symbols));
    text.push(']');
}

/// Returns the text of a path below `data`.
pub(crate) fn path<'p>(
    steps: impl IntoIterator<Item = &'p crate::analyze::names::rule_tree::Key>,
) -> String {
    let mut text = String::from("data");
    for step in steps {
        match step {
            crate::analyze::names::rule_tree::Key::String(field) => push_field(&mut text, field),
            crate::analyze::names::rule_tree::Key::Scalar(scalar) => {
                let _ = write!(text, "[{scalar}]");
            }
        }
    }
    text
}

/// Returns a term's text. Comprehensions and template strings, for which OPA prints many lines, are
/// shortened to their kind.
pub(crate) fn term(term: &Term, symbols: &Symbols) -> String {
    match &term.kind {
        TermKind::Null => "null".to_owned(),
        TermKind::Bool(value) => value.to_string(),
        TermKind::Number(text) => text.to_string(),
        TermKind::String(text) => quote(text),
        TermKind::Var(var) => symbols.name(*var).to_string(),
        TermKind::Ref(terms) => reference(terms, symbols),
        TermKind::Call(terms) => call(terms, symbols),
        TermKind::Array(terms) => format!("[{}]", list(terms, symbols)),
        TermKind::Set(terms) if terms.is_empty() => "set()".to_owned(),
        TermKind::Set(terms) => format!("{{{}}}", list(terms, symbols)),
        TermKind::Object(pairs) => object(pairs, symbols),
        TermKind::Comprehension(_) => "comprehension".to_owned(),
        TermKind::Template(_) => "template string".to_owned(),
    }
}

fn call(terms: &[Term], symbols: &Symbols) -> String {
    match terms.split_first() {
        Some((operator, operands)) => {
            format!("{}({})", term(operator, symbols), list(operands, symbols))
        }
        None => String::new(),
    }
}

fn list(terms: &[Term], symbols: &Symbols) -> String {
    terms.iter().map(|item| term(item, symbols)).collect::<Vec<_>>().join(", ")
}

fn object(pairs: &[(Term, Term)], symbols: &Symbols) -> String {
    let pairs = pairs
        .iter()
        .map(|(key, value)| format!("{}: {}", term(key, symbols), term(value, symbols)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
}

/// Returns OPA's name for the kind of a term (`ValueName`).
pub(crate) fn kind(term: &Term) -> &'static str {
    match &term.kind {
        TermKind::Null => "null",
        TermKind::Bool(_) => "boolean",
        TermKind::Number(_) => "number",
        TermKind::String(_) => "string",
        TermKind::Var(_) => "var",
        TermKind::Ref(_) => "ref",
        TermKind::Call(_) => "call",
        TermKind::Array(_) => "array",
        TermKind::Set(_) => "set",
        TermKind::Object(_) => "object",
        TermKind::Comprehension(comprehension) => match comprehension.shape {
            crate::analyze::working_ast::Shape::Array => "arraycomprehension",
            crate::analyze::working_ast::Shape::Set => "setcomprehension",
            crate::analyze::working_ast::Shape::Object => "objectcomprehension",
        },
        TermKind::Template(_) => "templatestring",
    }
}

/// Returns the text of an import clause.
pub(crate) fn import(import: &Import) -> String {
    let mut text = String::from("import ");
    if let Some((root, fields)) = import.path.split_first() {
        text.push_str(root);
        for field in fields {
            push_field(&mut text, field);
        }
    }
    if let Some(alias) = &import.alias {
        let _ = write!(text, " as {alias}");
    }
    text
}
