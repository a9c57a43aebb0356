//! Random calls of a builtin.

use super::generate::{DEPTH, Generator};
use super::signature::Type;
use super::term::Term;
use super::{domain, special};

impl Generator {
    /// Returns the operands of the next call. One call in six has an operand whose type is not the
    /// declared one.
    pub fn call(&mut self) -> Vec<Term> {
        let types = self.types.clone();
        let typed = types.iter().enumerate().map(|(index, of)| self.operand(of, index));
        let mut operands: Vec<Term> = typed.collect();
        if self.draw.chance(75)
            && let Some(special) = special::operands(self, self.name)
        {
            operands = special;
        }
        if self.draw.chance(16) && !operands.is_empty() {
            let index = self.draw.below(operands.len());
            let wrong = self.any(DEPTH);
            if !domain::is_costly(self.name, index) || !matches!(wrong, Term::Scalar(_)) {
                operands[index] = wrong;
            }
        }
        operands
    }

    fn operand(&mut self, of: &Type, index: usize) -> Term {
        self.typed(of, domain::of(self.name, index), DEPTH)
    }
}
