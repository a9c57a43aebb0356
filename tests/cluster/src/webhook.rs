//! `ferrego serve` as a process.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::api::Api;
use crate::balancer::is_ready;
use crate::process::{Process, free_port};
use crate::wait;

/// How long a server may take until it is ready.
const START: Duration = Duration::from_mins(1);

/// A running `ferrego serve`.
#[derive(Debug)]
pub struct Webhook {
    /// The process.
    pub process: Process,
    /// The port for reviews, over HTTPS.
    pub port: u16,
    /// The port for health and metrics, over HTTP.
    pub health_port: u16,
}

/// The files that a server reads.
#[derive(Clone, Debug)]
pub struct Files {
    /// The folder with templates, constraints and objects of the inventory.
    pub policies: PathBuf,
    /// The certificate of the server.
    pub certificate: PathBuf,
    /// The private key of the server.
    pub key: PathBuf,
}

impl Webhook {
    /// Starts a server with further options, and waits until it is ready.
    ///
    /// # Panics
    ///
    /// If it ends, or does not become ready.
    pub fn start(command: &Path, files: &Files, options: &[&str], log: &Path) -> Self {
        let mut serve = Command::new(command);
        serve.arg("serve").arg(&files.policies).args(["--reload-interval", "200ms"]);
        let mut webhook = Self::launch(serve, &files.certificate, &files.key, options, log);
        webhook.wait_ready();
        webhook
    }

    /// Starts a server with the policies of the cluster that a kubeconfig names, and further options. It
    /// may be unready.
    pub fn from_cluster(
        command: &Path,
        kubeconfig: &Path,
        (certificate, key): (&Path, &Path),
        options: &[&str],
        log: &Path,
    ) -> Self {
        let mut serve = Command::new(command);
        serve.args(["serve", "--from-cluster"]).env("KUBECONFIG", kubeconfig);
        Self::launch(serve, certificate, key, options, log)
    }

    fn launch(
        mut serve: Command,
        certificate: &Path,
        key: &Path,
        options: &[&str],
        log: &Path,
    ) -> Self {
        let (port, health_port) = (free_port(), free_port());
        serve
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--health-listen", &format!("127.0.0.1:{health_port}")])
            .arg("--cert")
            .arg(certificate)
            .arg("--key")
            .arg(key)
            // Tests wait for restarts, so they are fast.
            .args(["--drain-delay", "3s"])
            .args(options);
        Self { process: Process::start(serve, log), port, health_port }
    }

    /// Waits until the server is ready.
    ///
    /// # Panics
    ///
    /// If it ends, or does not become ready.
    pub fn wait_ready(&mut self) {
        wait::until("the webhook", START, || {
            if let Some(status) = self.process.ended() {
                panic!("ferrego serve ended with {status}: {}", self.process.log_tail());
            }
            if self.is_ready() { Ok(()) } else { Err("not ready") }
        });
    }

    /// Returns `true` if the server is ready.
    pub fn is_ready(&self) -> bool {
        is_ready(self.health_port)
    }

    /// Returns the address of a path for reviews.
    pub fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port)
    }

    /// Returns the sum of the samples of a metric, as a whole number.
    ///
    /// # Panics
    ///
    /// If it is negative.
    pub fn count(&self, name: &str) -> u64 {
        format!("{:.0}", self.metric(name)).parse().expect("a number")
    }

    /// Returns the sum of the samples of a metric.
    pub fn metric(&self, name: &str) -> f64 {
        let api = Api::plain(&format!("http://127.0.0.1:{}", self.health_port));
        let text = api.get("/metrics").expect_success().text;
        let samples = text.lines().filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let metric = series.split('{').next()?;
            (metric == name).then(|| value.parse::<f64>().ok()).flatten()
        });
        samples.sum()
    }
}

/// Returns the command `ferrego`: that of the environment variable `FERREGO_COMMAND`, or the one
/// that cargo builds from the project.
///
/// # Panics
///
/// If cargo does not build it.
pub fn ferrego() -> PathBuf {
    if let Some(path) = env::var_os("FERREGO_COMMAND") {
        return PathBuf::from(path);
    }
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--locked", "-p", "ferrego", "--message-format", "json"])
        .current_dir(project)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo does not build the command");
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut executable =
        messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.next_back().expect("an executable")
}
