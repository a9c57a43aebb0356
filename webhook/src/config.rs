//! The settings of a server.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The settings of a [`Server`](crate::Server). The defaults suit a Deployment in a cluster.
///
/// ```
/// use std::time::Duration;
///
/// use ferrego_webhook::{Config, OnError};
///
/// let mut config = Config::new("tls.crt", "tls.key");
/// config.on_error = OnError::Allow;
/// config.timeout = Duration::from_secs(2);
/// assert_eq!(config.listen.port(), 8443);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The address of the webhook, by default port 8443 of all interfaces.
    pub listen: SocketAddr,
    /// The address of `/healthz`, `/readyz` and `/metrics`, without TLS; by default port 9090 of all
    /// interfaces.
    pub probes: SocketAddr,
    /// The file with the certificate chain, in PEM.
    pub certificate: PathBuf,
    /// The file with the private key, in PEM.
    pub key: PathBuf,
    /// The time between two looks at the files of the certificate.
    pub certificate_interval: Duration,
    /// The file with the certificates of authorities, in PEM. If there is one, a client needs a
    /// certificate of one of them.
    pub client_ca: Option<PathBuf>,
    /// The answer to a review without a verdict.
    pub on_error: OnError,
    /// The time for a whole request. A shorter `timeout` in the request's query, which the API
    /// server sends, wins.
    pub timeout: Duration,
    /// The largest body of a request, in bytes.
    pub max_body: usize,
    /// The number of requests that are judged at the same time. Others wait.
    pub max_requests: usize,
    /// The number of connections. Others wait to be accepted.
    pub max_connections: usize,
    /// The time for the TLS handshake, and for the answer to a ping of HTTP/2.
    pub handshake_timeout: Duration,
    /// The time from an answer to the whole head of the next request of a connection.
    pub idle_timeout: Duration,
    /// The time between the signal to stop, after which the server is unready, and the last
    /// accepted connection. In this time, the cluster takes the server out of the Service.
    pub drain_delay: Duration,
    /// The time for the requests that still run after that.
    pub drain_timeout: Duration,
    /// The Namespaces that may carry the label `admission.gatekeeper.sh/ignore`, each with `*` as its
    /// prefix, its suffix or both.
    pub exempt_namespaces: Vec<String>,
    /// `true` if each finding is logged, as Gatekeeper does with `--log-denies`.
    pub log_denies: bool,
    /// The number of threads that serve requests, by default the number of cores.
    pub threads: Option<usize>,
}

impl Config {
    /// Creates the default settings with a certificate and its key.
    pub fn new(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        let everywhere = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        Self {
            listen: everywhere(8443),
            probes: everywhere(9090),
            certificate: certificate.into(),
            key: key.into(),
            certificate_interval: Duration::from_secs(1),
            client_ca: None,
            on_error: OnError::Deny,
            timeout: DEFAULT_TIMEOUT,
            max_body: MAX_BODY,
            max_requests: 256,
            max_connections: 4096,
            handshake_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(90),
            drain_delay: Duration::from_secs(5),
            drain_timeout: Duration::from_secs(10),
            exempt_namespaces: Vec::new(),
            log_denies: false,
            threads: None,
        }
    }
}

/// The default time for a whole request.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// The default limit of a body: two objects of 3 MiB, the API server's limit of a request, beside
/// the fields of the review.
const MAX_BODY: usize = 7 << 20;

/// The answer to a review that cannot be judged, such as a broken one.
///
/// A violation denies in either case, and so does a policy whose evaluation stops with an error or
/// at its deadline, as in Gatekeeper.
///
/// ```
/// use ferrego_webhook::OnError;
///
/// assert_eq!(OnError::default(), OnError::Deny);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnError {
    /// Deny, with status 500. The webhook fails closed.
    #[default]
    Deny,
    /// Allow, with a warning. The webhook fails open.
    Allow,
}
