//! The levels of `data.inventory`: `cluster[groupVersion][kind][name]` and
//! `namespace[namespace][groupVersion][kind][name]`.

use std::sync::Arc;

use super::{Alternative, Basis, Shape, Shapes, TextsId};
use crate::lints::kubernetes;

/// A level of the inventory, whose keys are the scopes, namespaces and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::lints) enum Level {
    /// `data.inventory`
    Scopes,
    /// The namespaces below `namespace`.
    Namespaces,
    /// The API versions of a namespace, or of the cluster.
    Versions { namespaced: bool },
    /// The kinds of an API version, which is known or not.
    Kinds { namespaced: bool, version: Option<TextsId> },
    /// The names of a kind, which is known or not.
    Names { version: Option<TextsId>, kind: Option<TextsId> },
}

/// A key that does not fit its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lints) enum Mistake {
    /// Neither `cluster` nor `namespace`.
    Scope,
    /// A kind where a namespace is expected.
    KindForNamespace,
    /// A field where a namespace is expected.
    KindForVersion,
    /// An API version where a kind is expected.
    VersionForKind,
    /// A field of an object where a kind is expected.
    FieldForKind,
    /// A resource such as `pods` where a kind is expected.
    NoKind,
    /// A field of an object where its name is expected.
    FieldForName,
    /// A kind of the cluster below a namespace.
    ClusterKind,
    /// A kind of namespaces below the cluster.
    NamespacedKind,
    /// A kind in an API version of another group.
    OtherGroup,
}

/// The fields of objects, which are rarely their names.
const FIELDS: [&str; 6] = ["apiVersion", "data", "kind", "metadata", "spec", "status"];

impl Shapes {
    /// Steps to a key that the policy names.
    pub(super) fn inventory_field(
        &mut self,
        level: Level,
        key: &Arc<str>,
    ) -> Result<Shape, Mistake> {
        let next = match level {
            Level::Scopes => match &**key {
                "cluster" => Level::Versions { namespaced: false },
                "namespace" => Level::Namespaces,
                _ => return Err(Mistake::Scope),
            },
            Level::Namespaces if is_kind(key) => return Err(Mistake::KindForNamespace),
            Level::Namespaces => Level::Versions { namespaced: true },
            Level::Versions { namespaced } => {
                if is_kind(key) {
                    return Err(Mistake::KindForVersion);
                }
                let version = self.texts([Arc::clone(key)]);
                Level::Kinds { namespaced, version: Some(version) }
            }
            Level::Kinds { namespaced, version } => {
                if is_version(key) {
                    return Err(Mistake::VersionForKind);
                }
                if FIELDS.contains(&&**key) {
                    return Err(Mistake::FieldForKind);
                }
                if !is_kind(key) && kubernetes::misspelled_kind(key).is_some() {
                    return Err(Mistake::NoKind);
                }
                self.check_kind(namespaced, version, key)?;
                let kind = self.texts([Arc::clone(key)]);
                Level::Names { version, kind: Some(kind) }
            }
            Level::Names { .. } if FIELDS.contains(&&**key) => return Err(Mistake::FieldForName),
            Level::Names { version, kind } => return Ok(self.inventory_object(version, kind)),
        };
        Ok(self.one(Alternative::Inventory(next)))
    }

    /// Steps to all keys of a level.
    pub(super) fn inventory_each(&mut self, level: Level) -> Shape {
        let next = match level {
            Level::Scopes => return Shape::ANY,
            Level::Namespaces => Level::Versions { namespaced: true },
            Level::Versions { namespaced } => Level::Kinds { namespaced, version: None },
            Level::Kinds { version, .. } => Level::Names { version, kind: None },
            Level::Names { version, kind } => return self.inventory_object(version, kind),
        };
        self.one(Alternative::Inventory(next))
    }

    /// Checks that a kind of Kubernetes' own exists at its place.
    fn check_kind(
        &self,
        namespaced: bool,
        version: Option<TextsId>,
        kind: &str,
    ) -> Result<(), Mistake> {
        let Some(kind) = kubernetes::kind_named(kind) else { return Ok(()) };
        let group = version.map(|version| self.group(version));
        let is_group = |name: &str| group.as_deref().is_none_or(|group| group == name);
        if group.as_deref().is_some_and(|group| !kubernetes::is_group(group)) {
            return Ok(());
        }
        let mut scopes = kind.groups.iter().filter(|one| is_group(one.group)).peekable();
        if scopes.peek().is_none() {
            return Err(Mistake::OtherGroup);
        }
        match (scopes.any(|one| one.namespaced == namespaced), namespaced) {
            (true, _) => Ok(()),
            (false, true) => Err(Mistake::ClusterKind),
            (false, false) => Err(Mistake::NamespacedKind),
        }
    }

    /// Returns the group of an API version: empty for `v1`.
    fn group(&self, version: TextsId) -> String {
        let texts = self.get_texts(version);
        let version = texts.first().map_or("", |text| &**text);
        version.split_once('/').map_or("", |(group, _)| group).to_owned()
    }

    fn inventory_object(&mut self, version: Option<TextsId>, kind: Option<TextsId>) -> Shape {
        let Some(kind) = kind.and_then(|kind| {
            let texts = self.get_texts(kind);
            kubernetes::kind_named(texts.first()?)
        }) else {
            return Shape::ANY;
        };
        let group = version.map(|version| self.group(version));
        let in_group = kind
            .groups
            .iter()
            .filter(|one| group.as_deref().is_none_or(|group| one.group == group));
        let all: Vec<_> = in_group.map(|one| Alternative::Object(one.root, Basis::Known)).collect();
        if all.is_empty() { Shape::ANY } else { self.of(all) }
    }
}

/// Returns `true` for the name of a kind: namespaces and API versions begin with a lowercase
/// letter.
fn is_kind(key: &str) -> bool {
    key.starts_with(|letter: char| letter.is_ascii_uppercase())
}

/// Returns `true` for an API version, such as `v1` or `apps/v1`.
fn is_version(key: &str) -> bool {
    let version = key.split_once('/').map_or(key, |(_, version)| version);
    let rest = version.strip_prefix('v').unwrap_or_default();
    key.contains('/') || rest.starts_with(|digit: char| digit.is_ascii_digit())
}
