//! Decides whether two conditions exclude each other.

use std::collections::{BTreeSet, HashMap, HashSet};

use ferrego_runtime::Number;
use ferrego_runtime::builtins::Reads;

use crate::hir::Constant;
use crate::ir::{Call, Callee, Comparison, Condition, Expr, LocalId};

/// The conditions and bindings of one definition.
#[derive(Default)]
pub(super) struct Conditions<'p> {
    /// The conditions that must hold.
    pub(super) tests: Vec<&'p Condition>,
    /// The locals that it binds, with the values of those that are bound before a test.
    pub(super) own: HashMap<LocalId, Option<&'p Expr>>,
}

impl Conditions<'_> {
    /// Returns `true` if at most one of two definitions can hold in one call of a function.
    pub(super) fn exclude(&self, other: &Self) -> bool {
        let same = Same { one: self, other };
        self.tests.iter().any(|one| other.tests.iter().any(|other| same.excludes(one, other)))
    }

    /// Resolves a local that the definition binds to its value; returns `None` if the value is not
    /// known.
    fn value<'e>(&'e self, expr: &'e Expr) -> Option<&'e Expr> {
        match expr {
            Expr::Local(local) => match self.own.get(local) {
                Some(value) => value.and_then(|value| self.value(value)),
                None => Some(expr),
            },
            _ => Some(expr),
        }
    }
}

/// Returns `true` if all definitions, of which there are several, compare one value with scalars,
/// each with another scalar. Unlike the comparison of all pairs, this takes time in proportion to
/// the number of definitions.
pub(super) fn want_different_scalars<'p>(all: &[Conditions<'p>]) -> bool {
    let Some((first, others)) = all.split_first().filter(|(_, others)| !others.is_empty()) else {
        return false;
    };
    first.tests.iter().filter_map(|test| scalar(test)).any(|(subject, wanted)| {
        let wanted_of = |other: &Conditions<'p>| -> Option<&'p Constant> {
            let same = Same { one: first, other };
            let mut scalars = other.tests.iter().filter_map(|test| scalar(test));
            scalars.find(|(own, _)| same.exprs(subject, own)).map(|(_, wanted)| wanted)
        };
        let wanted: Option<Vec<_>> =
            std::iter::once(Some(wanted)).chain(others.iter().map(wanted_of)).collect();
        wanted.is_some_and(all_differ)
    })
}

/// Returns the value that a condition compares with a scalar, and the scalar.
fn scalar(condition: &Condition) -> Option<(&Expr, &Constant)> {
    match asked(condition)? {
        (subject, Wanted::Scalar(constant)) => Some((subject, constant)),
        (_, Wanted::Type(_)) => None,
    }
}

/// Returns `true` if no two of the scalars are equal.
fn all_differ(scalars: Vec<&Constant>) -> bool {
    let (mut numbers, mut others) = (BTreeSet::new(), HashSet::new());
    scalars.into_iter().all(|scalar| match scalar {
        Constant::Number(text) => numbers.insert(Number::from_text(text)),
        other => others.insert(other),
    })
}

/// A comparison of two values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Other(Comparison),
}

impl Order {
    /// Returns the negation of the comparison, for defined values.
    fn contrary(self) -> Self {
        match self {
            Order::Equal => Order::Other(Comparison::NotEqual),
            Order::Other(Comparison::NotEqual) => Order::Equal,
            Order::Other(Comparison::Less) => Order::Other(Comparison::GreaterEqual),
            Order::Other(Comparison::LessEqual) => Order::Other(Comparison::Greater),
            Order::Other(Comparison::Greater) => Order::Other(Comparison::LessEqual),
            Order::Other(Comparison::GreaterEqual) => Order::Other(Comparison::Less),
        }
    }
}

fn comparison(condition: &Condition) -> Option<(Order, &Expr, &Expr)> {
    match condition {
        Condition::Equal(left, right) => Some((Order::Equal, left, right)),
        Condition::Compare(order, left, right) => Some((Order::Other(*order), left, right)),
        _ => None,
    }
}

/// The requirement of a condition on a value.
enum Wanted<'p> {
    /// A type, by the name of the builtin that tests for it.
    Type(&'static str),
    /// A scalar that the value must equal.
    Scalar(&'p Constant),
}

impl Wanted<'_> {
    fn differs(&self, other: &Wanted<'_>) -> bool {
        match (self, other) {
            (Wanted::Scalar(Constant::Number(one)), Wanted::Scalar(Constant::Number(other))) => {
                Number::from_text(one) != Number::from_text(other)
            }
            (Wanted::Scalar(one), Wanted::Scalar(other)) => one != other,
            _ => self.type_test() != other.type_test(),
        }
    }

    fn type_test(&self) -> &'static str {
        match self {
            Wanted::Type(test) => test,
            Wanted::Scalar(Constant::Null) => "is_null",
            Wanted::Scalar(Constant::Bool(_)) => "is_boolean",
            Wanted::Scalar(Constant::Number(_)) => "is_number",
            Wanted::Scalar(Constant::String(_)) => "is_string",
            Wanted::Scalar(Constant::Array(_)) => "is_array",
            Wanted::Scalar(Constant::Object(_)) => "is_object",
            Wanted::Scalar(Constant::Set(_)) => "is_set",
        }
    }
}

