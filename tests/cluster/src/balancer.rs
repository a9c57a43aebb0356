//! Connections in turn to the servers that are ready, like the Service before the replicas.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::api::Api;
use crate::process::free_port;

/// The time between two probes of readiness.
const PROBE_INTERVAL: Duration = Duration::from_millis(100);

/// The time that the end of readiness takes until it reaches the connections, as in a cluster,
/// where the kubelet, the API server and kube-proxy learn of it one after the other.
const PROPAGATION: Duration = Duration::from_millis(500);

/// A balancer on a port of its own. It stops when this value is dropped; open connections stay.
#[derive(Debug)]
pub struct Balancer {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    endpoints: Mutex<Vec<Endpoint>>,
    stopped: AtomicBool,
    turn: AtomicUsize,
}

#[derive(Clone, Copy, Debug)]
struct Endpoint {
    port: u16,
    health_port: u16,
    ready: bool,
}

impl Balancer {
    /// Starts a balancer without servers.
    pub fn start() -> Self {
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, &accepting));
        let probing = Arc::clone(&shared);
        thread::spawn(move || probe(&probing));
        Self { port, shared }
    }

    /// Returns the port for clients.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Adds a server. It gets connections while `/readyz` on its health port succeeds.
    pub fn add(&self, port: u16, health_port: u16) {
        self.shared.lock().push(Endpoint { port, health_port, ready: false });
    }

    /// Removes a server that has ended.
    pub fn remove(&self, port: u16) {
        self.shared.lock().retain(|endpoint| endpoint.port != port);
    }

    /// Returns the number of the servers that are ready.
    pub fn ready(&self) -> usize {
        self.shared.lock().iter().filter(|endpoint| endpoint.ready).count()
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // The connection wakes the thread that accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Endpoint>> {
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Returns the port of the next ready server in turn.
    fn next(&self) -> Option<u16> {
        let endpoints = self.lock();
        let ready: Vec<u16> = endpoints
            .iter()
            .filter(|endpoint| endpoint.ready)
            .map(|endpoint| endpoint.port)
            .collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed).checked_rem(ready.len())?;
        ready.get(turn).copied()
    }
}

fn accept(listener: &TcpListener, shared: &Shared) {
    for client in listener.incoming() {
        if shared.stopped() {
            return;
        }
        // If the server does not accept, the connection of the client closes. As in a cluster, no
        // other server is tried.
        let connect =
            |port| TcpStream::connect_timeout(&address(port), Duration::from_secs(1)).ok();
        if let (Ok(client), Some(server)) = (client, shared.next().and_then(connect)) {
            let _ = forward(&client, &server);
        }
    }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// Copies in both directions, in a thread each, until both sides are closed.
fn forward(client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    for (from, to) in [(client, server), (server, client)] {
        from.set_nodelay(true)?;
        let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
        thread::spawn(move || {
            let copied = io::copy(&mut from, &mut to);
            // If one direction breaks, so does the other; if it ends, the other goes on.
            let _ = to.shutdown(if copied.is_ok() { Shutdown::Write } else { Shutdown::Both });
        });
    }
    Ok(())
}

fn probe(shared: &Shared) {
    while !shared.stopped() {
        let endpoints = shared.lock().clone();
        for endpoint in endpoints {
            let ready = is_ready(endpoint.health_port);
            if endpoint.ready && !ready {
                thread::sleep(PROPAGATION);
            }
            let mut current = shared.lock();
            let same = current.iter_mut().find(|other| other.port == endpoint.port);
            if let Some(same) = same {
                same.ready = ready;
            }
        }
        thread::sleep(PROBE_INTERVAL);
    }
}

/// Returns `true` if a server says that it is ready.
pub fn is_ready(health_port: u16) -> bool {
    let api = Api::plain(&format!("http://127.0.0.1:{health_port}"));
    let answer = api.send(ureq::http::Method::GET, "/readyz", "", None);
    answer.is_ok_and(|answer| answer.is_success())
}
