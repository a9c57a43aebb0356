//! The facts about a literal: the values of its operands, and the reason why it fails.

use ferrego_compiler::source::Span;
use ferrego_runtime::Value;
use ferrego_runtime::builtins::Kind;

use super::text::{key_text, value_text};
use super::{DEPTH, Scene};
use crate::eval::context::Mock;
use crate::eval::{Flow, Outcome};
use crate::explanation::{Fact, Rule, Step};
use crate::program::{Call, Callee, Comprehension, Literal, LiteralKind, Slot, Term};

/// The most facts of one literal.
const MOST: usize = 12;

/// The facts about a literal, each name once.
#[derive(Default)]
pub(super) struct Facts {
    list: Vec<Fact>,
    names: Vec<String>,
    /// `true` if facts are left out.
    is_cut: bool,
}

impl Facts {
    fn add(&mut self, name: String, fact: impl FnOnce(String) -> Fact) {
        if self.names.contains(&name) {
            return;
        }
        if self.list.len() < MOST {
            self.list.push(fact(name.clone()));
            self.names.push(name);
        } else {
            self.is_cut = true;
        }
    }

    /// Adds the value of a variable or of a part of the literal.
    pub(super) fn value(&mut self, name: String, value: &Value<'_>) {
        self.add(name, |name| Fact::Value { name, value: value_text(value) });
    }

    /// Adds a sentence.
    pub(super) fn note(&mut self, note: String) {
        self.add(note, Fact::Note);
    }

    /// Adds the explanation of a rule.
    pub(super) fn rule(&mut self, rule: Rule) {
        self.add(rule.name.clone(), |_| Fact::Rule(Box::new(rule)));
    }

    /// Adds the error of an evaluation, if it has one.
    fn error(&mut self, found: Outcome) {
        if let Err(error) = found {
            self.note(error.to_string());
        }
    }

    /// Adds literals inside the literal.
    pub(super) fn body(&mut self, title: String, steps: Vec<Step>) {
        self.add(title, |title| Fact::Body { title, steps });
    }

    /// Returns the facts, and says if some are left out.
    pub(super) fn finish(mut self) -> Vec<Fact> {
        if self.is_cut {
            self.list.push(Fact::Note("more values are left out".to_owned()));
        }
        self.list
    }
}

