//! The reason why a match excludes an object, for people.

use ferrego_runtime::Value;

use super::object::Named as _;
use super::selector::{LabelSelector, Operator};
use super::{Candidate, Clause, Criteria, Match, MatchError, Place, Scope, Source};

/// The most names that an expected value lists.
const NAMES: usize = 5;

/// The clause of `spec.match` that excludes an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The field below `spec.match`, such as `excludedNamespaces`.
    pub clause: &'static str,
    /// The objects that the clause selects.
    pub expected: String,
    /// The object's value.
    pub found: String,
}

impl Match {
    /// Returns the clause that excludes the candidate, or `None` if the match selects it. If neither
    /// the object nor the old object is selected, the clause excludes the object.
    ///
    /// # Errors
    /// Returns a [`MatchError`] if matching cannot decide.
    pub fn exclusion(&self, candidate: &Candidate<'_>) -> Result<Option<Exclusion>, MatchError> {
        let clause = self.excluding(candidate)?;
        let object = candidate.objects().next();
        Ok(match (&self.criteria, clause, object) {
            (Some(criteria), Some(clause), Some(object)) => {
                Some(criteria.explain(clause, candidate, object))
            }
            _ => None,
        })
    }
}

impl Criteria {
    fn explain(&self, clause: Clause, candidate: &Candidate<'_>, object: &Value<'_>) -> Exclusion {
        let place = Place::of(candidate, object);
        let namespace = || match place.namespace() {
            None | Some("") => "no namespace".to_owned(),
            Some(name) => format!("namespace `{name}`"),
        };
        let (clause, expected, found) = match clause {
            Clause::Kinds => {
                ("kinds", self.expected_kinds(), kind(candidate.group, candidate.kind))
            }
            Clause::Scope => (
                "scope",
                self.scope.expected().to_owned(),
                match place {
                    Place::In { name, .. } => format!("an object in the namespace `{name}`"),
                    Place::Cluster => "an object without a namespace".to_owned(),
                    Place::IsNamespace(_) => "a Namespace, which has cluster scope".to_owned(),
                },
            ),
            Clause::Namespaces => ("namespaces", one_of(&self.namespaces), namespace()),
            Clause::ExcludedNamespaces => {
                let names = one_of(&self.excluded_namespaces);
                ("excludedNamespaces", format!("no namespace like {names}"), namespace())
            }
            Clause::LabelSelector => {
                let (expected, found) = labels(self.labels.as_ref(), object, "");
                ("labelSelector", expected, found)
            }
            Clause::NamespaceSelector => {
                let (labeled, of) = match place {
                    Place::In { name, object: Some(namespace) } => {
                        (namespace, format!(" of the namespace `{name}`"))
                    }
                    _ => (*object, " of the Namespace".to_owned()),
                };
                let (expected, found) = labels(self.namespace_labels.as_ref(), &labeled, &of);
                ("namespaceSelector", expected, found)
            }
            Clause::Name => {
                let expected = self.name.as_ref().map_or_else(String::new, ToString::to_string);
                ("name", format!("`{expected}`"), name(object))
            }
            Clause::Source => {
                let expected = self.source.unwrap_or_default();
                ("source", source(expected), source(candidate.source))
            }
        };
        Exclusion { clause, expected, found }
    }

    fn expected_kinds(&self) -> String {
        let all: Vec<String> = self
            .kinds
            .keys()
            .take(NAMES + 1)
            .map(|key| match (key.group, key.kind) {
                (Some(group), Some(own)) => kind(group, own),
                (None, Some(own)) => format!("{own} of any group"),
                (Some(""), None) => "any kind of the core group".to_owned(),
                (Some(group), None) => format!("any kind of `{group}`"),
                (None, None) => "any kind".to_owned(),
            })
            .collect();
        listed(&all)
    }
}

impl Scope {
    fn expected(self) -> &'static str {
        match self {
            Self::Any => "any object",
            Self::Cluster => "an object of cluster scope",
            Self::Namespaced => "an object in a namespace",
        }
    }
}

fn kind(group: &str, kind: &str) -> String {
    match group {
        "" => format!("{kind} of the core group"),
        group => format!("{kind} of `{group}`"),
    }
}

fn source(source: Source) -> String {
    format!("{source:?}")
}

fn name(object: &Value<'_>) -> String {
    match (object.name(), object.generate_name()) {
        ("", "") => "no name".to_owned(),
        ("", prefix) => format!("a generated name that begins with `{prefix}`"),
        (name, _) => format!("`{name}`"),
    }
}

/// Returns the first requirement that an object does not satisfy, and its label.
fn labels(selector: Option<&LabelSelector>, object: &Value<'_>, of: &str) -> (String, String) {
    let Some(requirement) = selector.and_then(|selector| selector.unmet(object)) else {
        return (String::new(), String::new());
    };
    let key = &requirement.key;
    let expected = match &requirement.operator {
        Operator::In(values) => format!("label `{key}`{of} in {}", one_of(values)),
        Operator::NotIn(values) => format!("label `{key}`{of} not in {}", one_of(values)),
        Operator::Exists => format!("a label `{key}`{of}"),
        Operator::DoesNotExist => format!("no label `{key}`{of}"),
    };
    let found = match object.label(key) {
        Some(value) => format!("label `{key}` is `{value}`"),
        None => format!("no label `{key}`"),
    };
    (expected, found)
}

fn one_of<T: ToString>(names: &[T]) -> String {
    let names = names.iter().take(NAMES + 1).map(|name| format!("`{}`", name.to_string()));
    listed(&names.collect::<Vec<_>>())
}

/// Joins up to [`NAMES`] names, and says if there are more.
fn listed(names: &[String]) -> String {
    match names.get(..NAMES) {
        Some(first) if names.len() > NAMES => format!("{}, …", first.join(", ")),
        _ => names.join(", "),
    }
}
