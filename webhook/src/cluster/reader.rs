//! Lists the objects of a cluster once, for an audit.
//!
//! A [`Reader`] blocks: its caller judges a page of objects before it asks for the next one, so memory
//! holds one page. If a continue token expires, the list begins again, and the objects that it has
//! already given are left out.

mod kinds;
mod page;
mod status;
#[cfg(test)]
mod tests;
mod watches;

use std::collections::HashSet;
use std::num::NonZero;
use std::ops::ControlFlow;

use ferrego_runtime::Value;
use kube::api::{GetParams, GroupVersionKind, ListParams};
use kube::core::Request;
use kube::{Client, Config};
use tokio::runtime::{Builder, Runtime};

use super::ClusterError;
use super::sources;
pub use super::sources::{Gvk, Source};
use super::watch::message;
pub use super::watch::{Change, Seen};
pub use kinds::{Kind, Kinds};
pub use page::Item;
use page::Page;
pub use status::{AuditStatus, StatusViolation, cut_message};
pub use watches::Watches;

/// The number of times that the list of one kind begins again.
const RESTARTS: u32 = 5;

/// A reader of the objects of a cluster.
pub struct Reader {
    runtime: Runtime,
    /// A client that tries again for minutes if the API server is overloaded.
    client: Client,
    /// A client that never tries again. An API whose server is gone must not hold up the audit.
    impatient: Client,
    /// The number of objects in a page.
    page_size: NonZero<u32>,
}

/// A request to the API server that failed, or an answer that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot access {path}: {reason}")]
pub struct RequestError {
    /// The path of the request.
    pub path: String,
    /// The reason, which is often the API server's message.
    pub reason: String,
}

impl RequestError {
    fn new(path: &str, error: &kube::Error) -> Self {
        Self { path: path.to_owned(), reason: message(error) }
    }
}

impl Reader {
    /// Connects to the cluster that the environment names, with the kubeconfig or the service
    /// account. Lists have pages of `page_size` objects.
    ///
    /// # Errors
    /// Returns an error if the environment names no cluster.
    pub fn connect(page_size: NonZero<u32>) -> Result<Self, ClusterError> {
        // The thread of the runtime keeps connections alive while the caller judges.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let failed = |error| ClusterError::Config(Box::new(error));
        let infer = async { Config::infer().await.map_err(kube::Error::InferConfig) };
        let mut config = runtime.block_on(infer).map_err(failed)?;
        let (client, impatient) = {
            let _inside = runtime.enter();
            let client = Client::try_from(config.clone()).map_err(failed)?;
            config.default_retry = false;
            (client, Client::try_from(config).map_err(failed)?)
        };
        Ok(Self { runtime, client, impatient, page_size })
    }

    /// Returns the kinds that the API server can list, each in the version that it prefers.
    ///
    /// # Errors
    /// Returns an error if the API server does not name its groups. The errors of single groups are
    /// among the kinds.
    pub fn kinds(&self) -> Result<Kinds, RequestError> {
        self.runtime.block_on(kinds::list(&self.impatient))
    }

    /// Returns the kinds that a `Config` or a `SyncSet` copies into the inventory, in the versions that
    /// it names. A kind that the API server does not know is an error, since policies would not see its
    /// objects.
    pub fn synced_kinds(&self, document: &Value<'_>) -> Vec<Result<Kind, RequestError>> {
        let find = |Gvk { group, version, kind }: Gvk| {
            let kind = GroupVersionKind { group, version, kind };
            let found = kube::discovery::oneshot::pinned_kind(&self.impatient, &kind);
            match self.runtime.block_on(found) {
                Ok((resource, _)) => Ok(Kind::of(resource)),
                Err(error) => {
                    let path = format!("{} of {}", kind.kind, kind.api_version());
                    Err(RequestError::new(&path, &error))
                }
            }
        };
        sources::synced_kinds(document).into_iter().map(find).collect()
    }

    /// Passes each object of a kind to `give`, until that ends the list.
    ///
    /// # Errors
    /// Returns an error if a page cannot be read. The objects before it have been given.
    pub fn each(
        &self,
        kind: &Kind,
        give: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<(), RequestError> {
        let (path, mut restarts) = (kind.path(), 0);
        // The objects that this reading of the list gave, and those that earlier readings gave.
        let (mut given, mut earlier) = (HashSet::new(), HashSet::new());
        let mut token = None;
        loop {
            let text = match self.page(&path, token.as_deref()) {
                Ok(text) => text,
                Err(error) if token.is_some() && is_expired(&error) && restarts < RESTARTS => {
                    tracing::debug!(path, "the list begins again");
                    (token, restarts) = (None, restarts + 1);
                    earlier.extend(given.drain());
                    continue;
                }
                Err(error) => return Err(RequestError::new(&path, &error)),
            };
            let invalid = |error: serde_json::Error| {
                let reason = format!("expected a list of objects: {error}");
                RequestError { path: path.clone(), reason }
            };
            let page = Page::read(&text).map_err(invalid)?;
            for item in page.items() {
                let item = Item::read(item, kind).map_err(invalid)?;
                // Without an identity, an object may be given twice, but none is left out.
                if earlier.contains(&item.id) {
                    continue;
                }
                if !item.id.is_empty() {
                    given.insert(item.id.clone());
                }
                if give(item).is_break() {
                    return Ok(());
                }
            }
            match page.token() {
                Some(next) => token = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Returns a Namespace as JSON, or `None` if there is none with this name.
    ///
    /// # Errors
    /// Returns an error if the Namespace cannot be read.
    pub fn namespace(&self, name: &str) -> Result<Option<String>, RequestError> {
        let path = "/api/v1/namespaces";
        let request = Request::new(path).get(name, &GetParams::default());
        match self.text(request) {
            Ok(text) => Ok(Some(text)),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
            Err(error) => Err(RequestError::new(&format!("{path}/{name}"), &error)),
        }
    }

    fn page(&self, path: &str, token: Option<&str>) -> Result<String, kube::Error> {
        let mut parameters = ListParams::default().limit(self.page_size.get());
        parameters.continue_token = token.map(str::to_owned);
        self.text(Request::new(path).list(&parameters))
    }

    fn text(
        &self,
        request: Result<hyper::Request<Vec<u8>>, kube::core::request::Error>,
    ) -> Result<String, kube::Error> {
        let request = request.map_err(kube::Error::BuildRequest)?;
        self.runtime.block_on(self.client.request_text(request))
    }
}

/// Returns `true` if the API server does not know a continue token any more.
fn is_expired(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 410)
}
