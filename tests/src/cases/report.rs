//! Counts of verdicts, and their printed report.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::known::KnownDifferences;
use super::verdict::{Judged, Verdict};

/// The counted verdicts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The name of the file.
    pub file: String,
    /// The number of cases.
    pub total: usize,
    /// The number of cases that agree with OPA.
    pub agree: usize,
    /// The number of cases that differ from OPA, without the accepted ones.
    pub disagree: usize,
    /// The number of accepted differences.
    pub known: usize,
    /// The number of policies that need unsupported builtins.
    pub refused: usize,
    /// The number of refusals by each unsupported builtin's message.
    pub refusals: BTreeMap<String, usize>,
    /// The disagreements.
    pub disagreements: Vec<Disagreement>,
}

/// A case whose result is not the expected one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The case.
    pub id: String,
    /// The expected result.
    pub expected: String,
    /// The actual result.
    pub got: String,
}

impl Summary {
    /// Counts verdicts. An accepted difference that no longer occurs is a disagreement.
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
