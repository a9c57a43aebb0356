//! Label selectors (`apimachinery`'s `labels` and `metav1.LabelSelector`).

use ferrego_runtime::Value;

use super::object::Named as _;

/// A label selector; without requirements it selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LabelSelector(pub(super) Vec<Requirement>);

/// A requirement on a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    pub(super) key: Box<str>,
    pub(super) operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    In(Vec<Box<str>>),
    NotIn(Vec<Box<str>>),
    Exists,
    DoesNotExist,
}

impl LabelSelector {
    /// Returns `true` if the labels of `object` satisfy all requirements.
    pub(super) fn matches(&self, object: &Value<'_>) -> bool {
        self.unmet(object).is_none()
    }

    /// Returns the first requirement that the labels of `object` do not satisfy.
    pub(super) fn unmet(&self, object: &Value<'_>) -> Option<&Requirement> {
        let mut all = self.0.iter();
        all.find(|requirement| !requirement.matches(object.label(&requirement.key)))
    }
}

impl Requirement {
    fn matches(&self, label: Option<&str>) -> bool {
        let is_in = |values: &[Box<str>]| {
            label.is_some_and(|label| values.iter().any(|value| **value == *label))
        };
        match &self.operator {
            Operator::In(values) => is_in(values),
            // An object without the label is not in the values either.
            Operator::NotIn(values) => !is_in(values),
            Operator::Exists => label.is_some(),
            Operator::DoesNotExist => label.is_none(),
        }
    }
}
