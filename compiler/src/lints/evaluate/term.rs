//! The values of terms and references.

use ferrego_runtime::Value;
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};

use super::known::Case;
use super::literal::Scope;
use super::{Kinds, Known, Origin, Outcome, Reason};
use crate::hir::walk::{self, Visited};
use crate::hir::{Ref, Root, Term, VarId};
use crate::source::Span;

impl<'a, 'p> Scope<'_, '_, 'a, 'p> {
    /// Evaluates a term: whether it is defined, and its value. Unbound variables in it are bound.
    pub(super) fn term(&mut self, term: &'p Term) -> (Outcome, Known<'a>) {
        match term {
            Term::Constant(constant) => {
                let value = constant.value(self.evaluation.arena);
                (Outcome::Always(None), Known::of_value(value))
            }
            Term::Var(variable) => {
                let known = *self.variables.entry(*variable).or_insert(Known::ANY);
                (Outcome::Always(None), known)
            }
            Term::Ref(reference) => self.reference(reference),
            Term::Array(parts) => self.composite(parts, Kinds::ARRAY),
            Term::Set(parts) => self.composite(parts, Kinds::SET),
            Term::Object(pairs) => self.object(pairs),
            Term::ArrayComprehension(inner) => {
                self.comprehension(&inner.body, &[&inner.value]);
                (Outcome::Always(None), Known::of_kinds(Kinds::ARRAY))
            }
            Term::SetComprehension(inner) => {
                let case = self.comprehension(&inner.body, &[&inner.value]);
                (Outcome::Always(None), Known { case, ..Known::of_kinds(Kinds::SET) })
            }
            Term::ObjectComprehension(inner) => {
                self.comprehension(&inner.body, &[&inner.key, &inner.value]);
                (Outcome::Always(None), Known::of_kinds(Kinds::OBJECT))
            }
        }
    }

