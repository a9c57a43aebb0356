//! The children of terms and expressions, defined once for both kinds of references.

/// Defines the functions that call `visit` for each direct child of a node, in the order of the
/// source. `$Node` is the enum of visited nodes, and a function `child_with` visits a modifier.
macro_rules! define_children {
    ($Node:ident, $iter:ident $(, $mutable:tt)?) => {
        /// Calls `visit` for each direct child of `term`.
        pub(crate) fn children_of_term<'t>(
            term: &'t $($mutable)? Term,
            visit: &mut dyn FnMut($Node<'t>),
        ) {
            match &$($mutable)? term.kind {
                TermKind::Null
                | TermKind::Bool(_)
                | TermKind::Number(_)
                | TermKind::String(_)
                | TermKind::Var(_) => {}
                TermKind::Ref(terms)
                | TermKind::Call(terms)
                | TermKind::Array(terms)
                | TermKind::Set(terms) => terms.$iter().for_each(|term| visit($Node::Term(term))),
                TermKind::Object(pairs) => {
                    for (key, value) in pairs {
                        visit($Node::Term(key));
                        visit($Node::Term(value));
                    }
                }
                TermKind::Comprehension(comprehension) => {
                    children_of_comprehension(comprehension, visit);
                }
                TermKind::Template(parts) => parts.$iter().for_each(|part| match part {
                    Part::Text(term) => visit($Node::Term(term)),
                    Part::Expr(expr) => visit($Node::Expr(expr)),
                }),
            }
        }

        /// Calls `visit` for the key, the value and the body of a comprehension.
        pub(crate) fn children_of_comprehension<'t>(
            comprehension: &'t $($mutable)? Comprehension,
            visit: &mut dyn FnMut($Node<'t>),
        ) {
            let terms = comprehension.key.$iter().chain([&$($mutable)? comprehension.value]);
            terms.for_each(|term| visit($Node::Term(term)));
            comprehension.body.$iter().for_each(|expr| visit($Node::Expr(expr)));
        }

        /// Calls `visit` for each direct child of `expr`: the content, then the modifiers.
        pub(crate) fn children_of_expr<'t>(
            expr: &'t $($mutable)? Expr,
            visit: &mut dyn FnMut($Node<'t>),
        ) {
            match &$($mutable)? expr.kind {
                ExprKind::Term(term) => visit($Node::Term(term)),
                ExprKind::Call(terms) => terms.$iter().for_each(|term| visit($Node::Term(term))),
                ExprKind::Some(_) => {}
                ExprKind::SomeIn(some) => {
                    let ends = [&$($mutable)? some.value, &$($mutable)? some.collection];
                    some.key.$iter().chain(ends).for_each(|term| visit($Node::Term(term)));
                }
                ExprKind::Every(every) => {
                    let ends = [&$($mutable)? every.value, &$($mutable)? every.domain];
                    every.key.$iter().chain(ends).for_each(|term| visit($Node::Term(term)));
                    every.body.$iter().for_each(|expr| visit($Node::Expr(expr)));
                }
                ExprKind::Not(body) => body.$iter().for_each(|expr| visit($Node::Expr(expr))),
            }
            for with in &$($mutable)? expr.with {
                child_with(with, visit);
            }
        }
    };
}

pub(super) use define_children;
