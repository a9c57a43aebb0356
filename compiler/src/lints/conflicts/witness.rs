//! Values that satisfy several tests.

use crate::ast::{Operator, Term, TermKind};

/// A constant with which conditions compare.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
}

impl Scalar {
    /// Returns the constant that a term is.
    pub(super) fn of(term: &Term) -> Option<Self> {
        match &term.kind {
            TermKind::Null => Some(Scalar::Null),
            TermKind::Bool(value) => Some(Scalar::Bool(*value)),
            TermKind::Number(text) => text.parse().ok().map(Scalar::Number),
            TermKind::String(text) => Some(Scalar::Text(text.to_string())),
            _ => None,
        }
    }
}

/// A test of a value. A flag is `false` if the test must fail.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// The value is defined and not `false`.
    Holds(bool),
    Among(Vec<Scalar>, bool),
    /// The comparison of the value with a number.
    Order(Operator, f64),
    /// The text has a part, as the builtin of the name says.
    Part(&'static str, String, bool),
}

impl Test {
    /// Returns the test of a comparison by an operator.
    pub(super) fn compares(operator: Operator, constant: Scalar) -> Option<Self> {
        match (operator, constant) {
            (Operator::Equal, constant) => Some(Test::Among(vec![constant], true)),
            (Operator::NotEqual, constant) => Some(Test::Among(vec![constant], false)),
            (
                Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual,
                Scalar::Number(number),
            ) => Some(Test::Order(operator, number)),
            _ => None,
        }
    }

    /// Returns the test that the builtin `name` performs with the part.
    pub(super) fn has_part(name: &str, part: &str) -> Option<Self> {
        let name =
            ["startswith", "endswith", "contains"].into_iter().find(|known| *known == name)?;
        Some(Test::Part(name, part.to_owned(), true))
    }

    pub(super) fn negated(self) -> Self {
        match self {
            Test::Holds(wanted) => Test::Holds(!wanted),
            Test::Among(values, wanted) => Test::Among(values, !wanted),
            Test::Part(name, part, wanted) => Test::Part(name, part, !wanted),
            Test::Order(operator, number) => Test::Order(
                match operator {
                    Operator::Less => Operator::GreaterEqual,
                    Operator::LessEqual => Operator::Greater,
                    Operator::Greater => Operator::LessEqual,
                    _ => Operator::Less,
                },
                number,
            ),
        }
    }

    fn accepts(&self, value: &Scalar) -> bool {
        match self {
            Test::Holds(wanted) => (*value != Scalar::Bool(false)) == *wanted,
            Test::Among(values, wanted) => values.contains(value) == *wanted,
            Test::Order(operator, limit) => match value {
                Scalar::Number(number) => match operator {
                    Operator::Less => number < limit,
                    Operator::LessEqual => number <= limit,
                    Operator::Greater => number > limit,
                    _ => number >= limit,
                },
                _ => false,
            },
            Test::Part(name, part, wanted) => match value {
                Scalar::Text(text) => {
                    let has = match *name {
                        "startswith" => text.starts_with(part),
                        "endswith" => text.ends_with(part),
                        _ => text.contains(part),
                    };
                    has == *wanted
                }
                _ => false,
            },
        }
    }
}

/// Returns `true` if a value that satisfies all tests was found.
pub(super) fn have_witness(tests: &[&Test]) -> bool {
    candidates(tests).iter().any(|value| tests.iter().all(|test| test.accepts(value)))
}

/// Returns the values to try: the constants of the tests, numbers beside and between them, and texts
/// made of all parts.
fn candidates(tests: &[&Test]) -> Vec<Scalar> {
    let mut found = vec![Scalar::Bool(true), Scalar::Bool(false), Scalar::Text("other".to_owned())];
    let mut numbers = vec![0.0];
    let (mut start, mut middle, mut end) = (String::new(), String::new(), String::new());
    for test in tests {
        match test {
            Test::Among(values, _) => {
                found.extend(values.iter().cloned());
                numbers.extend(values.iter().filter_map(|value| match value {
                    Scalar::Number(number) => Some(*number),
                    _ => None,
                }));
            }
            Test::Order(_, number) => numbers.push(*number),
            Test::Part(name, part, true) => match *name {
                "startswith" if part.len() > start.len() => start.clone_from(part),
                "endswith" if part.len() > end.len() => end.clone_from(part),
                "contains" => middle.push_str(part),
                _ => {}
            },
            Test::Holds(_) | Test::Part(_, _, false) => {}
        }
    }
    numbers.sort_by(f64::total_cmp);
    found.extend(numbers.windows(2).map(|pair| Scalar::Number(f64::midpoint(pair[0], pair[1]))));
    found.extend(
        numbers.iter().flat_map(|number| [*number, number - 1.0, number + 1.0].map(Scalar::Number)),
    );
    for part in [&*middle, ""] {
        found.push(Scalar::Text(format!("{start}{part}{end}")));
        found.push(Scalar::Text(format!("{start}x{part}x{end}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, part: &str) -> Test {
        Test::has_part(name, part).expect("a known builtin")
    }

    fn order(operator: Operator, number: f64) -> Test {
        Test::compares(operator, Scalar::Number(number)).expect("an order")
    }

    #[test]
    fn ranges_that_overlap_have_a_witness() {
        let below = |number| order(Operator::Less, number);
        let above = |number| order(Operator::Greater, number);
        assert!(have_witness(&[&below(10.0), &above(5.0)]));
        assert!(!have_witness(&[&below(5.0), &above(5.0)]));
        assert!(have_witness(&[
            &order(Operator::LessEqual, 5.0),
            &order(Operator::GreaterEqual, 5.0)
        ]));
        assert!(!have_witness(&[&below(10.0), &below(10.0).negated()]));
    }

    #[test]
    fn parts_of_a_text_exclude_each_other_only_at_one_end() {
        assert!(have_witness(&[&part("startswith", "a/"), &part("endswith", ":b")]));
        assert!(have_witness(&[&part("startswith", "a/"), &part("startswith", "b/").negated()]));
        assert!(!have_witness(&[&part("startswith", "a/"), &part("startswith", "b/")]));
        assert!(!have_witness(&[&part("contains", "a"), &part("contains", "a").negated()]));
    }

    #[test]
    fn a_constant_is_tried_against_the_other_tests() {
        let is = |text: &str| Test::Among(vec![Scalar::Text(text.to_owned())], true);
        assert!(have_witness(&[&is("abc"), &part("startswith", "a")]));
        assert!(!have_witness(&[&is("abc"), &is("b")]));
        assert!(!have_witness(&[&Test::Holds(true), &Test::Holds(false)]));
    }
}
