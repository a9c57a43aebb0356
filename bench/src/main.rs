//! Measures the image-pull policy on one review, compiled and otherwise, in one run.
//!
//! `cargo run --release -p ferrego-bench -- [--quick] [--json FILE]` prints the table of the
//! README; criterion does the measuring.

mod hand_typed;
mod hand_value;
mod measure;
mod subject;

use std::path::PathBuf;
use std::process::ExitCode;

use ferrego_runtime::Arena;
use subject::{Fault, Sources, Subject};

/// The compiled policy.
#[allow(unreachable_pub, reason = "what is included is made for a crate's root")]
mod policies {
    ferrego_runtime::include_policies!();
}

const REVIEWS: [(&str, &str, usize); 2] = [
    ("deny", include_str!("../reviews/pod-deny.json"), 2),
    ("allow", include_str!("../reviews/pod-allow.json"), 0),
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("ferrego-bench: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Fault> {
    let mut quick = false;
    let mut json = None;
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--quick") => quick = true,
            Some("--json") => json = Some(PathBuf::from(arguments.next().ok_or("--json FILE")?)),
            _ => return Err("usage: ferrego-bench [--quick] [--json FILE]".into()),
        }
    }
    let sources = sources()?;
    let mut rows = Vec::new();
    for (verdict, review, expected) in REVIEWS {
        let arenas = (Arena::new(), Arena::new());
        let subjects = subjects(&sources, review, &arenas)?;
        rows.extend(measure::all(verdict, expected, subjects, quick)?);
    }
    measure::print(&rows);
    if let Some(path) = json {
        std::fs::write(path, serde_json::to_string_pretty(&rows)?)?;
    }
    Ok(())
}

fn subjects<'s>(
    sources: &'s Sources,
    review: &'s str,
    arenas: &'s (Arena, Arena),
) -> Result<Vec<Subject<'s>>, Fault> {
    Ok(vec![
        subject::compiled(&policies::sharednodepullpolicy::POLICY, review, &arenas.0)?,
        subject::hand_value(review)?,
        subject::hand_typed(review)?,
        subject::interpreter(sources, review, &arenas.1)?,
        subject::regorus_vm(sources, review)?,
        subject::regorus_interpreter(sources, review)?,
    ])
}

fn sources() -> Result<Sources, Fault> {
    let text = include_str!("../../fixtures/templates/image-pull-policy/template.yaml");
    subject::sources("fixtures/templates/image-pull-policy/template.yaml", text)
}