    /// Evaluates a comprehension. Returns the case of its values, if `lower` or `upper` returned
    /// them.
    fn comprehension(&mut self, body: &'p crate::hir::Body, values: &[&'p Term]) -> Option<Case> {
        let at = self.at;
        self.nested(body);
        let mut case = None;
        for value in values {
            case = self.term(value).1.case;
        }
        self.at = at;
        case
    }

    fn composite(&mut self, parts: &'p [Term], kind: Kinds) -> (Outcome, Known<'a>) {
        let mut outcome = Outcome::Always(None);
        let mut values = Vec::with_capacity(parts.len());
        for part in parts {
            let (defined, known) = self.term(part);
            outcome = outcome.and(defined);
            values.extend(known.value);
        }
        if values.len() < parts.len() {
            return (outcome, Known::of_kinds(kind));
        }
        let arena = self.evaluation.arena;
        if kind == Kinds::ARRAY {
            return (outcome, Known::of_value(arena.array(&values)));
        }
        let mut set = SetBuilder::new(arena);
        for value in values {
            set.insert(value);
        }
        (outcome, Known::of_value(set.finish()))
    }

    fn object(&mut self, pairs: &'p [(Term, Term)]) -> (Outcome, Known<'a>) {
        let mut outcome = Outcome::Always(None);
        let mut object = ObjectBuilder::new(self.evaluation.arena);
        let mut complete = true;
        for (key, value) in pairs {
            let (defined, key) = self.term(key);
            outcome = outcome.and(defined);
            let (defined, value) = self.term(value);
            outcome = outcome.and(defined);
            match (key.value, value.value) {
                (Some(key), Some(value)) => object.insert(key, value),
                _ => complete = false,
            }
        }
        if complete {
            (outcome, Known::of_value(object.finish()))
        } else {
            (outcome, Known::of_kinds(Kinds::OBJECT))
        }
    }

    fn reference(&mut self, reference: &'p Ref) -> (Outcome, Known<'a>) {
        let path = self.path(reference);
        let compared = path.and_then(|path| self.paths.get(&path).copied());
        let (start, mut defined, mut known) = self.root(reference);
        for (index, operand) in reference.operands.iter().enumerate().skip(start) {
            let (outcome, key) = self.term(operand);
            defined = defined.and(outcome);
            if self.is_past_end(reference, index) {
                let why = "the index of the last element is one less than the count";
                defined = defined.and(Outcome::never(Reason::new(why)));
            }
            if let (Some(case), Some(text)) = (known.case, key.value.and_then(|key| key.as_str()))
                && known.kinds == Kinds::SET
                && let Some(reason) = case.excludes(text)
            {
                defined = defined.and(Outcome::never(reason));
            }
            let (found, value) = member(&known, &key);
            if let Some(missing) = found {
                let reason = self.missing(reference, start, index, &missing);
                defined = defined.and(Outcome::never(reason.at(known.place, "defined here")));
            } else if value.value.is_none() {
                defined = defined.and(Outcome::Open);
            }
            known = value;
        }
        match compared {
            Some((value, place)) if known.value.is_none() => {
                let known = Known::of_value(value);
                (defined, Known { origin: Origin::Compared, place: Some(place), ..known })
            }
            _ => (defined, known),
        }
    }

    /// Returns the reason that the operand at `index` leads nowhere.
    fn missing(
        &self,
        reference: &Ref,
        start: usize,
        index: usize,
        missing: &Missing<'a>,
    ) -> Reason {
        let mut name = match reference.root {
            Root::Var(variable) => self.variable_name(variable),
            Root::Input | Root::Data => self.name_of_root(reference, start),
        };
        for operand in &reference.operands[start..index] {
            if let Term::Constant(constant) = operand {
                let key = constant.value(self.evaluation.arena);
                name = format!("{}[{key}]`", name.trim_end_matches('`'));
            }
        }
        Reason::new(match missing {
            Missing::All => format!("{name} is empty"),
            Missing::Key(key) => format!("{name} has no member `{key}`"),
        })
    }

    /// Returns the number of operands that lead to a rule, and the rule's value.
    fn root(&mut self, reference: &'p Ref) -> (usize, Outcome, Known<'a>) {
        let open = (0, Outcome::Open, Known::ANY);
        match reference.root {
            Root::Input => open,
            Root::Var(variable) => {
                let known = *self.variables.entry(variable).or_insert(Known::ANY);
                (0, Outcome::Always(None), known)
            }
            Root::Data => {
                let program = self.evaluation.subject.program;
                let (node, consumed) = program.walk_tree(&reference.operands);
                let Some(rule) = node.rule.filter(|_| !self.replaced) else { return open };
                let fact = self.evaluation.fact(rule);
                let defined = if fact.total { Outcome::Always(None) } else { Outcome::Open };
                (consumed, defined, fact.known)
            }
        }
    }

    fn name_of_root(&self, reference: &Ref, start: usize) -> String {
        let last = start.checked_sub(1).and_then(|index| reference.operands.get(index));
        match last {
            Some(Term::Constant(crate::hir::Constant::String(name))) => format!("`{name}`"),
            _ => format!("`{}`", self.evaluation.subject.quoted(reference.span)),
        }
    }

    /// Returns the text of a term for a message, in backticks.
    pub(super) fn name(&self, term: &Term) -> String {
        match term {
            Term::Var(variable) => self.variable_name(*variable),
            Term::Ref(reference) => self.quoted(reference.span),
            Term::Constant(constant) => {
                format!("`{}`", constant.value(self.evaluation.arena))
            }
            _ => "the value".to_owned(),
        }
    }

    /// Returns the name of a variable, or the text of the expression that a generated variable
    /// stands for.
    pub(super) fn variable_name(&self, variable: VarId) -> String {
        match self.branch.variables.get(variable.0 as usize) {
            Some(variable) if !variable.generated => format!("`{}`", variable.name),
            Some(variable) => self.quoted(variable.span),
            None => "the value".to_owned(),
        }
    }

    fn quoted(&self, span: Span) -> String {
        format!("`{}`", self.evaluation.subject.quoted(span))
    }

    /// Returns the reason that a term has a value.
    pub(super) fn value_is(&self, term: &Term, value: &Value<'a>, place: Option<Span>) -> Reason {
        let words = if matches!(term, Term::Var(_)) { "bound here" } else { "known here" };
        Reason::new(format!("{} is `{value}`", self.name(term))).at(place, words)
    }

    /// Returns what is known of the `msg` of an element.
    pub(super) fn message(&mut self, element: &'p Term) -> Option<Known<'a>> {
        match element {
            Term::Object(pairs) => {
                let is_message = |key: &Term| matches!(key, Term::Constant(crate::hir::Constant::String(name)) if &**name == "msg");
                let (_, value) = pairs.iter().find(|(key, _)| is_message(key))?;
                Some(self.term(value).1)
            }
            Term::Constant(constant) => {
                let value = constant.value(self.evaluation.arena).get_str("msg")?;
                Some(Known::of_value(value))
            }
            _ => None,
        }
    }

    /// Binds the variables in a term, of which nothing is known.
    pub(super) fn bind_all(&mut self, term: &Term) {
        walk::term(term, &mut |item| {
            if let Visited::Term(Term::Var(variable)) = item {
                self.variables.entry(*variable).or_insert(Known::ANY);
            }
        });
    }
}

/// The reason that a collection has no member for a key.
enum Missing<'a> {
    /// The collection is empty.
    All,
    /// It has other keys.
    Key(Value<'a>),
}

/// Returns what is known of the member of a collection at a key, or why there is none.
fn member<'a>(collection: &Known<'a>, key: &Known<'a>) -> (Option<Missing<'a>>, Known<'a>) {
    let Some(value) = collection.value else { return (None, Known::ANY) };
    match (key.value, value.len()) {
        (_, None) => (None, Known::ANY),
        (_, Some(0)) => (Some(Missing::All), Known::ANY),
        (Some(key), _) => match value.get(&key) {
            Some(value) => {
                let kinds = Kinds::of(&value);
                // The member of a set tells nothing but that it is there.
                let is_set = collection.kinds == Kinds::SET;
                let origin = if is_set { Origin::Body } else { collection.origin };
                (None, Known { kinds, value: Some(value), origin, ..*collection })
            }
            None => (Some(Missing::Key(key)), Known::ANY),
        },
        (None, Some(_)) => {
            let kinds = members(&value);
            let known = Known { each_of: Some(value), place: collection.place, ..Known::ANY };
            (None, Known { kinds, ..known })
        }
    }
}

/// Returns the types of the members of a collection.
fn members(collection: &Value<'_>) -> Kinds {
    let all = |values: &mut dyn Iterator<Item = Kinds>| values.fold(Kinds::NONE, Kinds::or);
    match collection {
        Value::Array(items) => all(&mut items.iter().map(Kinds::of)),
        Value::Set(set) => all(&mut set.members().iter().map(Kinds::of)),
        Value::Object(object) => all(&mut object.pairs().iter().map(|(_, value)| Kinds::of(value))),
        _ => Kinds::ANY,
    }
}
