//! The parts of a document that a policy can read.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The parts of a value that a policy can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// `true` if the policy reads the whole value, whatever it holds.
    pub whole: bool,
    /// The projections of members with constant keys, including the parts in `others`.
    pub members: BTreeMap<Arc<str>, Projection>,
    /// The projection of items, and of members with other keys.
    pub others: Option<Box<Projection>>,
}

impl Default for Projection {
    /// Returns the projection that reads the whole value.
    fn default() -> Self {
        Self { whole: true, ..Self::NONE }
    }
}

impl Projection {
    /// The projection that reads nothing except the kind of the value.
    pub const NONE: Self = Self { whole: false, members: BTreeMap::new(), others: None };

    /// Returns the paths that the policy reads below the constant key `key`, or none.
    pub fn paths_below(&self, key: &str) -> Vec<String> {
        if self.whole {
            return self.paths();
        }
        let below = self.members.get(key).or(self.others.as_deref());
        below.map_or_else(Vec::new, Projection::paths)
    }

    /// Returns the paths that the policy reads, in the notation of `ferrego_runtime::json::Needs`.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.collect_paths("", &mut paths);
        paths
    }

    fn collect_paths(&self, path: &str, paths: &mut Vec<String>) {
        if self.whole {
            paths.push(path.to_owned());
            return;
        }
        if self.members.is_empty() && self.others.is_none() {
            paths.push(format!("{path}/"));
        }
        if let Some(others) = &self.others {
            others.collect_paths(&format!("{path}/*"), paths);
        }
        for (key, member) in &self.members {
            if self.others.as_deref() != Some(member) {
                member.collect_paths(&format!("{path}/{}", escaped(key)), paths);
            }
        }
    }
}

fn escaped(key: &str) -> String {
    match key {
        "" => "~3".to_owned(),
        "*" => "~2".to_owned(),
        key => key.replace('~', "~0").replace('/', "~1"),
    }
}
