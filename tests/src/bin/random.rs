//! Compares engines on random policies.
//!
//! ```text
//! random --policies N --inputs M --seed S [--out DIR] [--engines both|interpreter|compiled]
//!        [--oracle PATH] [--voice regorus] [--first INDEX] [--batch N] [--smallest N]
//! ```
//!
//! The program prints figures, and each policy on which the engines disagree, minimized. It exits
//! with 1 if there is such a policy.
//!
//! With `--oracle PATH`, or the path in the environment variable `FERREGO_ORACLE`, OPA is one of
//! the engines. `tests/oracle/README.md` says how to build the oracle. `--engines interpreter`
//! leaves out the compiled engine, which is by far the slowest. Of the policies that differ in one
//! way, the first N of `--smallest N` are minimized, and the others only counted. Quirks of OPA
//! that no engine reproduces are listed in `opa_departures.jsonl`, and counted by their reasons.
//!
//! With `--voice regorus`, which needs the feature `regorus`, the first engine is also compared
//! with regorus. Known departures are counted by their reasons, and others are printed.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ferrego_tests::cases::Engine;
use ferrego_tests::cases::compiled::CompiledEngine;
use ferrego_tests::cases::interpreter::InterpreterEngine;
use ferrego_tests::oracle::{OPA, Oracle, OracleEngine, VARIABLE};
use ferrego_tests::random::departures::{Departures, Evidence};
use ferrego_tests::random::hunt::{self, Difference, Figures, Finding, Groups};
use ferrego_tests::random::voice::{Heard, Voice};
use ferrego_tests::random::{RandomPolicy, fixture};
use lexopt::prelude::*;

struct Options {
    policies: u64,
    inputs: usize,
    seed: u64,
    first: u64,
    batch: u64,
    out: Option<PathBuf>,
    engines: Vec<Box<dyn Engine>>,
    voice: Option<Box<dyn Engine>>,
    /// The number of policies that are tried at once during the minimization, and the number of
    /// rounds.
    width: usize,
    rounds: usize,
    /// The number of policies with one difference that are minimized.
    smallest: usize,
    /// `true` if the policies are printed.
    print: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("random: {error}");
            ExitCode::from(2)
        }
    }
}

/// Returns `true` if the engines agree on all policies.
fn run() -> Result<bool, Box<dyn Error>> {
    let options = options()?;
    let mut figures = Figures::default();
    let mut groups = Groups::default();
    let mut known = departures("opa_departures.jsonl")?;
    let mut other = Other::read()?;
    let end = options.first + options.policies;
    let mut from = options.first;
    while from < end {
        let to = end.min(from + options.batch);
        let numbers: Vec<u64> = (from..to).collect();
        let found = (&mut figures, &mut groups, &mut known);
        batch(&options, &numbers, found, &mut other)?;
        from = to;
        eprintln!("{from} of {end}: {} differ", groups.len());
    }
    println!("seed {}, policies {}..{end}\n{figures}\n{groups}", options.seed, options.first);
    print_known(&known);
    if options.voice.is_some() {
        other.print();
    }
    Ok(groups.is_empty() && other.unexplained == 0)
}

/// The comparison with the other implementation of Rego.
struct Other {
    known: Departures,
    heard: Heard,
    unexplained: usize,
}

impl Other {
    fn read() -> std::io::Result<Self> {
        Ok(Self {
            known: departures("regorus_departures.jsonl")?,
            heard: Heard::default(),
            unexplained: 0,
        })
    }

    fn listen(&mut self, options: &Options, engines: &[&dyn Engine], policies: &[RandomPolicy]) {
        let (Some(&own), Some(other)) = (engines.first(), &options.voice) else { return };
        let (width, rounds) = (options.width, options.rounds);
        let voice = Voice { own, other: other.as_ref(), width, rounds };
        for objection in voice.listen(policies, &mut self.known, &mut self.heard) {
            self.unexplained += 1;
            println!("unexplained difference {}:\n{objection}\n", self.unexplained);
        }
    }

    fn print(&self) {
        let Heard { policies, answers, differ } = self.heard;
        println!("voice: {policies} policies, {answers} answers, {differ} differ");
        print_known(&self.known);
        println!("  policies with an unexplained difference: {}", self.unexplained);
    }
}

fn departures(file: &str) -> std::io::Result<Departures> {
    Departures::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file))
}

fn print_known(known: &Departures) {
    let (applied, idle): (Vec<_>, Vec<_>) =
        known.reasons().into_iter().partition(|(_, count)| *count > 0);
    for (reason, count) in applied {
        println!("  known, {count} times: {reason}");
    }
    for (reason, _) in idle {
        println!("  known, never in this run: {reason}");
    }
}

