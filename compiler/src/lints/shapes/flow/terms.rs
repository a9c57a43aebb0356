//! Terms and the steps of references.

use std::sync::Arc;

use super::body::is_open;
use super::{At, Flow, Lookup, Scope, Taken};
use crate::hir::{Constant, Ref, Root, RuleKind, Term};
use crate::lints::shapes::fields::{Outcome, Step};
use crate::lints::shapes::{Alternative, Origin, Owner, Record, Rest, Scalar, Shape, objects};
use crate::source::Span;

/// The fields of the review that contain the reviewed object.
const REVIEWED: [&str; 2] = ["object", "oldObject"];

impl<'p> Flow<'p, '_> {
    /// Returns the shape of a term's value, and binds the variables that a reference iterates.
    pub(super) fn term(&mut self, scope: &mut Scope, term: &'p Term) -> Shape {
        match term {
            Term::Constant(constant) => self.constant(constant),
            Term::Var(var) => self.value(scope, *var).unwrap_or(Shape::ANY),
            Term::Ref(reference) => self.reference(scope, reference),
            Term::Array(items) => {
                let items = self.items(scope, items);
                self.shapes.one(Alternative::Array(items, Origin::Policy))
            }
            Term::Set(items) => {
                let items = self.items(scope, items);
                self.shapes.one(Alternative::Set(items, Origin::Policy))
            }
            Term::Object(pairs) => self.object(scope, pairs),
            Term::ArrayComprehension(inner) => {
                self.inner_body(scope, &inner.body);
                let value = self.term(scope, &inner.value);
                self.escapes_composite(scope, &inner.value, value);
                self.shapes.one(Alternative::Array(value, Origin::Policy))
            }
            Term::SetComprehension(inner) => {
                self.inner_body(scope, &inner.body);
                let value = self.term(scope, &inner.value);
                self.escapes_composite(scope, &inner.value, value);
                self.shapes.one(Alternative::Set(value, Origin::Policy))
            }
            Term::ObjectComprehension(inner) => {
                self.inner_body(scope, &inner.body);
                self.term(scope, &inner.key);
                let value = self.term(scope, &inner.value);
                self.shapes.one(Alternative::Map(value, Origin::Policy))
            }
        }
    }

    fn escapes_composite(&mut self, scope: &Scope, term: &Term, value: Shape) {
        if scope.reports.is_some() && !matches!(term, Term::Var(_) | Term::Constant(_)) {
            self.observer.escapes(self.shapes, value);
        }
    }

    fn items(&mut self, scope: &mut Scope, items: &'p [Term]) -> Shape {
        let shapes: Vec<Shape> = items.iter().map(|item| self.term(scope, item)).collect();
        self.join(&shapes)
    }

    fn object(&mut self, scope: &mut Scope, pairs: &'p [(Term, Term)]) -> Shape {
        let (mut fields, mut rest) = (Vec::new(), Rest::None);
        for (key, value) in pairs {
            let value = self.term(scope, value);
            match key {
                Term::Constant(Constant::String(name)) => fields.push((Arc::clone(name), value)),
                key => {
                    self.term(scope, key);
                    rest = Rest::Of(Shape::ANY);
                }
            }
        }
        fields.sort_by(|left, right| left.0.cmp(&right.0));
        fields.dedup_by(|later, earlier| later.0 == earlier.0);
        let record = self.shapes.record(Record { owner: Owner::Policy, fields, rest });
        self.shapes.one(record)
    }

    fn constant(&mut self, constant: &Constant) -> Shape {
        let scalar = |scalar| Alternative::Scalar(scalar, Origin::Policy);
        let one = match constant {
            Constant::Null => scalar(Scalar::Null),
            Constant::Bool(_) => scalar(Scalar::Boolean),
            Constant::Number(_) => scalar(Scalar::Number),
            Constant::String(text) => {
                Alternative::Texts(self.shapes.texts([Arc::clone(text)]), Origin::Policy)
            }
            Constant::Array(items) => Alternative::Array(self.constants_of(items), Origin::Policy),
            Constant::Set(items) => Alternative::Set(self.constants_of(items), Origin::Policy),
            Constant::Object(pairs) => {
                let named = pairs.iter().all(|(key, _)| matches!(key, Constant::String(_)));
                let fields: std::collections::BTreeMap<Arc<str>, Shape> = pairs
                    .iter()
                    .filter_map(|(key, value)| match key {
                        Constant::String(name) => Some((Arc::clone(name), self.constant(value))),
                        _ => None,
                    })
                    .collect();
                let fields = fields.into_iter().collect();
                let rest = if named { Rest::None } else { Rest::Of(Shape::ANY) };
                self.shapes.record(Record { owner: Owner::Policy, fields, rest })
            }
        };
        self.shapes.one(one)
    }

    /// Returns the shape of the members. Strings become one set of strings.
    fn constants_of(&mut self, items: &[Constant]) -> Shape {
        let text = |item: &Constant| match item {
            Constant::String(text) => Some(Arc::clone(text)),
            _ => None,
        };
        if let Some(texts) = items.iter().map(text).collect::<Option<Vec<_>>>()
            && !texts.is_empty()
        {
            let texts = self.shapes.texts(texts);
            return self.shapes.one(Alternative::Texts(texts, Origin::Policy));
        }
        let shapes: Vec<Shape> = items.iter().map(|item| self.constant(item)).collect();
        self.shapes.union(shapes)
    }

    fn reference(&mut self, scope: &mut Scope, reference: &'p Ref) -> Shape {
        let operands = &reference.operands;
        let before = scope.reports;
        if let (Root::Var(var), Some(circumstances)) = (reference.root, &mut scope.reports) {
            circumstances.names_kinds |= scope.required.variables.contains_key(&var);
        }
        // Data from outside has numbers as keys: OPA finds the key "1" of a document by 1.
        let mut is_base = reference.root == Root::Data;
        let (mut shape, used) = match reference.root {
            Root::Input => (self.documents.input, 0),
            Root::Var(var) => (self.value(scope, var).unwrap_or(Shape::ANY), 0),
            Root::Data => {
                let (node, used) = self.program.walk_tree(operands);
                let inventory = Term::Constant(Constant::String("inventory".into()));
                match node.rule {
                    Some(rule) => {
                        let partial = matches!(
                            self.program.rule(rule).kind,
                            RuleKind::PartialSet | RuleKind::PartialObject
                        );
                        if !partial || used < operands.len() {
                            self.requires(scope, rule);
                        }
                        is_base = false;
                        (self.result(rule, &[]), used)
                    }
                    None if used == 0 && is_string(operands.first(), &inventory) => {
                        (self.documents.inventory, 1)
                    }
                    None => (Shape::ANY, used),
                }
            }
        };
        for (index, operand) in operands.iter().enumerate().skip(used) {
            let of_data = reference.root == Root::Data;
            let at = At::Operand { reference: reference.span, index, of_data };
            if !is_base {
                self.lookup(scope, shape, operand, at);
            }
            shape = self.step(scope, shape, operand, at);
            if index == 1
                && reference.root == Root::Input
                && is_reviewed(operands)
                && let Some(kinds) = &scope.required.reviewed
            {
                shape = objects::narrowed(self.shapes, shape, kinds);
            }
        }
        scope.reports = before;
        shape
    }

    /// Takes one step of a reference.
    fn step(&mut self, scope: &mut Scope, from: Shape, operand: &'p Term, at: At) -> Shape {
        match operand {
            Term::Constant(Constant::String(name)) => self.named(scope, from, name, at),
            Term::Constant(Constant::Number(_)) => {
                self.all(scope, from, at);
                self.shapes.item(from)
            }
            Term::Var(var) if is_open(scope, operand) => {
                let each = self.all(scope, from, at);
                if let Some(names) = scope.looked_up.get(var).cloned() {
                    self.members(scope, from, &names, at);
                }
                scope.values[var.0 as usize] = Some(each.0);
                each.1
            }
            Term::Var(var) => {
                let key = self.value(scope, *var).unwrap_or(Shape::ANY);
                match self.shapes.constants(key) {
                    Some(names) => self.members(scope, from, &names, at),
                    None => self.all(scope, from, at).1,
                }
            }
            pattern => {
                self.bind(scope, pattern, Shape::ANY);
                self.observer.escapes(self.shapes, from);
                Shape::ANY
            }
        }
    }

    /// Steps to the fields that are the value of a variable. Returns the shape of those that exist.
    fn members(&mut self, scope: &Scope, from: Shape, names: &[Arc<str>], at: At) -> Shape {
        let mut fields = Vec::new();
        for name in names {
            let Step { shape: to, outcome } = self.shapes.field(from, name);
            if outcome != Outcome::Missing {
                fields.push(to);
            } else if let (Some(circumstances), At::Operand { reference, index, of_data }) =
                (scope.reports, at)
            {
                let at = At::Member { reference, index, of_data };
                let step = Taken { from, field: Some(name), to, outcome, at, circumstances };
                self.observer.step(self.shapes, step);
            }
        }
        if fields.is_empty() { Shape::ANY } else { self.shapes.union(fields) }
    }

    /// Notes a lookup by a number or by the value of a variable.
    fn lookup(&mut self, scope: &Scope, collection: Shape, operand: &Term, at: At) {
        let key = match operand {
            Term::Constant(constant @ Constant::Number(_)) => self.constant(constant),
            Term::Var(var) if !is_open(scope, operand) => {
                self.value(scope, *var).unwrap_or(Shape::ANY)
            }
            _ => return,
        };
        if scope.reports.is_some() {
            self.observer.lookup(self.shapes, Lookup { collection, key, at });
        }
    }

    pub(super) fn named(&mut self, scope: &Scope, from: Shape, name: &Arc<str>, at: At) -> Shape {
        let Step { shape: to, outcome } = self.shapes.field(from, name);
        if let Some(circumstances) = scope.reports {
            let step = Taken { from, field: Some(name), to, outcome, at, circumstances };
            self.observer.step(self.shapes, step);
        }
        to
    }

    /// Steps to all members. Returns the shapes of the keys and of the values.
    pub(super) fn all(&mut self, scope: &Scope, from: Shape, at: At) -> (Shape, Shape) {
        let each = self.shapes.each(from);
        if let Some(circumstances) = scope.reports {
            let outcome = if each.scalar { Outcome::Scalar } else { Outcome::Exists };
            let step = Taken { from, field: None, to: each.value, outcome, at, circumstances };
            self.observer.step(self.shapes, step);
        }
        (each.key, each.value)
    }

    /// Takes the steps of `object.get(value, key, default)`, whose key may be a path.
    pub(super) fn object_get(
        &mut self,
        scope: &mut Scope,
        from: Shape,
        key: &'p Term,
        call: Span,
    ) -> Shape {
        let before = scope.reports;
        if let Some(circumstances) = &mut scope.reports {
            circumstances.required = false;
        }
        let at = |item| At::Path { call, item };
        let shape = match key {
            Term::Constant(Constant::Array(path)) => {
                path.iter().enumerate().fold(from, |shape, (item, key)| match key {
                    Constant::String(name) => self.named(scope, shape, name, at(Some(item))),
                    _ => self.shapes.item(shape),
                })
            }
            Term::Array(path) => {
                let mut shape = from;
                for (item, key) in path.iter().enumerate() {
                    shape = self.step(scope, shape, key, at(Some(item)));
                }
                shape
            }
            Term::Constant(Constant::String(name)) => self.named(scope, from, name, at(None)),
            Term::Var(_) => self.step(scope, from, key, at(None)),
            _ => Shape::ANY,
        };
        scope.reports = before;
        shape
    }
}

fn is_string(term: Option<&Term>, wanted: &Term) -> bool {
    match (term, wanted) {
        (Some(Term::Constant(one)), Term::Constant(other)) => one == other,
        _ => false,
    }
}

/// Returns `true` for `review.object` and `review.oldObject`.
fn is_reviewed(operands: &[Term]) -> bool {
    let field = |operand: &Term, names: &[&str]| match operand {
        Term::Constant(Constant::String(name)) => names.contains(&&**name),
        _ => false,
    };
    match operands {
        [review, object, ..] => field(review, &["review"]) && field(object, &REVIEWED),
        _ => false,
    }
}
