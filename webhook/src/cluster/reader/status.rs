//! The results of an audit in the status of a constraint, as Gatekeeper's `pkg/audit/manager.go` writes
//! them.

use std::time::Duration;

use kube::api::{GetParams, PostParams};
use kube::core::Request;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Kind, Reader, RequestError};

/// The length of a message in bytes; a longer one is cut.
const MESSAGE: usize = 256;

/// The end of a message that was cut.
const CUT: &str = "...";

/// The number of times that a status is written, if another client always writes at the same time.
const ATTEMPTS: u32 = 5;

/// The pause before the second attempt. Each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// A violation in the status of a constraint. Violations are ordered as in Gatekeeper.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusViolation {
    /// The API group of the object; empty for the core group.
    pub group: String,
    /// The version of the object.
    pub version: String,
    /// The kind of the object.
    pub kind: String,
    /// The namespace of the object; empty if it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The name of the object.
    pub name: String,
    /// The message, see [`cut_message`].
    pub message: String,
    /// The action of the constraint.
    pub enforcement_action: String,
    /// The scoped actions of the constraint.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enforcement_actions: Vec<String>,
}

/// The results of an audit for one constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditStatus {
    /// The number of all violations.
    pub total: u64,
    /// The violations to write, in their order.
    pub violations: Vec<StatusViolation>,
}

/// Cuts a message to the length that Gatekeeper writes: 253 bytes and three dots. The parts of a
/// character that was cut become U+FFFD, as in Go's JSON.
pub fn cut_message(message: &str) -> String {
    if message.len() <= MESSAGE {
        return message.to_owned();
    }
    let end = MESSAGE - CUT.len();
    let whole = message.floor_char_boundary(end);
    let (kept, _) = message.split_at(whole);
    format!("{kept}{}{CUT}", "\u{fffd}".repeat(end - whole))
}

/// Puts the results of an audit into a constraint. Other parts of its status stay.
///
/// # Errors
/// Returns an error if the constraint is not an object.
fn set_status(
    constraint: &mut Value,
    audited: &AuditStatus,
    timestamp: &str,
) -> serde_json::Result<()> {
    let no_object = || serde::de::Error::custom("expected a constraint, found no object");
    let constraint = constraint.as_object_mut().ok_or_else(no_object)?;
    let status = constraint.entry("status").or_insert(Value::Null);
    if !status.is_object() {
        *status = Value::Object(Map::new());
    }
    let status = status.as_object_mut().ok_or_else(no_object)?;
    status.insert("auditTimestamp".to_owned(), timestamp.into());
    status.insert("totalViolations".to_owned(), audited.total.into());
    if audited.violations.is_empty() {
        status.remove("violations");
    } else {
        status.insert("violations".to_owned(), serde_json::to_value(&audited.violations)?);
    }
    Ok(())
}

impl Reader {
    /// Writes the results of an audit into the status of a constraint. If another client has changed
    /// the constraint, it is read again. A constraint that does not exist any more is left alone.
    ///
    /// # Errors
    /// Returns an error if the constraint cannot be read or written.
    pub fn write_status(
        &self,
        kind: &Kind,
        name: &str,
        audited: &AuditStatus,
        timestamp: &str,
    ) -> Result<(), RequestError> {
        let path = kind.path();
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            match self.try_write_status(&path, name, audited, timestamp) {
                Err(kube::Error::Api(status)) if status.code == 404 => return Ok(()),
                Err(kube::Error::Api(status)) if status.code == 409 && attempt < ATTEMPTS => {
                    std::thread::sleep(pause);
                    pause *= 2;
                }
                result => {
                    let failed =
                        |error| RequestError::new(&format!("{path}/{name}/status"), &error);
                    return result.map_err(failed);
                }
            }
        }
        Ok(())
    }

    fn try_write_status(
        &self,
        path: &str,
        name: &str,
        audited: &AuditStatus,
        timestamp: &str,
    ) -> Result<(), kube::Error> {
        let constraint = self.text(Request::new(path).get(name, &GetParams::default()))?;
        let mut constraint = serde_json::from_str(&constraint).map_err(kube::Error::SerdeError)?;
        set_status(&mut constraint, audited, timestamp).map_err(kube::Error::SerdeError)?;
        let body = constraint.to_string().into_bytes();
        let request = Request::new(path);
        let parameters = PostParams::default();
        self.text(request.replace_subresource("status", name, &parameters, body)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_messages_are_cut_as_in_gatekeeper() {
        assert_eq!(cut_message(&"a".repeat(256)), "a".repeat(256));
        assert_eq!(cut_message(&"a".repeat(257)), format!("{}...", "a".repeat(253)));
        // Two bytes of the character are left, each of which Go's JSON replaces.
        let cut = cut_message(&format!("{}€{}", "a".repeat(251), "b".repeat(10)));
        assert_eq!(cut, format!("{}\u{fffd}\u{fffd}...", "a".repeat(251)));
    }

    fn violation(name: &str) -> StatusViolation {
        StatusViolation {
            group: "apps".to_owned(),
            version: "v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: "shop".to_owned(),
            name: name.to_owned(),
            message: "no".to_owned(),
            enforcement_action: "scoped".to_owned(),
            enforcement_actions: vec!["warn".to_owned()],
        }
    }

    #[test]
    fn other_parts_of_the_status_stay() {
        let mut constraint = json!({"spec": {}, "status": {"byPod": [1], "violations": [2]}});
        let audited = AuditStatus { total: 7, violations: vec![violation("web")] };
        set_status(&mut constraint, &audited, "now").expect("a constraint");
        let written = json!({
            "group": "apps",
            "version": "v1",
            "kind": "Deployment",
            "namespace": "shop",
            "name": "web",
            "message": "no",
            "enforcementAction": "scoped",
            "enforcementActions": ["warn"],
        });
        let expected = json!({"spec": {}, "status": {
            "byPod": [1], "violations": [written], "totalViolations": 7, "auditTimestamp": "now",
        }});
        assert_eq!(constraint, expected);
        set_status(&mut constraint, &AuditStatus::default(), "then").expect("a constraint");
        let expected = json!({"spec": {}, "status": {
            "byPod": [1], "totalViolations": 0, "auditTimestamp": "then",
        }});
        assert_eq!(constraint, expected);
    }

    #[test]
    fn a_constraint_may_have_no_status() {
        let mut constraint = json!({"status": null});
        set_status(&mut constraint, &AuditStatus::default(), "now").expect("a constraint");
        let expected = json!({"status": {"totalViolations": 0, "auditTimestamp": "now"}});
        assert_eq!(constraint, expected);
    }

    #[test]
    fn what_is_no_object_is_not_written() {
        assert!(set_status(&mut json!([]), &AuditStatus::default(), "now").is_err());
    }
}
