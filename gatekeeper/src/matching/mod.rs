//! The selection of the objects that a constraint judges: `spec.match`.
//!
//! [`Match`] follows Gatekeeper's `pkg/mutation/match`. Every criterion that is set must select the
//! object. For a change, it is sufficient if the object before or after it is selected.

mod explain;
mod kinds;
mod object;
mod read;
mod selector;
pub(crate) mod wildcard;

#[cfg(test)]
mod tests;

use std::fmt;

use ferrego_runtime::Value;

pub use explain::Exclusion;
pub use kinds::KindKey;
use kinds::Kinds;
use object::Named as _;
use selector::LabelSelector;
use wildcard::Wildcard;

/// A review to be matched, as seen from outside the policy.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The API group of the reviewed kind; empty for the core group.
    pub group: &'a str,
    /// The kind of the object.
    pub kind: &'a str,
    /// The namespace of the request or object; empty if there is none.
    pub namespace: &'a str,
    /// The object; `None` if the review has none. Null counts as none.
    pub object: Option<Value<'a>>,
    /// The object before the change; `None` if the review has none.
    pub old_object: Option<Value<'a>>,
    /// The Namespace object of `namespace`, if it is known.
    pub namespace_object: Option<Value<'a>>,
    /// `true` if an object whose Namespace is not known is in the namespace that it names itself,
    /// instead of in `namespace`.
    pub by_own_namespace: bool,
    /// The origin of the object.
    pub source: Source,
}

/// The origin of an object, as `spec.match.source` distinguishes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The object of the request.
    #[default]
    Original,
    /// An object that an `ExpansionTemplate` generated.
    Generated,
}

impl<'a> Candidate<'a> {
    /// Returns `true` if the candidate has an object or an object before the change.
    fn has_object(&self) -> bool {
        let is_there = |object: &Option<Value<'_>>| !matches!(object, None | Some(Value::Null));
        is_there(&self.object) || is_there(&self.old_object)
    }

    /// Returns the object and the object before the change, as far as they exist.
    pub fn objects(&self) -> impl Iterator<Item = &Value<'a>> {
        let objects = [&self.object, &self.old_object];
        objects.into_iter().flatten().filter(|value| !matches!(value, Value::Null))
    }
}

/// A constraint's `spec.match`.
#[derive(Clone, Debug, Default)]
pub struct Match {
    /// The criteria; `None` if the constraint has no `match`, in which case it judges every object.
    criteria: Option<Box<Criteria>>,
}

/// The criteria of a match. One that is not set selects everything.
#[derive(Clone, Debug, Default)]
struct Criteria {
    kinds: Kinds,
    scope: Scope,
    namespaces: Vec<Wildcard>,
    excluded_namespaces: Vec<Wildcard>,
    labels: Option<LabelSelector>,
    namespace_labels: Option<LabelSelector>,
    name: Option<Wildcard>,
    source: Option<Source>,
}

/// A criterion of a match, by the name of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clause {
    Kinds,
    Scope,
    Namespaces,
    ExcludedNamespaces,
    LabelSelector,
    NamespaceSelector,
    Name,
    Source,
}

/// The criterion `scope`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scope {
    #[default]
    Any,
    Cluster,
    Namespaced,
}

/// The reason why matching cannot decide whether a constraint judges an object. The object must
/// then be rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchError {
    /// A `namespaceSelector` needs the Namespace object, which is not known.
    MissingNamespace,
    /// A `namespaceSelector` needs the labels of the Namespace, of which one is not a string.
    InvalidNamespace,
    /// The review has neither object nor old object.
    NoObject,
}

impl fmt::Display for MatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingNamespace => {
                "failed to run Match criteria: namespace selector for namespace-scoped object but \
                 missing Namespace"
            }
            Self::InvalidNamespace => {
                "failed to run Match criteria: namespace selector for a Namespace whose labels are \
                 not strings"
            }
            Self::NoObject => "invalid request object: neither object nor old object are defined",
        })
    }
}

impl MatchError {
    /// Returns the error with the name of the matched object, as Gatekeeper reports it.
    pub(crate) fn about(self, candidate: &Candidate<'_>) -> impl fmt::Display {
        let name = candidate.objects().next().map_or("", |object| object.name());
        fmt::from_fn(move |f| match self {
            Self::MissingNamespace | Self::InvalidNamespace => {
                write!(f, "error matching the requested object: {name} :{self}")
            }
            Self::NoObject => fmt::Display::fmt(&self, f),
        })
    }
}

impl std::error::Error for MatchError {}

impl Match {
    /// Returns a match without criteria, which selects everything.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Returns `true` if the match selects the candidate. Does not allocate.
    ///
    /// # Errors
    /// Returns a [`MatchError`] if matching cannot decide.
    pub fn matches(&self, candidate: &Candidate<'_>) -> Result<bool, MatchError> {
        Ok(self.excluding(candidate)?.is_none())
    }

    /// Returns the clause that excludes the candidate, or `None` if the match selects it. If it has
    /// two objects, the clause excludes the first.
    fn excluding(&self, candidate: &Candidate<'_>) -> Result<Option<Clause>, MatchError> {
        match &self.criteria {
            None => Ok(None),
            Some(criteria) if criteria.kinds.select(candidate.group, candidate.kind) => {
                criteria.exclude_both(candidate)
            }
            Some(_) if candidate.has_object() => Ok(Some(Clause::Kinds)),
            Some(_) => Err(MatchError::NoObject),
        }
    }

