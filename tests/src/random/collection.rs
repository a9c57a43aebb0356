//! Arrays, sets, objects and comprehensions.

use ferrego_compiler::ast::{Literal, Operator, Term};

use super::schema::{ANY, LABELS, LIST, MAP, NUMBER, Schema, TEXT, TEXT_SET, TEXTS};
use super::term::Maker;
use super::tree::{
    array, array_of, begins_reference, body, call, index, infix, number, object, object_of, set,
    set_of, string, var, wildcard,
};
use super::writer::Writer;

const TEXT_LISTS: &[(usize, Maker)] = &[
    (8, |w, d| w.literal(&TEXTS, d)),
    (6, |w, d| call("split", vec![w.term(&TEXT, d), w.literal_text()])),
    (3, |w, d| call("array.concat", vec![w.term(&TEXTS, d), w.term(&TEXTS, d)])),
    (2, |w, d| call("sort", vec![w.term(&TEXT_SET, d)])),
    (1, |w, d| call("array.reverse", vec![w.term(&TEXTS, d)])),
    (1, |w, d| call("array.slice", vec![w.term(&TEXTS, d), number("0"), number("2")])),
    (1, |w, d| call("regex.split", vec![w.pattern(), w.term(&TEXT, d)])),
    (1, |w, d| call("regex.find_n", vec![w.pattern(), w.term(&TEXT, d), number("-1")])),
];

const MAPS: &[(usize, Maker)] = &[
    (4, |w, d| call("object.union", vec![w.term(&LABELS, d), w.term(&MAP, d)])),
    (1, |w, d| call("object.remove", vec![w.term(&LABELS, d), w.term(&TEXTS, d)])),
    (1, |w, d| call("object.filter", vec![w.term(&MAP, d), w.term(&TEXTS, d)])),
    (2, |w, d| call("object.get", vec![w.term(&MAP, d), w.text_literal(), object(Vec::new())])),
    (1, |w, d| call("json.unmarshal", vec![call("json.marshal", vec![w.term(&MAP, d)])])),
];

impl Writer {
    pub(super) fn list(&mut self, item: &'static Schema, depth: usize) -> Term {
        if self.draw.chance(40) {
            return self.scoped(|w| {
                let (value, literals) = w.gather(item, depth);
                array_of(value, body(literals))
            });
        }
        match item {
            Schema::Text(_) => self.draw.weighted(TEXT_LISTS)(self, depth),
            Schema::Number(_) if self.draw.chance(25) => {
                let last = number(self.draw.pick(&["0", "3", "-2"]));
                call("numbers.range", vec![number("1"), last])
            }
            _ if self.draw.chance(15) => {
                call("array.concat", vec![self.term(&LIST, depth), array(self.items(item, depth))])
            }
            _ => array(self.items(item, depth)),
        }
    }

    pub(super) fn set(&mut self, item: &'static Schema, depth: usize) -> Term {
        match self.draw.weighted(&[(5, 0), (5, 1), (4, 2)]) {
            0 => self.scoped(|w| {
                let (value, literals) = w.gather(item, depth);
                set_of(value, body(literals))
            }),
            1 => set(self.items(item, depth)),
            _ => {
                let operator = self.draw.weighted(&[
                    (6, Operator::Minus),
                    (1, Operator::Or),
                    (2, Operator::And),
                ]);
                let left = self.set(item, depth.saturating_sub(1));
                let right = self.set(item, depth.saturating_sub(1));
                infix(operator, left, right)
            }
        }
    }

    pub(super) fn map(&mut self, value: &'static Schema, depth: usize) -> Term {
        match self.draw.weighted(&[(5, 0), (3, 1), (4, 2)]) {
            0 => self.map_literal(&["app", "owner", "1", "key with space"], value, depth),
            1 => self.scoped(|w| {
                let (value, literals) = w.gather(value, depth);
                let key = w.local(&TEXT).unwrap_or_else(|| string("app"));
                object_of(key, value, body(literals))
            }),
            _ => self.draw.weighted(MAPS)(self, depth),
        }
    }

    pub(super) fn map_literal(
        &mut self,
        keys: &[&'static str],
        value: &'static Schema,
        depth: usize,
    ) -> Term {
        let mut pairs = Vec::new();
        for key in keys {
            if self.draw.chance(40) {
                pairs.push((string(key), self.term(value, depth.saturating_sub(1))));
            }
        }
        if self.draw.chance(10)
            && let Some(key) = self.local(&TEXT)
        {
            pairs.push((key, self.term(value, 0)));
        }
        // An object with a duplicate key. The last value wins.
        if self.draw.chance(3)
            && let Some((key, _)) = pairs.first().cloned()
        {
            pairs.push((key, self.term(value, 0)));
        }
        object(pairs)
    }

    pub(super) fn items(&mut self, item: &'static Schema, depth: usize) -> Vec<Term> {
        let count = self.draw.pick(&[0, 1, 1, 2, 2, 3]);
        (0..count).map(|_| self.term(item, depth.saturating_sub(1))).collect()
    }

    /// Writes the value and the body of a comprehension.
    fn gather(&mut self, item: &'static Schema, depth: usize) -> (Term, Vec<Literal>) {
        let mut literals = Vec::new();
        self.iterate_into(&mut literals);
        for _ in 0..self.draw.weighted(&[(5, 0), (4, 1), (1, 2)]) {
            self.condition_into(depth.min(1), &mut literals);
        }
        let name = match self.local(item) {
            Some(local) if self.draw.chance(60) => return (local, literals),
            _ => self.assign_into(item, depth, &mut literals),
        };
        (var(&name), literals)
    }

    /// Returns a pattern for a regular expression.
    pub(super) fn pattern(&mut self) -> Term {
        string(self.draw.pick(&[
            "^[a-z]+$",
            ".*",
            "^(nginx|prod|dev)",
            "[0-9]+",
            "(?i)PROD",
            "a{1,3}",
            "\\d+\\.\\d+",
            "[/:]",
            "^\\w+-\\w+$",
            "\\s",
            "é|a",
            "[",
        ]))
    }

    /// Returns a collection for a membership test, with the shape of its members.
    pub(super) fn collection(&mut self, depth: usize) -> (Term, &'static Schema) {
        let (want, member): (&'static Schema, &'static Schema) = self.draw.weighted(&[
            (6, (&TEXTS, &TEXT)),
            (5, (&TEXT_SET, &TEXT)),
            (3, (&LABELS, &TEXT)),
            (2, (&super::schema::NUMBERS, &NUMBER)),
            (2, (&LIST, &ANY)),
            (2, (&super::schema::CONTAINERS, &super::schema::CONTAINER)),
        ]);
        (self.term(want, depth), member)
    }

    /// Writes `x[_]` for a computed collection. A term of another type may be a scalar,
    /// which the grammar does not allow there.
    pub(super) fn member_of_computed(&mut self, depth: usize) -> (Term, &'static Schema) {
        let (collection, member) = self.collection(depth);
        if begins_reference(&collection) {
            return (index(collection, wildcard()), member);
        }
        self.iteration()
    }
}
