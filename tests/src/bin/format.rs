//! Compares the formatter with `opa fmt`.
//!
//! ```text
//! format [PATH...] [--random N] [--seed S] [--mangle BREAKS,COMMENTS] [--show N] [--source]
//!        [--same] [--upgrade] [--oracle PATH]
//! ```
//!
//! The modules are those of files (records, templates and Rego) and of random policies. `--mangle`
//! changes their layout: it breaks lines and adds comments with these probabilities, in percent. The
//! program prints how many modules both format alike, and of the first N that differ the lines, with `--source`
//! after the whole module. `--same` also prints texts that differ and are one module. It exits with 1
//! if the formatter fails on one. With `--upgrade`, it compares how the modules of v0 are rewritten to v1.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use ferrego_compiler::source::RegoVersion;
use ferrego_tests::draw::Draw;
use ferrego_tests::formatting::{
    Disorder, Outcome, Sample, compare, compare_upgraded, mangled, random, samples,
};
use ferrego_tests::oracle::Oracle;
use lexopt::prelude::*;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("format: {error}");
            ExitCode::from(2)
        }
    }
}

struct Options {
    samples: Vec<Sample>,
    show: usize,
    /// `true` if the sources of differing modules are printed.
    source: bool,
    /// `true` if texts of one module are printed, too.
    same: bool,
    /// `true` if the modules of v0 are rewritten to v1.
    upgrade: bool,
    oracle: Oracle,
}

/// Returns `true` if the formatter formats all modules that OPA formats.
fn run() -> Result<bool, Box<dyn Error>> {
    let Options { samples, mut show, source, same, upgrade, oracle } = options()?;
    let outcomes =
        if upgrade { compare_upgraded(&oracle, &samples)? } else { compare(&oracle, &samples)? };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (sample, outcome) in samples.iter().zip(outcomes) {
        let (kind, shown) = describe(&outcome, same);
        *counts.entry(kind).or_default() += 1;
        if let Some(shown) = shown
            && show > 0
        {
            show -= 1;
            println!("=== {kind}: {}", sample.name);
            if source {
                println!("{}", sample.text);
            }
            println!("--- {shown}");
        }
    }
    println!("{} modules", samples.len());
    for (kind, count) in &counts {
        println!("{count:>7} {kind}");
    }
    Ok(!counts.contains_key(FAILED) && (upgrade || !counts.contains_key(REFUSED_BY_ONE)))
}

const FAILED: &str = "failed";
const REFUSED_BY_ONE: &str = "refused by one";

fn describe(outcome: &Outcome, same: bool) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Equal => ("equal", None),
        Outcome::EqualInTheEnd => ("equal to repeated opa fmt", None),
        Outcome::Different(own, opa) => ("different", Some(texts(own, opa))),
        Outcome::OpaBroken(own, opa) => ("broken by opa fmt", Some(texts(own, opa))),
        Outcome::SameModule(own, opa) => ("the same module", same.then(|| texts(own, opa))),
        Outcome::KeepsImport(own, opa) => {
            ("the same module with an import of future.keywords", same.then(|| texts(own, opa)))
        }
        Outcome::Refused => ("refused by both", None),
        Outcome::OneRefused(text) => (REFUSED_BY_ONE, Some(text.clone())),
        Outcome::Failed(text) => (FAILED, Some(text.clone())),
    }
}

/// Returns the lines that differ, with the line before the first of them.
fn texts(own: &str, opa: &str) -> String {
    let (own, opa): (Vec<&str>, Vec<&str>) = (own.lines().collect(), opa.lines().collect());
    let start = own.iter().zip(&opa).take_while(|(one, other)| one == other).count();
    let rest = own.len().min(opa.len()) - start;
    let (own_rest, opa_rest) = (own[start..].iter().rev(), opa[start..].iter().rev());
    let end = own_rest.zip(opa_rest).take(rest).take_while(|(one, other)| one == other).count();
    let before = start.saturating_sub(1);
    let own = own[before..own.len() - end].join("\n");
    let opa = opa[before..opa.len() - end].join("\n");
    format!("ferrego:\n{own}\n--- OPA:\n{opa}")
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut found = Vec::new();
    let (mut count, mut seed, mut show) = (0, 1, 10);
    let (mut source, mut same, mut upgrade) = (false, false, false);
    let (mut oracle, mut disorder) = (None, None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(path) => found.extend(samples(&PathBuf::from(path))?),
            Long("random") => count = arguments.value()?.parse()?,
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("show") => show = arguments.value()?.parse()?,
            Long("source") => source = true,
            Long("same") => same = true,
            Long("upgrade") => upgrade = true,
            Long("oracle") => oracle = Some(PathBuf::from(arguments.value()?)),
            Long("mangle") => disorder = Some(read_disorder(&arguments.value()?.string()?)?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    found.extend(random(seed, count));
    if let Some(disorder) = disorder {
        let change =
            |sample: &Sample| mangled(sample, disorder, &mut Draw::seeded(seed, &sample.name));
        found = found.iter().map(change).collect();
    }
    let path = Oracle::find(oracle).ok_or("expected the path of the oracle in --oracle")?;
    if upgrade {
        found.retain(|sample| sample.version == RegoVersion::V0);
    }
    Ok(Options { samples: found, show, source, same, upgrade, oracle: Oracle::at(&path) })
}

fn read_disorder(text: &str) -> Result<Disorder, Box<dyn Error>> {
    let (breaks, comments) = text.split_once(',').ok_or("expected two numbers in --mangle")?;
    Ok(Disorder { breaks: breaks.parse()?, comments: comments.parse()? })
}
