//! Lays out expressions.

use quote::ToTokens;
use syn::{BinOp, Block, Expr, ExprBinary, ExprCall, ExprClosure, ExprStruct, Stmt};

use super::chain::chain;
use super::list::list;
use super::statement::{assigned, block};
use super::tokens::compact;
use super::{MAX_WIDTH, Shape, TAB, break_line, control, first_line, last_line, width};

/// Returns an expression.
pub(super) fn expr(node: &Expr, shape: Shape<'_>) -> String {
    match node {
        // Blocks are long, and no attempt around them lays them out twice.
        Expr::If(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Match(_) | Expr::Block(_) => {
            control::control(node, shape)
        }
        _ => shape
            .memo
            .text(node, shape, || flat(node, shape).unwrap_or_else(|| layout(node, shape))),
    }
}

/// Returns an expression on one line if its indentation leaves no room, as rustfmt does. Blocks
/// keep their lines.
fn flat(node: &Expr, shape: Shape<'_>) -> Option<String> {
    let is_value = matches!(
        node,
        Expr::Array(_) | Expr::Tuple(_) | Expr::Reference(_) | Expr::Call(_) | Expr::MethodCall(_)
    );
    let text = (is_value && shape.indent >= MAX_WIDTH).then(|| compact(node))?;
    (!text.contains(['{', '}'])).then_some(text)
}

fn layout(node: &Expr, shape: Shape<'_>) -> String {
    match node {
        Expr::Call(_) | Expr::MethodCall(_) | Expr::Try(_) => chain(node, shape),
        Expr::Array(array) => {
            let items: Vec<_> = array.elems.iter().collect();
            list(0, ["[", "]"], &items, shape)
        }
        Expr::Tuple(tuple) => {
            let items: Vec<_> = tuple.elems.iter().collect();
            list(0, ["(", ")"], &items, shape)
        }
        Expr::Reference(reference) => prefixed("&", &reference.expr, shape),
        Expr::Unary(unary) => prefixed(&compact(&unary.op), &unary.expr, shape),
        Expr::Paren(paren) => {
            format!("({})", expr(&paren.expr, shape.after(1).before(1)))
        }
        Expr::Binary(node) => binary(node, shape),
        Expr::Closure(node) => closure(node, shape),
        Expr::Struct(node) => structure(node, shape),
        Expr::Return(node) => jump("return".to_owned(), node.expr.as_deref(), shape),
        Expr::Break(node) => {
            let label = node.label.as_ref().map(|label| format!(" {}", compact(label)));
            jump(format!("break{}", label.unwrap_or_default()), node.expr.as_deref(), shape)
        }
        Expr::Let(node) => assigned(&format!("let {} =", compact(&node.pat)), &node.expr, shape),
        Expr::Lit(node) => node.lit.to_token_stream().to_string(),
        _ => compact(node),
    }
}

fn prefixed(prefix: &str, node: &Expr, shape: Shape<'_>) -> String {
    format!("{prefix}{}", expr(node, shape.after(width(prefix))))
}

/// Returns a jump with its value.
fn jump(keyword: String, value: Option<&Expr>, shape: Shape<'_>) -> String {
    match value {
        Some(value) => {
            let keyword = keyword + " ";
            let value = expr(value, shape.after(width(&keyword)));
            keyword + &value
        }
        None => keyword,
    }
}

/// Returns a call of a function.
pub(super) fn call(node: &ExprCall, shape: Shape<'_>) -> String {
    let function = expr(&node.func, shape);
    let arguments: Vec<_> = node.args.iter().collect();
    let arguments = list(width(&function), ["(", ")"], &arguments, shape.after(width(&function)));
    function + &arguments
}

/// Returns operands with the same operator between them.
fn binary(node: &ExprBinary, shape: Shape<'_>) -> String {
    let mut operands = vec![&*node.right];
    let mut left = &*node.left;
    while let Expr::Binary(inner) = left
        && same(&inner.op, &node.op)
    {
        operands.push(&inner.right);
        left = &inner.left;
    }
    operands.push(left);
    operands.reverse();
    let operator = compact(&node.op);
    let Some((last, before)) = operands.split_last() else { return String::new() };
    on_one_line(&operator, before, last, shape).unwrap_or_else(|| {
        let mut text = String::new();
        for (index, operand) in operands.iter().enumerate() {
            let tail = if index + 1 == operands.len() { shape.tail } else { 0 };
            if index == 0 {
                text.push_str(&expr(operand, Shape { tail: 0, ..shape }));
                continue;
            }
            let start = if text.contains('\n') { 0 } else { shape.column };
            let end = start + width(last_line(&text));
            let mut place = shape.nested(tail).after(width(&operator) + 1);
            if end <= shape.indent + TAB {
                text.push(' ');
                place = Shape { tail, column: end + width(&operator) + 2, ..shape };
            } else {
                break_line(&mut text, shape.indent + TAB);
            }
            text.push_str(&operator);
            text.push(' ');
            text.push_str(&expr(operand, place));
        }
        text
    })
}

fn on_one_line(operator: &str, before: &[&Expr], last: &Expr, shape: Shape<'_>) -> Option<String> {
    let mut text = String::new();
    for operand in before {
        let operand = expr(operand, Shape { tail: 0, ..shape.after(width(&text)) });
        if operand.contains('\n') {
            return None;
        }
        text = format!("{text}{operand} {operator} ");
    }
    let last = expr(last, shape.after(width(&text)));
    text.push_str(&last);
    let fits = if text.contains('\n') {
        width(last_line(&last)) <= TAB && shape.column + width(first_line(&text)) <= MAX_WIDTH
    } else {
        width(&text) <= shape.width()
    };
    fits.then_some(text)
}

fn same(left: &BinOp, right: &BinOp) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

fn closure(node: &ExprClosure, shape: Shape<'_>) -> String {
    let parameters: Vec<_> = node.inputs.iter().map(compact).collect();
    let head = match parameters.join(", ") {
        parameters if parameters.is_empty() => "|| ".to_owned(),
        parameters => format!("|{parameters}| "),
    };
    let body = match &*node.body {
        Expr::Block(body) if body.label.is_none() => match only_expr(&body.block) {
            Some(only) => only,
            None => return head + &block(&body.block, shape),
        },
        body => body,
    };
    let text = expr(body, shape.after(width(&head)));
    let fits = !text.contains('\n') && width(&head) + width(&text) <= shape.width();
    if fits || matches!(body, Expr::Match(_) | Expr::Struct(_) | Expr::Block(_)) {
        return head + &text;
    }
    let mut lines = head + "{";
    break_line(&mut lines, shape.indent + TAB);
    lines.push_str(&expr(body, shape.nested(0)));
    break_line(&mut lines, shape.indent);
    lines + "}"
}

/// Returns the expression of a block that has nothing else.
fn only_expr(block: &Block) -> Option<&Expr> {
    match block.stmts.as_slice() {
        [Stmt::Expr(only, None)] => Some(only),
        _ => None,
    }
}

fn structure(node: &ExprStruct, shape: Shape<'_>) -> String {
    let path = compact(&node.path);
    let fields = node.fields.iter().map(|field| (compact(&field.member), &field.expr));
    let nested = shape.nested(1);
    let flat: Vec<_> = fields
        .clone()
        .map(|(name, value)| {
            let value = expr(value, nested.after(width(&name) + 2));
            format!("{name}: {value}")
        })
        .collect();
    let line = format!("{path} {{ {} }}", flat.join(", "));
    if !line.contains('\n') && width(&line) <= shape.width() {
        return line;
    }
    let mut text = format!("{path} {{");
    for (name, value) in fields {
        break_line(&mut text, nested.indent);
        let head = format!("{name}: ");
        text.push_str(&head);
        text.push_str(&expr(value, nested.after(width(&head))));
        text.push(',');
    }
    break_line(&mut text, shape.indent);
    text + "}"
}
