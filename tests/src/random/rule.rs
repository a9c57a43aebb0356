//! Rules of every kind that templates contain.

use ferrego_compiler::ast::{
    Assigned, Body, Else, Head, HeadKind, HeadRef, Literal, Operand, Rule, Term,
};
use ferrego_compiler::source::Span;

use super::schema::{ANY, BOOL, CONTAINER, LABELS, LIST, NUMBER, Schema, TEXT, TEXT_SET, TEXTS};
use super::tree::{array, assigned, body, name, object, string, var, wildcard};
use super::writer::{Local, Shape, Signature, Style, Writer};

const DEPTH: usize = 2;

impl Writer {
    fn value_schema(&mut self) -> &'static Schema {
        self.draw.weighted(&[
            (6, &BOOL),
            (4, &TEXT),
            (3, &NUMBER),
            (2, &TEXTS),
            (2, &TEXT_SET),
            (1, &LABELS),
            (1, &CONTAINER),
            (1, &ANY),
        ])
    }

    /// Writes the rules of one name, and makes the name available to later rules.
    pub(super) fn rules_of(&mut self, rule_name: &str) -> Vec<Rule> {
        let (rules, shape) = match self.draw.weighted(&[(30, 0), (26, 1), (20, 2), (3, 3), (2, 4)])
        {
            0 => self.function(rule_name),
            1 => self.value_rule(rule_name),
            2 => self.set_rule(rule_name),
            3 => self.map_rule(rule_name),
            _ => self.nested(rule_name),
        };
        self.rules.push(Signature { path: rule_name.to_owned(), shape });
        rules
    }

    /// Writes rules named `violation`, as Gatekeeper requires them.
    pub(super) fn violations(&mut self) -> Vec<Rule> {
        let count = self.draw.pick(&[1, 1, 2, 2, 3]);
        (0..count)
            .map(|_| {
                self.begin_rule();
                let mut literals = Vec::new();
                self.iterate_into(&mut literals);
                let length = self.draw.pick(&[0, 1, 1, 2, 2, 3, 4]);
                literals.extend(self.statements(length, DEPTH));
                let message = self.assign_into(&TEXT, DEPTH, &mut literals);
                let mut pairs = vec![(string("msg"), var(&message))];
                if self.draw.chance(40) {
                    let details = self.term(&ANY, 1);
                    pairs.push((string("details"), object(vec![(string("found"), details)])));
                }
                let head = self.set_head("violation", object(pairs));
                self.finish(head, literals)
            })
            .collect()
    }

    fn set_rule(&mut self, rule_name: &str) -> (Vec<Rule>, Shape) {
        let member = self.draw.weighted(&[(7, &TEXT), (2, &NUMBER), (1, &ANY), (1, &CONTAINER)]);
        let count = self.draw.pick(&[1, 1, 2]);
        let rules = (0..count)
            .map(|_| {
                self.begin_rule();
                let mut literals = Vec::new();
                self.iterate_into(&mut literals);
                let length = self.draw.between(0, 2);
                literals.extend(self.statements(length, DEPTH));
                let key = self.term(member, 1);
                let head = self.set_head(rule_name, key);
                self.finish(head, literals)
            })
            .collect();
        (rules, Shape::Set(member))
    }

    fn map_rule(&mut self, rule_name: &str) -> (Vec<Rule>, Shape) {
        let value_schema = self.draw.pick(&[&TEXT, &BOOL]);
        self.begin_rule();
        let mut literals = Vec::new();
        self.iterate_into(&mut literals);
        literals.extend(self.statements(1, 2));
        let key = match self.local(&TEXT) {
            Some(key) if self.draw.chance(80) => key,
            _ => var(&self.assign_into(&TEXT, 2, &mut literals)),
        };
        let value = self.term(value_schema, 1);
        let mut head = self.valued_head(rule_name, value);
        head.reference.operands.push(Operand::Index(key));
        (vec![self.finish(head, literals)], Shape::Map(value_schema))
    }

    /// Writes `p.q.r := v`, which is queried as `p`.
    fn nested(&mut self, rule_name: &str) -> (Vec<Rule>, Shape) {
        if self.style == Style::Classic {
            return self.value_rule(rule_name);
        }
        let mut rules = Vec::new();
        for field in ["first", "second"] {
            self.begin_rule();
            let literals = self.statements(2, 2);
            let value = self.term(&ANY, 2);
            let mut head = self.valued_head(rule_name, value);
            head.reference.operands.push(super::tree::field(field));
            if self.draw.chance(40)
                && let Some(key) = self.local(&TEXT)
            {
                head.reference.operands.push(Operand::Index(key));
            }
            rules.push(self.finish(head, literals));
        }
        (rules, Shape::Value(&ANY))
    }

    fn value_rule(&mut self, rule_name: &str) -> (Vec<Rule>, Shape) {
        let schema = self.value_schema();
        let mut rules = Vec::new();
        self.begin_rule();
        if self.draw.chance(35) {
            let value = self.closed_literal(schema);
            let kind = HeadKind::Value(Some(self.given(value)));
            rules.push(self.default(rule_name, kind));
        }
        let count = self.draw.pick(&[1, 1, 1, 2]);
        for _ in 0..count {
            self.begin_rule();
            if self.draw.chance(25) {
                let value = self.bound(|w| w.term(schema, DEPTH));
                let head = self.valued_head(rule_name, value);
                rules.push(plain(head));
                break;
            }
            let (value, literals) = self.outcome(schema);
            let head = self.head(rule_name, HeadKind::Value(value));
            let rule = self.finish(head, literals);
            rules.push(self.with_branches(rule, schema));
        }
        (rules, Shape::Value(schema))
    }

    fn function(&mut self, rule_name: &str) -> (Vec<Rule>, Shape) {
        let result = self.value_schema();
        let arity = self.draw.weighted(&[(6, 1), (4, 2), (1, 3), (1, 0)]);
        let parameters: Vec<&'static Schema> = (0..arity)
            .map(|_| {
                self.draw.weighted(&[
                    (5, &TEXT),
                    (3, &CONTAINER),
                    (2, &NUMBER),
                    (1, &LIST),
                    (1, &TEXTS),
                    (1, &ANY),
                ])
            })
            .collect();
        let mut rules = Vec::new();
        if arity > 0 && self.draw.chance(6) {
            let value = self.closed_literal(result);
            let ignored = (0..arity).map(|_| wildcard()).collect();
            let kind = HeadKind::Function { parameters: ignored, value: Some(self.given(value)) };
            rules.push(self.default(rule_name, kind));
        }
        let count = self.draw.pick(&[1, 1, 2, 2, 3]);
        for _ in 0..count {
            self.begin_rule();
            let patterns = parameters.iter().map(|schema| self.parameter(schema)).collect();
            let (value, literals) = self.outcome(result);
            let head = self.head(rule_name, HeadKind::Function { parameters: patterns, value });
            let rule = self.finish(head, literals);
            rules.push(self.with_branches(rule, result));
        }
        (rules, Shape::Function(parameters, result))
    }

    fn parameter(&mut self, schema: &'static Schema) -> Term {
        match self.draw.weighted(&[(80, 0), (8, 1), (8, 2), (4, 3)]) {
            0 => var(&self.bind(schema, true)),
            1 => self.closed_literal(schema),
            2 => wildcard(),
            _ => {
                let first = self.bind(&ANY, true);
                array(vec![var(&first), wildcard()])
            }
        }
    }

    /// Writes a literal without names.
    fn closed_literal(&mut self, schema: &'static Schema) -> Term {
        let locals: Vec<Local> = std::mem::take(&mut self.locals);
        let closed = match schema {
            Schema::List(_) => array(vec![self.text_literal()]),
            Schema::Set(_) => super::tree::set(Vec::new()),
            Schema::Map(..) | Schema::Record(_) => {
                let value = self.number_literal();
                object(vec![(string("app"), value)])
            }
            _ => self.literal(schema, 0),
        };
        self.locals = locals;
        closed
    }

    /// Writes a body, and the value of the head after it. The value is `None` if it is `true`.
    fn outcome(&mut self, schema: &'static Schema) -> (Option<Assigned>, Vec<Literal>) {
        let length = self.draw.pick(&[1, 1, 2, 3]);
        let mut literals = self.statements(length, DEPTH);
        let value = match schema {
            Schema::Bool if self.draw.chance(85) => None,
            _ if self.draw.chance(50) => Some(var(&self.assign_into(schema, DEPTH, &mut literals))),
            _ => Some(self.bound(|w| w.term(schema, 1))),
        };
        (value.map(|value| self.given(value)), literals)
    }

    fn with_branches(&mut self, mut rule: Rule, schema: &'static Schema) -> Rule {
        if !self.draw.chance(12) || rule.bodies.len() != 1 {
            return rule;
        }
        let parameters = match &rule.head.kind {
            HeadKind::Function { parameters, .. } => parameters.as_slice(),
            HeadKind::Value(_) | HeadKind::Set { .. } => &[],
        };
        let mut kept: Vec<Local> = self.locals.clone();
        kept.retain(|local| parameters.contains(&var(&local.name)));
        for _ in 0..self.draw.pick(&[1, 1, 2, 3]) {
            self.locals.clone_from(&kept);
            let bare = self.draw.chance(20);
            let (value, literals) = self.outcome(schema);
            if bare {
                let value = self.closed_literal(schema);
                rule.branches.push(Else {
                    value: Some(self.given(value)),
                    uses_if: false,
                    body: None,
                    span: Span::default(),
                });
                break;
            }
            let uses_if = rule.head.uses_if;
            let body = Some(self.body_of(literals));
            rule.branches.push(Else { value, uses_if, body, span: Span::default() });
        }
        rule
    }

    fn given(&mut self, term: Term) -> Assigned {
        let declares = self.style.strict() || self.draw.chance(50);
        assigned(declares, term)
    }

    fn head(&mut self, rule_name: &str, kind: HeadKind) -> Head {
        let uses_if = self.style.strict() || (self.style.keywords() && self.draw.chance(50));
        let reference = HeadRef { name: name(rule_name), operands: Vec::new() };
        Head { reference, kind, uses_if, span: Span::default() }
    }

    fn valued_head(&mut self, rule_name: &str, value: Term) -> Head {
        let value = self.given(value);
        self.head(rule_name, HeadKind::Value(Some(value)))
    }

    fn set_head(&mut self, rule_name: &str, key: Term) -> Head {
        let contains = self.style.strict() || (self.style.keywords() && self.draw.chance(50));
        let mut head = self.head(rule_name, HeadKind::Set { key, contains });
        // Without `contains`, `p[x] if …` would be an object.
        head.uses_if = contains && (self.style.strict() || head.uses_if);
        head
    }

    fn default(&mut self, rule_name: &str, kind: HeadKind) -> Rule {
        let mut head = self.head(rule_name, kind);
        // As in the parser, no `if` is missing.
        head.uses_if = true;
        let (bodies, branches) = (Vec::new(), Vec::new());
        Rule { default: true, head, bodies, branches, span: Span::default() }
    }

    fn body_of(&mut self, mut literals: Vec<Literal>) -> Body {
        self.settle(&mut literals);
        body(literals)
    }

    fn finish(&mut self, head: Head, literals: Vec<Literal>) -> Rule {
        let mut bodies = vec![self.body_of(literals)];
        let chains = matches!(head.kind, HeadKind::Value(None));
        if chains && !head.uses_if && self.draw.chance(4) {
            self.locals.clear();
            let more = self.statements(2, 2);
            bodies.push(self.body_of(more));
        }
        Rule { default: false, head, bodies, branches: Vec::new(), span: Span::default() }
    }
}

/// Builds a rule without a body.
fn plain(mut head: Head) -> Rule {
    head.uses_if = false;
    Rule { default: false, head, bodies: Vec::new(), branches: Vec::new(), span: Span::default() }
}
