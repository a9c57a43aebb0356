//! Namespaces whose objects Gatekeeper leaves alone.
//!
//! A cluster names them in its `Config` (`spec.match`, Gatekeeper's
//! `pkg/controller/config/process/excluder.go`). A Namespace may also carry the label
//! [`IGNORE_LABEL`], which keeps the API server from asking the webhook at all. So the webhook
//! allows the label on exempt Namespaces only, see [`check_label`].
//!
//! ```
//! use ferrego_gatekeeper::exemption::ExemptNamespaces;
//!
//! let exempt = ExemptNamespaces::new(["kube-*", "monitoring"]);
//! assert!(exempt.contains("kube-system") && !exempt.contains("default"));
//! ```

use ferrego_runtime::{Arena, Value};

use crate::fault::{Fault, FaultCode, FieldPath, Segment};
use crate::matching::wildcard::Wildcard;
use crate::review::Review;

/// The label of a Namespace about whose objects the API server does not ask the webhook.
pub const IGNORE_LABEL: &str = "admission.gatekeeper.sh/ignore";

/// A part of Gatekeeper that a `Config` can keep from a namespace.
///
/// ```
/// use ferrego_gatekeeper::exemption::Process;
///
/// assert_eq!(Process::Webhook.as_str(), "webhook");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Process {
    /// The audit.
    Audit,
    /// The copy of objects into the inventory.
    Sync,
    /// The admission webhook.
    Webhook,
}

impl Process {
    /// Returns the name of the process in a `Config`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Sync => "sync",
            Self::Webhook => "webhook",
        }
    }
}

/// The names of exempt namespaces, each with `*` as its prefix, its suffix or both.
///
/// ```
/// use ferrego_gatekeeper::exemption::{ExemptNamespaces, Process};
/// use ferrego_runtime::Document;
///
/// let config = Document::parse(
///     r#"{
///         "apiVersion": "config.gatekeeper.sh/v1alpha1",
///         "kind": "Config",
///         "metadata": {"name": "config"},
///         "spec": {"match": [{"excludedNamespaces": ["kube-*"], "processes": ["webhook"]}]}
///     }"#,
/// )?;
/// let exempt = ExemptNamespaces::of_config(&config.value(), Process::Webhook)?;
/// assert!(exempt.contains("kube-system"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExemptNamespaces {
    patterns: Vec<Wildcard>,
}

impl ExemptNamespaces {
    /// Creates the set of the namespaces that match one of `patterns`.
    pub fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Self {
        let patterns = patterns.into_iter().map(|pattern| Wildcard::new(pattern.as_ref()));
        Self { patterns: patterns.collect() }
    }

    /// Returns the namespaces that a `Config` of `config.gatekeeper.sh` exempts from `process`.
    ///
    /// # Errors
    /// Returns a fault for a field with a wrong type, because a namespace that is not read would
    /// not be exempt.
    pub fn of_config(config: &Value<'_>, process: Process) -> Result<Self, Fault> {
        let path = ["spec", "match"];
        let mut patterns = Vec::new();
        let entries = match config.path(&path) {
            None | Some(Value::Null) => return Ok(Self::default()),
            Some(entries) => entries,
        };
        for (index, entry) in array(&entries, &FieldPath::of(&path))?.iter().enumerate() {
            let at = |field: &str| {
                let mut path = FieldPath::of(&path);
                path.0.extend([Segment::Index(index), Segment::Key(field.to_owned())]);
                path
            };
            let names = |field: &str| {
                let value = entry.get_str(field).unwrap_or(Value::EMPTY_ARRAY);
                strings(&value, &at(field))
            };
            let processes = names("processes")?;
            if processes.iter().any(|name| *name == "*" || *name == process.as_str()) {
                patterns.extend(names("excludedNamespaces")?.into_iter().map(Wildcard::new));
            }
        }
        Ok(Self { patterns })
    }

    /// Adds the namespaces of another set.
    pub fn extend(&mut self, other: Self) {
        self.patterns.extend(other.patterns);
    }

