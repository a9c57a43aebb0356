//! Compares builtins with OPA on random calls.
//!
//! Usage: `builtins --oracle PATH [--calls N] [--seed S] [--only NAME]...`. The oracle is the
//! program of `tests/oracle/`. The environment variable `FERREGO_ORACLE` may name it instead of
//! `--oracle`. A name that ends in `.` or `*` selects every builtin with this prefix.
//!
//! The program prints each difference, minimized and grouped by builtin, and a table of counts. It
//! exits with 1 if `builtin_differences.jsonl` does not list a difference, or if a listed
//! difference no longer occurs.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use ferrego_runtime::builtins::{self, Builtin};
use ferrego_tests::builtins::compare::{self, Outcome};
use ferrego_tests::builtins::known::Known;
use ferrego_tests::builtins::left_out;
use ferrego_tests::oracle::Oracle;
use lexopt::prelude::*;

/// Values may be nested deeply, and parsing them is recursive.
const STACK: usize = 64 * 1024 * 1024;

struct Options {
    oracle: PathBuf,
    calls: usize,
    seed: u64,
    only: Vec<String>,
}

fn main() -> ExitCode {
    let worker = thread::Builder::new().stack_size(STACK).spawn(|| match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("builtins: {error}");
            ExitCode::from(2)
        }
    });
    worker.ok().and_then(|worker| worker.join().ok()).unwrap_or(ExitCode::from(2))
}

/// Returns `true` if all answers agree except the listed ones.
fn run() -> Result<bool, Box<dyn Error>> {
    let options = options()?;
    let known =
        Known::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("builtin_differences.jsonl"))?;
    let (oracle, version) = Oracle::open(&options.oracle)?;
    println!("OPA {}, seed {}", version, options.seed);
    // Panics are answers, and are printed as such.
    std::panic::set_hook(Box::new(|_| ()));
    let mut agree = true;
    let mut table = Vec::new();
    let mut skipped = Vec::new();
    for builtin in builtins::all().filter(|builtin| options.chooses(builtin.name)) {
        if let Some(reason) = left_out(builtin) {
            skipped.push((builtin.name, reason));
            continue;
        }
        let outcome = compare::builtin(&oracle, builtin, options.calls, options.seed, &known)?;
        agree &= outcome.differ == outcome.known;
        print_differences(builtin, &outcome);
        table.push((builtin.name, outcome));
    }
    print_table(&table, &skipped);
    Ok(agree & all_apply(&oracle, &known, &options)?)
}

fn print_differences(builtin: &Builtin, outcome: &Outcome) {
    for difference in &outcome.differences {
        println!("{}({})", builtin.name, difference.operands.join(", "));
        println!("    ferrego {:?}\n    OPA     {:?}", difference.own, difference.opa);
    }
    let _ = io::stdout().flush();
}

fn print_table(table: &[(&str, Outcome)], skipped: &[(&str, &str)]) {
    println!("\n{:46} {:>7} {:>7} {:>7} {:>7}", "builtin", "calls", "values", "differ", "listed");
    let mut all = [0; 4];
    for (name, Outcome { calls, values, differ, known, .. }) in table {
        println!("{name:46} {calls:7} {values:7} {differ:7} {known:7}");
        for (sum, count) in all.iter_mut().zip([calls, values, differ, known]) {
            *sum += count;
        }
    }
    let [calls, values, differ, known] = all;
    println!("{:46} {calls:7} {values:7} {differ:7} {known:7}", "all");
    for (name, reason) in skipped {
        println!("not compared: {name}: {reason}");
    }
}

/// Returns `true` if every listed difference of the selected builtins still occurs.
fn all_apply(oracle: &Oracle, known: &Known, options: &Options) -> Result<bool, Box<dyn Error>> {
    let mut all = true;
    for row in known.rows().iter().filter(|row| options.chooses(&row.builtin)) {
        let builtin = builtins::lookup(&row.builtin)
            .ok_or_else(|| format!("builtin_differences.jsonl: no builtin `{}`", row.builtin))?;
        if compare::one(oracle, builtin, &row.operands)?.is_none() {
            all = false;
            println!("listed, but equal: {}({})", row.builtin, row.operands.join(", "));
        }
    }
    Ok(all)
}

impl Options {
    fn chooses(&self, name: &str) -> bool {
        self.only.is_empty()
            || self.only.iter().any(|only| match only.strip_suffix('*') {
                Some(prefix) => name.starts_with(prefix),
                None => name == only || only.ends_with('.') && name.starts_with(only.as_str()),
            })
    }
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut oracle = None;
    let (mut calls, mut seed, mut only) = (2000, 1, Vec::new());
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("oracle") => oracle = Some(PathBuf::from(arguments.value()?)),
            Long("calls") => calls = arguments.value()?.parse()?,
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("only") => only.push(arguments.value()?.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let oracle = Oracle::find(oracle).ok_or(
        "expected the oracle, found none\nhelp: build `tests/oracle` with Go and pass `--oracle PATH`",
    )?;
    Ok(Options { oracle, calls, seed, only })
}
