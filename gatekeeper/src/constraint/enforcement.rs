//! The enforcement of a constraint: `enforcementAction` and `scopedEnforcementActions`.

use ferrego_runtime::Value;

use crate::fault::{Fault, FaultCode, FieldPath};
use crate::field_errors;

const ACTIONS: [&str; 3] = ["deny", "warn", "dryrun"];
const SCOPED: &str = "scoped";

/// The action that Gatekeeper takes on a violation.
///
/// ```
/// use ferrego_gatekeeper::Constraint;
/// use ferrego_gatekeeper::constraint::Action;
/// use ferrego_runtime::Document;
///
/// let constraint = Document::parse(
///     r#"{
///         "apiVersion": "constraints.gatekeeper.sh/v1beta1",
///         "kind": "DenyAll",
///         "metadata": {"name": "deny-pods"},
///         "spec": {"enforcementAction": "warn"}
///     }"#,
/// )?;
/// let (constraint, _) = Constraint::read(&constraint.value(), None)?;
/// assert_eq!(constraint.enforcement().actions_at("audit.gatekeeper.sh"), [&Action::Warn]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Denies the request.
    #[default]
    Deny,
    /// Warns the client that sent the request.
    Warn,
    /// Only reports the violation.
    Dryrun,
    /// An action that Gatekeeper does not know. Gatekeeper accepts the constraint and reports the
    /// violation under this text, but neither denies nor warns.
    Other(Box<str>),
}

impl Action {
    fn of(text: &str) -> Self {
        match text {
            "deny" => Self::Deny,
            "warn" => Self::Warn,
            "dryrun" => Self::Dryrun,
            other => Self::Other(other.into()),
        }
    }

    /// Returns the name of the action in results.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Deny => "deny",
            Self::Warn => "warn",
            Self::Dryrun => "dryrun",
            Self::Other(text) => text,
        }
    }
}

/// A point at which Gatekeeper enforces constraints, as `scopedEnforcementActions` names it.
///
/// ```
/// use ferrego_gatekeeper::constraint::EnforcementPoint;
///
/// assert_eq!(EnforcementPoint::Audit.as_str(), "audit.gatekeeper.sh");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EnforcementPoint {
    /// The admission webhook.
    Webhook,
    /// The audit of the objects in the cluster.
    Audit,
    /// The command line of `gator`.
    Gator,
    /// Kubernetes' own `ValidatingAdmissionPolicy`, which does not run Rego.
    AdmissionPolicy,
}

impl EnforcementPoint {
    const ALL: [Self; 4] = [Self::Webhook, Self::Audit, Self::Gator, Self::AdmissionPolicy];

    /// Returns the name of the point in constraints.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "validation.gatekeeper.sh",
            Self::Audit => "audit.gatekeeper.sh",
            Self::Gator => "gator.gatekeeper.sh",
            Self::AdmissionPolicy => "vap.k8s.io",
        }
    }
}

/// The actions of a constraint on violations, per enforcement point.
///
/// ```
/// use ferrego_gatekeeper::Constraint;
/// use ferrego_gatekeeper::constraint::{Action, Enforcement};
/// use ferrego_runtime::Document;
///
/// let constraint = Document::parse(
///     r#"{
///         "apiVersion": "constraints.gatekeeper.sh/v1beta1",
///         "kind": "DenyAll",
///         "metadata": {"name": "deny-pods"},
///         "spec": {}
///     }"#,
/// )?;
/// let (constraint, _) = Constraint::read(&constraint.value(), None)?;
/// assert_eq!(constraint.enforcement(), &Enforcement::Everywhere(Action::Deny));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Enforcement {
    /// One action for every point.
    Everywhere(Action),
    /// The entries of `scopedEnforcementActions`.
    Scoped(Vec<ScopedAction>),
}

/// One entry of `scopedEnforcementActions`.
///
/// ```
/// use ferrego_gatekeeper::Constraint;
/// use ferrego_gatekeeper::constraint::{Enforcement, ScopedAction};
/// use ferrego_runtime::Document;
///
/// let constraint = Document::parse(
///     r#"{
///         "apiVersion": "constraints.gatekeeper.sh/v1beta1",
///         "kind": "DenyAll",
///         "metadata": {"name": "deny-pods"},
///         "spec": {
///             "enforcementAction": "scoped",
///             "scopedEnforcementActions": [
///                 {"action": "deny", "enforcementPoints": [{"name": "audit.gatekeeper.sh"}]}
///             ]
///         }
///     }"#,
/// )?;
/// let (constraint, _) = Constraint::read(&constraint.value(), None)?;
/// let Enforcement::Scoped(actions) = constraint.enforcement() else { unreachable!() };
/// let [ScopedAction { action, points, .. }] = actions.as_slice() else { unreachable!() };
/// assert_eq!((action.as_str(), &*points[0]), ("deny", "audit.gatekeeper.sh"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScopedAction {
    /// The action on a violation.
    pub action: Action,
    /// The names of the points at which the action is taken; `*` is all points.
    pub points: Vec<Box<str>>,
}