    /// Returns `true` if no namespace is exempt.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns `true` if the namespace `name` is exempt.
    pub fn contains(&self, name: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(name))
    }

    /// Returns `true` if the object of `review` is in an exempt namespace, or is one.
    pub fn covers(&self, review: &Review<'_>) -> bool {
        let candidate = review.candidate();
        if (candidate.group, candidate.kind) != ("", "Namespace") {
            return self.contains(candidate.namespace);
        }
        let object = candidate.object.or(candidate.old_object);
        let name = object.and_then(|object| object.path(&["metadata", "name"])?.as_str());
        name.is_some_and(|name| self.contains(name))
    }
}

/// The answer to the check of [`IGNORE_LABEL`].
///
/// ```
/// use ferrego_gatekeeper::exemption::{ExemptNamespaces, check_label};
/// use ferrego_gatekeeper::review::Numbers;
/// use ferrego_gatekeeper::Review;
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let review = br#"{
///     "apiVersion": "admission.k8s.io/v1",
///     "kind": "AdmissionReview",
///     "request": {
///         "uid": "7",
///         "kind": {"group": "", "version": "v1", "kind": "Namespace"},
///         "operation": "CREATE",
///         "object": {
///             "apiVersion": "v1",
///             "kind": "Namespace",
///             "metadata": {"name": "web", "labels": {"admission.gatekeeper.sh/ignore": "yes"}}
///         }
///     }
/// }"#;
/// let review = Review::from_bytes(&arena, review, Numbers::Exact)?;
/// let exempt = ExemptNamespaces::new(["kube-*"]);
/// assert!(!check_label(&review, &exempt, &arena).is_allowed);
/// # Ok::<(), ferrego_gatekeeper::Faults>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LabelAnswer<'a> {
    /// `true` if the request is allowed.
    pub is_allowed: bool,
    /// The message, in Gatekeeper's words.
    pub message: &'a str,
}

/// Checks that a request does not put [`IGNORE_LABEL`] on a Namespace that is not exempt
/// (Gatekeeper's `pkg/webhook/namespacelabel.go`).
pub fn check_label<'a>(
    review: &Review<'a>,
    exempt: &ExemptNamespaces,
    arena: &'a Arena,
) -> LabelAnswer<'a> {
    let allowed = |message| LabelAnswer { is_allowed: true, message };
    let request = review.value();
    let text = |path: &[&str]| request.path(path).and_then(|text| text.as_str()).unwrap_or("");
    if text(&["operation"]) == "DELETE" {
        return allowed("Delete is always allowed");
    }
    if (text(&["kind", "group"]), text(&["kind", "kind"])) != ("", "Namespace") {
        return allowed("Not a namespace");
    }
    let name = text(&["object", "metadata", "name"]);
    if exempt.contains(name) {
        let message = format_args!("Namespace {name} is allowed to set {IGNORE_LABEL}");
        return allowed(arena.format(message));
    }
    if request.path(&["object", "metadata", "labels", IGNORE_LABEL]).is_some() {
        let message = format_args!("Only exempt namespace can have the {IGNORE_LABEL} label");
        return LabelAnswer { is_allowed: false, message: arena.format(message) };
    }
    allowed(arena.format(format_args!("Namespace is not setting the {IGNORE_LABEL} label")))
}

/// Returns the elements of an array.
fn array<'a>(value: &Value<'a>, path: &FieldPath) -> Result<&'a [Value<'a>], Fault> {
    match value {
        Value::Array(elements) => Ok(elements),
        other => Err(wrong_type(path, "an array", other)),
    }
}

/// Returns the elements of an array of strings.
fn strings<'a>(value: &Value<'a>, path: &FieldPath) -> Result<Vec<&'a str>, Fault> {
    let text = |element: &Value<'a>| {
        element.as_str().ok_or_else(|| wrong_type(path, "an array of strings", value))
    };
    array(value, path)?.iter().map(text).collect()
}

