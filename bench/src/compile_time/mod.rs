//! The growth of the compile time with the size of the source.
//!
//! For each construct, a module with `n`, `2n` and `4n` parts is compiled. Each stage has its time
//! and its exponent: the time grows with the number of parts to the power of the exponent. Times
//! are those of the processor for one thread, so that other work hardly changes them.

mod constructs;
mod times;

use std::path::PathBuf;

use ferrego_compiler::source::{RegoVersion, Source};

use crate::Fault;
use constructs::{CONSTRUCTS, Construct};
use times::Times;

/// The numbers of parts that are measured, as multiples of the first.
const MULTIPLES: [usize; 3] = [1, 2, 4];
/// The longest time with twice the parts, in milliseconds. If a construct takes longer, it is
/// measured with fewer parts.
const LONGEST: f64 = 1000.0;
/// The shortest time, in milliseconds, that is printed.
const SHORTEST: f64 = 5.0;

/// Measures all constructs, or those whose names are among `names`, with up to `parts` parts, and
/// prints the table.
///
/// # Errors
/// Returns an error for an unknown name.
pub(crate) fn run(parts: usize, names: &[PathBuf]) -> Result<(), Fault> {
    let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
    let is_known = |name: &str| CONSTRUCTS.iter().any(|construct| construct.name == name);
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        return Err(format!("no construct named `{unknown}`").into());
    }
    println!("| construct | n | stage | ms at n | at 2n | at 4n | exponent |");
    println!("| --- | ---: | --- | ---: | ---: | ---: | ---: |");
    let chosen = |construct: &&Construct| {
        names.is_empty() || names.iter().any(|name| name == construct.name)
    };
    for construct in CONSTRUCTS.iter().filter(chosen) {
        measure(construct, parts);
    }
    Ok(())
}

fn measure(construct: &Construct, parts: usize) {
    let mut first = parts.min(construct.most) / MULTIPLES[2];
    let [mut one, mut two] = [1, 2].map(|multiple| of_parts(construct, first * multiple));
    while two.of(Times::TOTAL) > LONGEST && first > 1 {
        first /= 2;
        (two, one) = (one, of_parts(construct, first));
    }
    let four = of_parts(construct, first * 4);
    for stage in four.stages() {
        let (one, two, four) = (one.of(stage), two.of(stage), four.of(stage));
        if stage == Times::TOTAL || four >= SHORTEST {
            let exponent = (four / two).log2();
            println!(
                "| {} | {first} | {stage} | {one:.1} | {two:.1} | {four:.1} | {exponent:.2} |",
                construct.name
            );
        }
    }
}

/// Returns the times of a module with as many parts.
fn of_parts(construct: &Construct, parts: usize) -> Times {
    let text = (construct.source)(parts);
    Times::of_compiling(&[Source::new("p.rego", text, RegoVersion::V1)])
}