impl Default for Enforcement {
    fn default() -> Self {
        Self::Everywhere(Action::Deny)
    }
}

impl Enforcement {
    /// Returns `spec.enforcementAction` as results name it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Everywhere(action) => action.as_str(),
            Self::Scoped(_) => SCOPED,
        }
    }

    /// Returns the distinct actions at the point `point`, in the order of the document. If no entry
    /// names the point, there are none.
    pub fn actions_at<'e>(&'e self, point: &str) -> Vec<&'e Action> {
        let entries = match self {
            Self::Everywhere(action) => return vec![action],
            Self::Scoped(entries) => entries,
        };
        let mut actions = Vec::new();
        for entry in entries {
            let names_it = |own: &str| own == "*" || own == point;
            let is_named = entry.points.iter().any(|own| names_it(own));
            if is_named && !actions.contains(&&entry.action) {
                actions.push(&entry.action);
            }
        }
        actions
    }

    /// Reads the enforcement of the constraint `value`. Skips fields of the wrong type without a
    /// fault, because the schema's validation has reported them.
    pub(super) fn collect(value: &Value<'_>, faults: &mut Vec<Fault>) -> Self {
        let path = FieldPath::of(&["spec", "enforcementAction"]);
        let scoped = value.path(&["spec", "scopedEnforcementActions"]);
        let scoped_path = FieldPath::of(&["spec", "scopedEnforcementActions"]);
        let given = value.path(&["spec", "enforcementAction"]).and_then(|given| given.as_str());
        let action = match given {
            Some(SCOPED) => {
                if scoped.is_none() {
                    let message =
                        field_errors::required("must be defined where the action is scoped");
                    let fault = Fault::new(FaultCode::InvalidConstraint, scoped_path, message);
                    faults.push(fault.seen_at(path));
                    return Self::Scoped(Vec::new());
                }
                let entries = entries(scoped, &scoped_path, faults);
                if entries.iter().all(|entry| entry.points.is_empty()) {
                    let message = "the constraint is enforced nowhere".to_owned();
                    let help = "name points under scopedEnforcementActions";
                    faults.push(warning(path, message).with_help(help));
                }
                return Self::Scoped(entries);
            }
            Some(text) => Action::of(text),
            None => Action::default(),
        };
        if let Action::Other(text) = &action {
            let known = ACTIONS.into_iter().chain([SCOPED]);
            faults.push(unknown_action(path, text, known));
        }
        if scoped.is_some() {
            let message = "has no effect unless enforcementAction is scoped".to_owned();
            faults.push(warning(scoped_path, message));
        }
        Self::Everywhere(action)
    }
}

fn entries(
    value: Option<Value<'_>>,
    path: &FieldPath,
    faults: &mut Vec<Fault>,
) -> Vec<ScopedAction> {
    let Some(Value::Array(items)) = value else { return Vec::new() };
    let mut entries = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = path.index(index);
        let text = item.get_str("action").and_then(|action| action.as_str()).unwrap_or_default();
        let action = Action::of(text);
        if let Action::Other(_) = action {
            faults.push(unknown_action(path.key("action"), text, ACTIONS));
        }
        let points = points(item, &path.key("enforcementPoints"), faults);
        entries.push(ScopedAction { action, points });
    }
    entries
}

fn points(entry: &Value<'_>, path: &FieldPath, faults: &mut Vec<Fault>) -> Vec<Box<str>> {
    let Some(Value::Array(items)) = entry.get_str("enforcementPoints") else { return Vec::new() };
    let mut points: Vec<Box<str>> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(name) = item.get_str("name").and_then(|name| name.as_str()) else { continue };
        let known = EnforcementPoint::ALL.map(EnforcementPoint::as_str);
        if name != "*" && !known.contains(&name) {
            let known = known.into_iter().chain(["*"]);
            let message = field_errors::unsupported(&Value::String(name), known);
            faults.push(warning(path.index(index).key("name"), message));
        }
        points.push(name.into());
    }
    points
}

fn unknown_action(
    path: FieldPath,
    text: &str,
    known: impl IntoIterator<Item = &'static str>,
) -> Fault {
    let message = field_errors::unsupported(&Value::String(text), known);
    let help = "Gatekeeper accepts it, and then reports violations but neither denies nor warns";
    warning(path, message).with_help(help)
}

fn warning(path: FieldPath, message: String) -> Fault {
    Fault::new(FaultCode::InvalidConstraint, path, message).as_warning()
}
