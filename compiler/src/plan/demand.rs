//! What a program can read of `input`: the reader of JSON need not build the rest. The same analysis
//! finds what it can read of `data`, which a policy tells of the inventory.

mod analysis;
mod results;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use analysis::{find, of_data};

/// What is read of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Whether all of it, whatever it holds.
    pub whole: bool,
    /// What is read below constant keys, that of `others` included.
    pub members: BTreeMap<Arc<str>, Demand>,
    /// What is read of elements, and of members by other keys.
    pub others: Option<Box<Demand>>,
}

impl Default for Demand {
    /// All of the value.
    fn default() -> Self {
        Self { whole: true, ..Self::NONE }
    }
}

impl Demand {
    /// Nothing but the value's kind.
    pub const NONE: Self = Self { whole: false, members: BTreeMap::new(), others: None };

    /// Returns the paths of what is read below the constant key `key`; none if nothing is.
    pub fn paths_below(&self, key: &str) -> Vec<String> {
        if self.whole {
            return self.paths();
        }
        let below = self.members.get(key).or(self.others.as_deref());
        below.map_or_else(Vec::new, Demand::paths)
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

#[cfg(test)]
mod tests;
