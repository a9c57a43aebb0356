//! Lays out chains of method calls.

use syn::{Expr, ExprMethodCall};

use super::expr::{self, call};
use super::list::list;
use super::tokens::compact;
use super::{SPLIT, Shape, TAB, break_line, first_line, is_extendable, last_line, width};

/// A method call of a chain, with the `?` after it.
struct Link<'e> {
    call: &'e ExprMethodCall,
    tries: usize,
}

impl Link<'_> {
    fn text(&self, shape: Shape<'_>) -> String {
        let turbofish = self.call.turbofish.as_ref().map(compact).unwrap_or_default();
        let name = format!(".{}{turbofish}", self.call.method);
        let arguments: Vec<_> = self.call.args.iter().collect();
        let shape = shape.after(width(&name)).before(self.tries);
        let arguments = list(width(&name), ["(", ")"], &arguments, shape);
        format!("{name}{arguments}{}", "?".repeat(self.tries))
    }
}

/// Returns a call, a chain of method calls, or such an expression with `?` after it.
pub(super) fn chain(expr: &Expr, shape: Shape<'_>) -> String {
    let (root, root_tries, links) = split(expr);
    let mut text = match root {
        Expr::Call(root) => call(root, shape.before(root_tries)),
        _ => expr::expr(root, shape.before(root_tries)),
    };
    text.push_str(&"?".repeat(root_tries));
    let count = links.len();
    let short = TAB.saturating_sub(shape.column - shape.indent);
    let mut links = links.as_slice();
    let mut ends_with_block = text.contains('\n');
    while let [first, rest @ ..] = links
        && width(&text) <= short
        && !text.contains('\n')
    {
        let tail = if rest.is_empty() { shape.tail } else { 0 };
        text.push_str(&first.text(Shape { tail, ..shape.after(width(&text)) }));
        ends_with_block = is_extendable(&text);
        links = rest;
    }
    match links.split_last() {
        Some((last, before)) => links_after(text, before, last, ends_with_block, count, shape),
        None => text,
    }
}

/// Splits an expression into its receiver, the number of `?` after that, and the method calls.
fn split(mut expr: &Expr) -> (&Expr, usize, Vec<Link<'_>>) {
    let (mut links, mut tries) = (Vec::new(), 0);
    loop {
        match expr {
            Expr::Try(inner) => {
                tries += 1;
                expr = &inner.expr;
            }
            Expr::MethodCall(call) => {
                links.push(Link { call, tries: std::mem::take(&mut tries) });
                expr = &call.receiver;
            }
            _ => {
                links.reverse();
                return (expr, tries, links);
            }
        }
    }
}

/// Returns a chain whose first part is `root`.
fn links_after(
    root: String,
    before: &[Link<'_>],
    last: &Link<'_>,
    ends_with_block: bool,
    count: usize,
    shape: Shape<'_>,
) -> String {
    let indent = if ends_with_block { shape.indent } else { shape.indent + TAB };
    let own_line = Shape { marks_chains: shape.marks_chains, ..shape.at(indent, 0) };
    let before: Vec<String> = before.iter().map(|link| link.text(own_line)).collect();
    let is_flat = !root.contains('\n') && before.iter().all(|link| !link.contains('\n'));
    let extends = ends_with_block && is_extendable(&root);
    let taken = if extends {
        width(last_line(&root))
    } else {
        width(&root) + before.iter().map(|link| width(link)).sum::<usize>()
    };
    let budget = if count == 1 { shape.width() } else { shape.width().min(super::MAX_WIDTH) };
    let budget = budget.saturating_sub(taken + last.tries);
    let alone = last.text(Shape { tail: shape.tail + last.tries, ..own_line });
    let (last, on_one_line) = if is_flat && budget > 0 {
        let overflowed = last.text(shape.after(taken + last.tries).before(last.tries));
        let lines = overflowed.lines().count();
        let fits = width(first_line(&overflowed)) <= budget;
        // A long argument list stays on the line of its method.
        let overflows = fits && (lines >= 5 || alone.lines().count() >= lines);
        if overflows { (overflowed, true) } else { (alone, false) }
    } else {
        (alone, false)
    };
    let mut text = root;
    if shape.marks_chains && !on_one_line {
        text.push(SPLIT);
    }
    for link in before.iter().chain([&last]) {
        if !on_one_line {
            break_line(&mut text, indent);
        }
        text.push_str(link);
    }
    text
}
