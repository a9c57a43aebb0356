//! Lays out blocks, conditions, loops and matches.

use syn::{Arm, Expr, ExprBlock, Label, Stmt};

use super::expr::expr;
use super::statement::{assigned, block};
use super::tokens::compact;
use super::{MAX_WIDTH, Shape, TAB, break_line, is_extendable, last_line, width};

/// Returns a block, a condition, a loop or a match.
pub(super) fn control(node: &Expr, shape: Shape<'_>) -> String {
    match node {
        Expr::If(node) => {
            let head = headed("if ", &node.cond, shape);
            let mut text = body_after(head, shape) + &block(&node.then_branch, shape);
            if let Some((_, branch)) = &node.else_branch {
                text.push_str(" else ");
                text.push_str(&expr(branch, shape));
            }
            text
        }
        Expr::ForLoop(node) => {
            let head = format!("{}for {} in", label(node.label.as_ref()), compact(&node.pat));
            let head = assigned(&head, &node.expr, shape);
            body_after(head, shape) + &block(&node.body, shape)
        }
        Expr::While(node) => {
            let head = headed("while ", &node.cond, shape);
            body_after(head, shape) + &block(&node.body, shape)
        }
        Expr::Match(node) => {
            let mut text = headed("match ", &node.expr, shape) + " {";
            for arm in &node.arms {
                break_line(&mut text, shape.indent + TAB);
                text.push_str(&self::arm(arm, shape.nested(0)));
            }
            break_line(&mut text, shape.indent);
            text + "}"
        }
        Expr::Block(node) => one_line(node, shape)
            .unwrap_or_else(|| label(node.label.as_ref()) + &block(&node.block, shape)),
        _ => compact(node),
    }
}

/// Returns a block with a short expression only.
fn one_line(node: &ExprBlock, shape: Shape<'_>) -> Option<String> {
    let ([Stmt::Expr(only, None)], None) = (&*node.block.stmts, &node.label) else { return None };
    let only = expr(only, shape.after(2).before(2));
    let fits = !only.contains('\n') && width(&only) + 4 <= shape.width();
    fits.then(|| format!("{{ {only} }}"))
}

fn label(label: Option<&Label>) -> String {
    label.map(|label| format!("{}: ", compact(&label.name))).unwrap_or_default()
}

fn headed(keyword: &str, condition: &Expr, shape: Shape<'_>) -> String {
    format!("{keyword}{}", expr(condition, shape.after(width(keyword))))
}

/// Returns the head with the space before its block. If its last line is longer than a closing
/// bracket, the block begins on a line of its own.
fn body_after(mut head: String, shape: Shape<'_>) -> String {
    let is_long = head.contains('\n') || shape.indent + width(&head) + 2 > MAX_WIDTH;
    let last = last_line(&head);
    let is_offset = last.len() - last.trim_start().len() > shape.indent;
    if is_long && (!is_extendable(&head) || is_offset) {
        break_line(&mut head, shape.indent);
    } else {
        head.push(' ');
    }
    head
}

fn arm(arm: &Arm, shape: Shape<'_>) -> String {
    let head = format!("{} => ", compact(&arm.pat));
    if let Expr::Block(body) = &*arm.body {
        return match body.block.stmts.as_slice() {
            [Stmt::Expr(only, None)] if body.label.is_none() => value(head, only, shape),
            _ => head + &control(&arm.body, shape),
        };
    }
    value(head, &arm.body, shape)
}

/// Returns an arm with a value, in a block if the value does not fit.
fn value(head: String, body: &Expr, shape: Shape<'_>) -> String {
    let text = expr(body, shape.after(width(&head)).before(1));
    if !text.contains('\n') && shape.column + width(&head) + width(&text) < MAX_WIDTH {
        return format!("{head}{text},");
    }
    let nested = expr(body, shape.nested(0));
    let is_call = matches!(body, Expr::Call(_) | Expr::Struct(_));
    if is_call && nested.contains('\n') && text.lines().count() <= nested.lines().count() + 1 {
        return format!("{head}{text},");
    }
    if matches!(body, Expr::Match(_) | Expr::Block(_)) {
        return head + &text;
    }
    let mut text = head + "{";
    break_line(&mut text, shape.indent + TAB);
    text.push_str(&nested);
    break_line(&mut text, shape.indent);
    text + "}"
}