/// Returns the evidence by which a departure is recognized. Both answers are in the text, and their
/// kinds in the shape.
fn evidence<'e>(difference: &'e Difference, smallest: Option<&'e str>) -> Evidence<'e> {
    Evidence { said: &difference.text, own: &difference.shape, smallest }
}

fn batch(
    options: &Options,
    numbers: &[u64],
    (figures, groups, known): (&mut Figures, &mut Groups, &mut Departures),
    other: &mut Other,
) -> Result<(), Box<dyn Error>> {
    let engines: Vec<&dyn Engine> = options.engines.iter().map(AsRef::as_ref).collect();
    let policies: Vec<RandomPolicy> = numbers
        .iter()
        .filter_map(|&index| hunt::generate(options.seed, index, options.inputs))
        .collect();
    if options.print {
        policies.iter().flat_map(RandomPolicy::texts).for_each(|text| println!("{text}\n---"));
    }
    let differences = hunt::compare(&engines, &policies, figures);
    other.listen(options, &engines, &policies);
    for ((index, policy), difference) in numbers.iter().copied().zip(&policies).zip(differences) {
        if let Some(difference) = difference {
            // A departure that needs no minimized policy is recognized at once.
            if known.explains(evidence(&difference, None))
                || !groups.count(&difference, options.smallest)
            {
                continue;
            }
            // OPA ran out of memory, and would do so for each smaller policy too.
            let (policy, difference) = if difference.is_failure_of(OPA) {
                (policy.clone(), difference)
            } else {
                hunt::smallest(&engines, policy, difference, options.rounds, options.width)
            };
            let text = policy.texts().join("---\n");
            if known.explains(evidence(&difference, Some(&text))) {
                groups.explained(&difference);
                continue;
            }
            let finding = Finding { index, policy, difference };
            groups.add(&finding);
            println!("policy {index}: {}: {}", finding.difference.kind, finding.difference.text);
            println!("{text}\n");
            if let Some(directory) = &options.out {
                let answers = hunt::answers(&engines, &finding.policy);
                fixture::write(directory, options.seed, &finding, &answers)?;
            }
        }
    }
    Ok(())
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        policies: 100,
        inputs: 20,
        seed: 1,
        first: 0,
        batch: 500,
        out: None,
        engines: engines_named("both")?,
        voice: None,
        width: 40,
        rounds: 30,
        smallest: usize::MAX,
        print: false,
    };
    let mut oracle = None;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("policies") => options.policies = arguments.value()?.parse()?,
            Long("inputs") => options.inputs = arguments.value()?.parse()?,
            Long("seed") => options.seed = arguments.value()?.parse()?,
            Long("first") => options.first = arguments.value()?.parse()?,
            Long("batch") => options.batch = arguments.value()?.parse::<u64>()?.max(1),
            Long("width") => options.width = arguments.value()?.parse::<usize>()?.max(1),
            Long("rounds") => options.rounds = arguments.value()?.parse()?,
            Long("out") => options.out = Some(PathBuf::from(arguments.value()?)),
            Long("engines") => options.engines = engines_named(&arguments.value()?.string()?)?,
            Long("voice") => options.voice = Some(voice_named(&arguments.value()?.string()?)?),
            Long("smallest") => options.smallest = arguments.value()?.parse()?,
            Long("oracle") => oracle = Some(PathBuf::from(arguments.value()?)),
            Long("print") => options.print = true,
            _ => return Err(argument.unexpected().into()),
        }
    }
    match Oracle::find(oracle) {
        Some(path) => options.engines.push(Box::new(opened(&path)?)),
        None => eprintln!(
            "OPA is left out: expected its path in --oracle or {VARIABLE}; \
             tests/oracle/README.md says how to build it"
        ),
    }
    Ok(options)
}

fn opened(path: &Path) -> Result<OracleEngine, String> {
    let (oracle, version) = Oracle::open(path)?;
    eprintln!("comparing with OPA {version}");
    Ok(OracleEngine::new(oracle))
}

fn engines_named(name: &str) -> Result<Vec<Box<dyn Engine>>, String> {
    match name {
        "both" => Ok(vec![Box::new(InterpreterEngine), Box::<CompiledEngine>::default()]),
        "interpreter" => Ok(vec![Box::new(InterpreterEngine)]),
        "compiled" => Ok(vec![Box::<CompiledEngine>::default()]),
        _ => Err(format!("no such engines: `{name}`")),
    }
}

fn voice_named(name: &str) -> Result<Box<dyn Engine>, String> {
    match name {
        #[cfg(feature = "regorus")]
        "regorus" => Ok(Box::new(ferrego_tests::random::regorus::RegorusEngine)),
        #[cfg(not(feature = "regorus"))]
        "regorus" => Err("regorus needs the cargo feature regorus".to_owned()),
        _ => Err(format!("no such voice: `{name}`")),
    }
}