impl<'m, 'a> Scene<'_, 'm, 'a> {
    /// Adds the values of the operands of a literal.
    pub(super) fn operands(&self, kind: &'m LiteralKind, facts: &mut Facts) {
        match kind {
            LiteralKind::Term(term) => self.operand(term, facts),
            // The variable stands for a term that the source shows.
            LiteralKind::Unify(Term::Var(slot), term)
                if term.is_constant() && !self.variables[*slot].is_named() => {}
            LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
                self.operand(left, facts);
                self.operand(right, facts);
            }
            LiteralKind::Call(call) => {
                for term in call.arguments.iter().chain(&call.output) {
                    self.operand(term, facts);
                }
                self.function(call, facts);
            }
            LiteralKind::Not(inner) => self.operands(inner, facts),
            LiteralKind::NotBody(_) | LiteralKind::Every(_) => {}
        }
    }

    /// Adds the facts of a literal that fails.
    pub(super) fn failing(&self, kind: &'m LiteralKind, span: Span, facts: &mut Facts) {
        match kind {
            LiteralKind::Not(inner) => {
                let found = self.machine.kind(self.context, self.frame, inner, span, &mut || {
                    self.holding(inner, facts);
                    Ok(Flow::Stop)
                });
                facts.error(found);
            }
            LiteralKind::NotBody(body) => self.held(body, facts),
            LiteralKind::Every(every) => self.failing_member(every, facts),
            LiteralKind::Call(call) => {
                self.operands(kind, facts);
                self.result(call, span, facts);
            }
            LiteralKind::Term(_) | LiteralKind::Unify(..) | LiteralKind::Equal(..) => {
                self.operands(kind, facts);
            }
        }
    }

    /// Adds the facts of a literal that holds.
    pub(super) fn holding(&self, kind: &'m LiteralKind, facts: &mut Facts) {
        match kind {
            LiteralKind::Not(inner) => self.failing(inner, Span::default(), facts),
            LiteralKind::NotBody(body) => self.not_held(body, facts),
            LiteralKind::Every(every) => self.members_hold(every, facts),
            _ => self.operands(kind, facts),
        }
    }

    /// Adds the rules and functions that a literal asks.
    pub(super) fn rules_of(&self, kind: &'m LiteralKind, facts: &mut Facts) {
        match kind {
            LiteralKind::Call(call) => self.function(call, facts),
            LiteralKind::Term(term) => self.rule_of(term, facts),
            LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
                self.rule_of(left, facts);
                self.rule_of(right, facts);
            }
            LiteralKind::Not(_) | LiteralKind::NotBody(_) | LiteralKind::Every(_) => {}
        }
    }

    /// Adds the value of a variable that is bound and has a text.
    pub(super) fn bound_variable(&self, slot: Slot, facts: &mut Facts) {
        if let (Some(value), Some(name)) =
            (self.machine.bound(self.frame, slot), self.variable(slot))
        {
            facts.value(name, &value);
        }
    }

    pub(super) fn operand(&self, term: &'m Term, facts: &mut Facts) {
        match term {
            Term::Var(slot) => self.bound_variable(*slot, facts),
            Term::Ref(reference) => self.reference_facts(reference, facts),
            Term::Comprehension(comprehension) => self.comprehension_facts(comprehension, facts),
            Term::Array(items) | Term::Set(items) => {
                for item in items {
                    self.operand(item, facts);
                }
            }
            Term::Object(pairs) => {
                for (key, value) in pairs {
                    self.operand(key, facts);
                    self.operand(value, facts);
                }
            }
            Term::Null | Term::Bool(_) | Term::Number(_) | Term::String(_) => {}
        }
    }

    /// Adds the value of a comprehension. If it is empty, adds the literal that failed in it.
    fn comprehension_facts(&self, comprehension: &'m Comprehension, facts: &mut Facts) {
        let name = self.machine.program.source_text(comprehension.span);
        let Ok(Some(value)) = self.machine.comprehension(self.context, self.frame, comprehension)
        else {
            return facts.note(format!("`{name}` stops the evaluation"));
        };
        facts.value(name, &value);
        if value.len() == Some(0) {
            self.not_held(&comprehension.body, facts);
        }
    }

    /// Adds the explanation of the function that a call calls.
    fn function(&self, call: &'m Call, facts: &mut Facts) {
        let Some(arguments) = self.arguments(call) else { return };
        match (self.context.mock(call.callee), call.callee) {
            (Some(_), callee) => {
                let name = self.callee_name(callee);
                facts.note(format!("`with` replaces the function `{name}`"));
            }
            (None, Callee::Function(id)) => {
                facts.rule(self.explainer.function(self.context, id, &arguments, self.depth + 1));
            }
            (None, Callee::Builtin(_)) => {}
        }
    }

    fn callee_name(&self, callee: Callee) -> String {
        match callee {
            Callee::Builtin(builtin) => builtin.name.to_owned(),
            Callee::Function(id) => self.machine.program.groups[id].name(),
        }
    }

    fn arguments(&self, call: &'m Call) -> Option<Vec<Value<'a>>> {
        call.arguments.iter().map(|term| self.machine.plug(self.frame, term)).collect()
    }

    /// Adds the result of a builtin whose call fails: its value, or the error that makes it
    /// undefined.
    fn result(&self, call: &'m Call, span: Span, facts: &mut Facts) {
        let (Some(arguments), Callee::Builtin(builtin)) = (self.arguments(call), call.callee)
        else {
            return;
        };
        if let Some(Mock::Value(_) | Mock::Function(_)) = self.context.mock(call.callee) {
            return;
        }
        let is_function = matches!(builtin.kind, Kind::Pure | Kind::Nondeterministic);
        let Some(function) = builtin.function.filter(|_| is_function) else { return };
        let name = self.machine.program.source_text(span);
        match function(self.machine.env, &arguments) {
            Ok(Some(value)) if call.output.is_some() => facts.value(name, &value),
            Ok(Some(_)) => {}
            Ok(None) => facts.note(format!("`{name}` is undefined")),
            Err(failure) if failure.message.is_empty() => {
                facts.note(format!("`{name}` is undefined"));
            }
            Err(failure) => facts.note(format!("`{name}` is undefined: {}", failure.message)),
        }
    }

    /// Adds the steps of the first solution of a negated body.
    fn held(&self, body: &'m [Literal], facts: &mut Facts) {
        let Some(scene) = self.deeper() else { return };
        let found = self.machine.body(self.context, self.frame, body, &mut |_| {
            facts.body("holds".to_owned(), scene.solution_steps(body, &[]));
            Ok(Flow::Stop)
        });
        facts.error(found);
    }

    /// Adds the literal that fails in a body without solutions.
    pub(super) fn not_held(&self, body: &'m [Literal], facts: &mut Facts) {
        let Some(scene) = self.deeper() else { return };
        if let Some(failure) = scene.failure_of(body) {
            facts.body("fails at".to_owned(), vec![failure.step]);
        }
    }

    /// Returns the scene one level deeper, or `None` at the greatest depth.
    pub(super) fn deeper(&self) -> Option<Self> {
        (self.depth < DEPTH).then(|| Self { depth: self.depth + 1, ..*self })
    }

    /// Returns a name with arguments, such as `data.lib.is_exempt("web")`.
    pub(super) fn call_name(name: &str, arguments: &[Value<'_>]) -> String {
        let arguments: Vec<String> = arguments.iter().map(key_text).collect();
        format!("{name}({})", arguments.join(", "))
    }
}
