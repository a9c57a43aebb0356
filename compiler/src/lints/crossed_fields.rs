//! Bodies that compare one field of an object with two fields of another.
//!
//! ```text
//! allowed.kind == subject.name    # `subject.kind` is meant
//! allowed.name == subject.name
//! ```

use crate::ast::{self, Infix, Literal, LiteralKind, Operand, Operator, Term, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};

use super::{Findings, Subject};

/// A body compares one field with two fields.
pub(super) static CROSSED_FIELDS: Lint = Lint {
    name: "crossed-fields",
    group: Group::Suspicious,
    summary: "a body compares one field with two fields of another object",
    page: include_str!("pages/crossed-fields.md"),
};

/// The number of comparisons of a body that are looked at.
const COMPARED: usize = 64;

/// The fields of two objects that a literal compares.
struct Pair<'p> {
    literal: &'p Literal,
    left: Field<'p>,
    right: Field<'p>,
}

/// A field of an object in a variable.
#[derive(PartialEq, Eq)]
struct Field<'p> {
    root: &'p str,
    path: Vec<&'p str>,
}

/// Looks at the comparisons of all bodies.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in subject.modules.iter().flat_map(|module| &module.rules) {
        ast::walk::bodies(rule, &mut |body| {
            let pairs: Vec<Pair<'_>> =
                body.literals.iter().filter_map(pair).take(COMPARED).collect();
            for crossed in &pairs {
                // The same field of both objects is compared by the other literal.
                let same = |other: &&Pair<'_>| {
                    other.left.path == other.right.path
                        && (other.left == crossed.left) != (other.right == crossed.right)
                        && other.left.root == crossed.left.root
                        && other.right.root == crossed.right.root
                };
                if crossed.left.path == crossed.right.path {
                    continue;
                }
                let Some(other) = pairs.iter().find(same) else { continue };
                let shared = if other.left == crossed.left { &other.left } else { &other.right };
                let name = format!("{}.{}", shared.root, shared.path.join("."));
                let quoted = subject.quoted(crossed.literal.span);
                let message = format!("expected the same field of both, found `{quoted}`");
                let finding = Diagnostic::warning(&CROSSED_FIELDS, crossed.literal.span, message)
                    .with_label(other.literal.span, format!("compares `{name}`, too"));
                findings.report(finding.with_help("correct the field"));
            }
        });
    }
}

/// Returns the fields of two objects that a literal compares by `==`.
fn pair(literal: &Literal) -> Option<Pair<'_>> {
    let (left, right) = match &literal.kind {
        LiteralKind::Unify(left, right) => (left, right),
        LiteralKind::Term(Term { kind: TermKind::Infix(infix), .. }) => {
            let Infix { operator: Operator::Equal, left, right, .. } = &**infix else {
                return None;
            };
            (left, right)
        }
        _ => return None,
    };
    let (left, right) = (field(left)?, field(right)?);
    let (left, right) = if left.root <= right.root { (left, right) } else { (right, left) };
    let two = left.root != right.root && left.path.len() == right.path.len();
    two.then_some(Pair { literal, left, right })
}

fn field(term: &Term) -> Option<Field<'_>> {
    let TermKind::Ref(reference) = &term.kind else { return None };
    let TermKind::Var(root) = &reference.head.kind else { return None };
    if matches!(&**root, "input" | "data") {
        return None;
    }
    let names = reference.operands.iter().map(|operand| match operand {
        Operand::Field(name) => Some(&*name.text),
        Operand::Index(_) => None,
    });
    Some(Field { root, path: names.collect::<Option<_>>()? })
}
