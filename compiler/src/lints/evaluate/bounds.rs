//! Comparisons of a value with itself, and with numbers that leave nothing between them.
//!
//! ```text
//! replicas > 10; replicas < 3    # no value is above the one and below the other
//! c.image == c.image             # the same field on both sides
//! ```
//!
//! OPA orders values of all types, so that the bounds hold for values that are not numbers, too.

use ferrego_runtime::Value;

use super::constants::Path;
use super::known::{Bound, Bounds};
use super::literal::{Change, Scope};
use super::{Known, Outcome, Reason, report};
use crate::hir::Term;

impl<'a, 'p> Scope<'_, '_, 'a, 'p> {
    /// Evaluates a comparison by an operator of a value with itself, or with a number that earlier
    /// comparisons exclude.
    pub(super) fn bounded(
        &mut self,
        operator: &str,
        [left, right]: [&'p Term; 2],
        [first, second]: [&Known<'a>; 2],
    ) -> Option<Outcome> {
        if !matches!(operator, "equal" | "neq" | "lt" | "lte" | "gt" | "gte") {
            return None;
        }
        if self.is_same(left, right) {
            let reason = self.itself(left, right);
            return Some(match operator {
                "neq" | "lt" | "gt" => Outcome::never(reason),
                _ => Outcome::Idle(reason),
            });
        }
        let (term, number, operator) = match (first.value, second.value) {
            (None, Some(limit)) => (left, number(&limit)?, operator),
            (Some(limit), None) => (right, number(&limit)?, turned(operator)),
            (None, None) => return self.opposite(operator, left, right),
            _ => return None,
        };
        let bound = Bound { number, strict: matches!(operator, "lt" | "gt"), place: self.at };
        let key = self.key(term)?;
        let known = self.bounds.get(&key).copied().unwrap_or_default();
        let (opposite, narrowed) = match operator {
            "gt" | "gte" => (known.below, Bounds { above: Some(bound), ..known }),
            "lt" | "lte" => (known.above, Bounds { below: Some(bound), ..known }),
            _ => return None,
        };
        if let (Some(above), Some(below)) = (narrowed.above, narrowed.below)
            && excludes(above, below)
        {
            let reason = opposite.map(|bound| self.excluded(term, bound, known));
            return reason.map(Outcome::never);
        }
        self.trail.push(Change::Bounds(key.clone(), known));
        self.bounds.insert(key, narrowed);
        None
    }

    /// Evaluates a comparison of two values that an earlier literal compares the other way round.
    fn opposite(&mut self, operator: &str, left: &Term, right: &Term) -> Option<Outcome> {
        let operator = match operator {
            "lt" => "lt",
            "lte" => "lte",
            "gt" => "gt",
            "gte" => "gte",
            _ => return None,
        };
        let pair = (self.key(left)?, self.key(right)?);
        let turned_pair = (pair.1.clone(), pair.0.clone());
        let earlier = self.pairs.get(&pair).copied().or_else(|| {
            let (operator, place) = self.pairs.get(&turned_pair)?;
            Some((turned(operator), *place))
        });
        let Some((earlier, place)) = earlier else {
            self.trail.push(Change::Pair(pair.0.clone(), pair.1.clone()));
            self.pairs.insert(pair, (operator, self.at));
            return None;
        };
        match (earlier, operator) {
            ("lte", "gte") | ("gte", "lte") => {
                report::equal_bounds(self.evaluation, self.at, place);
                None
            }
            ("lt", "gt" | "gte") | ("lte", "gt") | ("gt", "lt" | "lte") | ("gte", "lt") => {
                let why = "an earlier literal requires the opposite";
                Some(Outcome::never(Reason::new(why).at(Some(place), "compared here")))
            }
            _ => None,
        }
    }

    /// Returns the reason that a value is never `constant`, if earlier comparisons exclude it.
    pub(super) fn excludes(&self, term: &Term, constant: &Value<'_>) -> Option<Reason> {
        let known = *self.bounds.get(&self.key(term)?)?;
        let point = Bound { number: number(constant)?, strict: false, place: self.at };
        let above = known.above.filter(|above| excludes(*above, point));
        let below = known.below.filter(|below| excludes(point, *below));
        above.or(below).map(|bound| self.excluded(term, bound, known))
    }

    fn excluded(&self, term: &Term, bound: Bound, known: Bounds) -> Reason {
        let is_above = known.above.is_some_and(|above| above.place.start == bound.place.start);
        let words = match (is_above, bound.strict) {
            (true, true) => "greater than",
            (true, false) => "at least",
            (false, true) => "less than",
            (false, false) => "at most",
        };
        let (name, number) = (self.name(term), bound.number);
        let why = format!("an earlier literal holds only if {name} is {words} {number}");
        Reason::new(why).at(Some(bound.place), "compared here")
    }

    /// Returns `true` if both terms are one expression.
    pub(super) fn is_same(&self, left: &Term, right: &Term) -> bool {
        self.key(left).is_some_and(|key| self.key(right) == Some(key))
    }

    /// Returns the reason for the outcome of a comparison of a term with another one of the same
    /// value.
    pub(super) fn itself(&self, term: &Term, other: &Term) -> Reason {
        let bound = match other {
            Term::Var(variable) => self.held.get(variable).map(|(_, place)| *place),
            _ => None,
        };
        let place = bound.filter(|place| place.end <= self.at.start);
        let reason = Reason::new(format!("it compares {} with itself", self.name(term)));
        reason.at(place, "gets the same value")
    }

    /// Notes that a variable holds the value of a term.
    pub(super) fn reads(&mut self, variable: &Term, of: &Term) {
        if let Term::Var(variable) = variable
            && !matches!(of, Term::Constant(_))
            && let Some(expression) = self.expression(of)
        {
            self.held.insert(*variable, (expression, self.at));
        }
    }

    /// Returns the expression of a variable or reference.
    fn key(&self, term: &Term) -> Option<Path> {
        match term {
            Term::Var(_) | Term::Ref(_) => self.expression(term),
            _ => None,
        }
    }
}

/// Returns `true` if no value is above the one number and below the other.
fn excludes(above: Bound, below: Bound) -> bool {
    above.number > below.number || (above.number >= below.number && (above.strict || below.strict))
}

fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Number(_) => value.as_f64(),
        _ => None,
    }
}

/// Returns the operator that has the same meaning if its operands are exchanged.
fn turned(operator: &str) -> &str {
    match operator {
        "lt" => "gt",
        "lte" => "gte",
        "gt" => "lt",
        "gte" => "lte",
        other => other,
    }
}
