//! `host-namespaces`: finds the pod spec at one of three paths, depending on the object's kind.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Text, Typed, Violation, items, report};

/// The fields by which a pod shares a namespace of its node, and the resource of each.
const SHARED: [(&str, &str); 3] =
    [("hostIPC", "shared memory"), ("hostNetwork", "network"), ("hostPID", "processes")];

/// Evaluates the policy over `serde_json::Value`.
pub(crate) fn violations(input: &Value, _: &Value) -> Vec<Violation> {
    let object = &input["review"]["object"];
    let spec = match object["kind"].as_str() {
        Some("Pod") => &object["spec"],
        Some("CronJob") => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        Some("Deployment" | "StatefulSet" | "DaemonSet" | "Job") => {
            &object["spec"]["template"]["spec"]
        }
        _ => return Vec::new(),
    };
    let kind = input["review"]["kind"]["kind"].as_str();
    let name = object["metadata"]["name"].as_str();
    let mut violations = Vec::new();
    for (field, what) in SHARED {
        let allowed = || items(&input["parameters"], "allow").any(|allowed| allowed == field);
        if spec[field] == true
            && !allowed()
            && let (Some(kind), Some(name)) = (kind, name)
        {
            report(&mut violations, sharing(kind, name, what, field));
        }
    }
    for container in items(spec, "containers").chain(items(spec, "initContainers")) {
        let mount = container["securityContext"]["procMount"].as_str();
        if let (Some(mount), Some(name)) = (mount, container["name"].as_str())
            && mount != "Default"
        {
            report(&mut violations, mounting(name, mount));
        }
    }
    violations
}

fn sharing(kind: &str, name: &str, what: &str, field: &str) -> String {
    format!("{kind} {name} may not see the node's {what} ({field})")
}

fn mounting(name: &str, mount: &str) -> String {
    format!("container {name} has procMount {mount}")
}

/// The hand-written policy over structs.
#[derive(Debug)]
pub(crate) struct ByHand;

#[derive(Debug, Deserialize)]
pub(crate) struct Request<'a> {
    #[serde(borrow)]
    review: Review<'a>,
    #[serde(borrow)]
    parameters: Parameters<'a>,
}

#[derive(Debug, Deserialize)]
struct Review<'a> {
    #[serde(borrow)]
    kind: Kind<'a>,
    #[serde(borrow)]
    object: Object<'a>,
}

#[derive(Debug, Deserialize)]
struct Kind<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
}

#[derive(Debug, Deserialize)]
struct Parameters<'a> {
    #[serde(borrow, default)]
    allow: Vec<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: Spec<'a>,
}

#[derive(Debug, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

/// The spec of a pod, or a spec that contains a pod template.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(rename = "hostIPC", default)]
    host_ipc: bool,
    #[serde(default)]
    host_network: bool,
    #[serde(rename = "hostPID", default)]
    host_pid: bool,
    #[serde(borrow, default)]
    containers: Vec<Container<'a>>,
    #[serde(borrow, default)]
    init_containers: Vec<Container<'a>>,
    #[serde(borrow)]
    template: Option<Template<'a>>,
    #[serde(borrow)]
    job_template: Option<Template<'a>>,
}

#[derive(Debug, Deserialize)]
struct Template<'a> {
    #[serde(borrow)]
    spec: Box<Spec<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Container<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    security_context: Option<SecurityContext<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecurityContext<'a> {
    #[serde(borrow)]
    proc_mount: Option<Text<'a>>,
}

impl<'a> Spec<'a> {
    fn in_template(&self) -> Option<&Spec<'a>> {
        self.template.as_ref().map(|template| &*template.spec)
    }
}

impl<'a> Object<'a> {
    fn pod_spec(&self) -> Option<&Spec<'a>> {
        match &*self.kind {
            "Pod" => Some(&self.spec),
            "CronJob" => self.spec.job_template.as_ref().and_then(|job| job.spec.in_template()),
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => self.spec.in_template(),
            _ => None,
        }
    }
}

impl Typed for ByHand {
    type Input<'a> = Request<'a>;
    type Data<'a> = IgnoredAny;

    fn violations(input: &Request<'_>, _: &IgnoredAny) -> Vec<Violation> {
        let Review { kind, object } = &input.review;
        let Some(spec) = object.pod_spec() else { return Vec::new() };
        let mut violations = Vec::new();
        let shared = [spec.host_ipc, spec.host_network, spec.host_pid];
        for ((field, what), _) in SHARED.iter().zip(shared).filter(|(_, shared)| *shared) {
            if !input.parameters.allow.iter().any(|allowed| &**allowed == *field) {
                report(&mut violations, sharing(&kind.kind, &object.metadata.name, what, field));
            }
        }
        for container in spec.containers.iter().chain(&spec.init_containers) {
            let context = container.security_context.as_ref();
            let mount = context.and_then(|context| context.proc_mount.as_deref());
            if let Some(mount) = mount.filter(|mount| *mount != "Default") {
                report(&mut violations, mounting(&container.name, mount));
            }
        }
        violations
    }
}
