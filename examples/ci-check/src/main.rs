//! Judges manifests: `ci-check FILE…`.
//!
//! Exit status: 0, or 1 if an object is denied, or 2 for wrong usage and for files that cannot be
//! judged.

use std::error::Error;
use std::process::ExitCode;

use ci_check::{Report, check};

fn main() -> ExitCode {
    match run() {
        Ok(report) => {
            print!("{}", report.text);
            ExitCode::from(u8::from(report.denied))
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<Report, Box<dyn Error>> {
    let mut files = Vec::new();
    for name in std::env::args().skip(1) {
        let json = std::fs::read(&name).map_err(|error| format!("{name}: {error}"))?;
        files.push((name, json));
    }
    if files.is_empty() {
        return Err("no manifests; usage: ci-check FILE…".into());
    }
    check(&files)
}
