//! A watch of one kind of objects.

use std::sync::Arc;
use std::time::Duration;

use ferrego_runtime::Document;
use futures_util::{StreamExt as _, pin_mut};
use kube::api::{ApiResource, DynamicObject, TypeMeta};
use kube::runtime::watcher::{self, Event, watcher};
use kube::runtime::{WatchStreamExt as _, watcher::Config};
use kube::{Api, Client};
use tokio::sync::mpsc::Sender;

use super::sources::Source;

/// The pause between two questions for a kind that the API server does not know yet.
const UNKNOWN: Duration = Duration::from_secs(5);

/// A change of the objects of a source.
pub(super) struct Change {
    pub(super) source: Source,
    pub(super) event: Seen,
}

/// An event of a watch.
pub(super) enum Seen {
    /// These are all objects of the source.
    All(Vec<Arc<Document>>),
    Applied(Arc<Document>),
    Deleted(Arc<Document>),
}

/// Follows the objects of `source`, and sends their changes, until the receiver is gone.
pub(super) async fn follow(client: Client, source: Source, changes: Sender<Change>) {
    let resource = match source.resource() {
        Ok(resource) => resource,
        Err(kind) => loop {
            match kube::discovery::oneshot::pinned_kind(&client, &kind).await {
                Ok((resource, _)) => break resource,
                Err(error) => {
                    tracing::warn!(kind = %kind.kind, error = %error, "cannot find the kind");
                    if !send_if_missing(&source, &error, &changes).await {
                        return;
                    }
                    tokio::time::sleep(UNKNOWN).await;
                }
            }
        },
    };
    let api: Api<DynamicObject> = Api::all_with(client, &resource);
    let events = watcher(api, Config::default()).default_backoff();
    pin_mut!(events);
    let mut listed = Vec::new();
    while let Some(event) = events.next().await {
        let event = match event {
            Ok(Event::Init) => {
                listed.clear();
                continue;
            }
            Ok(Event::InitApply(object)) => {
                listed.extend(document(object, &resource));
                continue;
            }
            Ok(Event::InitDone) => Some(Seen::All(std::mem::take(&mut listed))),
            Ok(Event::Apply(object)) => document(object, &resource).map(Seen::Applied),
            Ok(Event::Delete(object)) => document(object, &resource).map(Seen::Deleted),
            Err(error) => {
                if !failed(&source, &error, &changes).await {
                    return;
                }
                continue;
            }
        };
        let Some(event) = event else { continue };
        if changes.send(Change { source: source.clone(), event }).await.is_err() {
            return;
        }
    }
}

/// Reports that a watch failed. Returns `false` if the receiver is gone.
async fn failed(source: &Source, error: &watcher::Error, changes: &Sender<Change>) -> bool {
    match error {
        watcher::Error::InitialListFailed(cause) | watcher::Error::WatchStartFailed(cause) => {
            if !is_missing(cause) {
                tracing::warn!(source = ?source, error = %cause, "cannot watch");
            }
            send_if_missing(source, cause, changes).await
        }
        other => {
            tracing::warn!(source = ?source, error = %other, "the watch broke off, and begins again");
            true
        }
    }
}

/// If the API server does not know the kind, there are no objects of it. Returns `false` if the
/// receiver is gone.
async fn send_if_missing(source: &Source, error: &kube::Error, changes: &Sender<Change>) -> bool {
    if !is_missing(error) {
        return !changes.is_closed();
    }
    let none = Change { source: source.clone(), event: Seen::All(Vec::new()) };
    changes.send(none).await.is_ok()
}

fn is_missing(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
        || matches!(error, kube::Error::Discovery(_))
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
