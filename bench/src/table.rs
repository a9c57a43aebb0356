//! The tables that are printed, as Markdown.

use std::collections::BTreeMap;

use crate::measure::{Figures, Measured, Row, Times};
use crate::subjects::Program;
use crate::summary::{Bound, Line};

/// Prints a line for each policy and verdict, then the summary.
pub(crate) fn print(rows: &[Row], summary: &[Line]) {
    println!("Times in nanoseconds, of the other programs as multiples of the compiled policy's;");
    println!("`—` where a program gives another answer or none.\n");
    println!(
        "| policy | verdict | evaluation | hand, Value | hand, typed | interpreter | regorus \
         | regorus VM | bytes to verdict | hand, Value | hand, typed | interpreter | regorus \
         | regorus VM | allocations |"
    );
    println!("| --- | --- {}|", "| ---: ".repeat(13));
    for row in rows {
        for measured in &row.verdicts {
            println!("{}", line(&row.policy, measured));
        }
    }
    print_notes(rows);
    println!("\n| figure | | to reach | met | |\n| --- | ---: | ---: | --- | --- |");
    for line in summary {
        println!("{}", summary_line(line));
    }
}

fn line(policy: &str, measured: &Measured) -> String {
    let verdict = measured.verdict.name();
    let Some(ours) = measured.times(Program::Compiled) else {
        return format!("| {policy} | {verdict} |");
    };
    let columns = |ours_ns: f64, time: fn(Times) -> f64| -> String {
        let others = [
            Program::HandValue,
            Program::HandTyped,
            Program::Interpreter,
            Program::Regorus,
            Program::RegorusVm,
        ];
        let multiple = |program| match measured.times(program) {
            Some(times) => format!(" × {:.2} |", time(times) / ours_ns),
            None => " — |".to_owned(),
        };
        format!(" {ours_ns:.0} |{}", others.map(multiple).concat())
    };
    let allocations = match (ours.evaluate_allocations, ours.judge_allocations) {
        (Some(evaluate), Some(judge)) => format!("{evaluate}, {judge}"),
        _ => String::new(),
    };
    format!(
        "| {policy} | {verdict} |{}{} {allocations} |",
        columns(ours.evaluate_ns, |times| times.evaluate_ns),
        columns(ours.judge_ns, |times| times.judge_ns),
    )
}

/// Prints why programs were not measured: each reason once, with its policies.
fn print_notes(rows: &[Row]) {
    let mut reasons: BTreeMap<(&str, Program), Vec<String>> = BTreeMap::new();
    for row in rows {
        for measured in &row.verdicts {
            for Figures { program, note, .. } in &measured.programs {
                if let Some(note) = note {
                    let request = format!("{} {}", row.policy, measured.verdict.name());
                    reasons.entry((note, *program)).or_default().push(request);
                }
            }
        }
    }
    println!("\nNot measured:\n");
    for ((note, program), requests) in reasons {
        println!("- {}: {note} ({})", program.name(), requests.join(", "));
    }
}

fn summary_line(line: &Line) -> String {
    let bound = match line.bound {
        Some(Bound::AtLeast(least)) => format!("≥ {least}"),
        Some(Bound::AtMost(most)) => format!("≤ {most}"),
        None => String::new(),
    };
    let met = match line.met {
        Some(true) => "yes",
        Some(false) => "**no**",
        None => "",
    };
    format!("| {} | {:.2} | {bound} | {met} | {} |", line.what, line.value, line.note)
}
