//! The connections of a server: accepted, encrypted, served, and ended in peace.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::config::Config;
use crate::service::AdmissionService;

/// The limits of connections, and their service.
#[derive(Clone)]
pub(super) struct Connections {
    tls: TlsAcceptor,
    http: Builder<TokioExecutor>,
    service: AdmissionService,
    handshake_timeout: Duration,
    free: Arc<Semaphore>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

impl Connections {
    pub(super) fn new(tls: TlsAcceptor, service: AdmissionService, config: &Config) -> Self {
        let mut http = Builder::new(TokioExecutor::new());
        http.http1().timer(TokioTimer::new()).header_read_timeout(config.idle_timeout);
        http.http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(config.handshake_timeout)
            .keep_alive_timeout(config.handshake_timeout);
        let free = config.max_connections.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            tls,
            http,
            service,
            handshake_timeout: config.handshake_timeout,
            free: Arc::new(Semaphore::new(free)),
        }
    }

    /// Serves the connections of `listener` until `stop` ends. Then lets the requests that run end,
    /// for `drain_timeout` at most.
    pub(super) async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
        drain_timeout: Duration,
    ) {
        let running = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = self.accept(&listener) => accepted,
            };
            if let Some((stream, permit)) = accepted {
                let connection = self.clone().connection(stream, running.watcher(), permit);
                tokio::spawn(connection);
            }
        }
        drop(listener);
        if timeout(drain_timeout, running.shutdown()).await.is_err() {
            tracing::warn!("requests were cut off, because they did not end in time");
        }
    }

    /// Accepts a connection, once one is free.
    async fn accept(&self, listener: &TcpListener) -> Option<(TcpStream, OwnedSemaphorePermit)> {
        let permit = Arc::clone(&self.free).acquire_owned().await.ok()?;
        match listener.accept().await {
            Ok((stream, _)) => Some((stream, permit)),
            Err(error) => {
                tracing::warn!(error = %error, "cannot accept a connection");
                super::pause_after_failed_accept().await;
                None
            }
        }
    }

    async fn connection(self, stream: TcpStream, watcher: Watcher, permit: OwnedSemaphorePermit) {
        // Without this, the system may wait for more bytes before it sends an answer.
        let _ = stream.set_nodelay(true);
        let Ok(Ok(stream)) = timeout(self.handshake_timeout, self.tls.accept(stream)).await else {
            return;
        };
        let service = TowerToHyperService::new(self.service);
        let connection = self.http.serve_connection(TokioIo::new(stream), service).into_owned();
        // A client that breaks off needs no answer.
        let _: Result<(), _> = watcher.watch(connection).await;
        drop(permit);
    }
}
