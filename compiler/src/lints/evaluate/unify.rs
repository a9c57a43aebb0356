//! Equations, which bind variables or compare values.

use ferrego_runtime::Value;

use super::literal::{Change, Scope};
use super::report::DIFFERENT_TYPES;
use super::{Kinds, Known, Origin, Outcome, Reason};
use crate::hir::Term;
use crate::source::Span;

impl<'a, 'p> Scope<'_, '_, 'a, 'p> {
    /// Evaluates `left = right`.
    pub(super) fn unify(&mut self, left: &'p Term, right: &'p Term) -> Outcome {
        if self.binds(left) {
            let (defined, known) = self.read(left, right);
            return defined.and(self.unify_with(left, &known, self.at));
        }
        if self.binds(right) {
            let (defined, known) = self.read(right, left);
            return defined.and(self.unify_with(right, &known, self.at));
        }
        if self.is_same(left, right) {
            let reason = self.itself(left, right);
            return match (left, right) {
                (Term::Var(first), Term::Var(second)) if first == second => Outcome::always(reason),
                _ => Outcome::Idle(reason),
            };
        }
        let (defined, first) = self.term(left);
        let (also, second) = self.term(right);
        let defined = defined.and(also);
        if matches!(defined, Outcome::Never(_)) {
            return defined;
        }
        let compared = self.compare((left, &first), (right, &second));
        let excluded = match (first.value, second.value) {
            (None, Some(value)) => self.excludes(left, &value),
            (Some(value), None) => self.excludes(right, &value),
            _ => None,
        };
        if let (Some(reason), Outcome::Open) = (excluded, &compared) {
            return Outcome::never(reason);
        }
        if matches!(compared, Outcome::Open) {
            self.learn(left, &second);
            self.learn(right, &first);
        }
        defined.and(compared)
    }

    /// Evaluates a term that a variable gets as its value.
    fn read(&mut self, variable: &Term, of: &'p Term) -> (Outcome, Known<'a>) {
        // The evaluation of a comprehension gives its variables values. That of a reference gives
        // one value to each variable that iterates.
        let iterates = matches!(of, Term::Ref(_));
        if !iterates {
            self.reads(variable, of);
        }
        let result = self.term(of);
        if iterates {
            self.reads(variable, of);
        }
        result
    }

    /// Returns `true` if a variable outside of references is unbound, so that the equation binds
    /// it.
    fn binds(&self, term: &Term) -> bool {
        match term {
            Term::Var(variable) => !self.variables.contains_key(variable),
            Term::Array(parts) | Term::Set(parts) => parts.iter().any(|part| self.binds(part)),
            Term::Object(pairs) => pairs.iter().any(|(_, value)| self.binds(value)),
            _ => false,
        }
    }

    /// Evaluates the equation of a term with a value.
    pub(super) fn unify_with(&mut self, term: &'p Term, known: &Known<'a>, at: Span) -> Outcome {
        match term {
            Term::Var(variable) if !self.variables.contains_key(variable) => {
                let place = known.place.or(known.value.map(|_| at));
                self.variables.insert(*variable, Known { place, ..*known });
                Outcome::Always(None)
            }
            Term::Array(parts) if self.binds(term) => self.unify_array(parts, known, at),
            Term::Object(pairs) if self.binds(term) => {
                for (key, value) in pairs {
                    self.term(key);
                    self.unify_with(value, &Known::ANY, at);
                }
                Outcome::Open
            }
            _ => {
                let (defined, own) = self.term(term);
                if matches!(defined, Outcome::Never(_)) {
                    return defined;
                }
                let compared = self.compare_known(term, &own, known);
                if matches!(compared, Outcome::Open) {
                    self.learn(term, known);
                }
                defined.and(compared)
            }
        }
    }

    fn unify_array(&mut self, parts: &'p [Term], known: &Known<'a>, at: Span) -> Outcome {
        let items = match known.value {
            Some(Value::Array(items)) => items,
            _ => &[],
        };
        let mut outcome = Outcome::Always(None);
        let whole = items.len() == parts.len();
        for (index, part) in parts.iter().enumerate() {
            let item = items.get(index).filter(|_| whole);
            let item = item.map_or(Known::ANY, |item| Known::of_value(*item));
            let unified = self.unify_with(part, &item, at);
            outcome = outcome.and(unified);
        }
        match known.value {
            Some(_) if !whole => {
                let why = format!("the pattern has {} elements", parts.len());
                Outcome::never(Reason::new(why))
            }
            Some(_) => outcome,
            None => Outcome::Open,
        }
    }

