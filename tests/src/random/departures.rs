//! Known departures of another implementation of Rego, the voice, from OPA. Each row has its reason
//! and the texts by which the departure is recognized.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;

/// The rows, and the number of times that each applied.
#[derive(Debug, Default)]
pub struct Departures {
    rows: Vec<Row>,
    applied: Vec<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Texts of which the voice's answer contains at least one.
    #[serde(default)]
    said: Vec<String>,
    /// Texts of which the smallest policy that shows the difference, with its input, contains at
    /// least one. A row without such texts applies before a policy is minimized.
    #[serde(default)]
    policy: Vec<String>,
    /// Texts of which the engine's answer contains at least one.
    #[serde(default)]
    own: Vec<String>,
    /// The reason why the voice departs from OPA.
    reason: String,
}

/// The evidence of a difference.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'e> {
    /// The voice's answer.
    pub said: &'e str,
    /// The engine's answer.
    pub own: &'e str,
    /// The smallest policy that shows the difference, with its input. `None` before the policy is
    /// minimized.
    pub smallest: Option<&'e str>,
}

impl Departures {
    /// Reads the list from JSON lines.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or a line is not a row.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let rows: Vec<Row> = lines
            .map(|line| serde_json::from_str(line).map_err(io::Error::other))
            .collect::<Result<_, _>>()?;
        Ok(Self { applied: vec![0; rows.len()], rows })
    }

    /// Returns `true` if a row explains the difference, and counts the use of the row.
    pub fn explains(&mut self, evidence: Evidence<'_>) -> bool {
        let Some(index) = self.index(evidence) else { return false };
        self.applied[index] += 1;
        true
    }

    /// Returns the reason of the row that explains the difference, without counting the use of the
    /// row.
    pub fn reason(&self, evidence: Evidence<'_>) -> Option<&str> {
        self.index(evidence).map(|index| self.rows[index].reason.as_str())
    }

    fn index(&self, evidence: Evidence<'_>) -> Option<usize> {
        self.rows.iter().position(|row| row.applies(evidence))
    }

    /// Returns the number of times that each reason applied. Rows with one reason are counted
    /// together.
    pub fn reasons(&self) -> BTreeMap<&str, usize> {
        let mut reasons = BTreeMap::new();
        for (row, applied) in self.rows.iter().zip(&self.applied) {
            *reasons.entry(row.reason.as_str()).or_default() += applied;
        }
        reasons
    }
}

impl Row {
    fn applies(&self, evidence: Evidence<'_>) -> bool {
        any(&self.said, evidence.said)
            && any(&self.own, evidence.own)
            && match evidence.smallest {
                Some(smallest) => any(&self.policy, smallest),
                None => self.policy.is_empty(),
            }
    }
}

fn any(texts: &[String], within: &str) -> bool {
    texts.is_empty() || texts.iter().any(|text| within.contains(text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn departures(lines: &str) -> Departures {
        let rows: Vec<Row> =
            lines.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
        Departures { applied: vec![0; rows.len()], rows }
    }

    #[test]
    fn a_message_is_recognised_at_once_and_a_construct_in_the_smallest_policy() {
        let mut list = departures(
            "{\"said\": [\"too large\"], \"reason\": \"a\"}\n\
             {\"policy\": [\"walk(\"], \"own\": [\"{\"], \"reason\": \"b\"}",
        );
        let evidence = |said, smallest| Evidence { said, own: "{1}", smallest };
        assert!(list.explains(evidence("number too large", None)));
        assert!(!list.explains(evidence("{2}", None)));
        assert!(list.explains(evidence("{2}", Some("p if walk(x, y)"))));
        assert!(!list.explains(evidence("{2}", Some("p if x"))));
        assert_eq!(list.reasons(), BTreeMap::from([("a", 1), ("b", 1)]));
    }

    #[test]
    fn the_list_of_regorus_can_be_read() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("regorus_departures.jsonl");
        let list = Departures::read(&path).expect("rows");
        assert!(list.rows.iter().all(|row| !(row.said.is_empty() && row.policy.is_empty())));
    }
}
