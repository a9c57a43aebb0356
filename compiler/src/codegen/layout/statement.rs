//! Lays out statements.

use syn::{Block, Expr, Item, Lit, Local, LocalInit, Macro, Stmt};

use super::expr::expr;
use super::item::constant;
use super::tokens::compact;
use super::{MAX_WIDTH, Shape, TAB, break_line, first_line, last_line, width};

/// Returns a block whose braces are at the indentation of `shape`.
pub(super) fn block(block: &Block, shape: Shape<'_>) -> String {
    let indent = shape.indent;
    if block.stmts.is_empty() {
        return "{}".to_owned();
    }
    let mut text = "{".to_owned();
    for (index, statement) in block.stmts.iter().enumerate() {
        if index > 0 && is_comment(statement) {
            text.push('\n');
        }
        break_line(&mut text, indent + TAB);
        text.push_str(&self::statement(statement, shape.at(indent + TAB, 0)));
    }
    break_line(&mut text, indent);
    text + "}"
}

fn statement(statement: &Stmt, line: Shape<'_>) -> String {
    match statement {
        Stmt::Local(local) => self::local(local, line),
        Stmt::Item(Item::Const(item)) => constant(item, line.indent),
        Stmt::Item(item) => compact(item),
        Stmt::Macro(node) => comment(&node.mac).unwrap_or_else(|| compact(node)),
        Stmt::Expr(node, semicolon) => {
            let is_jump = matches!(node, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_));
            if semicolon.is_some() || is_jump {
                expr(node, line.before(1)) + ";"
            } else {
                expr(node, line)
            }
        }
    }
}

fn is_comment(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Macro(node) if comment(&node.mac).is_some())
}

/// Returns the comment that `comment!("text")` means.
pub(super) fn comment(node: &Macro) -> Option<String> {
    if !node.path.is_ident("comment") {
        return None;
    }
    let Lit::Str(text) = syn::parse2(node.tokens.clone()).ok()? else { return None };
    Some(format!("// {}", text.value()))
}

fn local(local: &Local, line: Shape<'_>) -> String {
    let indent = line.indent;
    let head = format!("let {}", compact(&local.pat));
    let Some(LocalInit { expr, diverge, .. }) = &local.init else { return head + ";" };
    let Some((_, otherwise)) = diverge else {
        return assigned(&(head + " ="), expr, line.before(1)) + ";";
    };
    let start = assigned(&(head + " ="), expr, line.before(1));
    let Expr::Block(otherwise) = &**otherwise else { return start + ";" };
    let (mut text, on_own_line) = before_else(start, indent);
    if let [Stmt::Expr(only, _)] = otherwise.block.stmts.as_slice()
        && !on_own_line
        && !text.contains('\n')
    {
        let only = self::expr(only, line.at(0, 0));
        let on_one_line = format!("{text}else {{ {only} }};");
        if !only.contains('\n') && indent + on_one_line.len() <= MAX_WIDTH {
            return on_one_line;
        }
    }
    text.push_str("else ");
    text + &block(&otherwise.block, line) + ";"
}

/// Returns the start of a `let` with the space before its `else`, and whether that is on a line of
/// its own.
fn before_else(mut start: String, indent: usize) -> (String, bool) {
    let last = last_line(&start);
    let fits = if start.contains('\n') {
        let closes = start.ends_with([')', ']', '}']);
        closes && !last.get(indent..).is_none_or(|rest| rest.starts_with(' '))
    } else {
        indent + width(&start) + " else {".len() < MAX_WIDTH
    };
    if fits {
        start.push(' ');
    } else {
        break_line(&mut start, indent);
    }
    (start, !fits)
}

/// Returns an expression after `head`, on the next line where that is better.
pub(super) fn assigned(head: &str, node: &Expr, shape: Shape<'_>) -> String {
    let here = expr(node, shape.after(width(head) + 1));
    if !here.contains('\n')
        && shape.column + width(head) + 1 + width(&here) + shape.tail <= MAX_WIDTH
    {
        return format!("{head} {here}");
    }
    if is_long_block(node) {
        return format!("{head} {here}");
    }
    let below = expr(node, shape.nested(shape.tail));
    let fits = below.lines().next().is_some_and(|first| {
        let last = last_line(&below);
        let last =
            if below.contains('\n') { width(last) } else { shape.indent + TAB + width(last) };
        shape.indent + TAB + width(first) <= MAX_WIDTH && last + shape.tail <= MAX_WIDTH
    });
    if !fits || !prefers_next_line(&here, &below) {
        return format!("{head} {here}");
    }
    let mut text = head.to_owned();
    break_line(&mut text, shape.indent + TAB);
    text + &below
}

/// Returns `true` if an expression is a block with several lines wherever it begins.
fn is_long_block(node: &Expr) -> bool {
    match node {
        Expr::Block(node) => node.label.is_some() || node.block.stmts.len() > 1,
        Expr::If(_) | Expr::Match(_) => true,
        _ => false,
    }
}

fn prefers_next_line(here: &str, below: &str) -> bool {
    let opens = |bracket: char| {
        first_line(here).ends_with(bracket) && !first_line(below).ends_with(bracket)
    };
    !below.contains('\n')
        || here.matches('\n').count() > below.matches('\n').count() + 1
        || ['(', '{', '['].into_iter().any(opens)
}