    /// Returns `true` if the match selects the candidate, whose kind must be one of the match's.
    pub(crate) fn matches_of_kind(&self, candidate: &Candidate<'_>) -> Result<bool, MatchError> {
        let Some(criteria) = &self.criteria else { return Ok(true) };
        debug_assert!(criteria.kinds.select(candidate.group, candidate.kind));
        Ok(criteria.exclude_both(candidate)?.is_none())
    }

    /// Returns the kinds that the match selects, each group with each kind. They serve as keys of
    /// an index over constraints, because an object of another kind is never selected.
    pub fn kinds(&self) -> impl Iterator<Item = KindKey<'_>> {
        match &self.criteria {
            Some(criteria) => criteria.kinds.keys(),
            None => Kinds::every().keys(),
        }
    }
}

impl Criteria {
    /// Returns the clause that excludes the first of the candidate's objects, or `None` if one of
    /// them is selected. The candidate's kind must be.
    fn exclude_both(&self, candidate: &Candidate<'_>) -> Result<Option<Clause>, MatchError> {
        if !candidate.has_object() {
            return Err(MatchError::NoObject);
        }
        if self.ask_for_kinds_alone() {
            return Ok(None);
        }
        let mut first = None;
        for object in candidate.objects() {
            match self.exclude(candidate, object)? {
                None => return Ok(None),
                clause => first = first.or(clause),
            }
        }
        Ok(first)
    }

    /// Evaluates the criteria after the kinds in Gatekeeper's order, which decides whether one of
    /// them can fail. Returns the first that excludes the object.
    fn exclude(
        &self,
        candidate: &Candidate<'_>,
        object: &Value<'_>,
    ) -> Result<Option<Clause>, MatchError> {
        // The object's place is computed only for constraints that depend on it, which are few.
        let place = self.asks_for_place().then(|| Place::of(candidate, object));
        if let Some(place) = &place
            && let Some(clause) = self.outside(place)
        {
            return Ok(Some(clause));
        }
        if !self.labels.as_ref().is_none_or(|labels| labels.matches(object)) {
            return Ok(Some(Clause::LabelSelector));
        }
        if let Some(place) = &place
            && !self.namespace_is_selected(place, object)?
        {
            return Ok(Some(Clause::NamespaceSelector));
        }
        let has_name = self.name.as_ref().is_none_or(|name| {
            name.matches(object.name()) || name.matches_generated(object.generate_name())
        });
        if !has_name {
            return Ok(Some(Clause::Name));
        }
        let has_source = self.source.is_none_or(|source| source == candidate.source);
        Ok(if has_source { None } else { Some(Clause::Source) })
    }

    fn ask_for_kinds_alone(&self) -> bool {
        self.labels.is_none()
            && self.name.is_none()
            && self.source.is_none()
            && !self.asks_for_place()
    }

    fn asks_for_place(&self) -> bool {
        self.scope != Scope::Any
            || !self.namespaces.is_empty()
            || !self.excluded_namespaces.is_empty()
            || self.namespace_labels.is_some()
    }

    /// Returns the clause about the place of an object that excludes it.
    fn outside(&self, place: &Place<'_>) -> Option<Clause> {
        if !self.scope.selects(place) {
            return Some(Clause::Scope);
        }
        let name = place.namespace()?;
        let has_name = |wildcard: &Wildcard| wildcard.matches(name);
        if !self.namespaces.is_empty() && !self.namespaces.iter().any(has_name) {
            return Some(Clause::Namespaces);
        }
        self.excluded_namespaces.iter().any(has_name).then_some(Clause::ExcludedNamespaces)
    }

    fn namespace_is_selected(
        &self,
        place: &Place<'_>,
        object: &Value<'_>,
    ) -> Result<bool, MatchError> {
        let Some(selector) = &self.namespace_labels else { return Ok(true) };
        match place {
            Place::Cluster => Ok(true),
            Place::IsNamespace(_) => Ok(selector.matches(object)),
            Place::In { object: Some(namespace), .. } if namespace.has_invalid_labels() => {
                Err(MatchError::InvalidNamespace)
            }
            Place::In { object: Some(namespace), .. } => Ok(selector.matches(namespace)),
            Place::In { object: None, .. } => Err(MatchError::MissingNamespace),
        }
    }
}

impl Scope {
    fn selects(self, place: &Place<'_>) -> bool {
        let is_inside = matches!(place, Place::In { .. });
        match self {
            Self::Any => true,
            Self::Cluster => !is_inside,
            Self::Namespaced => is_inside,
        }
    }
}

/// The place of an object.
enum Place<'a> {
    /// The object is in no namespace.
    Cluster,
    /// The object is the Namespace of this name.
    IsNamespace(&'a str),
    /// The object is in the namespace `name`. `object` is the Namespace object, if it is known.
    In { name: &'a str, object: Option<Value<'a>> },
}

impl<'a> Place<'a> {
    fn of(candidate: &Candidate<'a>, object: &Value<'a>) -> Self {
        if candidate.kind == "Namespace" && candidate.group.is_empty() {
            return Place::IsNamespace(object.name());
        }
        let known = candidate.namespace_object.filter(|value| matches!(value, Value::Object(_)));
        let name =
            if candidate.by_own_namespace { object.namespace() } else { candidate.namespace };
        match known {
            Some(namespace) => Place::In { name: namespace.name(), object: known },
            None if name.is_empty() => Place::Cluster,
            None => Place::In { name, object: None },
        }
    }

    /// Returns the namespace to which `namespaces` applies, or `None` if there is none.
    fn namespace(&self) -> Option<&'a str> {
        match self {
            Place::Cluster => None,
            Place::IsNamespace(name) | Place::In { name, .. } => Some(name),
        }
    }
}
