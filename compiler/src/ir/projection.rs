//! The parts of a document that a policy can read.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What is read of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Whether all of it, whatever it holds.
    pub whole: bool,
    /// What is read below constant keys, that of `others` included.
    pub members: BTreeMap<Arc<str>, Projection>,
    /// What is read of elements, and of members by other keys.
    pub others: Option<Box<Projection>>,
}

impl Default for Projection {
    /// All of the value.
    fn default() -> Self {
        Self { whole: true, ..Self::NONE }
    }
}

impl Projection {
    /// Nothing but the value's kind.
    pub const NONE: Self = Self { whole: false, members: BTreeMap::new(), others: None };

    /// Returns the paths of what is read below the constant key `key`; none if nothing is.
    pub fn paths_below(&self, key: &str) -> Vec<String> {
        if self.whole {
            return self.paths();
        }
        let below = self.members.get(key).or(self.others.as_deref());
        below.map_or_else(Vec::new, Projection::paths)
    }

    /// The paths of what is read, in the notation of `ferrego_runtime::json::Needs`.
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
