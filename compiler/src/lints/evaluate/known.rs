//! The facts about a value and about a condition.

use std::rc::Rc;

use ferrego_runtime::Value;

use super::kinds::Kinds;
use crate::diagnostics::Lint;
use crate::source::Span;

/// The facts about a value.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct Known<'a> {
    /// The types that it can have.
    pub(in crate::lints) kinds: Kinds,
    /// The value itself, if it is the same in every evaluation.
    pub(in crate::lints) value: Option<Value<'a>>,
    /// The origin of `value`.
    pub(in crate::lints) origin: Origin,
    /// The place that determines the value.
    pub(in crate::lints) place: Option<Span>,
    /// The constant collection of which it is each member.
    pub(in crate::lints) each_of: Option<Value<'a>>,
    /// The numbers that the builtin returns that computed the value.
    pub(in crate::lints) range: Option<Range>,
    /// `true` if the value has an unknown type, and yet nobody expects `false`: it may be a default
    /// that is not a boolean.
    pub(in crate::lints) never_false: bool,
    /// `true` if an earlier literal of the body tests the types.
    pub(in crate::lints) narrowed: bool,
    /// The case of the letters of a text that `lower` or `upper` returned, or of the members of a set
    /// of such texts.
    pub(in crate::lints) case: Option<Case>,
}

/// The least and the greatest number that a builtin returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::lints) struct Range {
    pub(super) builtin: &'static str,
    pub(super) least: f64,
    pub(super) greatest: f64,
}

impl Range {
    /// Returns the numbers that a builtin returns, if they have a limit.
    pub(super) fn of_result(builtin: &'static str) -> Option<Self> {
        let (least, greatest) = match builtin {
            "count" => (0.0, f64::INFINITY),
            "indexof" => (-1.0, f64::INFINITY),
            "semver.compare" => (-1.0, 1.0),
            _ => return None,
        };
        Some(Self { builtin, least, greatest })
    }

    /// Returns the reason that no number of the range is `number`.
    pub(super) fn excludes(self, number: f64) -> Option<Reason> {
        if number < self.least {
            Some(self.reason("less", self.least))
        } else {
            (number > self.greatest).then(|| self.reason("greater", self.greatest))
        }
    }

    pub(super) fn reason(self, word: &str, limit: f64) -> Reason {
        Reason::new(format!("`{}` is never {word} than {limit}", self.builtin))
    }
}

/// The case of all letters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lints) enum Case {
    Lower,
    Upper,
}

impl Case {
    /// Returns the case of the texts that a builtin returns.
    pub(super) fn of_result(builtin: &str) -> Option<Self> {
        match builtin {
            "lower" => Some(Case::Lower),
            "upper" => Some(Case::Upper),
            _ => None,
        }
    }

    /// Returns the reason that a text of this case has no part `text`.
    pub(super) fn excludes(self, text: &str) -> Option<Reason> {
        let (same, words) = match self {
            Case::Lower => (text == text.to_lowercase(), "`lower` returns no capitals"),
            Case::Upper => (text == text.to_uppercase(), "`upper` returns no small letters"),
        };
        (!same).then(|| Reason::new(words))
    }
}

/// The origin of a known value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lints) enum Origin {
    /// The value is written in the body.
    Body,
    /// The value is a rule's. An author may keep a setting in a rule, whose comparison is not a
    /// mistake.
    Rule,
    /// An earlier literal of the body holds only for this value.
    Compared,
}

impl<'a> Known<'a> {
    /// A value of which nothing is known.
    pub(in crate::lints) const ANY: Known<'static> = Known {
        kinds: Kinds::ANY,
        value: None,
        origin: Origin::Body,
        place: None,
        each_of: None,
        range: None,
        never_false: false,
        narrowed: false,
        case: None,
    };

    /// Returns the facts about a value of which only the types are known.
    pub(in crate::lints) fn of_kinds(kinds: Kinds) -> Self {
        Known { kinds, ..Known::ANY }
    }

    /// Returns the facts about a constant.
    pub(in crate::lints) fn of_value(value: Value<'a>) -> Self {
        Known { kinds: Kinds::of(&value), value: Some(value), ..Known::ANY }
    }

    /// Returns `true` if the value is never `false`.
    pub(in crate::lints) fn is_never_false(&self) -> bool {
        match self.value {
            Some(value) => !matches!(value, Value::Bool(false)),
            None => self.never_false || !self.kinds.meets(Kinds::BOOLEAN),
        }
    }

    /// Returns `true` for a constant that is not a boolean.
    pub(in crate::lints) fn is_constant_of_other_type(&self) -> bool {
        self.value.is_some_and(|value| !matches!(value, Value::Bool(_)))
    }

    /// Returns `true` if the value is a setting: a scalar that a rule holds.
    pub(in crate::lints) fn is_setting(&self) -> bool {
        self.origin == Origin::Rule && self.value.is_some_and(|value| value.len().is_none())
    }
}

/// The outcome of a condition over all inputs.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// It depends on the input.
    Open,
    /// It never holds. Without a reason, the mistake is reported already.
    Never(Option<Reason>),
    /// It holds whenever its operands are defined, and nobody means to test that.
    Idle(Reason),
    /// It always holds. Without a reason, it has another purpose: it binds a variable.
    Always(Option<Reason>),
}

/// The explanation of an outcome.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    /// The lint that reports it, if it is not the one for the outcome.
    pub(super) lint: Option<&'static Lint>,
    /// The explanation, a clause such as "`x` is 1".
    pub(super) why: Rc<str>,
    /// The place that determines the outcome, with a few words.
    pub(super) label: Option<(Span, Rc<str>)>,
}

impl Reason {
    /// Returns an explanation without a place.
    pub(super) fn new(why: impl Into<Rc<str>>) -> Self {
        Reason { lint: None, why: why.into(), label: None }
    }

    /// Adds the place that determines the outcome.
    pub(super) fn at(mut self, place: Option<Span>, words: impl Into<Rc<str>>) -> Self {
        self.label = place.map(|span| (span, words.into()));
        self
    }
}

impl Outcome {
    /// Returns the outcome of a condition that never holds.
    pub(super) fn never(reason: Reason) -> Self {
        Outcome::Never(Some(reason))
    }

    /// Returns the outcome of a condition that always holds, and should not.
    pub(super) fn always(reason: Reason) -> Self {
        Outcome::Always(Some(reason))
    }

    /// Returns the outcome of two conditions, of which both must hold.
    pub(super) fn and(self, other: Outcome) -> Outcome {
        match (self, other) {
            (Outcome::Never(reason), _) | (_, Outcome::Never(reason)) => Outcome::Never(reason),
            (Outcome::Open | Outcome::Idle(_), _) | (_, Outcome::Open | Outcome::Idle(_)) => {
                Outcome::Open
            }
            (Outcome::Always(first), Outcome::Always(second)) => Outcome::Always(first.or(second)),
        }
    }
}

/// The numbers between which earlier literals place a value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub(super) above: Option<Bound>,
    pub(super) below: Option<Bound>,
}

/// A number with which a literal compares a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub(super) number: f64,
    /// `true` if the value differs from the number.
    pub(super) strict: bool,
    /// The place of the literal.
    pub(super) place: Span,
}