fn wrong_type(path: &FieldPath, expected: &str, found: &Value<'_>) -> Fault {
    let message = format!("expected {expected}, found {found}");
    Fault::new(FaultCode::InvalidConfig, path.clone(), message)
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::Document;

    use super::*;
    use crate::review::Numbers;

    fn config(json: &str) -> Result<ExemptNamespaces, Fault> {
        let document = Document::parse(json).expect("JSON");
        ExemptNamespaces::of_config(&document.value(), Process::Webhook)
    }

    #[test]
    fn a_config_names_namespaces_for_each_process() {
        let exempt = config(
            r#"{"spec": {"match": [
                {"excludedNamespaces": ["kube-*"], "processes": ["*"]},
                {"excludedNamespaces": ["audited"], "processes": ["audit", "sync"]},
                {"excludedNamespaces": ["*-dev"], "processes": ["audit", "webhook"]},
                {"excludedNamespaces": ["nowhere"]}
            ]}}"#,
        )
        .expect("a config");
        for name in ["kube-system", "team-dev"] {
            assert!(exempt.contains(name), "{name}");
        }
        for name in ["audited", "nowhere", "default", ""] {
            assert!(!exempt.contains(name), "{name}");
        }
        for empty in ["{}", r#"{"spec": {"match": null}}"#, r#"{"spec": {"match": []}}"#] {
            assert!(config(empty).expect("a config").is_empty(), "{empty}");
        }
    }

    #[test]
    fn a_broken_config_is_refused_with_its_place() {
        for (json, path) in [
            (r#"{"spec": {"match": {}}}"#, "spec.match"),
            (r#"{"spec": {"match": [{"processes": "*"}]}}"#, "spec.match[0].processes"),
            (
                r#"{"spec": {"match": [{"processes": ["*"], "excludedNamespaces": [1]}]}}"#,
                "spec.match[0].excludedNamespaces",
            ),
        ] {
            let fault = config(json).expect_err(json);
            assert_eq!(fault.path.to_string(), path);
        }
    }

    fn review<'a>(arena: &'a Arena, request: &str) -> Review<'a> {
        let text = format!(
            r#"{{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {request}}}"#
        );
        let bytes = arena.string(&text).as_bytes();
        Review::from_bytes(arena, bytes, Numbers::Exact).expect("a review")
    }

    #[test]
    fn a_namespace_counts_by_its_own_name() {
        let exempt = ExemptNamespaces::new(["kube-*"]);
        let arena = Arena::new();
        for (request, is_covered) in [
            (
                r#"{"namespace": "kube-system", "object": {"apiVersion": "v1", "kind": "Pod"}}"#,
                true,
            ),
            (r#"{"namespace": "web", "object": {"apiVersion": "v1", "kind": "Pod"}}"#, false),
            (
                r#"{"object": {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "kube-1"}}}"#,
                false,
            ),
            (
                r#"{"namespace": "web", "object": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-x"}}}"#,
                true,
            ),
            (
                r#"{"operation": "DELETE", "oldObject": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-x"}}}"#,
                true,
            ),
        ] {
            assert_eq!(exempt.covers(&review(&arena, request)), is_covered, "{request}");
        }
    }

    #[test]
    fn only_exempt_namespaces_carry_the_label() {
        let exempt = ExemptNamespaces::new(["kube-*"]);
        let arena = Arena::new();
        let answer = |kind: &str, operation: &str, name: &str, label: &str| {
            let object = format!(
                r#"{{"apiVersion": "v1", "kind": "{kind}", "metadata": {{"name": "{name}", "labels": {{"{label}": ""}}}}}}"#
            );
            let object = if operation == "DELETE" {
                format!(r#""oldObject": {object}"#)
            } else {
                format!(r#""object": {object}"#)
            };
            let request = format!(
                r#"{{"kind": {{"group": "", "version": "v1", "kind": "{kind}"}}, "operation": "{operation}", {object}}}"#
            );
            let answer = check_label(&review(&arena, &request), &exempt, &arena);
            (answer.is_allowed, answer.message)
        };
        for (kind, operation, name, label, expected) in [
            ("Namespace", "DELETE", "web", IGNORE_LABEL, (true, "Delete is always allowed")),
            ("Pod", "CREATE", "web", IGNORE_LABEL, (true, "Not a namespace")),
            (
                "Namespace",
                "UPDATE",
                "kube-system",
                IGNORE_LABEL,
                (true, "Namespace kube-system is allowed to set admission.gatekeeper.sh/ignore"),
            ),
            (
                "Namespace",
                "CREATE",
                "web",
                IGNORE_LABEL,
                (false, "Only exempt namespace can have the admission.gatekeeper.sh/ignore label"),
            ),
            (
                "Namespace",
                "CREATE",
                "web",
                "team",
                (true, "Namespace is not setting the admission.gatekeeper.sh/ignore label"),
            ),
        ] {
            assert_eq!(answer(kind, operation, name, label), expected);
        }
    }
}
