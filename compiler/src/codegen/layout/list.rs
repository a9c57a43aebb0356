//! Lays out lists in brackets: arguments, arrays, tuples.

use syn::Expr;

use super::expr::expr;
use super::{MAX_WIDTH, SPLIT, Shape, TAB, break_line, first_line, width};

/// The greatest width of the items of an array that share lines.
const SHORT: usize = 10;

/// Returns a list after a name of some width. The shape begins at the opening bracket.
pub(super) fn list(
    name: usize,
    [open, close]: [&str; 2],
    items: &[&Expr],
    shape: Shape<'_>,
) -> String {
    let Some((last, before)) = items.split_last() else { return format!("{open}{close}") };
    let nested = shape.nested(1);
    let before: Vec<String> = before.iter().map(|item| expr(item, nested)).collect();
    let room = shape.width().saturating_sub(2);
    let is_flat = before.iter().all(|item| !item.contains('\n'));
    let taken: usize = before.iter().map(|item| width(item) + 2).sum();
    let combines = items.len() == 1 && name < TAB;
    let has_room = shape.column + 1 + taken < MAX_WIDTH;
    if is_flat && has_room && (combines || can_overflow(last, items.len())) {
        // A chain with a line for each method needs a line of its own, except after a short name.
        let marks_chains = shape.marks_chains || (is_method_call(last) && !combines);
        let overflow = Shape { marks_chains, ..shape.after(1 + taken).before(1) };
        // rustfmt asks for this much room, whatever the body of the closure is.
        let has_room = !matches!(last, Expr::Closure(_)) || overflow.width() >= "|| {".len();
        let overflowed = expr(last, overflow);
        let first = width(first_line(&overflowed));
        let fits = has_room
            && !overflowed.contains(SPLIT)
            && taken + first <= MAX_WIDTH
            && if overflowed.contains('\n') {
                shape.column + 1 + taken + first <= MAX_WIDTH
            } else {
                taken + first <= room
            };
        if fits && !is_shorter_on_own_line(&overflowed, last, nested, items.len()) {
            return horizontal(open, &before, &overflowed, close);
        }
    }
    let last = expr(last, nested);
    if is_flat && !last.contains('\n') && taken + width(&last) <= room {
        return horizontal(open, &before, &last, close);
    }
    let items: Vec<String> = before.into_iter().chain([last]).collect();
    if open == "[" && items.iter().all(|item| width(item) <= SHORT && !item.contains('\n')) {
        return mixed(&items, shape);
    }
    vertical(open, &items, close, shape)
}

/// Returns `true` if an only item takes two lines where it overflows, and one on a line of its own.
fn is_shorter_on_own_line(overflowed: &str, last: &Expr, nested: Shape<'_>, items: usize) -> bool {
    items == 1 && overflowed.matches('\n').count() == 1 && !expr(last, nested).contains('\n')
}

/// Returns `true` if the last item of a list may begin on the first line and continue on others.
fn can_overflow(last: &Expr, items: usize) -> bool {
    match last {
        Expr::Closure(_) => true,
        Expr::Call(_)
        | Expr::MethodCall(_)
        | Expr::Struct(_)
        | Expr::Tuple(_)
        | Expr::Array(_)
        | Expr::Block(_)
        | Expr::Match(_) => items == 1,
        Expr::Reference(inner) => can_overflow(&inner.expr, items),
        Expr::Try(inner) => can_overflow(&inner.expr, items),
        Expr::Unary(inner) => can_overflow(&inner.expr, items),
        _ => false,
    }
}

fn is_method_call(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(_) => true,
        Expr::Reference(inner) => is_method_call(&inner.expr),
        Expr::Try(inner) => is_method_call(&inner.expr),
        Expr::Unary(inner) => is_method_call(&inner.expr),
        _ => false,
    }
}

fn horizontal(open: &str, before: &[String], last: &str, close: &str) -> String {
    let mut text = open.to_owned();
    for item in before {
        text.push_str(item);
        text.push_str(", ");
    }
    text + last + close
}

fn vertical(open: &str, items: &[String], close: &str, shape: Shape<'_>) -> String {
    let mut text = open.to_owned();
    for item in items {
        break_line(&mut text, shape.nested(0).indent);
        text.push_str(item);
        text.push(',');
    }
    break_line(&mut text, shape.indent);
    text + close
}

/// Returns an array with as many items on each line as it can hold.
fn mixed(items: &[String], shape: Shape<'_>) -> String {
    let indent = shape.nested(0).indent;
    let mut text = "[".to_owned();
    let mut column = MAX_WIDTH;
    for item in items {
        if column + 2 + width(item) > MAX_WIDTH {
            break_line(&mut text, indent);
            column = indent;
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(item);
        text.push(',');
        column += width(item) + 1;
    }
    break_line(&mut text, shape.indent);
    text.push(']');
    text
}
