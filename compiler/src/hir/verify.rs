//! Checks the invariants of an analyzed program.

use std::collections::BTreeSet;
use std::fmt;

use super::{
    Body, Branch, Comprehension, Head, Literal, LiteralKind, ObjectComprehension, Program, Ref,
    Root, Rule, RuleKind, Term, VarId, WithValue,
};

/// A violation of an invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the rule that violates the invariant.
    pub rule: String,
    /// The description of the violation.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.message)
    }
}

impl std::error::Error for Violation {}

/// Checks `program` against the invariants that the [module](super) lists.
///
/// # Errors
///
/// Returns the first violation.
pub fn verify(program: &Program) -> Result<(), Violation> {
    for rule in &program.rules {
        verify_rule(rule).map_err(|message| Violation { rule: rule.path.join("."), message })?;
    }
    Ok(())
}

fn verify_rule(rule: &Rule) -> Result<(), String> {
    let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
    for branch in branches.chain(&rule.default) {
        verify_shape(rule.kind, branch)?;
        verify_branch(branch)?;
    }
    match rule.clauses.iter().find(|clause| clause.branches.is_empty()) {
        Some(_) => Err("a clause without branches".to_owned()),
        None => Ok(()),
    }
}

/// Checks that the head fits the kind of the rule.
fn verify_shape(kind: RuleKind, branch: &Branch) -> Result<(), String> {
    let is_member = matches!(branch.head, Head::Member(_));
    let fits = match kind {
        RuleKind::Complete => branch.keys.is_empty() && branch.parameters.is_empty() && !is_member,
        RuleKind::Function { arity } => branch.parameters.len() == arity && !is_member,
        RuleKind::PartialSet => branch.keys.is_empty() && is_member,
        RuleKind::PartialObject => branch.parameters.is_empty(),
    };
    if fits { Ok(()) } else { Err(format!("a head that does not fit {kind:?}")) }
}

fn verify_branch(branch: &Branch) -> Result<(), String> {
    let mut checker = Checker { branch, bound: BTreeSet::new() };
    for parameter in &branch.parameters {
        checker.flat(parameter)?;
        checker.bind(parameter);
    }
    checker.body(&branch.body)?;
    let (Head::Value(value) | Head::Member(value)) = &branch.head;
    for term in branch.keys.iter().chain([value]) {
        checker.flat(term)?;
        checker.needs(term)?;
    }
    Ok(())
}

#[derive(Clone)]
struct Checker<'b> {
    branch: &'b Branch,
    bound: BTreeSet<VarId>,
}

