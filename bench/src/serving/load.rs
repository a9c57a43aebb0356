//! The load: connections that post one review again and again.
//!
//! Each connection is a thread with blocking sockets, because an asynchronous timer is too coarse for
//! latencies below a millisecond.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::Fault;

/// A server with the request that is posted to it.
pub(super) struct Load {
    address: SocketAddr,
    tls: Arc<ClientConfig>,
    request: Vec<u8>,
    connections: usize,
}

/// The requests of a run.
pub(super) struct Outcome {
    /// The time of each request, sorted.
    latencies: Vec<Duration>,
    duration: Duration,
}

impl Outcome {
    /// Returns the requests of a second.
    pub(super) fn rate(&self) -> f64 {
        let count = u32::try_from(self.latencies.len()).unwrap_or(u32::MAX);
        f64::from(count) / self.duration.as_secs_f64()
    }

    /// Returns the time in which `part` of the requests were answered.
    pub(super) fn quantile(&self, part: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "the index of an array, from a part between 0 and 1"
        )]
        let index = (part * last as f64) as usize;
        self.latencies.get(index).copied().unwrap_or_default()
    }
}

impl Load {
    pub(super) fn new(
        address: SocketAddr,
        folder: &Path,
        review: &str,
        connections: usize,
    ) -> Result<Self, Fault> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(folder.join("tls.crt"))?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let head = format!(
            "POST /v1/admit?timeout=10s HTTP/1.1\r\nhost: localhost\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            review.len()
        );
        let request = [head.as_bytes(), review.as_bytes()].concat();
        Ok(Self { address, tls: Arc::new(tls), request, connections })
    }

    /// Posts for `duration`, as fast as the server answers or `rate` times a second. With a rate, the
    /// connections take turns, so that the requests come at equal distances rather than all at once.
    pub(super) fn run(&self, duration: Duration, rate: Option<f64>) -> Result<Outcome, Fault> {
        let end = Instant::now() + duration;
        let connections = u32::try_from(self.connections)?;
        let interval = rate.map(|rate| Duration::from_secs_f64(f64::from(connections) / rate));
        let post = |index: u32| {
            let mut connection = self.connect()?;
            let turn = interval.map_or(Duration::ZERO, |interval| interval * index / connections);
            let (mut latencies, mut next) = (Vec::new(), Instant::now() + turn);
            while next < end {
                let start =
                    interval.map_or_else(Instant::now, |interval| pace(&mut next, interval));
                self.post(&mut connection)?;
                let now = Instant::now();
                latencies.push(now - start);
                if interval.is_none() {
                    next = now;
                }
            }
            Ok(latencies)
        };
        let mut latencies = self.on_all_connections(post)?;
        latencies.sort_unstable();
        Ok(Outcome { latencies, duration })
    }

    /// Posts at least `count` reviews. Returns the number.
    pub(super) fn count(&self, count: u64) -> Result<usize, Fault> {
        let share = count.div_ceil(u64::try_from(self.connections)?);
        let post = |_| {
            let mut connection = self.connect()?;
            (0..share).try_for_each(|_| self.post(&mut connection))?;
            Ok(vec![share])
        };
        let shares = self.on_all_connections(post)?;
        Ok(usize::try_from(shares.iter().sum::<u64>())?)
    }

    /// Runs `post` in a thread for each connection, with its index, and returns all its results.
    fn on_all_connections<T: Send>(
        &self,
        post: impl Fn(u32) -> Result<Vec<T>, Fault> + Sync,
    ) -> Result<Vec<T>, Fault> {
        let (connections, post) = (u32::try_from(self.connections)?, &post);
        thread::scope(|scope| {
            let threads: Vec<_> =
                (0..connections).map(|index| scope.spawn(move || post(index))).collect();
            let mut all = Vec::new();
            for thread in threads {
                all.extend(thread.join().map_err(|_| "a connection panicked")??);
            }
            Ok(all)
        })
    }

    fn connect(&self) -> Result<BufReader<Connection>, Fault> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("localhost")?;
        let tls = ClientConnection::new(Arc::clone(&self.tls), name)?;
        Ok(BufReader::new(StreamOwned::new(tls, stream)))
    }

    /// Posts the review, and reads the answer.
    fn post(&self, connection: &mut BufReader<Connection>) -> Result<(), Fault> {
        connection.get_mut().write_all(&self.request)?;
        let (mut line, mut length) = (String::new(), 0);
        connection.read_line(&mut line)?;
        if !line.starts_with("HTTP/1.1 200 ") {
            return Err(format!("expected the status 200, found {line:?}").into());
        }
        loop {
            line.clear();
            connection.read_line(&mut line)?;
            if line.trim_end().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body)?;
        let is_answer = body.windows(ANSWER.len()).any(|part| part == ANSWER);
        is_answer.then_some(()).ok_or_else(|| "expected a verdict, found none".into())
    }
}

/// A part of each answer with a verdict, but not of one with an error.
const ANSWER: &[u8] = br#""kind":"AdmissionReview","response":{"allowed":"#;

type Connection = StreamOwned<ClientConnection, TcpStream>;

/// Waits until the next request is due. Returns the time from which its latency counts: the time at
/// which it was due, or the end of the sleep, which the system may prolong.
fn pace(next: &mut Instant, interval: Duration) -> Instant {
    let due = *next;
    *next += interval;
    let wait = due.saturating_duration_since(Instant::now());
    if wait.is_zero() {
        return due;
    }
    thread::sleep(wait);
    Instant::now()
}
