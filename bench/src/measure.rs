//! Measuring and the table.

use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::Criterion;
use serde::Serialize;

use crate::subject::{Fault, Run, Subject};

/// One measured subject on one review.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// The review's verdict, `allow` or `deny`.
    pub(crate) verdict: &'static str,
    /// The subject.
    pub(crate) subject: &'static str,
    /// Nanoseconds of an evaluation, where that is a step of its own.
    pub(crate) evaluate_ns: Option<f64>,
    /// Nanoseconds from JSON bytes to the verdict.
    pub(crate) judge_ns: f64,
    /// Whether the number of violations is right.
    pub(crate) right: bool,
}

/// Measures the subjects on one review.
pub(crate) fn all(
    verdict: &'static str,
    expected: usize,
    subjects: Vec<Subject<'_>>,
    quick: bool,
) -> Result<Vec<Row>, Fault> {
    subjects
        .into_iter()
        .map(|mut subject| {
            let mut right = (subject.judge)() == expected;
            let evaluate_ns = match &mut subject.evaluate {
                None => None,
                Some(run) => {
                    right &= run() == expected;
                    Some(nanoseconds(&format!("evaluate {verdict}"), subject.name, run, quick)?)
                }
            };
            let judge_ns = nanoseconds(
                &format!("bytes to {verdict}"),
                subject.name,
                &mut subject.judge,
                quick,
            )?;
            Ok(Row { verdict, subject: subject.name, evaluate_ns, judge_ns, right })
        })
        .collect()
}

/// Median time of one run, by criterion.
fn nanoseconds(group: &str, name: &str, run: &mut Run<'_>, quick: bool) -> Result<f64, Fault> {
    let directory = std::env::temp_dir().join(format!("ferrego-bench-{}", std::process::id()));
    let (warm_up, measure) = if quick { (100, 400) } else { (1000, 3000) };
    Criterion::default()
        .output_directory(&directory)
        .without_plots()
        .warm_up_time(Duration::from_millis(warm_up))
        .measurement_time(Duration::from_millis(measure))
        .sample_size(if quick { 20 } else { 100 })
        .bench_function(&format!("{group}, {name}"), |bencher| bencher.iter(&mut *run));
    let estimates = find(&directory, "estimates.json").ok_or("criterion wrote no estimates")?;
    let text = std::fs::read_to_string(estimates)?;
    std::fs::remove_dir_all(&directory)?;
    let estimates: serde_json::Value = serde_json::from_str(&text)?;
    estimates["median"]["point_estimate"].as_f64().ok_or_else(|| "no median".into())
}

/// The file `name` in the folder `new` somewhere below `directory`.
fn find(directory: &Path, name: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(directory).ok()?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.into_iter().find_map(|path| {
        if path.is_dir() {
            find(&path, name)
        } else {
            let fresh = path.parent().is_some_and(|parent| parent.ends_with("new"));
            (fresh && path.ends_with(name)).then_some(path)
        }
    })
}

/// Prints the table of the README.
pub(crate) fn print(rows: &[Row]) {
    println!("\n| review | program | evaluation | × | bytes to verdict | × |");
    println!("| --- | --- | ---: | ---: | ---: | ---: |");
    for row in rows {
        let first = rows.iter().find(|first| first.verdict == row.verdict).unwrap_or(row);
        let evaluate = row.evaluate_ns.map_or_else(String::new, |time| format!("{time:.0} ns"));
        let ratio = match (row.evaluate_ns, first.evaluate_ns) {
            (Some(time), Some(base)) => format!("{:.1}", time / base),
            _ => String::new(),
        };
        let wrong = if row.right { "" } else { " (wrong answer)" };
        println!(
            "| {} | {}{wrong} | {evaluate} | {ratio} | {:.0} ns | {:.1} |",
            row.verdict,
            row.subject,
            row.judge_ns,
            row.judge_ns / first.judge_ns
        );
    }
}
