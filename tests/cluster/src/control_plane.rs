//! etcd and kube-apiserver on loopback.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::api::Api;
use crate::certificates::{self, Authority};
use crate::process::{Process, free_port};
use crate::wait;

/// How long a server may take until it is ready. A machine that also builds is slow.
const START: Duration = Duration::from_mins(3);

/// A control plane without controllers, scheduler and nodes.
///
/// The fields are dropped in order, so the API server stops before its store.
#[derive(Debug)]
pub struct ControlPlane {
    api: Api,
    _api_server: Process,
    _etcd: Process,
}

impl ControlPlane {
    /// Returns the folder of the programs: that of the environment variable `FERREGO_CONTROLPLANE`,
    /// or `target/controlplane` of the project.
    pub fn programs() -> PathBuf {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        env::var_os("FERREGO_CONTROLPLANE")
            .map_or_else(|| project.join("target/controlplane"), PathBuf::from)
    }

    /// Starts both programs of a folder, with their files in `work`, and waits until the API server
    /// is ready.
    ///
    /// # Errors
    ///
    /// If a program is missing.
    ///
    /// # Panics
    ///
    /// If a program does not become ready.
    pub fn start(programs: &Path, work: &Path) -> Result<Self, String> {
        for name in ["etcd", "kube-apiserver"] {
            let path = programs.join(name);
            if !path.is_file() {
                return Err(format!(
                    "no program at {}\nhelp: run tests/cluster/controlplane/build",
                    path.display()
                ));
            }
        }
        let store = format!("http://127.0.0.1:{}", free_port());
        let etcd = start_etcd(programs, work, &store);
        let authority = Authority::new("ferrego-test");
        let port = free_port();
        let mut api_server = start_api_server(programs, work, &store, &authority, port);
        let identity = authority.client("ferrego-test", "system:masters");
        let api = Api::new(&format!("https://127.0.0.1:{port}"), authority.pem(), Some(&identity));
        wait::until("the API server", START, || {
            if let Some(status) = api_server.ended() {
                panic!("kube-apiserver ended with {status}: {}", api_server.log_tail());
            }
            let answer = api.send("GET".parse().expect("a method"), "/readyz", "", None);
            answer
                .map_err(|error| error.to_string())
                .and_then(|answer| if answer.is_success() { Ok(()) } else { Err(answer.text) })
        });
        wait::until("the namespace default", START, || {
            let answer = api.get("/api/v1/namespaces/default");
            if answer.is_success() { Ok(()) } else { Err(answer.text) }
        });
        Ok(Self { api, _api_server: api_server, _etcd: etcd })
    }

    /// Returns a client with all rights.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Creates a namespace with labels.
    pub fn create_namespace(&self, name: &str, labels: &[(&str, &str)]) {
        let labels: serde_json::Map<_, _> =
            labels.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        let namespace = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": labels},
        });
        self.api.create("/api/v1/namespaces", &namespace).expect_success();
    }
}

fn start_etcd(programs: &Path, work: &Path, store: &str) -> Process {
    let peers = format!("http://127.0.0.1:{}", free_port());
    let mut command = Command::new(programs.join("etcd"));
    command
        .arg("--data-dir")
        .arg(work.join("etcd"))
        .args(["--listen-client-urls", store, "--advertise-client-urls", store])
        .args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers])
        .args(["--initial-cluster", &format!("default={peers}")])
        // The data lives as long as the test, so a crash of the machine may lose it.
        .arg("--unsafe-no-fsync")
        .args(["--log-level", "warn"]);
    Process::start(command, &work.join("etcd.log"))
}

fn start_api_server(
    programs: &Path,
    work: &Path,
    store: &str,
    authority: &Authority,
    port: u16,
) -> Process {
    let (certificate, key) = authority.server("kube-apiserver").write(work, "api-server");
    let client_authority = work.join("authority.crt");
    fs::write(&client_authority, authority.pem()).expect("the certificate is written");
    let private = work.join("service-accounts.key");
    let public = work.join("service-accounts.pub");
    let keys = certificates::signing_keys();
    fs::write(&private, keys.0).expect("the key is written");
    fs::write(&public, keys.1).expect("the key is written");
    let mut command = Command::new(programs.join("kube-apiserver"));
    command
        .args(["--etcd-servers", store])
        .args(["--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1"])
        .args(["--secure-port", &port.to_string()])
        .args(["--service-cluster-ip-range", "10.0.0.0/24"])
        .args(["--endpoint-reconciler-type", "none"])
        .arg("--tls-cert-file")
        .arg(certificate)
        .arg("--tls-private-key-file")
        .arg(key)
        .arg("--client-ca-file")
        .arg(client_authority)
        .args(["--anonymous-auth=false", "--authorization-mode=RBAC"])
        .args(["--service-account-issuer", "https://ferrego.test"])
        .arg("--service-account-key-file")
        .arg(public)
        .arg("--service-account-signing-key-file")
        .arg(private)
        .args(["--enable-admission-plugins", "ValidatingAdmissionWebhook"])
        // No controller creates the service accounts that this plugin asks for.
        .args(["--disable-admission-plugins", "ServiceAccount"]);
    Process::start(command, &work.join("kube-apiserver.log"))
}