impl Checker<'_> {
    fn body(&mut self, body: &Body) -> Result<(), String> {
        body.iter().try_for_each(|literal| self.literal(literal))
    }

    /// Checks a body whose bindings are not visible outside, and returns the checker with these
    /// bindings.
    fn inner(&self, body: &Body) -> Result<Self, String> {
        let mut inner = self.clone();
        inner.body(body)?;
        Ok(inner)
    }

    fn literal(&mut self, literal: &Literal) -> Result<(), String> {
        for with in &literal.with {
            if let WithValue::Value(value) = &with.value {
                self.flat(value)?;
                self.needs(value)?;
            }
        }
        match &literal.kind {
            LiteralKind::Test(term) => self.top(term),
            LiteralKind::Unify(left, right) => self.unify(left, right),
            LiteralKind::Call { arguments, output, .. } => {
                for argument in arguments {
                    self.flat(argument)?;
                    self.needs(argument)?;
                }
                if let Some(output) = output {
                    self.flat(output)?;
                    self.bind(output);
                }
                Ok(())
            }
            LiteralKind::Not(body) | LiteralKind::NotBody(body) => self.inner(body).map(drop),
            LiteralKind::Every { key, value, domain, body } => {
                self.needs(domain)?;
                let mut inner = self.clone();
                inner.bound.extend(key.iter().chain([value]));
                inner.body(body)
            }
        }
    }

    /// Checks a unification. The sides may bind each other, so their variables need not be bound
    /// before, and count as bound afterwards. Comprehensions see only the variables bound before.
    fn unify(&mut self, left: &Term, right: &Term) -> Result<(), String> {
        let before = self.clone();
        for term in [left, right] {
            match term {
                Term::Ref(reference) => self.reference(reference)?,
                Term::ArrayComprehension(_)
                | Term::SetComprehension(_)
                | Term::ObjectComprehension(_) => before.closure(term)?,
                _ => self.flat(term)?,
            }
        }
        self.bind(left);
        self.bind(right);
        Ok(())
    }

    /// Checks a term that is a whole literal, so that its operands may iterate.
    fn top(&mut self, term: &Term) -> Result<(), String> {
        match term {
            Term::Ref(reference) => self.reference(reference),
            Term::ArrayComprehension(_)
            | Term::SetComprehension(_)
            | Term::ObjectComprehension(_) => self.closure(term),
            _ => {
                self.flat(term)?;
                self.needs(term)
            }
        }
    }

    fn reference(&mut self, reference: &Ref) -> Result<(), String> {
        match reference.root {
            Root::Input | Root::Data => {}
            Root::Var(_) if reference.operands.is_empty() => {
                return Err("a reference without operands from a variable".to_owned());
            }
            Root::Var(var) => self.needs(&Term::Var(var))?,
        }
        reference.operands.iter().try_for_each(|operand| self.flat(operand))?;
        reference.operands.iter().for_each(|operand| self.bind(operand));
        Ok(())
    }

    fn closure(&self, term: &Term) -> Result<(), String> {
        match term {
            Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => {
                let Comprehension { value, body, .. } = &**inner;
                self.inner(body)?.top(value)
            }
            Term::ObjectComprehension(inner) => {
                let ObjectComprehension { key, value, body, .. } = &**inner;
                let mut inside = self.inner(body)?;
                inside.top(key)?;
                inside.top(value)
            }
            _ => Ok(()),
        }
    }

    /// Checks that the term holds no references, calls or comprehensions.
    fn flat(&self, term: &Term) -> Result<(), String> {
        match term {
            Term::Constant(_) => Ok(()),
            Term::Var(var) => match self.branch.variables.get(var.0 as usize) {
                Some(_) => Ok(()),
                None => Err(format!("variable {} does not exist", var.0)),
            },
            Term::Array(terms) | Term::Set(terms) => {
                terms.iter().try_for_each(|term| self.flat(term))
            }
            Term::Object(pairs) => pairs.iter().try_for_each(|(key, value)| {
                self.flat(key)?;
                self.flat(value)
            }),
            Term::Ref(_) => Err("a reference inside a term".to_owned()),
            Term::ArrayComprehension(_)
            | Term::SetComprehension(_)
            | Term::ObjectComprehension(_) => Err("a comprehension inside a term".to_owned()),
        }
    }

    /// Checks that all variables of the term are bound.
    fn needs(&self, term: &Term) -> Result<(), String> {
        match term {
            Term::Var(var) if !self.bound.contains(var) => {
                let name = self.branch.variables.get(var.0 as usize);
                let name = name.map_or("?", |variable| &variable.name);
                Err(format!("variable {name} ({}) is used before it is bound", var.0))
            }
            Term::Array(terms) | Term::Set(terms) => {
                terms.iter().try_for_each(|term| self.needs(term))
            }
            Term::Object(pairs) => pairs.iter().try_for_each(|(key, value)| {
                self.needs(key)?;
                self.needs(value)
            }),
            _ => Ok(()),
        }
    }

    fn bind(&mut self, term: &Term) {
        match term {
            Term::Var(var) => {
                self.bound.insert(*var);
            }
            Term::Array(terms) | Term::Set(terms) => terms.iter().for_each(|term| self.bind(term)),
            Term::Object(pairs) => pairs.iter().for_each(|(key, value)| {
                self.bind(key);
                self.bind(value);
            }),
            _ => {}
        }
    }
}
