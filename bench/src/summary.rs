//! A summary of the measurements, with a bound for each figure that must meet one.

use serde::Serialize;

use crate::measure::{Measured, Row, Times};
use crate::subjects::Program;

/// A figure, with its bound if it has one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    /// The description of the figure.
    pub(crate) what: String,
    /// The figure.
    pub(crate) value: f64,
    /// The bound of the figure.
    pub(crate) bound: Option<Bound>,
    /// `true` if the figure meets its bound.
    pub(crate) met: Option<bool>,
    /// Details, such as the policy with the worst figure.
    pub(crate) note: String,
}

/// A bound of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    /// The figure must be at least this number.
    AtLeast(f64),
    /// The figure must be at most this number.
    AtMost(f64),
}

impl Line {
    /// Builds a line without a bound.
    pub(crate) fn of(what: impl Into<String>, value: f64, note: impl Into<String>) -> Self {
        Self { what: what.into(), value, bound: None, met: None, note: note.into() }
    }

    /// Adds a bound, and checks the figure against it.
    pub(crate) fn bound(mut self, bound: Bound) -> Self {
        self.met = Some(match bound {
            Bound::AtLeast(least) => self.value >= least,
            Bound::AtMost(most) => self.value <= most,
        });
        self.bound = Some(bound);
        self
    }
}

/// A comparison of the compiled policies with another program.
struct Comparison {
    what: &'static str,
    program: Program,
    /// Computes the figure of a request from the times of the compiled policy and of the other
    /// program.
    ratio: fn(Times, Times) -> f64,
    mean: Bound,
    worst: Option<Bound>,
}

const COMPARISONS: [Comparison; 5] = [
    Comparison {
        what: "evaluation: regorus' interpreter / compiled",
        program: Program::Regorus,
        ratio: |ours, other| other.evaluate_ns / ours.evaluate_ns,
        mean: Bound::AtLeast(60.0),
        worst: Some(Bound::AtLeast(20.0)),
    },
    Comparison {
        what: "evaluation: regorus' VM / compiled",
        program: Program::RegorusVm,
        ratio: |ours, other| other.evaluate_ns / ours.evaluate_ns,
        mean: Bound::AtLeast(15.0),
        worst: None,
    },
    Comparison {
        what: "evaluation: compiled / hand-written over serde_json::Value",
        program: Program::HandValue,
        ratio: |ours, other| ours.evaluate_ns / other.evaluate_ns,
        mean: Bound::AtMost(0.8),
        worst: Some(Bound::AtMost(1.2)),
    },
    Comparison {
        what: "bytes to verdict: compiled / hand-written typed structs",
        program: Program::HandTyped,
        ratio: |ours, other| ours.judge_ns / other.judge_ns,
        mean: Bound::AtMost(1.1),
        worst: None,
    },
    Comparison {
        what: "bytes to verdict: regorus' interpreter / compiled",
        program: Program::Regorus,
        ratio: |ours, other| other.judge_ns / ours.judge_ns,
        mean: Bound::AtLeast(1.0),
        worst: None,
    },
];

/// Returns the comparisons over all rows, and the allocations.
pub(crate) fn of(rows: &[Row]) -> Vec<Line> {
    let mut lines: Vec<Line> = COMPARISONS.iter().flat_map(|one| compared(one, rows)).collect();
    lines.push(allocating(rows));
    lines
}

fn compared(comparison: &Comparison, rows: &[Row]) -> Vec<Line> {
    let mut ratios: Vec<(f64, String)> = requests(rows)
        .filter_map(|(name, measured)| {
            let ours = measured.times(Program::Compiled)?;
            let other = measured.times(comparison.program)?;
            Some(((comparison.ratio)(ours, other), name))
        })
        .collect();
    if ratios.is_empty() {
        return Vec::new();
    }
    ratios.sort_by(|one, other| one.0.total_cmp(&other.0));
    if matches!(comparison.mean, Bound::AtMost(_)) {
        ratios.reverse();
    }
    let note = format!("{} requests", ratios.len());
    let mean = geometric_mean(ratios.iter().map(|(ratio, _)| *ratio));
    let worst: Vec<String> =
        ratios.iter().take(3).map(|(ratio, name)| format!("{ratio:.2} {name}")).collect();
    let what = comparison.what;
    let mut line = Line::of(format!("{what}, worst"), ratios[0].0, worst.join("; "));
    if let Some(bound) = comparison.worst {
        line = line.bound(bound);
    }
    vec![Line::of(what, mean, note).bound(comparison.mean), line]
}

fn requests(rows: &[Row]) -> impl Iterator<Item = (String, &Measured)> {
    rows.iter().flat_map(|row| {
        row.verdicts
            .iter()
            .map(|measured| (format!("{} {}", row.policy, measured.verdict.name()), measured))
    })
}

fn allocating(rows: &[Row]) -> Line {
    let mut names = Vec::new();
    let mut most = 0.0_f64;
    for (name, measured) in requests(rows) {
        let times = measured.times(Program::Compiled);
        let counts = times.map(|times| (times.evaluate_allocations, times.judge_allocations));
        if let Some((Some(evaluate), Some(judge))) = counts
            && evaluate.max(judge) > 0
        {
            let count = u32::try_from(evaluate.max(judge)).unwrap_or(u32::MAX);
            most = most.max(f64::from(count));
            names.push(format!("{count} {name}"));
        }
    }
    Line::of("heap allocations of a compiled policy, most", most, names.join("; "))
        .bound(Bound::AtMost(0.0))
}

/// Returns the geometric mean of `values`.
pub(crate) fn geometric_mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value.ln();
        count += 1.0;
    }
    (sum / count).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Figures;
    use crate::target::Verdict;

    fn measured(ours: f64, regorus: f64) -> Measured {
        let figures = |program, evaluate_ns| Figures {
            program,
            times: Some(Times {
                evaluate_ns,
                judge_ns: 1.0,
                evaluate_allocations: Some(0),
                judge_allocations: Some(2),
            }),
            note: None,
        };
        Measured {
            verdict: Verdict::Allow,
            case: String::new(),
            input_bytes: 0,
            programs: vec![figures(Program::Compiled, ours), figures(Program::Regorus, regorus)],
        }
    }

    #[test]
    fn a_line_gives_the_geometric_mean_and_the_worst() {
        let row = |policy: &str, measured| Row { policy: policy.into(), verdicts: vec![measured] };
        let rows = [row("quick", measured(1.0, 400.0)), row("slow", measured(1.0, 25.0))];
        let lines = of(&rows);
        assert!((lines[0].value - 100.0).abs() < 1e-6, "{lines:?}");
        assert_eq!(lines[0].met, Some(true));
        assert!((lines[1].value - 25.0).abs() < 1e-6, "{lines:?}");
        assert!(lines[1].note.starts_with("25.00 slow allow"), "{lines:?}");
        let last = lines.last().cloned().unwrap_or_else(|| Line::of("", 0.0, ""));
        assert_eq!(last.met, Some(false), "{last:?}");
    }
}
