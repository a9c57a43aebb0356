//! The parts of the request that rules read, by themselves and through other rules.

use std::collections::{HashMap, HashSet};

use crate::ast;
use crate::hir::walk::{self, Visited};
use crate::hir::{
    Branch, Callee, Constant, Head, Literal, LiteralKind, Program, Ref, Root, Rule, RuleId, Term,
    VarId,
};
use crate::lints::{Subject, bodies, rule_uses};
use crate::source::Span;

use super::operations;

/// A part of the request that an audit does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Operation,
    User,
    OldObject,
    Options,
}

impl Field {
    const ALL: [(Field, &'static str); 4] = [
        (Field::Operation, "operation"),
        (Field::User, "userInfo"),
        (Field::OldObject, "oldObject"),
        (Field::Options, "options"),
    ];
}

impl Field {
    fn named(name: &str) -> Option<Field> {
        Field::ALL.iter().find(|(_, known)| *known == name).map(|(field, _)| *field)
    }
}

/// A document that a variable holds whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    Input,
    Review,
}

/// The place of a read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) span: Span,
    /// `true` if a rule reads the field that the definition uses.
    pub(super) helper: bool,
}

/// The first read of each part.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fields([Option<Place>; 4]);

impl Fields {
    /// Returns the name of a part, and the first read of it.
    pub(super) fn get(&self, field: Field) -> Option<(&'static str, Place)> {
        let (_, name) = Field::ALL[field as usize];
        self.0[field as usize].map(|place| (name, place))
    }

    fn add(&mut self, field: Field, span: Span) {
        self.0[field as usize].get_or_insert(Place { span, helper: false });
    }

    /// Adds the reads of a rule that the definition uses.
    fn add_helper(&mut self, fields: &Fields) {
        for (own, found) in self.0.iter_mut().zip(fields.0) {
            *own = own.or(found.map(|place| Place { helper: true, ..place }));
        }
    }
}

/// The source and the range of a literal.
type Key = (u32, u32, u32);

fn key(span: Span) -> Key {
    (span.source.0, span.start, span.end)
}

/// The reads of all rules, and the rules that depend on the operation.
#[derive(Default)]
pub(super) struct Reads {
    fields: HashMap<RuleId, Fields>,
    /// The arguments of functions that are documents in some call.
    documents: HashMap<(RuleId, usize), Document>,
    /// The literals that hold only for new objects, and those that hold for all others.
    creation: HashSet<Key>,
    no_creation: HashSet<Key>,
    /// The rules that have no value in an audit, with the literal at fault.
    pub(super) needs_creation: HashMap<RuleId, Span>,
    /// The rules that always hold in an audit, with the literal at fault.
    pub(super) spares_audits: HashMap<RuleId, Span>,
}

impl Reads {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let mut reads = Self::default();
        for rule in subject.modules.iter().flat_map(|module| &module.rules) {
            ast::walk::bodies(rule, &mut |body| {
                for literal in &body.literals {
                    if operations::requires_creation(literal, body) {
                        reads.creation.insert(key(literal.span));
                    } else if operations::excludes_creation(literal) {
                        reads.no_creation.insert(key(literal.span));
                    }
                }
            });
        }
        let order = subject.callees_first();
        for id in order.iter().rev() {
            reads.arguments(subject.program, *id);
        }
        for id in order.iter().copied() {
            let rule = subject.program.rule(id);
            let mut fields = Fields::default();
            for branch in branches(rule) {
                let own = reads.with_rules(subject.program, id, branch);
                for (all, found) in fields.0.iter_mut().zip(own.0) {
                    *all = all.or(found);
                }
            }
            reads.fields.insert(id, fields);
            reads.operation(subject.program, id, rule);
        }
        reads
    }

    /// Returns `true` if the literal at a place holds only for new objects.
    pub(super) fn requires_creation(&self, literal: Span) -> bool {
        self.creation.contains(&key(literal))
    }

    /// Returns the place of the literal that holds for all but new objects and of which the literal at
    /// a place is a part.
    fn excludes_creation(&self, part: Span) -> Option<Span> {
        let (source, start, end) = key(part);
        let encloses = |whole: &&Key| whole.0 == source && whole.1 <= start && end <= whole.2;
        let (_, start, end) = *self.no_creation.iter().find(encloses)?;
        Some(Span { start, end, ..part })
    }

    /// Returns the reads of a definition, and those of the rules that it uses.
    pub(super) fn with_rules(&self, program: &Program, id: RuleId, branch: &Branch) -> Fields {
        let mut fields = Fields::default();
        let mut rules = HashSet::new();
        let held = self.held(id, branch);
        for literal in &branch.body {
            if let Some(field) = looked_up(literal, &held) {
                fields.add(field, literal.span);
            }
        }
        let mut visit = |item: Visited<'_>| {
            rule_uses::note(program, item, &mut rules);
            if let Visited::Term(Term::Ref(reference)) = item
                && let Some(field) = field_of_review(reference, &held)
            {
                fields.add(field, reference.span);
            }
        };
        walk::body(&branch.body, &mut visit);
        let (Head::Value(value) | Head::Member(value)) = &branch.head;
        walk::term(value, &mut visit);
        let mut rules: Vec<RuleId> = rules.into_iter().collect();
        rules.sort_unstable();
        for rule in rules {
            if let Some(found) = self.fields.get(&rule) {
                fields.add_helper(found);
            }
        }
        fields
    }

    /// Notes the arguments with which a rule calls functions, if they are documents.
    fn arguments(&mut self, program: &Program, id: RuleId) {
        for branch in branches(program.rule(id)) {
            let held = self.held(id, branch);
            bodies::of_branch(branch, &mut |body| {
                for literal in body {
                    let LiteralKind::Call { callee: Callee::Function(called), arguments, .. } =
                        &literal.kind
                    else {
                        continue;
                    };
                    for (index, argument) in arguments.iter().enumerate() {
                        if let Term::Var(variable) = argument
                            && let Some(document) = held.get(variable)
                        {
                            self.documents.insert((*called, index), *document);
                        }
                    }
                }
            });
        }
    }

    /// Returns the variables of a branch that hold documents.
    fn held(&self, id: RuleId, branch: &Branch) -> HashMap<VarId, Document> {
        let mut held = HashMap::new();
        for (index, parameter) in branch.parameters.iter().enumerate() {
            if let Term::Var(variable) = parameter
                && let Some(document) = self.documents.get(&(id, index))
            {
                held.insert(*variable, *document);
            }
        }
        bodies::of_branch(branch, &mut |body| {
            for literal in body {
                if let LiteralKind::Unify(Term::Var(variable), Term::Ref(reference)) = &literal.kind
                    && let Some(document) = document(reference, &held)
                {
                    held.insert(*variable, document);
                }
            }
        });
        held
    }

    /// Finds out whether a rule has no value in an audit, or always holds.
    fn operation(&mut self, program: &Program, id: RuleId, rule: &Rule) {
        let mut needed = None;
        let needs = |branch: &Branch| {
            branch.body.iter().find_map(|literal| {
                if self.requires_creation(literal.span) {
                    return Some(literal.span);
                }
                let (rule, negated) = tested_rule(program, literal)?;
                self.needs_creation.get(&rule).filter(|_| !negated).copied()
            })
        };
        let all = rule.default.is_none()
            && branches(rule).all(|branch| {
                let place = needs(branch);
                needed = needed.or(place);
                place.is_some()
            });
        let spared = branches(rule).find_map(|branch| {
            let mut place = None;
            let all = branch.body.iter().all(|literal| {
                let own = self.excludes_creation(literal.span);
                let found = own.or_else(|| {
                    let (rule, negated) = tested_rule(program, literal)?;
                    self.spares_audits.get(&rule).filter(|_| !negated).copied()
                });
                place = place.or(found);
                found.is_some()
            });
            place.filter(|_| all)
        });
        if let Some(place) = needed.filter(|_| all) {
            self.needs_creation.insert(id, place);
        }
        if let Some(place) = spared {
            self.spares_audits.insert(id, place);
        }
    }
}

