//! Literals that bind names, and bodies of literals.

use ferrego_compiler::ast::{Literal, LiteralKind, Operand, Term};

use super::schema::{ANY, BOOL, CONTAINER, LABELS, LIST, NUMBER, Schema, TEXT, TEXT_SET, TEXTS};
use super::tree::{
    array, call, holds, index, literal, name, number, object, path, reference, string, var,
    wildcard,
};
use super::writer::Writer;

type Statement = fn(&mut Writer, usize, &mut Vec<Literal>);

const STATEMENTS: &[(usize, Statement)] = &[
    (16, |w, _, literals| w.iterate_into(literals)),
    (22, |w, d, literals| w.assign_some_into(d, literals)),
    (24, Writer::condition_into),
    (3, Writer::destructure_into),
    (4, Writer::some_in_into),
    (1, Writer::output_into),
    (1, Writer::walk_into),
    (1, |w, _, literals| w.member_pattern_into(literals)),
    (3, |w, _, literals| w.inventory_into(literals)),
];

impl Writer {
    /// Writes approximately `count` statements.
    pub(super) fn statements(&mut self, count: usize, depth: usize) -> Vec<Literal> {
        let mut literals = Vec::new();
        for _ in 0..count {
            self.draw.weighted(STATEMENTS)(self, depth, &mut literals);
        }
        literals
    }

    fn bind_into(
        &mut self,
        schema: &'static Schema,
        term: Term,
        literals: &mut Vec<Literal>,
    ) -> String {
        let dynamic = self.is_dynamic(&term);
        let bound = self.bind(schema, dynamic);
        let kind = if self.declares {
            LiteralKind::Assign(var(&bound), term)
        } else {
            LiteralKind::Unify(var(&bound), term)
        };
        literals.push(literal(kind));
        bound
    }

    /// Writes `x := term`.
    pub(super) fn assign_into(
        &mut self,
        want: &'static Schema,
        depth: usize,
        literals: &mut Vec<Literal>,
    ) -> String {
        let term = self.term(want, depth);
        self.bind_into(want, term, literals)
    }

    fn assign_some_into(&mut self, depth: usize, literals: &mut Vec<Literal>) {
        let want = self.draw.weighted(&[
            (8, &TEXT),
            (5, &NUMBER),
            (2, &BOOL),
            (3, &TEXTS),
            (4, &TEXT_SET),
            (2, &LABELS),
            (3, &CONTAINER),
            (1, &LIST),
            (1, &ANY),
        ]);
        self.assign_into(want, depth, literals);
    }

    /// Writes `x := xs[_]`, or the form with `some i` before it.
    pub(super) fn iterate_into(&mut self, literals: &mut Vec<Literal>) {
        if self.style.keywords() && self.declares && self.draw.chance(20) {
            return self.some_in_into(1, literals);
        }
        let before = self.locals.len();
        let (term, schema) =
            if self.draw.chance(12) { self.member_of_computed(1) } else { self.iteration() };
        let new: Vec<_> = self.locals[before..].iter().map(|local| name(&local.name)).collect();
        if self.declares && !new.is_empty() && self.draw.chance(60) {
            literals.push(literal(LiteralKind::Some(new)));
        }
        self.bind_into(schema, term, literals);
    }

    fn some_in_into(&mut self, depth: usize, literals: &mut Vec<Literal>) {
        if !self.style.keywords() || !self.declares {
            return self.assign_some_into(depth, literals);
        }
        let (collection, schema) = self.collection(depth);
        let dynamic = self.is_dynamic(&collection);
        let key = self.draw.chance(30).then(|| {
            let key = self.bind_index(&ANY);
            var(&key)
        });
        let value = self.bind(schema, dynamic);
        literals.push(literal(LiteralKind::SomeIn { key, value: var(&value), collection }));
    }

    /// Writes `[a, b] := split(x, ":")`.
    fn destructure_into(&mut self, depth: usize, literals: &mut Vec<Literal>) {
        let text = self.term(&TEXT, depth);
        let pieces = call("split", vec![text, self.literal_text()]);
        let first = self.bind(&TEXT, false);
        let second = if self.draw.chance(25) {
            string("app")
        } else {
            let second = self.bind(&TEXT, false);
            var(&second)
        };
        let pattern = array(vec![var(&first), second]);
        let literal_second = matches!(&pattern.kind, ferrego_compiler::ast::TermKind::Array(items)
            if !matches!(items[1].kind, ferrego_compiler::ast::TermKind::Var(_)));
        literals.push(literal(if self.declares && !literal_second {
            LiteralKind::Assign(pattern, pieces)
        } else {
            LiteralKind::Unify(pattern, pieces)
        }));
    }

    /// Writes `format_int(x, 10, out)`.
    fn output_into(&mut self, depth: usize, literals: &mut Vec<Literal>) {
        let given = self.term(&NUMBER, depth);
        let out = self.bind(&TEXT, false);
        literals.push(holds(call("format_int", vec![given, number("10"), var(&out)])));
    }

    /// Writes `walk(x, [path, value])`.
    fn walk_into(&mut self, depth: usize, literals: &mut Vec<Literal>) {
        let walked = self.term(&ANY, depth.min(1));
        let (steps, value) = (self.bind(&LIST, false), self.bind(&ANY, false));
        literals.push(holds(call("walk", vec![walked, array(vec![var(&steps), var(&value)])])));
    }

    /// Writes `s[{"msg": m, "field": "x"}]`.
    fn member_pattern_into(&mut self, literals: &mut Vec<Literal>) {
        let field = if self.draw.chance(50) { "labels" } else { "name" };
        let value = self.term(&TEXT, 1);
        let given = object(vec![(string("msg"), value), (string("field"), string(field))]);
        let found = self.bind(&TEXT, false);
        let pattern = object(vec![(string("msg"), var(&found)), (string("field"), string("name"))]);
        let members = self.bind(&LIST, false);
        literals.push(literal(LiteralKind::Unify(var(&members), super::tree::set(vec![given]))));
        literals.push(holds(index(var(&members), pattern)));
    }

    /// Writes `other := data.inventory.namespace[ns][_]["Pod"][name]`.
    fn inventory_into(&mut self, literals: &mut Vec<Literal>) {
        let namespace = self.bind_index(&TEXT);
        let found = self.bind_index(&TEXT);
        let keys = [var(&namespace), wildcard(), string("Pod"), var(&found)];
        let operands = keys.into_iter().map(Operand::Index).collect();
        let object = reference(path("data.inventory.namespace"), operands);
        if self.declares && self.draw.chance(40) {
            literals.push(literal(LiteralKind::Some(vec![name(&namespace), name(&found)])));
        }
        self.bind_into(&super::schema::OBJECT, object, literals);
    }
}
