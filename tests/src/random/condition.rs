//! Conditions: literals that bind no names except the keys that they iterate over.

use ferrego_compiler::ast::{Literal, LiteralKind, Operator, Term, With};
use ferrego_compiler::source::Span;

use super::document::{Faults, json};
use super::schema::{
    ANY, ANY_SET, BOOL, INPUT, LIST, NUMBER, NUMBER_SET, Schema, TEXT, TEXT_SET, TEXTS,
};
use super::term::Maker;
use super::tree::{boolean, call, holds, index, infix, literal, member, name, number, path, set};
use super::writer::{Shape, Writer};

const CONDITIONS: &[(usize, Maker)] = &[
    (14, Writer::comparison),
    (5, Writer::count_comparison),
    (14, Writer::predicate),
    (5, |w, _| w.reference(&BOOL).unwrap_or_else(|| boolean(true))),
    (3, |w, _| w.reference(&ANY).unwrap_or_else(|| boolean(true))),
    (6, Writer::set_member),
    (6, Writer::membership),
    (6, Writer::rule_holds),
    (3, Writer::type_test),
    (2, |w, d| call(w.draw.pick(&["any", "all"]), vec![w.term(&LIST, d)])),
];

const PREDICATES: &[(usize, Maker)] = &[
    (6, |w, d| call("startswith", vec![w.term(&TEXT, d), w.term(&TEXT, d)])),
    (6, |w, d| call("endswith", vec![w.term(&TEXT, d), w.literal_text()])),
    (8, |w, d| call("contains", vec![w.term(&TEXT, d), w.literal_text()])),
    (4, |w, d| call("regex.match", vec![w.pattern(), w.term(&TEXT, d)])),
    (2, |w, d| call("regex.match", vec![w.term(&TEXT, d), w.term(&TEXT, d)])),
    (1, |w, d| call("strings.any_prefix_match", vec![w.term(&TEXT, d), w.term(&TEXTS, d)])),
    (1, |w, d| call("strings.any_suffix_match", vec![w.term(&TEXTS, d), w.term(&TEXT_SET, d)])),
    (1, |w, d| {
        call("glob.match", vec![w.term(&TEXT, d), super::tree::array(vec![]), w.term(&TEXT, d)])
    }),
    (1, |w, d| call("json.is_valid", vec![w.term(&TEXT, d)])),
    (1, |w, d| {
        call("net.cidr_contains", vec![super::tree::string("10.0.0.0/8"), w.term(&TEXT, d)])
    }),
];

impl Writer {
    /// Adds a condition.
    pub(super) fn condition_into(&mut self, depth: usize, literals: &mut Vec<Literal>) {
        let negated = self.draw.chance(30);
        let kind = if negated {
            let kind = self.bound(|w| w.plain_condition(depth));
            LiteralKind::Not(Box::new(kind))
        } else if self.style.keywords() && self.draw.chance(6) {
            self.every(depth)
        } else {
            self.plain_condition(depth)
        };
        let mut condition = literal(kind);
        if self.draw.chance(3) {
            condition.with = self.modifiers();
        }
        literals.push(condition);
    }

    fn plain_condition(&mut self, depth: usize) -> LiteralKind {
        if self.draw.chance(6) {
            let want = self.draw.pick(&[&TEXT, &NUMBER, &ANY]);
            let left = self.term(want, depth);
            return LiteralKind::Unify(left, self.term(want, 0));
        }
        let term = self.draw.weighted(CONDITIONS)(self, depth);
        let deprecated = matches!(&term.kind, ferrego_compiler::ast::TermKind::Call(call)
            if call.function == path("any") || call.function == path("all"));
        if deprecated && self.style.strict() {
            return LiteralKind::Term(self.comparison(depth));
        }
        LiteralKind::Term(term)
    }

    fn comparison(&mut self, depth: usize) -> Term {
        let want = self.draw.weighted(&[
            (8, &TEXT),
            (6, &NUMBER),
            (2, &BOOL),
            (1, &TEXTS),
            (1, &TEXT_SET),
            (1, &ANY),
        ]);
        let operator = self.draw.weighted(&[
            (5, Operator::Equal),
            (12, Operator::NotEqual),
            (2, Operator::Less),
            (2, Operator::LessEqual),
            (4, Operator::Greater),
            (2, Operator::GreaterEqual),
        ]);
        let left = self.term(want, depth);
        let right = self.term(want, depth.min(1));
        infix(operator, left, right)
    }

    fn count_comparison(&mut self, depth: usize) -> Term {
        let want = self.draw.pick(&[&TEXT_SET, &TEXT_SET, &ANY_SET, &TEXTS, &LIST, &NUMBER_SET]);
        let collection = self.term(want, depth + 1);
        let operator = self.draw.pick(&[
            Operator::Greater,
            Operator::Greater,
            Operator::Equal,
            Operator::Less,
        ]);
        let limit = number(self.draw.pick(&["0", "0", "1", "2"]));
        infix(operator, call("count", vec![collection]), limit)
    }

