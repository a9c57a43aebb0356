//! Lays out items.

use syn::{Attribute, Expr, File, Item, ItemConst, ItemFn, ItemMod, ItemStatic, Lit, Meta};

use super::list::list;
use super::statement::{assigned, block};
use super::tokens::compact;
use super::{MAX_WIDTH, Memo, Shape, TAB, break_line, width};

/// Returns the text of a file.
pub(in super::super) fn file(file: &File) -> String {
    let items: Vec<_> = file.items.iter().map(|item| self::item(item, 0)).collect();
    items.join("\n\n") + "\n"
}

fn item(item: &Item, indent: usize) -> String {
    match item {
        Item::Mod(node) => module(node, indent),
        Item::Const(node) => constant(node, indent),
        Item::Static(node) => self::static_(node, indent),
        Item::Fn(node) => function(node, indent),
        Item::Macro(node) => match syn::parse2::<Expr>(node.mac.tokens.clone()) {
            Ok(only) => {
                let name = format!("{}!", compact(&node.mac.path));
                let memo = Memo::default();
                let shape = Shape::line(&memo, indent, 1).after(width(&name));
                let argument = list(width(&name), ["(", ")"], &[&only], shape);
                // The rules of a macro may refuse a comma at the end.
                format!("{name}{};", argument.replace("\",\n", "\"\n"))
            }
            Err(_) => compact(node),
        },
        Item::Use(node) => {
            let root = node.leading_colon.as_ref().map(|_| "::").unwrap_or_default();
            format!("use {root}{};", compact(&node.tree))
        }
        _ => compact(item),
    }
}

fn module(node: &ItemMod, indent: usize) -> String {
    let head = attributes(&node.attrs, indent);
    let mut text = format!("{head}{}mod {} {{", visibility(&node.vis), node.ident);
    let items = node.content.as_ref().map_or(&[][..], |(_, items)| items);
    let mut before = None;
    for item in items {
        // Equal short items form one paragraph.
        let is_short = matches!(item, Item::Use(_) | Item::Macro(_));
        let joins = is_short && before == Some(std::mem::discriminant(item));
        if before.is_some() && !joins {
            text.push('\n');
        }
        break_line(&mut text, indent + TAB);
        text.push_str(&self::item(item, indent + TAB));
        before = Some(std::mem::discriminant(item));
    }
    break_line(&mut text, indent);
    text + "}"
}

/// Returns the attributes of an item, a line each.
fn attributes(attributes: &[Attribute], indent: usize) -> String {
    let mut text = String::new();
    for attribute in attributes {
        match doc(attribute) {
            Some(doc) => text.push_str(format!("///{doc}").trim_end()),
            None => text.push_str(&list_attribute(attribute, indent)),
        }
        break_line(&mut text, indent);
    }
    text
}

fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(literal) = &meta.value else { return None };
    match &literal.lit {
        Lit::Str(text) if meta.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// Returns an attribute, with a line for each argument if it is long.
fn list_attribute(attribute: &Attribute, indent: usize) -> String {
    let line = compact(attribute);
    let Meta::List(meta) = &attribute.meta else { return line };
    if indent + width(&line) <= MAX_WIDTH {
        return line;
    }
    let mut text = format!("#[{}(", compact(&meta.path));
    for argument in compact(&meta.tokens).split(", ") {
        break_line(&mut text, indent + TAB);
        text.push_str(argument);
        text.push(',');
    }
    if text.ends_with(',') {
        text.pop();
    }
    break_line(&mut text, indent);
    text + ")]"
}

fn visibility(visibility: &syn::Visibility) -> String {
    match compact(visibility) {
        text if text.is_empty() => text,
        text => text + " ",
    }
}

pub(super) fn constant(node: &ItemConst, indent: usize) -> String {
    let head = attributes(&node.attrs, indent);
    let name = format!("{}const {}: {} =", visibility(&node.vis), node.ident, compact(&node.ty));
    let memo = Memo::default();
    head + &assigned(&name, &node.expr, Shape::line(&memo, indent, 1)) + ";"
}

fn static_(node: &ItemStatic, indent: usize) -> String {
    let head = attributes(&node.attrs, indent);
    let name = format!("{}static {}: {} =", visibility(&node.vis), node.ident, compact(&node.ty));
    let memo = Memo::default();
    head + &assigned(&name, &node.expr, Shape::line(&memo, indent, 1)) + ";"
}

fn function(node: &ItemFn, indent: usize) -> String {
    let head = attributes(&node.attrs, indent) + &visibility(&node.vis);
    let name = format!("fn {}{}", node.sig.ident, compact(&node.sig.generics));
    let parameters: Vec<_> = node
        .sig
        .inputs
        .iter()
        .map(|input| match input {
            syn::FnArg::Typed(input) => format!("{}: {}", compact(&input.pat), compact(&input.ty)),
            syn::FnArg::Receiver(_) => compact(input),
        })
        .collect();
    let output = match &node.sig.output {
        syn::ReturnType::Default => String::new(),
        syn::ReturnType::Type(_, output) => format!(" -> {}", compact(output)),
    };
    let mut signature = format!("{name}({}){output} ", parameters.join(", "));
    if indent + width(&signature) + 1 > MAX_WIDTH {
        signature = name + "(";
        for parameter in &parameters {
            break_line(&mut signature, indent + TAB);
            signature.push_str(parameter);
            signature.push(',');
        }
        break_line(&mut signature, indent);
        signature = signature + ")" + &output + " ";
    }
    let memo = Memo::default();
    head + &signature + &block(&node.block, Shape::line(&memo, indent, 0))
}