/// Returns the value that a condition constrains, and the requirement on it.
fn asked(condition: &Condition) -> Option<(&Expr, Wanted<'_>)> {
    match condition {
        Condition::Equal(Expr::Constant(constant), asked)
        | Condition::Equal(asked, Expr::Constant(constant)) => {
            is_scalar(constant).then_some((asked, Wanted::Scalar(constant)))
        }
        Condition::Truthy(Expr::Call(call)) => match (type_test(call), call.arguments.as_slice()) {
            (Some(test), [asked]) => Some((asked, Wanted::Type(test))),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the name of the builtin if a call tests for a type. Each such builtin is true for one
/// type and false for all others.
fn type_test(call: &Call) -> Option<&'static str> {
    let (Callee::Builtin(builtin), None) = (call.callee, call.mock) else { return None };
    (builtin.reads == Reads::Type && builtin.result() == "boolean").then_some(builtin.name)
}

fn is_scalar(constant: &Constant) -> bool {
    !matches!(constant, Constant::Array(_) | Constant::Object(_) | Constant::Set(_))
}

/// Compares parts of two definitions whose evaluation has no effect.
struct Same<'s, 'p> {
    one: &'s Conditions<'p>,
    other: &'s Conditions<'p>,
}

impl Same<'_, '_> {
    /// Returns `true` if at most one of two conditions can hold, one of each definition.
    fn excludes(&self, one: &Condition, other: &Condition) -> bool {
        let denies = match (one, other) {
            (Condition::Not(inner), other) => self.conditions(inner, other),
            (one, Condition::Not(inner)) => self.conditions(one, inner),
            _ => false,
        };
        denies || self.compare_contrarily(one, other) || self.want_different(one, other)
    }

    fn compare_contrarily(&self, one: &Condition, other: &Condition) -> bool {
        match (comparison(one), comparison(other)) {
            (Some((one, left, right)), Some((other, first, second))) => {
                one.contrary() == other && self.exprs(left, first) && self.exprs(right, second)
            }
            _ => false,
        }
    }

    fn want_different(&self, one: &Condition, other: &Condition) -> bool {
        match (asked(one), asked(other)) {
            (Some((one, first)), Some((other, second))) => {
                first.differs(&second) && self.exprs(one, other)
            }
            _ => false,
        }
    }

    fn conditions(&self, one: &Condition, other: &Condition) -> bool {
        match (one, other) {
            (Condition::Truthy(one), Condition::Truthy(other))
            | (Condition::Defined(one), Condition::Defined(other))
            | (Condition::Collection(one), Condition::Collection(other)) => self.exprs(one, other),
            (Condition::Equal(left, right), Condition::Equal(first, second)) => {
                self.exprs(left, first) && self.exprs(right, second)
            }
            (Condition::Compare(one, left, right), Condition::Compare(other, first, second)) => {
                one == other && self.exprs(left, first) && self.exprs(right, second)
            }
            _ => false,
        }
    }

    fn exprs(&self, one: &Expr, other: &Expr) -> bool {
        let (Some(one), Some(other)) = (self.one.value(one), self.other.value(other)) else {
            return false;
        };
        match (one, other) {
            (Expr::Local(one), Expr::Local(other)) => one == other,
            (Expr::Constant(one), Expr::Constant(other)) => one == other,
            (Expr::Input(one), Expr::Input(other))
            | (Expr::BaseData(one), Expr::BaseData(other)) => one == other,
            (Expr::Rule(one, context), Expr::Rule(other, second)) => {
                one == other && context == second
            }
            (Expr::Get { base: one, keys }, Expr::Get { base: other, keys: second }) => {
                self.exprs(one, other) && self.all(keys, second)
            }
            (Expr::Call(one), Expr::Call(other)) => {
                is_same_callee(one, other) && self.all(&one.arguments, &other.arguments)
            }
            _ => false,
        }
    }

    fn all(&self, one: &[Expr], other: &[Expr]) -> bool {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| self.exprs(one, other))
    }
}

fn is_same_callee(one: &Call, other: &Call) -> bool {
    let same = match (one.callee, other.callee) {
        (Callee::Builtin(one), Callee::Builtin(other)) => one.name == other.name,
        (Callee::Function(one), Callee::Function(other)) => one == other,
        _ => false,
    };
    same && one.context == other.context && one.mock.is_none() && other.mock.is_none()
}