    fn predicate(&mut self, depth: usize) -> Term {
        if !self.style.strict() && self.draw.chance(15) {
            return call("re_match", vec![self.pattern(), self.term(&TEXT, depth)]);
        }
        self.draw.weighted(PREDICATES)(self, depth)
    }

    /// Writes a term that is true or false.
    pub(super) fn truth(&mut self, depth: usize) -> Term {
        match self.draw.below(10) {
            0..4 => self.comparison(depth),
            4..7 => self.predicate(depth),
            7 => self.type_test(depth),
            _ => boolean(self.draw.chance(50)),
        }
    }

    fn type_test(&mut self, depth: usize) -> Term {
        let function = self.draw.pick(&[
            "is_string",
            "is_number",
            "is_array",
            "is_object",
            "is_null",
            "is_boolean",
            "is_set",
        ]);
        call(function, vec![self.term(&ANY, depth.min(1))])
    }

    /// Writes `s[x]`.
    fn set_member(&mut self, depth: usize) -> Term {
        let sets: Vec<(String, &'static Schema)> = self
            .rules
            .iter()
            .filter_map(|rule| match rule.shape {
                Shape::Set(member) => Some((rule.path.clone(), member)),
                _ => None,
            })
            .collect();
        if !sets.is_empty() && self.draw.chance(70) {
            let (rule, member) = sets[self.draw.below(sets.len())].clone();
            let key = self.term(member, depth.min(1));
            return index(path(&rule), key);
        }
        let items = (0..3).map(|_| self.text_literal()).collect();
        let key = self.term(&TEXT, 0);
        index(self.local(&TEXT_SET).unwrap_or_else(|| set(items)), key)
    }

    fn membership(&mut self, depth: usize) -> Term {
        let (collection, item) = self.collection(depth);
        if !self.style.keywords() {
            let value = self.term(item, 0);
            return infix(Operator::Equal, value, index(collection, self.some_index()));
        }
        let value = self.term(item, 0);
        member(value, collection)
    }

    fn some_index(&mut self) -> Term {
        if self.iterate { super::tree::wildcard() } else { number("0") }
    }

    /// Writes a reference to an earlier rule, or a call of an earlier function, as a condition.
    fn rule_holds(&mut self, depth: usize) -> Term {
        let truths: Vec<_> = self
            .rules
            .iter()
            .filter(|rule| matches!(rule.shape, Shape::Value(_) | Shape::Function(..)))
            .cloned()
            .collect();
        if truths.is_empty() {
            return self.comparison(depth);
        }
        let rule = truths[self.draw.below(truths.len())].clone();
        match rule.shape {
            Shape::Function(parameters, _) => {
                let arguments = parameters.into_iter().map(|want| self.term(want, depth));
                let arguments = arguments.collect();
                call(&rule.path, arguments)
            }
            _ => path(&rule.path),
        }
    }

    fn every(&mut self, depth: usize) -> LiteralKind {
        let (domain, schema) = self.bound(|w| w.collection(depth));
        let keyed = self.draw.chance(25);
        self.scoped(|w| {
            let value = w.bind(schema, false);
            let key = keyed.then(|| w.bind_index(&ANY));
            let mut literals = Vec::new();
            if let Some(key) = &key {
                let key = super::tree::var(key);
                literals.push(holds(infix(Operator::NotEqual, key, w.literal(&ANY, 0))));
            }
            let used = infix(Operator::NotEqual, super::tree::var(&value), w.literal(schema, 1));
            literals.push(holds(used));
            if w.draw.chance(40) {
                w.condition_into(depth.min(1), &mut literals);
            }
            LiteralKind::Every {
                key: key.as_deref().map(name),
                value: name(&value),
                domain,
                body: super::tree::body(literals),
            }
        })
    }

    fn modifiers(&mut self) -> Vec<With> {
        let count = self.draw.pick(&[1, 1, 2]);
        (0..count).map(|_| self.modifier()).collect()
    }

    fn modifier(&mut self) -> With {
        let (target, value) = match self.draw.below(5) {
            0 => {
                let faults = Faults { missing: 30, wrong: 5 };
                let text = json(&mut self.draw, &INPUT, faults);
                let whole = ferrego_compiler::parse::term(&text);
                (path("input"), whole.unwrap_or_else(|_| super::tree::object(Vec::new())))
            }
            1 => (path("input.parameters.repos"), self.bound(|w| w.term(&TEXTS, 1))),
            2 => (path("input.review.object.metadata"), self.bound(|w| w.term(&ANY, 1))),
            3 => (path("data.inventory"), self.bound(|w| w.term(&ANY, 1))),
            _ => (path("input.parameters.max"), self.bound(|w| w.term(&NUMBER, 1))),
        };
        With { target, value, span: Span::default() }
    }
}