fn branches(rule: &Rule) -> impl Iterator<Item = &Branch> {
    rule.clauses.iter().flat_map(|clause| &clause.branches)
}

/// Returns the rule that a literal tests, and whether the literal negates it.
pub(super) fn tested_rule(program: &Program, literal: &Literal) -> Option<(RuleId, bool)> {
    if !literal.with.is_empty() {
        return None;
    }
    match &literal.kind {
        LiteralKind::Test(Term::Ref(Ref { root: Root::Data, operands, .. })) => {
            program.walk_tree(operands).0.rule.map(|rule| (rule, false))
        }
        LiteralKind::Call { callee: Callee::Function(rule), output: None, .. } => {
            Some((*rule, false))
        }
        LiteralKind::Not(inner) => match inner.as_slice() {
            [only] => tested_rule(program, only).map(|(rule, negated)| (rule, !negated)),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the document that a reference is, if it has no further fields.
fn document(reference: &Ref, held: &HashMap<VarId, Document>) -> Option<Document> {
    let root = match reference.root {
        Root::Input => Document::Input,
        Root::Var(variable) => *held.get(&variable)?,
        Root::Data => return None,
    };
    match (root, &reference.operands[..]) {
        (root, []) => Some(root),
        (Document::Input, [_]) if name(reference, 0) == Some("review") => Some(Document::Review),
        _ => None,
    }
}

/// Returns the part of the request that a reference begins with.
fn field_of_review(reference: &Ref, held: &HashMap<VarId, Document>) -> Option<Field> {
    let root = match reference.root {
        Root::Input => Document::Input,
        Root::Var(variable) => *held.get(&variable)?,
        Root::Data => return None,
    };
    match (root, name(reference, 0)?) {
        (Document::Input, "review") => Field::named(name(reference, 1)?),
        (Document::Input, _) => None,
        (Document::Review, name) => Field::named(name),
    }
}

/// Returns the part of the request that `object.get` reads.
fn looked_up(literal: &Literal, held: &HashMap<VarId, Document>) -> Option<Field> {
    let LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, .. } = &literal.kind
    else {
        return None;
    };
    let [Term::Var(variable), Term::Constant(path), ..] = &arguments[..] else { return None };
    if builtin.reads != ferrego_runtime::builtins::Reads::Path {
        return None;
    }
    let names = match path {
        Constant::Array(names) => &names[..],
        one => std::slice::from_ref(one),
    };
    let name = |index: usize| match names.get(index) {
        Some(Constant::String(name)) => Some(&**name),
        _ => None,
    };
    match held.get(variable)? {
        Document::Input if name(0) == Some("review") => Field::named(name(1)?),
        Document::Input => None,
        Document::Review => Field::named(name(0)?),
    }
}

fn name(reference: &Ref, index: usize) -> Option<&str> {
    match reference.operands.get(index) {
        Some(Term::Constant(Constant::String(name))) => Some(name),
        _ => None,
    }
}