    fn compare_known(&self, term: &Term, own: &Known<'a>, other: &Known<'a>) -> Outcome {
        match (own.value, other.value) {
            _ if own.is_setting() || other.is_setting() => Outcome::Open,
            (Some(own), Some(other)) if own == other => Outcome::Always(None),
            (Some(own), Some(other)) => {
                Outcome::never(Reason::new(format!("the result is `{other}`, not `{own}`")))
            }
            _ if !own.kinds.meets(other.kinds) => {
                let name = self.name(term);
                let why = format!("{name} is {}, and the result is {}", own.kinds, other.kinds);
                let reason = Reason::new(why);
                Outcome::never(Reason { lint: Some(&DIFFERENT_TYPES), ..reason })
            }
            _ => Outcome::Open,
        }
    }

    /// Compares two values for equality.
    pub(super) fn compare(
        &self,
        (left, first): (&Term, &Known<'a>),
        (right, second): (&Term, &Known<'a>),
    ) -> Outcome {
        if first.is_setting() || second.is_setting() {
            return Outcome::Open;
        }
        if let Some(reason) = self.different_types((left, first), (right, second)) {
            return Outcome::never(reason);
        }
        for (known, other) in [(first, second), (second, first)] {
            let text = other.value.and_then(|value| value.as_str());
            let excluded = known.case.zip(text).and_then(|(case, text)| case.excludes(text));
            if let Some(reason) = excluded.filter(|_| known.value.is_none()) {
                return Outcome::never(reason);
            }
        }
        for (known, other) in [(first, second), (second, first)] {
            let number =
                other.value.filter(|_| known.value.is_none()).and_then(|value| value.as_f64());
            let excluded =
                known.range.zip(number).and_then(|(range, number)| range.excludes(number));
            if let Some(reason) = excluded {
                return Outcome::never(reason);
            }
        }
        let (Some(one), Some(other)) = (first.value, second.value) else { return Outcome::Open };
        let constant = |term: &Term| matches!(term, Term::Constant(_));
        if one == other {
            let learned = [first, second].iter().any(|known| known.origin == Origin::Compared);
            let reason = || self.explain((left, first), (right, second));
            return Outcome::Always((!learned).then(reason));
        }
        if constant(left) && constant(right) {
            return Outcome::never(Reason::new("the constants differ"));
        }
        Outcome::never(self.explain((left, first), (right, second)))
    }

    /// Returns the reason for the result of a comparison: the values of what is not a constant.
    pub(super) fn explain(
        &self,
        (left, first): (&Term, &Known<'a>),
        (right, second): (&Term, &Known<'a>),
    ) -> Reason {
        let named = [(left, first), (right, second)].into_iter().filter_map(|(term, known)| {
            let constant = matches!(term, Term::Constant(_));
            known.value.filter(|_| !constant).map(|value| (term, value, known))
        });
        let mut reasons = named.map(|(term, value, known)| match known.origin {
            Origin::Compared => {
                let why =
                    format!("an earlier literal holds only if {} is `{value}`", self.name(term));
                Reason::new(why).at(known.place, "compared here")
            }
            Origin::Body | Origin::Rule => self.value_is(term, &value, known.place),
        });
        let Some(first) = reasons.next() else { return Reason::new("both operands are constants") };
        match reasons.next() {
            Some(second) => {
                let why = format!("{}, and {}", first.why, second.why).into();
                Reason { why, ..first }
            }
            None => first,
        }
    }

    /// Returns the reason that two values differ if they have no common type.
    pub(super) fn different_types(
        &self,
        (left, first): (&Term, &Known<'a>),
        (right, second): (&Term, &Known<'a>),
    ) -> Option<Reason> {
        let known = first.kinds != Kinds::NONE && second.kinds != Kinds::NONE;
        if !known || first.kinds.meets(second.kinds) {
            return None;
        }
        let (name, other) = (self.name(left), self.name(right));
        let why = format!("{name} is {}, and {other} is {}", first.kinds, second.kinds);
        let place = first.place.or(second.place);
        Some(Reason { lint: Some(&DIFFERENT_TYPES), ..Reason::new(why).at(place, "its value") })
    }

    /// Notes that the rest of the body runs only if a variable or path has this value.
    fn learn(&mut self, term: &Term, known: &Known<'a>) {
        let Some(value) = known.value else { return };
        let place = self.at;
        match term {
            Term::Var(variable) => {
                let own = self.variables.get(variable).copied().unwrap_or(Known::ANY);
                if own.value.is_none() {
                    let learned = Known {
                        kinds: Kinds::of(&value),
                        value: Some(value),
                        origin: Origin::Compared,
                        place: Some(place),
                        each_of: None,
                        range: own.range,
                        never_false: false,
                        narrowed: own.narrowed,
                        case: own.case,
                    };
                    self.trail.push(Change::Variable(*variable, own));
                    self.variables.insert(*variable, learned);
                }
            }
            Term::Ref(reference) => {
                let Some(path) = self.path(reference) else { return };
                if !self.paths.contains_key(&path) {
                    self.trail.push(Change::Path(path.clone()));
                    self.paths.insert(path, (value, place));
                }
            }
            _ => {}
        }
    }
}
