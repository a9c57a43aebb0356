//! Explanations for people, as indented lines.

use std::fmt::Display;
use std::io::{self, Write};

use ferrego_compiler::diagnostics::Excerpt;
use ferrego_gatekeeper::explain::explanation::{
    Definition, Explanation, Fact, Failure, Outcome, Place, Rule, Step,
};
use ferrego_gatekeeper::explain::{Account, Exclusion, Reason};

use super::{Found, found};
use crate::output::{counted, visible};

/// Prints the explanation of a constraint on an object. `about` begins the first line.
pub(crate) fn account(account: &Account, about: &str, to: &mut dyn Write) -> io::Result<()> {
    let constraint = match &*account.implied_by {
        "" => visible(&account.constraint),
        template => {
            format!("[implied by {}] {}", visible(template), visible(&account.constraint))
        }
    };
    match &account.reason {
        None => Ok(()),
        Some(Reason::Excluded(Exclusion { clause, expected, found }, place)) => {
            let (expected, found) = (visible(expected), visible(found));
            let place = place
                .as_ref()
                .map_or_else(String::new, |Excerpt { file, line, column, .. }| {
                    format!("{}:{line}:{column}: ", visible(file))
                });
            writeln!(
                to,
                "{about}: {constraint} does not apply: {place}spec.match.{clause}: expected \
                 {expected}, found {found}"
            )
        }
        Some(Reason::Unknown(message)) => {
            writeln!(to, "{about}: {constraint} may apply: {}", visible(message))
        }
        Some(Reason::Policy(explained)) => {
            let verdict = match found(explained) {
                Found::Violation => "finds a violation",
                Found::NoViolation => "finds no violation",
                Found::Stopped => "stops",
            };
            writeln!(to, "{about}: {constraint} {verdict}:")?;
            explanation(explained, to)
        }
    }
}

/// Prints the explanation of a rule with its value.
pub(super) fn rule(explained: &Explanation, to: &mut dyn Write) -> io::Result<()> {
    if let Some(rule) = &explained.rule {
        line(0, answer(rule), to)?;
    }
    explanation(explained, to)
}

/// Prints the explanation of a rule, indented.
fn explanation(explanation: &Explanation, to: &mut dyn Write) -> io::Result<()> {
    match &explanation.rule {
        Some(rule) => definitions(&rule.definitions, 1, to)?,
        None => line(1, "no explanation: the query is not a rule", to)?,
    }
    if let Some(message) = &explanation.stopped {
        line(1, format_args!("the explanation stops: {}", visible(message)), to)?;
    }
    if explanation.is_cut {
        line(1, "more literals are left out", to)?;
    }
    Ok(())
}

fn line(depth: usize, text: impl Display, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{:width$}{text}", "", width = 2 * depth)
}

fn placed(depth: usize, place: &Place, text: &str, to: &mut dyn Write) -> io::Result<()> {
    let Place { file, line: row, column } = place;
    line(depth, format_args!("{}:{row}:{column}: {}", visible(file), visible(text)), to)
}

fn definitions(all: &[Definition], depth: usize, to: &mut dyn Write) -> io::Result<()> {
    all.iter().try_for_each(|one| definition(one, depth, to))
}

fn definition(one: &Definition, depth: usize, to: &mut dyn Write) -> io::Result<()> {
    placed(depth, &one.place, &one.text, to)?;
    match &one.outcome {
        Outcome::Holds { solutions, left_out } => {
            for solution in solutions {
                line(depth + 1, format_args!("holds: {}", visible(&solution.value)), to)?;
                steps(&solution.steps, depth + 2, to)?;
            }
            if *left_out > 0 {
                let more = counted(*left_out, "more solution");
                line(depth + 1, format_args!("{more} left out"), to)?;
            }
            Ok(())
        }
        Outcome::Fails(failure) => {
            line(depth + 1, fails(failure), to)?;
            step(&failure.step, depth + 2, to)
        }
        Outcome::OtherArguments => line(depth + 1, "has other arguments", to),
        Outcome::LeftOut => {
            line(depth + 1, "is left out: a condition on the input or an argument fails", to)
        }
        Outcome::Stops(message) => line(depth + 1, format_args!("stops: {}", visible(message)), to),
    }
}

fn fails(failure: &Failure) -> String {
    match failure {
        Failure { attempts: 1, .. } => "fails at".to_owned(),
        Failure { here, attempts, .. } if here == attempts => {
            format!("fails {attempts} times, first at")
        }
        Failure { attempts, .. } => {
            format!("fails {attempts} times; the furthest attempt fails at")
        }
    }
}

fn steps(all: &[Step], depth: usize, to: &mut dyn Write) -> io::Result<()> {
    all.iter().try_for_each(|one| step(one, depth, to))
}

fn step(one: &Step, depth: usize, to: &mut dyn Write) -> io::Result<()> {
    placed(depth, &one.place, &one.text, to)?;
    one.facts.iter().try_for_each(|one| fact(one, depth + 1, to))
}

/// Returns the name of a rule with its value.
fn answer(Rule { name, value, error, .. }: &Rule) -> String {
    let name = visible(name);
    match (value, error) {
        (Some(value), _) => format!("{name} = {}", visible(value)),
        (None, Some(error)) => format!("{name} stops: {}", visible(error)),
        (None, None) => format!("{name} is undefined"),
    }
}

fn fact(fact: &Fact, depth: usize, to: &mut dyn Write) -> io::Result<()> {
    match fact {
        Fact::Value { name, value } => {
            line(depth, format_args!("{} = {}", visible(name), visible(value)), to)
        }
        Fact::Note(note) => line(depth, visible(note), to),
        Fact::Body { title, steps: inside } => {
            line(depth, format_args!("{}:", visible(title)), to)?;
            steps(inside, depth + 1, to)
        }
        Fact::Rule(rule) => {
            line(depth, answer(rule), to)?;
            definitions(&rule.definitions, depth + 1, to)
        }
    }
}
