//! A namespace with a folder of policies, and a server that the API server asks about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ferrego_cluster::registration::{Scope, WEBHOOK};
use ferrego_cluster::webhook::Files;
use ferrego_cluster::{Answer, Authority, Registration, Volume, Webhook, wait};
use serde_json::{Value, json};

use crate::World;
use crate::objects::{Namespace, constraint, labeled, pod};

/// How long a change of a file, or a registration, may take until it shows in answers.
pub(crate) const EFFECT: Duration = Duration::from_secs(30);

/// A folder with templates, constraints and objects.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Creates an empty folder in another.
    pub(crate) fn create(parent: &Path, name: &str) -> Self {
        let path = parent.join(name);
        fs::create_dir_all(&path).expect("the folder is created");
        Self { path }
    }

    /// Returns the path of the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Copies templates of `tests/cluster/templates`.
    pub(crate) fn add_templates(&self, names: &[&str]) {
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        for name in names {
            let file = format!("{name}.yaml");
            let text = fs::read_to_string(templates.join(&file)).expect("the template is read");
            self.write(&format!("template-{file}"), &text);
        }
    }

    /// Writes an object into the file `NAME.yaml`, in place of the one that is there.
    pub(crate) fn add(&self, name: &str, object: &Value) {
        self.write(&format!("{name}.yaml"), &object.to_string());
    }

    /// Removes the file `NAME.yaml`.
    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path.join(format!("{name}.yaml"))).expect("the file is removed");
    }

    /// Writes a file in one step, so that nobody reads half of it.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let next = self.path.join(format!("{file}.next"));
        fs::write(&next, text).expect("the file is written");
        fs::rename(next, self.path.join(file)).expect("the file gets its name");
    }
}

/// A namespace, a running server and its registration.
pub(crate) struct Site<'w> {
    /// The registration. As the first field, it ends before the server does.
    registration: Option<Registration>,
    /// The state that tests share.
    pub(crate) world: &'w World,
    /// The namespace that the server is asked about.
    pub(crate) namespace: Namespace,
    /// The policies of the server.
    pub(crate) folder: Folder,
    /// The files that the server reads.
    pub(crate) files: Files,
    /// The certificate of the server.
    pub(crate) certificates: Volume,
    /// The authority of the server's certificate.
    pub(crate) authority: Authority,
    /// The server.
    pub(crate) webhook: Webhook,
}

impl<'w> Site<'w> {
    /// Starts a server with templates and constraints, and registers it for a namespace.
    ///
    /// It returns when the API server asks the server: a probe is denied by a constraint that each
    /// site has.
    pub(crate) fn start(
        world: &'w World,
        name: &str,
        templates: &[&str],
        constraints: &[Value],
    ) -> Self {
        let mut site = Self::unregistered(world, name, templates, constraints, &[]);
        let scope = Scope::namespace(&site.namespace.name);
        site.register(&site.webhook.url("/v1/admit"), &scope);
        site
    }

    /// Starts a server with further options, and does not register it.
    pub(crate) fn unregistered(
        world: &'w World,
        name: &str,
        templates: &[&str],
        constraints: &[Value],
        options: &[&str],
    ) -> Self {
        let namespace = Namespace::create(world, name);
        let home = world.work.join(&namespace.name);
        let folder = Folder::create(&home, "policies");
        folder.add_templates(templates);
        folder.write("template-probe.yaml", PROBE_TEMPLATE);
        folder.add("probe", &constraint("Probe", "probe", &[("", "Pod")], &Value::Null));
        for constraint in constraints {
            let name = constraint["metadata"]["name"].as_str().expect("a name");
            folder.add(name, constraint);
        }
        let authority = Authority::new(&namespace.name);
        let mut certificates = Volume::create(&home.join("certificates"));
        certificates.replace_certificate(&authority.server("webhook"));
        let files = Files {
            policies: folder.path().to_owned(),
            certificate: certificates.path("tls.crt"),
            key: certificates.path("tls.key"),
        };
        let log = home.join("webhook.log");
        let webhook = Webhook::start(&world.ferrego, &files, options, &log);
        Self {
            world,
            namespace,
            folder,
            files,
            certificates,
            authority,
            webhook,
            registration: None,
        }
    }

    /// Registers the server at an address, and waits until the API server asks it.
    pub(crate) fn register(&mut self, url: &str, scope: &Scope) {
        let (api, name) = (self.world.api(), &self.namespace.name);
        self.registration = Some(Registration::new(api, name, url, self.authority.pem(), scope));
        wait::until("the denial of the probe", EFFECT, || {
            let answer = self.try_create("pods", &probe());
            if answer.message().contains("[probe] probed") { Ok(()) } else { Err(answer.text) }
        });
    }

    /// Creates an object in the namespace.
    pub(crate) fn create(&self, resource: &str, object: &Value) -> Answer {
        self.world.api().create(&self.namespace.path(resource), object)
    }

    /// Asks for the creation of an object that is not stored.
    pub(crate) fn try_create(&self, resource: &str, object: &Value) -> Answer {
        self.create(&format!("{resource}?dryRun=All"), object)
    }

    /// Waits until the creation of an object is denied with messages.
    #[track_caller]
    pub(crate) fn wait_denied(&self, resource: &str, object: &Value, messages: &str) {
        wait::until("a denial", EFFECT, || {
            let answer = self.try_create(resource, object);
            if is_denied(&answer, messages) { Ok(()) } else { Err(answer.text) }
        });
    }

    /// Waits until the creation of an object is allowed.
    #[track_caller]
    pub(crate) fn wait_allowed(&self, resource: &str, object: &Value) {
        wait::until("a permission", EFFECT, || {
            let answer = self.try_create(resource, object);
            if answer.is_success() { Ok(()) } else { Err(answer.text) }
        });
    }
}

/// Returns the Pod that the constraint `probe` denies.
fn probe() -> Value {
    labeled(pod("probe", "registry.example/probe"), &json!({"probe": "yes"}))
}

const PROBE_TEMPLATE: &str = r#"
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: probe
spec:
  crd:
    spec:
      names:
        kind: Probe
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package probe

      violation[{"msg": "probed"}] {
        input.review.object.metadata.labels.probe == "yes"
      }
"#;

/// Returns `true` if the webhook denied a request with messages, one per line.
pub(crate) fn is_denied(answer: &Answer, messages: &str) -> bool {
    let expected = format!("admission webhook \"{WEBHOOK}\" denied the request: {messages}");
    answer.status == 403 && answer.body["code"] == 403 && answer.message() == expected
}

/// Asserts that the webhook denied a request with messages, one per line.
#[track_caller]
pub(crate) fn assert_denied(answer: &Answer, messages: &str) {
    assert!(is_denied(answer, messages), "{} {}", answer.status, answer.text);
}
