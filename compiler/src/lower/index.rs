//! Applies OPA's rule index (`ast/index.go`): conditions of a definition that depend only on
//! documents and arguments are tested before the rest of its body. Since OPA 1.21, the index
//! returns definitions in their order.
//!
//! The index leaves out definitions before any body runs. An error in a body that is left out
//! therefore never occurs. Conditions have no effect and cannot stop an evaluation. A literal may
//! require more than its condition: a document must be true, not just defined. Such a literal is
//! tested in its own place, and its condition first. If nothing before the literal can stop the
//! evaluation, the whole literal is tested first, because the order cannot be observed.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::hir::{Body, Branch, Callee, Constant, Literal, LiteralKind, Program};
use crate::hir::{Ref, Root, Term, VarId};
use crate::ir::{Condition as Test, Expr, Statement};
use crate::lower::Lowered;
use crate::lower::body::is_operator;
use crate::lower::reference::get;
use crate::lower::scope::Scope;
use crate::lower::uses::Uses;

/// A condition that the index tests before it returns a definition.
struct Condition<'p> {
    subject: Subject<'p>,
    expected: Expected<'p>,
    /// The index of the condition's literal in the body.
    literal: usize,
    /// The variable by which the literal names the subject, if any.
    alias: Option<Alias<'p>>,
}

/// A variable that a literal binds to a document.
#[derive(Clone)]
struct Alias<'p> {
    subject: Subject<'p>,
    /// The index of the literal in the body.
    literal: usize,
}

/// A document or argument that a condition tests.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Subject<'p> {
    Input(Vec<&'p Constant>),
    Data(Vec<&'p Constant>),
    Argument(usize),
}

/// The value that a subject must have.
enum Expected<'p> {
    Defined,
    /// A scalar, or an array of scalars.
    Equal(&'p Constant),
    /// An array with these items.
    Array(Vec<Item<'p>>),
}

/// The value that an item of an array must have.
#[derive(Clone, Copy)]
enum Item<'p> {
    Any,
    Equal(&'p Constant),
}

/// Returns one condition for each subject. If several literals require a value, any of these values
/// is enough for OPA's index, so that the subject only has to be defined.
fn conditions<'p>(program: &Program, branch: &'p Branch) -> Vec<Condition<'p>> {
    let mut kept: Vec<Condition<'p>> = Vec::new();
    let mut places: HashMap<Subject<'p>, usize> = HashMap::new();
    let mut several: HashSet<Subject<'p>> = HashSet::new();
    for condition in stated(program, branch) {
        let place = places.get(&condition.subject);
        match place.and_then(|&place| kept.get_mut(place)) {
            None => {
                places.insert(condition.subject.clone(), kept.len());
                kept.push(condition);
            }
            Some(_) if matches!(condition.expected, Expected::Defined) => {}
            Some(other) if several.contains(&other.subject) => {}
            Some(other) if matches!(other.expected, Expected::Defined) => *other = condition,
            Some(other) => {
                several.insert(condition.subject);
                other.expected = Expected::Defined;
            }
        }
    }
    kept
}

/// Returns the conditions that the literals state, in their order. Negated literals and literals
/// with modifiers state none.
fn stated<'p>(program: &Program, branch: &'p Branch) -> Vec<Condition<'p>> {
    let mut parameters = HashMap::new();
    for (index, term) in branch.parameters.iter().enumerate() {
        if let Term::Var(variable) = term {
            parameters.entry(*variable).or_insert(index);
        }
    }
    let mut reader = Reader { program, parameters, aliases: HashMap::new() };
    let literals = branch.body.iter().enumerate();
    literals.filter_map(|(index, literal)| reader.condition(index, literal)).collect()
}

/// A subject, and the alias by which a literal names it.
type Named<'p> = (Subject<'p>, Option<Alias<'p>>);

/// Reads conditions from the literals of a body, in their order.
struct Reader<'r, 'p> {
    program: &'r Program,
    /// The parameters that are variables.
    parameters: HashMap<VarId, usize>,
    /// The variables that the literals so far bind to documents.
    aliases: HashMap<VarId, Alias<'p>>,
}

