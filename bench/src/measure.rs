//! Times of all subjects, one row per policy.

use serde::Serialize;

use crate::Fault;
use crate::allocations::{self, Allocations};
use crate::clock::{self, Effort, Run};
use crate::subjects::{self, Program, Subject};
use crate::target::{Question, Target, Verdict};

/// The measurements of a policy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The name of the policy.
    pub(crate) policy: String,
    /// The measurements of the allowed and of the denied request.
    pub(crate) verdicts: Vec<Measured>,
}

/// The measurements of all programs on one request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// The name of the case.
    pub(crate) case: String,
    /// The length of the input in bytes.
    pub(crate) input_bytes: usize,
    /// One entry per program.
    pub(crate) programs: Vec<Figures>,
}

/// The measurements of one program on one request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figures {
    /// The program.
    pub(crate) program: Program,
    /// The measurements, or `None` if the answer was wrong.
    #[serde(flatten)]
    pub(crate) times: Option<Times>,
    /// The reason why the program was not measured, or a remark on its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// Times and allocations.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Times {
    /// Nanoseconds per evaluation.
    pub(crate) evaluate_ns: f64,
    /// Nanoseconds from JSON bytes to the verdict.
    pub(crate) judge_ns: f64,
    /// Allocations per evaluation.
    pub(crate) evaluate_allocations: Option<u64>,
    /// Allocations from JSON bytes to the verdict.
    pub(crate) judge_allocations: Option<u64>,
}

impl Measured {
    /// Returns the measurements of `program`, if it was measured.
    pub(crate) fn times(&self, program: Program) -> Option<Times> {
        self.programs.iter().find(|figures| figures.program == program)?.times
    }
}

/// Measures all policies.
///
/// # Errors
/// Returns an error if a compiled or hand-written policy gives a wrong answer.
pub(crate) fn all(
    targets: &[Target],
    allocations: &[Allocations],
    quick: bool,
) -> Result<Vec<Row>, Fault> {
    let effort = Effort::new(quick);
    targets
        .iter()
        .map(|target| {
            let measured = target.questions.iter().map(|one| measured(target, one, effort));
            let mut row =
                Row { policy: target.name.clone(), verdicts: measured.collect::<Result<_, _>>()? };
            add_allocations(&mut row, allocations);
            Ok(row)
        })
        .collect::<Result<_, Fault>>()
}

fn measured(target: &Target, question: &Question, effort: Effort) -> Result<Measured, Fault> {
    let mut subjects = subjects::all(target, question)
        .map_err(|fault| format!("{}, {}: {fault}", target.name, question.case))?;
    let mut evaluations = times(&mut subjects, |runs| &mut runs.evaluate, effort).into_iter();
    let mut judgments = times(&mut subjects, |runs| &mut runs.judge, effort).into_iter();
    let programs = subjects.into_iter().map(|subject| {
        let times = subject.runs.and_then(|_| {
            Some(Times {
                evaluate_ns: evaluations.next()?,
                judge_ns: judgments.next()?,
                evaluate_allocations: None,
                judge_allocations: None,
            })
        });
        Figures { program: subject.program, times, note: subject.note }
    });
    Ok(Measured {
        verdict: question.verdict,
        case: question.case.clone(),
        input_bytes: question.input.len(),
        programs: programs.collect(),
    })
}

/// Measures the subjects that can run, in turns.
fn times<'s>(
    subjects: &mut [Subject<'s>],
    door: for<'r> fn(&'r mut subjects::Runs<'s>) -> &'r mut Run<'s>,
    effort: Effort,
) -> Vec<f64> {
    let mut runs: Vec<_> =
        subjects.iter_mut().filter_map(|subject| subject.runs.as_mut().map(door)).collect();
    clock::times(&mut runs, effort)
}

fn add_allocations(row: &mut Row, allocations: &[Allocations]) {
    for measured in &mut row.verdicts {
        for figures in &mut measured.programs {
            let counted =
                allocations::find(allocations, &row.policy, measured.verdict, figures.program);
            if let (Some(times), Some(counted)) = (&mut figures.times, counted) {
                times.evaluate_allocations = Some(counted.evaluate);
                times.judge_allocations = Some(counted.judge);
            }
        }
    }
}
