//! Counts of verdicts, and what is printed.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::known::KnownDifferences;
use super::verdict::{Judged, Verdict};

/// The verdicts of one file, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The file's name.
    pub file: String,
    /// All cases.
    pub total: usize,
    /// As OPA.
    pub agree: usize,
    /// Not as OPA, known ones left out.
    pub disagree: usize,
    /// Differences that are accepted.
    pub known: usize,
    /// Policies that need builtins without support.
    pub refused: usize,
    /// How often each builtin without support was the reason, by its message.
    pub refusals: BTreeMap<String, usize>,
    /// The disagreements.
    pub disagreements: Vec<Disagreement>,
}

/// A case that came out otherwise than it should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The case.
    pub id: String,
    /// What should have come out.
    pub expected: String,
    /// What did.
    pub got: String,
}

impl Summary {
    /// Counts verdicts. A known difference that does not differ any more is a disagreement.
    pub fn of(
        file: &str,
        judged: impl IntoIterator<Item = Judged>,
        known: &KnownDifferences,
    ) -> Self {
        let mut summary = Self { file: file.to_owned(), ..Self::default() };
        for case in judged {
            summary.count(case, known);
        }
        summary
    }

    fn count(&mut self, case: Judged, known: &KnownDifferences) {
        self.total += 1;
        match (case.verdict, known.reason(&case.id)) {
            (Verdict::Differs { .. }, Some(_)) => self.known += 1,
            (Verdict::Differs { expected, got }, None) => self.disagree(case.id, expected, got),
            (_, Some(reason)) => {
                let got = "no difference".to_owned();
                self.disagree(case.id, format!("the known difference: {reason}"), got);
            }
            (Verdict::Agrees, None) => self.agree += 1,
            (Verdict::Refused(text), None) => self.refuse(text),
        }
    }

    fn refuse(&mut self, text: String) {
        self.refused += 1;
        *self.refusals.entry(text).or_default() += 1;
    }

    fn disagree(&mut self, id: String, expected: String, got: String) {
        self.disagree += 1;
        self.disagreements.push(Disagreement { id, expected, got });
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &self.disagreements {
            writeln!(f, "{}\n  expected {}\n  got      {}", case.id, case.expected, case.got)?;
        }
        write!(
            f,
            "{}: total {}, agree {}, disagree {}, known {}, refused {}",
            self.file, self.total, self.agree, self.disagree, self.known, self.refused
        )
    }
}