impl<'p> Reader<'_, 'p> {
    fn condition(&mut self, literal: usize, stated: &'p Literal) -> Option<Condition<'p>> {
        if !stated.with.is_empty() {
            return None;
        }
        let ((subject, alias), expected) = match &stated.kind {
            LiteralKind::Test(term) => (self.document(term)?, Expected::Defined),
            LiteralKind::Unify(left, right) => self
                .compared(literal, left, right)
                .or_else(|| self.compared(literal, right, left))?,
            _ => return None,
        };
        Some(Condition { subject, expected, literal, alias })
    }

    fn compared(
        &mut self,
        literal: usize,
        left: &'p Term,
        right: &'p Term,
    ) -> Option<(Named<'p>, Expected<'p>)> {
        let subject = match left {
            Term::Var(variable) => {
                if let Some(parameter) = self.parameter(*variable) {
                    (Subject::Argument(parameter), None)
                } else {
                    let alias = self.alias(*variable)?;
                    (alias.subject.clone(), Some(alias))
                }
            }
            _ => self.document(left)?,
        };
        let expected = expected(right)?;
        if let (Term::Ref(_), Term::Var(variable)) = (left, right)
            && self.parameter(*variable).is_none()
        {
            let subject = subject.0.clone();
            self.aliases.entry(*variable).or_insert(Alias { subject, literal });
        }
        Some((subject, expected))
    }

    fn parameter(&self, variable: VarId) -> Option<usize> {
        self.parameters.get(&variable).copied()
    }

    fn alias(&self, variable: VarId) -> Option<Alias<'p>> {
        self.aliases.get(&variable).cloned()
    }

    /// Returns the base document to which a reference with constant operands leads.
    fn document(&self, term: &'p Term) -> Option<Named<'p>> {
        let Term::Ref(Ref { root: Root::Var(variable), operands, .. }) = term else {
            return Some((document(self.program, term)?, None));
        };
        let keys = constants(operands)?;
        let alias = self.alias(*variable)?;
        let subject = match &alias.subject {
            Subject::Input(path) => Subject::Input([path.as_slice(), &keys].concat()),
            Subject::Data(path) => Subject::Data([path.as_slice(), &keys].concat()),
            Subject::Argument(_) => return None,
        };
        Some((subject, Some(alias)))
    }
}

fn expected(term: &Term) -> Option<Expected<'_>> {
    match term {
        Term::Var(_) => Some(Expected::Defined),
        Term::Constant(constant @ Constant::Array(items)) => {
            items.iter().all(is_scalar).then_some(Expected::Equal(constant))
        }
        Term::Constant(constant) => is_scalar(constant).then_some(Expected::Equal(constant)),
        Term::Array(items) => {
            items.iter().map(array_item).collect::<Option<_>>().map(Expected::Array)
        }
        _ => None,
    }
}

fn array_item(term: &Term) -> Option<Item<'_>> {
    match term {
        Term::Var(_) => Some(Item::Any),
        Term::Constant(constant) => is_scalar(constant).then_some(Item::Equal(constant)),
        _ => None,
    }
}

fn is_scalar(constant: &Constant) -> bool {
    !matches!(constant, Constant::Array(_) | Constant::Object(_) | Constant::Set(_))
}

/// Returns the base document to which a reference with constant operands leads.
fn document<'p>(program: &Program, term: &'p Term) -> Option<Subject<'p>> {
    let Term::Ref(Ref { root, operands, .. }) = term else { return None };
    let path = constants(operands)?;
    match root {
        Root::Input => Some(Subject::Input(path)),
        Root::Data => {
            let (node, consumed) = program.walk_tree(operands);
            let base = node.rule.is_none() && consumed < operands.len();
            base.then_some(Subject::Data(path))
        }
        Root::Var(_) => None,
    }
}

fn constant(term: &Term) -> Option<&Constant> {
    match term {
        Term::Constant(constant) => Some(constant),
        _ => None,
    }
}

fn constants(operands: &[Term]) -> Option<Vec<&Constant>> {
    operands.iter().map(constant).collect()
}

