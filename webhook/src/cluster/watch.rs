//! A watch of one kind of objects.
//!
//! ```text
//! list → ListBegins, Applied…, ListEnds → watch → Applied, Deleted… → failure → Failed → pause → list
//! ```
//!
//! A stream that breaks off is resumed where it ended. If the API server then refuses, or cannot be
//! reached, the objects are listed again after a pause. A list is not collected: its objects are sent
//! page by page, so that a large one takes little memory.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrego_runtime::Document;
use futures_util::StreamExt as _;
use kube::api::{ApiResource, DynamicObject, TypeMeta};
use kube::runtime::watcher::{self, Config, Event, watcher};
use kube::{Api, Client};
use tokio::sync::mpsc::Sender;

use super::sources::Source;
use crate::errors::with_sources;

/// The pause after the first failure. Each further failure doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The pause while the API server does not know a kind of constraints. Gatekeeper defines the kind
/// soon after it sees the template.
const UNDEFINED_CONSTRAINTS: Duration = Duration::from_secs(2);

/// The time for which the API server must not know a kind until objects that it had listed are gone.
/// Usually, the objects are deleted one by one before their kind.
const GONE: Duration = Duration::from_secs(15);

/// A change of the objects of a source.
pub struct Change {
    /// The source of the objects.
    pub source: Source,
    /// The event of the watch.
    pub event: Seen,
}

/// An event of a watch.
pub enum Seen {
    /// A list of all objects begins. It may begin again before it has ended.
    ListBegins,
    /// The list is complete. Objects that were not applied since it began are gone.
    ListEnds,
    /// An object is there, or has changed.
    Applied(Arc<Document>),
    /// An object is gone.
    Deleted(Arc<Document>),
    /// The objects cannot be listed or watched, for this reason.
    Failed(String),
}

/// The receiver of the changes is gone.
struct Closed;

/// A reason why objects cannot be listed or watched.
enum Cause {
    /// The API server does not know the kind.
    Undefined,
    Other(String),
}

/// Follows the objects of `source`, and sends their changes, until the receiver is gone.
pub(super) async fn follow(client: Client, source: Source, changes: Sender<Change>) {
    let mut watch =
        Watch { client, source, changes, failures: 0, is_listed: false, undefined_since: None };
    while watch.attempt().await.is_ok() {}
}

struct Watch {
    client: Client,
    source: Source,
    changes: Sender<Change>,
    /// The number of failures since the last complete list.
    failures: u32,
    /// `true` if the receiver may know objects of the source.
    is_listed: bool,
    /// The time since which the API server does not know the kind.
    undefined_since: Option<Instant>,
}

impl Watch {
    /// Lists and watches until this fails, and pauses.
    async fn attempt(&mut self) -> Result<(), Closed> {
        let pause = match self.list_and_watch().await? {
            Cause::Undefined => self.undefined().await?,
            Cause::Other(error) => {
                self.undefined_since = None;
                self.failed(&error).await?
            }
        };
        tokio::time::sleep(pause).await;
        Ok(())
    }

    async fn list_and_watch(&mut self) -> Result<Cause, Closed> {
        let resource = match self.resource().await {
            Ok(resource) => resource,
            Err(error) => return Ok(error.into()),
        };
        let api: Api<DynamicObject> = Api::all_with(self.client.clone(), &resource);
        let mut events = pin!(watcher(api, Config::default()));
        while let Some(event) = events.next().await {
            let seen = match event {
                Ok(Event::Init) => Some(Seen::ListBegins),
                Ok(Event::InitApply(object) | Event::Apply(object)) => {
                    document(object, &resource).map(Seen::Applied)
                }
                Ok(Event::InitDone) => {
                    (self.failures, self.is_listed, self.undefined_since) = (0, true, None);
                    Some(Seen::ListEnds)
                }
                Ok(Event::Delete(object)) => document(object, &resource).map(Seen::Deleted),
                Err(watcher::Error::WatchFailed(error)) => {
                    tracing::debug!(source = %self.source, %error, "the watch is resumed");
                    tokio::time::sleep(FIRST_PAUSE).await;
                    None
                }
                Err(error) => return Ok(error.into()),
            };
            if let Some(seen) = seen {
                self.send(seen).await?;
            }
        }
        Ok(Cause::Other("the watch ended".to_owned()))
    }

    /// Returns the resource of the source.
    async fn resource(&self) -> Result<ApiResource, kube::Error> {
        match self.source.resource() {
            Ok(resource) => Ok(resource),
            Err(kind) => {
                let found = kube::discovery::oneshot::pinned_kind(&self.client, &kind).await;
                found.map(|(resource, _)| resource)
            }
        }
    }

    /// Reports that the API server does not know the kind. It has no objects then.
    async fn undefined(&mut self) -> Result<Duration, Closed> {
        let since = *self.undefined_since.get_or_insert_with(|| {
            tracing::info!(source = %self.source, "the API server does not know the kind");
            Instant::now()
        });
        // The API server may be starting.
        if self.is_listed && since.elapsed() < GONE {
            self.send(Seen::Failed("the API server does not know the kind".to_owned())).await?;
            return Ok(FIRST_PAUSE);
        }
        (self.failures, self.is_listed) = (0, false);
        self.send(Seen::ListBegins).await?;
        self.send(Seen::ListEnds).await?;
        let is_awaited = matches!(self.source, Source::Constraints(_));
        Ok(if is_awaited { UNDEFINED_CONSTRAINTS } else { LONGEST_PAUSE })
    }

    /// Reports a failure, and returns the pause until the next attempt.
    async fn failed(&mut self, error: &str) -> Result<Duration, Closed> {
        tracing::warn!(source = %self.source, error, "cannot list or watch");
        self.send(Seen::Failed(error.to_owned())).await?;
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures = self.failures.saturating_add(1);
        Ok(pause)
    }

    async fn send(&self, event: Seen) -> Result<(), Closed> {
        let change = Change { source: self.source.clone(), event };
        self.changes.send(change).await.map_err(|_| Closed)
    }
}

impl From<watcher::Error> for Cause {
    fn from(error: watcher::Error) -> Self {
        match error {
            watcher::Error::InitialListFailed(cause) | watcher::Error::WatchStartFailed(cause) => {
                cause.into()
            }
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<kube::Error> for Cause {
    fn from(error: kube::Error) -> Self {
        match &error {
            kube::Error::Api(status) if status.code == 404 => Self::Undefined,
            kube::Error::Discovery(_) => Self::Undefined,
            _ => Self::Other(message(&error)),
        }
    }
}

/// Returns the message of the API server with its status code, or that of another error.
pub(super) fn message(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => format!("{} ({})", status.message, status.code),
        _ => with_sources(error),
    }
}

/// Returns an object as policies see it. The items of a list do not name their kind, so it is added.
fn document(mut object: DynamicObject, resource: &ApiResource) -> Option<Arc<Document>> {
    object.types.get_or_insert_with(|| TypeMeta {
        api_version: resource.api_version.clone(),
        kind: resource.kind.clone(),
    });
    let text = serde_json::to_string(&object);
    let parsed = text
        .map_err(|error| error.to_string())
        .and_then(|text| Document::parse(text).map_err(|error| error.to_string()));
    match parsed {
        Ok(document) => Some(Arc::new(document)),
        Err(error) => {
            let name = object.metadata.name.unwrap_or_default();
            tracing::error!(kind = resource.kind, name, error, "cannot read an object");
            None
        }
    }
}
