//! etcd and kube-apiserver on loopback.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use data_encoding::BASE64;
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
    /// The address of the API server.
    url: String,
    authority: Authority,
    api_server: Mutex<Process>,
    program: ApiServer,
    _etcd: Process,
}

/// The program of the API server with its arguments.
#[derive(Debug)]
struct ApiServer {
    program: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
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
        let program = ApiServer::new(programs, work, &store, &authority, port);
        let identity = authority.client("ferrego-test", "system:masters");
        let url = format!("https://127.0.0.1:{port}");
        let api = Api::new(&url, authority.pem(), Some(&identity));
        let api_server = Mutex::new(program.start());
        let control_plane = Self { api, url, authority, api_server, program, _etcd: etcd };
        control_plane.wait_ready();
        wait::until("the namespace default", START, || {
            let answer = control_plane.api.get("/api/v1/namespaces/default");
            if answer.is_success() { Ok(()) } else { Err(answer.text) }
        });
        Ok(control_plane)
    }

    fn wait_ready(&self) {
        let mut api_server = self.api_server.lock().unwrap_or_else(PoisonError::into_inner);
        wait::until("the API server", START, || {
            if let Some(status) = api_server.ended() {
                panic!("kube-apiserver ended with {status}: {}", api_server.log_tail());
            }
            let answer = self.api.send("GET".parse().expect("a method"), "/readyz", "", None);
            answer
                .map_err(|error| error.to_string())
                .and_then(|answer| if answer.is_success() { Ok(()) } else { Err(answer.text) })
        });
    }

    /// Kills the API server. Its data stay in etcd.
    pub fn stop_api_server(&self) {
        self.api_server.lock().unwrap_or_else(PoisonError::into_inner).kill();
    }

    /// Starts the API server again, on the same port and with the same data, and waits until it is
    /// ready.
    pub fn restart_api_server(&self) {
        *self.api_server.lock().unwrap_or_else(PoisonError::into_inner) = self.program.start();
        self.wait_ready();
    }

    /// Returns a kubeconfig for a service account.
    pub fn kubeconfig(&self, namespace: &str, account: &str) -> String {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
        let request = json!({
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": 3600},
        });
        let token =
            self.api.create(&path, &request).expect_success().body["status"]["token"].take();
        let authority = BASE64.encode(self.authority.pem().as_bytes());
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "clusters": [{
                "name": "test",
                "cluster": {"server": self.url, "certificate-authority-data": authority},
            }],
            "users": [{"name": "test", "user": {"token": token}}],
        });
        config.to_string()
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

impl ApiServer {
    /// Writes the files of the program.
    fn new(programs: &Path, work: &Path, store: &str, authority: &Authority, port: u16) -> Self {
        let (certificate, key) = authority.server("kube-apiserver").write(work, "api-server");
        let client_authority = work.join("authority.crt");
        fs::write(&client_authority, authority.pem()).expect("the certificate is written");
        let private = work.join("service-accounts.key");
        let public = work.join("service-accounts.pub");
        let keys = certificates::signing_keys();
        fs::write(&private, keys.0).expect("the key is written");
        fs::write(&public, keys.1).expect("the key is written");
        let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        let port = port.to_string();
        let options = [
            ("etcd-servers", store),
            ("bind-address", "127.0.0.1"),
            ("advertise-address", "127.0.0.1"),
            ("secure-port", &port),
            ("service-cluster-ip-range", "10.0.0.0/24"),
            ("endpoint-reconciler-type", "none"),
            ("tls-cert-file", &path(&certificate)),
            ("tls-private-key-file", &path(&key)),
            ("client-ca-file", &path(&client_authority)),
            ("anonymous-auth", "false"),
            ("authorization-mode", "RBAC"),
            ("service-account-issuer", "https://ferrego.test"),
            ("service-account-key-file", &path(&public)),
            ("service-account-signing-key-file", &path(&private)),
            ("enable-admission-plugins", "ValidatingAdmissionWebhook"),
            // No controller creates the service accounts that this plugin asks for.
            ("disable-admission-plugins", "ServiceAccount"),
        ];
        let argument = |(name, value)| format!("--{name}={value}");
        Self {
            program: programs.join("kube-apiserver"),
            arguments: options.into_iter().map(argument).collect(),
            log: work.join("kube-apiserver.log"),
        }
    }

    fn start(&self) -> Process {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        Process::start(command, &self.log)
    }
}