impl<'p> Scope<'_, 'p> {
    /// Adds the literals of a definition's body like [`Scope::body`], after the conditions that
    /// OPA's rule index tests first.
    pub(super) fn branch_body(&mut self, branch: &'p Branch, needed: &[&'p Term]) -> Lowered<()> {
        let body = &branch.body;
        let silent = body.iter().take_while(|literal| self.is_silent(literal)).count();
        let mut first: BTreeSet<usize> = BTreeSet::new();
        let mut conditions = conditions(self.lowering.program, branch);
        conditions.sort_by_key(|condition| condition.literal);
        for condition in conditions {
            let literal = &body[condition.literal];
            let early = condition.literal <= silent;
            // A literal that names a document by an alias follows the literal that binds the alias.
            let reachable = match &condition.alias {
                None => true,
                Some(alias) => first.contains(&alias.literal),
            };
            if reachable && (early || self.is_condition(literal, &condition.expected)) {
                first.insert(condition.literal);
            } else if !early {
                self.ask(branch, literal, &condition)?;
            }
            // Otherwise nothing before the literal can stop the evaluation.
        }
        // An ordered set, so that the first literals keep their order.
        let rest = (0..body.len()).filter(|index| !first.contains(index));
        let literals: Vec<&'p Literal> =
            first.iter().copied().chain(rest).map(|index| &body[index]).collect();
        self.literals(&literals, &Uses::of_terms(needed.iter().copied()))
    }

    /// Returns `true` if a literal requires no more than its condition.
    fn is_condition(&self, literal: &Literal, expected: &Expected<'_>) -> bool {
        match (expected, &literal.kind) {
            (Expected::Equal(_), _) => true,
            (Expected::Defined, LiteralKind::Unify(left, right)) => {
                let binds = |term: &Term| self.unbound(term).is_some();
                binds(left) || binds(right)
            }
            (Expected::Defined | Expected::Array(_), _) => false,
        }
    }

    /// Tests a condition separately from its literal.
    fn ask(
        &mut self,
        branch: &'p Branch,
        literal: &'p Literal,
        condition: &Condition<'p>,
    ) -> Lowered<()> {
        let value = match &condition.subject {
            Subject::Argument(index) => self.term(&branch.parameters[*index], literal.span)?,
            Subject::Input(path) => below(Expr::Input(self.context), path),
            Subject::Data(path) => below(Expr::BaseData(self.context), path),
        };
        match (&condition.expected, &condition.subject) {
            // An argument is always defined.
            (Expected::Defined, Subject::Argument(_)) => {}
            (Expected::Defined, _) => self.block.test(Test::Defined(value)),
            (Expected::Equal(constant), _) => {
                let constant = Expr::Constant((*constant).clone());
                self.block.test(Test::Equal(value, constant));
            }
            (Expected::Array(items), _) => self.ask_items(value, items),
        }
        Ok(())
    }

    fn ask_items(&mut self, value: Expr, items: &[Item<'p>]) {
        let locals: Vec<_> = items.iter().map(|_| self.temporary("item")).collect();
        self.block.push(Statement::Destructure { items: locals.clone(), of: value });
        for (item, local) in items.iter().zip(locals) {
            if let Item::Equal(constant) = *item {
                let constant = Expr::Constant(constant.clone());
                self.block.test(Test::Equal(Expr::Local(local), constant));
            }
        }
    }

    /// Returns `true` if nothing in a literal can stop the evaluation.
    fn is_silent(&self, literal: &Literal) -> bool {
        let quiet = |body: &Body| body.iter().all(|literal| self.is_silent(literal));
        literal.with.is_empty()
            && match &literal.kind {
                LiteralKind::Test(term) => self.is_plain(term),
                LiteralKind::Unify(left, right) => self.is_plain(left) && self.is_plain(right),
                LiteralKind::Call { callee: Callee::Builtin(builtin), output, .. } => {
                    is_operator(builtin)
                        && self.lowering.slots.function(Callee::Builtin(builtin)).is_none()
                        && output.as_ref().is_none_or(|output| self.is_plain(output))
                }
                LiteralKind::Not(body) | LiteralKind::NotBody(body) => quiet(body),
                LiteralKind::Call { .. } | LiteralKind::Every { .. } => false,
            }
    }

    /// Returns `true` if a term consists only of constants, variables and base documents.
    fn is_plain(&self, term: &Term) -> bool {
        match term {
            Term::Ref(Ref { root: Root::Data, operands, .. }) => {
                let (node, consumed) = self.lowering.program.walk_tree(operands);
                let base = node.rule.is_none() && consumed < operands.len();
                base && matches!(operands[consumed], Term::Constant(_))
            }
            Term::Constant(_) | Term::Var(_) | Term::Ref(_) => true,
            Term::Array(items) => items.iter().all(|item| self.is_plain(item)),
            _ => false,
        }
    }
}

fn below(base: Expr, path: &[&Constant]) -> Expr {
    get(base, path.iter().map(|key| Expr::Constant((*key).clone())).collect())
}
