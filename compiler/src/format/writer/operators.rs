//! Writes operators. OPA puts every operation within another in parentheses, whatever their
//! precedence.

use super::super::tree::{Call, Expr, ExprKind, Operator, Term, TermKind};
use super::{Writer, Written};

impl Call {
    /// Returns the operand that is written first, if the call is an operation.
    pub(super) fn first_operand(&self) -> Option<&Term> {
        match self.operator {
            Operator::Infix(_) | Operator::In => self.arguments.first(),
            Operator::Function(_) => None,
        }
    }

    /// Returns `true` for `left | right`.
    pub(super) fn is_union(&self) -> bool {
        matches!(self.operator, Operator::Infix("|"))
    }
}

/// The maximum number of operations within each other. With the parentheses of more, a rule could
/// be nested too deep for the parser, and stays as it is.
const MAX_NESTED: usize = 128;

/// Returns `true` for `left | right`.
pub(super) fn is_union(term: &Term) -> bool {
    matches!(&term.kind, TermKind::Call(call) if call.is_union())
}

/// Returns `true` for an operation.
pub(super) fn is_operation(term: &Term) -> bool {
    matches!(&term.kind, TermKind::Call(call) if !matches!(call.operator, Operator::Function(_)))
}

/// Returns the precedence of an operator.
fn precedence(operator: &Operator) -> u8 {
    match operator {
        Operator::Infix("=" | ":=") => 0,
        Operator::In => 1,
        Operator::Infix("==" | "!=" | "<" | "<=" | ">" | ">=") => 2,
        Operator::Infix("|") => 3,
        Operator::Infix("&") => 4,
        Operator::Infix("+" | "-") => 5,
        Operator::Infix(_) => 6,
        Operator::Function(_) => 7,
    }
}

/// Returns `true` if an operand of an operation that is a literal needs parentheses. OPA leaves
/// them out, which changes `a - (b - c)`.
pub(super) fn needs_parentheses(symbol: &'static str, term: &Term, right: bool) -> bool {
    let TermKind::Call(call) = &term.kind else { return false };
    let outer = precedence(&Operator::Infix(symbol));
    let inner = precedence(&call.operator);
    let key = matches!(call.operator, Operator::In) && call.arguments.len() == 3;
    !key && outer > 0 && (inner < outer || right && inner == outer)
}

/// Returns `true` for `value in collection`, to which OPA gives no parentheses.
fn is_membership(term: &Term) -> bool {
    matches!(&term.kind, TermKind::Call(call) if matches!(call.operator, Operator::In) && call.arguments.len() == 2)
}

impl<'m> Writer<'m> {
    /// Writes an operation or a call within a term.
    pub(super) fn call(&mut self, parentheses: bool, call: &'m Call) -> Written {
        match (&call.operator, &call.arguments[..]) {
            (Operator::Function(function), arguments) => self.function_call(function, arguments),
            (Operator::In, arguments) => self.membership(true, arguments),
            (Operator::Infix(symbol), [left, right]) => {
                if parentheses {
                    self.push("(");
                }
                self.nested += 1;
                self.surprised |= self.nested > MAX_NESTED;
                let written = self.operands(left, symbol, right);
                self.nested -= 1;
                if parentheses {
                    self.push(")");
                }
                written
            }
            (Operator::Infix(_), _) => Ok(()),
        }
    }

    fn operands(&mut self, left: &'m Term, symbol: &str, right: &'m Term) -> Written {
        self.operand_in_parentheses(left)?;
        self.push(" ");
        self.push(symbol);
        self.push(" ");
        self.operand_in_parentheses(right)
    }

    /// Writes an operand in parentheses if it is an operation.
    pub(super) fn operand_in_parentheses(&mut self, term: &'m Term) -> Written {
        if is_membership(term) {
            return self.wrapped(term);
        }
        self.term_in_parentheses(true, term)
    }

    fn wrapped(&mut self, term: &'m Term) -> Written {
        self.push("(");
        self.term_in_parentheses(true, term)?;
        self.push(")");
        Ok(())
    }

    /// Writes `value in collection` or `key, value in collection`, the latter in parentheses if it is
    /// within a term.
    pub(super) fn membership(&mut self, within: bool, operands: &'m [Term]) -> Written {
        match operands {
            [value, collection] => {
                self.term_in_parentheses(true, value)?;
                self.push(" in ");
                self.operand_of_in(collection)
            }
            [key, value, collection] => {
                if within {
                    self.push("(");
                }
                self.operand_of_in(key)?;
                self.push(", ");
                self.operand_of_in(value)?;
                self.push(" in ");
                self.operand_of_in(collection)?;
                if within {
                    self.push(")");
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Writes an operand of `in`. An operand that is itself an `in` has parentheses.
    pub(super) fn operand_of_in(&mut self, term: &'m Term) -> Written {
        self.operand_in_parentheses(term)
    }

    /// Writes the domain of `every`.
    pub(super) fn domain(&mut self, term: &'m Term) -> Written {
        if is_membership(term) { self.wrapped(term) } else { self.term(term) }
    }

    /// Marks the set union that would make the braces around a body a comprehension: the body's
    /// first literal, or the first operand of that literal.
    pub(super) fn mark_union_lead(&mut self, expr: &'m Expr) {
        let mut expr = expr;
        while !expr.negated {
            match &expr.kind {
                ExprKind::Logical(logical) => {
                    let left = &logical.left;
                    match &left.body[..] {
                        [first]
                            if !left.braces
                                && !super::logical::needs_parentheses(
                                    first,
                                    logical.keyword,
                                    false,
                                ) =>
                        {
                            expr = first;
                        }
                        _ => return,
                    }
                }
                ExprKind::Call(call) if call.is_union() => {
                    self.lead_expr = Some(expr);
                    return;
                }
                ExprKind::Call(call) => {
                    self.lead_term = call.first_operand().filter(|term| is_union(term));
                    return;
                }
                _ => return,
            }
        }
    }
}
