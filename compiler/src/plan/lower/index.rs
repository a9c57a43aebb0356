//! What a definition asks of documents and arguments alone is tested before anything else of it.
//!
//! OPA's rule index (`ast/index.go`) leaves out the definitions whose plain references to `input`
//! and base documents are undefined, or differ from the constant that they are compared with,
//! before it runs any body: what stops an evaluation in a body that is left out is never met.
//! Such literals have no effect and cannot stop an evaluation, so testing them first changes
//! nothing else, and is cheap.

use crate::hir::{Body, Literal, LiteralKind, Ref, Root, Term};
use crate::plan::lower::Lowered;
use crate::plan::lower::scope::Scope;
use crate::plan::lower::uses::Uses;

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
