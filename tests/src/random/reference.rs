//! References into documents in scope.

use ferrego_compiler::ast::{Operand, Operator, Term};

use super::schema::{ANY, INPUT, INVENTORY, NUMBER, Schema, TEXT};
use super::tree::{call, field, index, infix, number, path, reference, string, var, wildcard};
use super::writer::{Shape, Writer};

/// A step from a document to a part of it.
#[derive(Clone, Copy, Debug)]
enum Step {
    Field(&'static str),
    Element,
    Entry(&'static [&'static str]),
    Member(&'static Schema),
}

/// The beginning of a reference.
struct Source {
    head: Term,
    schema: &'static Schema,
    dynamic: bool,
    set: bool,
}

impl Writer {
    /// Writes a reference to a part of the shape `want`. Rarely, it is a part of the input with
    /// another shape.
    pub(super) fn reference(&mut self, want: &'static Schema) -> Option<Term> {
        if self.draw.chance(3) {
            return self.reference_from(&input(), &ANY);
        }
        for _ in 0..3 {
            let source = self.source()?;
            if let Some(term) = self.reference_from(&source, want) {
                return Some(term);
            }
        }
        None
    }

    /// Writes a reference whose last step iterates over all members of a collection.
    pub(super) fn iteration(&mut self) -> (Term, &'static Schema) {
        for _ in 0..6 {
            let Some(source) = self.source() else { continue };
            let mut paths = Vec::new();
            collect(source.schema, &mut Vec::new(), &mut |steps, schema| {
                if matches!(steps.last(), Some(Step::Element | Step::Entry(_) | Step::Member(_))) {
                    paths.push((steps.to_vec(), schema));
                }
            });
            if paths.is_empty() {
                continue;
            }
            let at = self.draw.below(paths.len());
            let (steps, schema) = paths.swap_remove(at);
            if let Some(term) = self.emit(&source, &steps, true) {
                return (term, schema);
            }
        }
        (index(path("input.parameters.repos"), wildcard()), &TEXT)
    }

    fn source(&mut self) -> Option<Source> {
        match self.draw.weighted(&[(9, 0), (8, 1), (3, 2), (1, 3)]) {
            0 if !self.locals.is_empty() => {
                let local = self.locals[self.draw.below(self.locals.len())].clone();
                let head = var(&local.name);
                Some(Source { head, schema: local.schema, dynamic: local.dynamic, set: false })
            }
            2 => self.rule_source().or_else(|| Some(input())),
            3 => Some(Source {
                head: path("data.inventory"),
                schema: &INVENTORY,
                dynamic: true,
                set: false,
            }),
            _ => Some(input()),
        }
    }

    fn rule_source(&mut self) -> Option<Source> {
        if self.rules.is_empty() {
            return None;
        }
        let rule = self.rules[self.draw.below(self.rules.len())].clone();
        let (schema, set) = match rule.shape {
            Shape::Value(schema) => (schema, false),
            Shape::Set(schema) => (schema, true),
            Shape::Map(_) | Shape::Function(..) => return None,
        };
        Some(Source { head: path(&rule.path), schema, dynamic: false, set })
    }

    fn reference_from(&mut self, source: &Source, want: &'static Schema) -> Option<Term> {
        let mut paths = Vec::new();
        collect(source.schema, &mut Vec::new(), &mut |steps, schema| {
            if want.admits(schema) {
                paths.push(steps.to_vec());
            }
        });
        if paths.is_empty() {
            return None;
        }
        let at = self.draw.below(paths.len());
        self.emit(source, &paths.swap_remove(at), false)
    }

    fn emit(&mut self, source: &Source, steps: &[Step], over: bool) -> Option<Term> {
        let mut term = source.head.clone();
        if source.set {
            let key = self.iterate.then(|| self.loop_key(source.schema))?;
            term = index(term, key);
        }
        for (at, step) in steps.iter().enumerate() {
            let all = over && at + 1 == steps.len();
            let operand = self.operand(&term, *step, source.dynamic, all)?;
            term = reference(term, vec![operand]);
        }
        Some(term)
    }

    fn operand(&mut self, so_far: &Term, step: Step, dynamic: bool, all: bool) -> Option<Operand> {
        match step {
            Step::Field(name) if dynamic && self.draw.chance(1) => Some(field(missing(name))),
            Step::Field(name) if self.draw.chance(6) => Some(Operand::Index(string(name))),
            Step::Field(name) => Some(field(name)),
            Step::Element => self.element(so_far, dynamic, all).map(Operand::Index),
            Step::Entry(keys) => self.entry(keys, dynamic, all).map(Operand::Index),
            Step::Member(schema) if self.iterate => Some(Operand::Index(self.loop_key(schema))),
            Step::Member(_) => None,
        }
    }

    fn element(&mut self, so_far: &Term, dynamic: bool, all: bool) -> Option<Term> {
        if self.iterate && (all || self.draw.chance(65)) {
            return Some(self.loop_key(&NUMBER));
        }
        if self.draw.chance(15)
            && let Some(local) = self.local(&NUMBER)
        {
            return Some(local);
        }
        if !dynamic {
            return None;
        }
        if self.draw.chance(6) {
            let length = call("count", vec![so_far.clone()]);
            return Some(infix(Operator::Minus, length, number("1")));
        }
        Some(number(self.draw.pick(&["0", "0", "0", "1", "99"])))
    }

    fn entry(&mut self, keys: &[&'static str], dynamic: bool, all: bool) -> Option<Term> {
        if self.iterate && (all || self.draw.chance(45)) {
            return Some(self.loop_key(&TEXT));
        }
        if self.draw.chance(if dynamic { 20 } else { 100 }) {
            return self.local(&TEXT);
        }
        Some(string(self.draw.pick(keys)))
    }

    /// Returns the key of an iteration: a wildcard, a variable that is already bound, or a new one.
    fn loop_key(&mut self, schema: &'static Schema) -> Term {
        match self.draw.weighted(&[(70, 0), (10, 1), (20, 2)]) {
            0 => wildcard(),
            1 => self.local(schema).unwrap_or_else(wildcard),
            _ => {
                let name = self.bind_index(schema);
                var(&name)
            }
        }
    }
}

fn input() -> Source {
    Source { head: path("input"), schema: &INPUT, dynamic: true, set: false }
}

/// Returns a name that occurs in no document.
fn missing(name: &str) -> &'static str {
    if name.len() > 4 { "nope" } else { "missing" }
}

/// Calls `found` with each part of `schema` and the steps to it.
fn collect(
    schema: &'static Schema,
    steps: &mut Vec<Step>,
    found: &mut dyn FnMut(&[Step], &'static Schema),
) {
    found(steps, schema);
    let mut inside = |step, schema| {
        steps.push(step);
        collect(schema, steps, found);
        steps.pop();
    };
    match schema {
        Schema::List(item) => inside(Step::Element, item),
        Schema::Set(item) => inside(Step::Member(item), item),
        Schema::Map(keys, value) => inside(Step::Entry(keys), value),
        Schema::Record(fields) => {
            for (name, schema) in *fields {
                inside(Step::Field(name), schema);
            }
        }
        Schema::Any | Schema::Bool | Schema::Number(_) | Schema::Text(_) => {}
    }
}
