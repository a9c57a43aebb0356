//! What a definition asks of documents and arguments alone is tested before anything else of it.
//!
//! OPA's rule index (`ast/index.go`) leaves out the definitions whose plain references to `input`
//! and base documents are undefined, or differ from the constant that they are compared with,
//! before it runs any body: what stops an evaluation in a body that is left out is never met.
//! Such literals have no effect and cannot stop an evaluation, so testing them first changes
//! nothing else, and is cheap.

use crate::hir::{Body, Branch, Clause, Literal, LiteralKind, Ref, Root, Term};
use crate::plan::lower::Lowered;
use crate::plan::lower::scope::Scope;
use crate::plan::lower::uses::Uses;

/// The definitions of a rule in the order in which OPA's index gives them: those without a
/// condition, those that need a document to be defined, those that compare one with a constant.
/// Where the first that holds answers, what stops an evaluation in a later one is never met.
pub(super) fn in_order(clauses: &[Clause]) -> Vec<&Clause> {
    let mut clauses: Vec<&Clause> = clauses.iter().collect();
    clauses.sort_by_key(|clause| clause.branches.first().map(condition));
    clauses
}

/// The strongest condition of a definition that the index knows.
fn condition(branch: &Branch) -> Condition {
    let parameter = branch.parameters.iter().any(|term| matches!(term, Term::Constant(_)));
    let own = if parameter { Condition::Equal } else { Condition::None };
    branch.body.iter().map(literal_condition).fold(own, Ord::max)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Condition {
    None,
    Defined,
    Equal,
}

fn literal_condition(literal: &Literal) -> Condition {
    if !literal.with.is_empty() {
        return Condition::None;
    }
    match &literal.kind {
        LiteralKind::Test(term) if is_input(term) => Condition::Defined,
        LiteralKind::Unify(left, right) if is_input(left) => side_condition(right),
        LiteralKind::Unify(left, right) if is_input(right) => side_condition(left),
        _ => Condition::None,
    }
}

/// What is asked of a document that is unified with a term.
fn side_condition(term: &Term) -> Condition {
    match term {
        Term::Constant(_) => Condition::Equal,
        Term::Var(_) => Condition::Defined,
        _ => Condition::None,
    }
}

/// A reference with constant operands to `input`.
fn is_input(term: &Term) -> bool {
    let Term::Ref(reference) = term else { return false };
    reference.root == Root::Input
        && reference.operands.iter().all(|operand| matches!(operand, Term::Constant(_)))
}

impl<'p> Scope<'_, 'p> {
    /// Adds the literals of a definition's body, as [`Scope::body`] does those of any, the ones
    /// that OPA's rule index looks at first.
    pub(super) fn branch_body(&mut self, body: &'p Body, needed: &[&'p Term]) -> Lowered<()> {
        let (first, rest): (Vec<&Literal>, Vec<&Literal>) =
            body.iter().partition(|literal| self.is_indexed(literal));
        let literals: Vec<&'p Literal> = first.into_iter().chain(rest).collect();
        self.literals(&literals, &Uses::of_terms(needed.iter().copied()))
    }

    fn is_indexed(&self, literal: &Literal) -> bool {
        if !literal.with.is_empty() {
            return false;
        }
        match &literal.kind {
            LiteralKind::Test(term) => self.is_document(term),
            LiteralKind::Unify(left, right) => {
                (self.is_document(left) && self.is_simple(right))
                    || (self.is_document(right) && self.is_simple(left))
                    || (self.is_parameter(left) && matches!(right, Term::Constant(_)))
                    || (self.is_parameter(right) && matches!(left, Term::Constant(_)))
            }
            _ => false,
        }
    }

    /// A reference with constant operands to `input` or a base document.
    fn is_document(&self, term: &Term) -> bool {
        let Term::Ref(Ref { root, operands, .. }) = term else { return false };
        if !operands.iter().all(|operand| matches!(operand, Term::Constant(_))) {
            return false;
        }
        match root {
            Root::Input => true,
            Root::Data => {
                let (node, consumed) = self.lowering.program.walk_tree(operands);
                node.rule.is_none() && consumed < operands.len()
            }
            Root::Var(_) => false,
        }
    }

    /// A constant, or a variable: one that is bound before, or that the literal binds.
    fn is_simple(&self, term: &Term) -> bool {
        match term {
            Term::Constant(_) => true,
            Term::Var(variable) => !self.is_bound(*variable) || self.is_parameter(term),
            _ => false,
        }
    }

    /// A variable that the parameters have bound, when the body begins.
    fn is_parameter(&self, term: &Term) -> bool {
        matches!(term, Term::Var(variable) if self.is_bound(*variable))
    }
}
