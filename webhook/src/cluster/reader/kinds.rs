//! The kinds that an API server can list.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::APIResourceList;
use kube::Client;
use kube::api::ApiResource;
use kube::discovery::verbs;

use super::{Gvk, RequestError, Source};

/// A kind of objects that can be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The kind of its objects.
    pub kind: String,
    /// The name in paths, such as `pods`.
    pub plural: String,
    /// `true` if the API server can watch its objects.
    pub is_watched: bool,
}

/// The kinds of an API server, and the groups whose kinds are not known.
#[derive(Debug)]
pub struct Kinds {
    /// The kinds, by group and name.
    pub kinds: Vec<Kind>,
    /// An error for each version of a group whose kinds cannot be read.
    pub errors: Vec<RequestError>,
}

impl Kind {
    pub(super) fn of(resource: ApiResource) -> Self {
        let ApiResource { group, version, kind, plural, .. } = resource;
        // What is copied into the inventory is watched.
        Self { group, version, kind, plural, is_watched: true }
    }

    /// Returns the source of the kind's objects.
    pub fn source(&self) -> Source {
        let Self { group, version, kind, .. } = self.clone();
        Source::Objects(Gvk { group, version, kind })
    }

    /// Returns the group and the version, as objects name them.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// Returns the path at which all objects of the kind are listed.
    pub fn path(&self) -> String {
        let root = if self.group.is_empty() { "api" } else { "apis" };
        format!("/{root}/{}/{}", self.api_version(), self.plural)
    }
}

/// A group, with its versions in the API server's order.
struct Group {
    name: String,
    versions: Vec<String>,
    preferred: Option<String>,
}

/// Asks the API server for its kinds, as Gatekeeper's audit does (`ServerPreferredResources`): each
/// resource in the preferred version of its group, or else in the first version that has it.
///
/// # Errors
/// Returns an error if the API server does not name its groups.
pub(super) async fn list(client: &Client) -> Result<Kinds, RequestError> {
    let mut found: BTreeMap<(String, String), Option<Kind>> = BTreeMap::new();
    let mut errors = Vec::new();
    for Group { name, versions, preferred } in groups(client).await? {
        for version in versions {
            let resources = match resources(client, &name, &version).await {
                Ok(list) => list.resources,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let is_preferred = preferred.as_ref() == Some(&version);
            // A subresource has a slash in its name.
            for resource in resources.into_iter().filter(|one| !one.name.contains('/')) {
                let key = (name.clone(), resource.name.clone());
                if !is_preferred && found.contains_key(&key) {
                    continue;
                }
                let can = |one: &str| resource.verbs.iter().any(|verb| verb == one);
                let (can_list, is_watched) = (can(verbs::LIST), can(verbs::WATCH));
                let (group, version) = (name.clone(), version.clone());
                let (kind, plural) = (resource.kind, resource.name);
                let kind = Kind { group, version, kind, plural, is_watched };
                found.insert(key, can_list.then_some(kind));
            }
        }
    }
    Ok(Kinds { kinds: found.into_values().flatten().collect(), errors })
}

async fn groups(client: &Client) -> Result<Vec<Group>, RequestError> {
    let core = client.list_core_api_versions().await;
    let versions = core.map_err(|error| RequestError::new("/api", &error))?.versions;
    let core = Group { name: String::new(), preferred: versions.first().cloned(), versions };
    let others = client.list_api_groups().await;
    let others = others.map_err(|error| RequestError::new("/apis", &error))?.groups;
    let others = others.into_iter().map(|group| Group {
        name: group.name,
        versions: group.versions.into_iter().map(|one| one.version).collect(),
        preferred: group.preferred_version.map(|one| one.version),
    });
    Ok([core].into_iter().chain(others).collect())
}

async fn resources(
    client: &Client,
    group: &str,
    version: &str,
) -> Result<APIResourceList, RequestError> {
    if group.is_empty() {
        let list = client.list_core_api_resources(version).await;
        return list.map_err(|error| RequestError::new(&format!("/api/{version}"), &error));
    }
    let version = format!("{group}/{version}");
    let list = client.list_api_group_resources(&version).await;
    list.map_err(|error| RequestError::new(&format!("/apis/{version}"), &error))
}
