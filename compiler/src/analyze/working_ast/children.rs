//! The children of terms and expressions, defined once for both kinds of references.

/// Defines the functions that call `visit` for each direct child of a node, in the order of the
/// source. `$Node` is the enum of visited nodes, and a function `child_with` visits a modifier.
///
/// The functions are not inlined. Traversals are mutually recursive through them, and LLVM would
/// unfold a traversal into one function of loops, which takes it many minutes to optimize.
macro_rules! define_children {
    ($Node:ident, $iter:ident $(, $mutable:tt)?) => {
        /// Calls `visit` for each direct child of `term`.
        #[inline(never)]
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
                | TermKind::Set(terms) => {
                    for term in terms {
                        visit($Node::Term(term));
                    }
                }
                TermKind::Object(pairs) => {
                    for (key, value) in pairs {
                        visit($Node::Term(key));
                        visit($Node::Term(value));
                    }
                }
                TermKind::Comprehension(comprehension) => {
                    children_of_comprehension(comprehension, visit);
                }
                TermKind::Template(parts) => {
                    for part in parts {
                        match part {
                            Part::Text(term) => visit($Node::Term(term)),
                            Part::Expr(expr) => visit($Node::Expr(expr)),
                        }
                    }
                }
            }
        }

        /// Calls `visit` for the key, the value and the body of a comprehension.
        pub(crate) fn children_of_comprehension<'t>(
            comprehension: &'t $($mutable)? Comprehension,
            visit: &mut dyn FnMut($Node<'t>),
        ) {
            for term in comprehension.key.$iter().chain([&$($mutable)? comprehension.value]) {
                visit($Node::Term(term));
            }
            body(&$($mutable)? comprehension.body, visit);
        }

        /// Calls `visit` for each direct child of `expr`: the content, then the modifiers.
        #[inline(never)]
        pub(crate) fn children_of_expr<'t>(
            expr: &'t $($mutable)? Expr,
            visit: &mut dyn FnMut($Node<'t>),
        ) {
            match &$($mutable)? expr.kind {
                ExprKind::Term(term) => visit($Node::Term(term)),
                ExprKind::Call(terms) => {
                    for term in terms {
                        visit($Node::Term(term));
                    }
                }
                ExprKind::Some(_) => {}
                ExprKind::SomeIn(some) => {
                    let ends = [&$($mutable)? some.value, &$($mutable)? some.collection];
                    for term in some.key.$iter().chain(ends) {
                        visit($Node::Term(term));
                    }
                }
                ExprKind::Every(every) => {
                    let ends = [&$($mutable)? every.value, &$($mutable)? every.domain];
                    for term in every.key.$iter().chain(ends) {
                        visit($Node::Term(term));
                    }
                    body(&$($mutable)? every.body, visit);
                }
                ExprKind::Not(inner) => body(inner, visit),
            }
            for with in &$($mutable)? expr.with {
                child_with(with, visit);
            }
        }

        fn body<'t>(body: &'t $($mutable)? Body, visit: &mut dyn FnMut($Node<'t>)) {
            for expr in body {
                visit($Node::Expr(expr));
            }
        }
    };
}

pub(super) use define_children;
