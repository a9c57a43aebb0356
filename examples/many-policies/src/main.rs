//! Prints the answer to each `AdmissionReview` in the files that the arguments name.

use std::error::Error;

use many_policies::{answer, policies};

fn main() -> Result<(), Box<dyn Error>> {
    let policies = policies()?;
    for file in std::env::args_os().skip(1) {
        println!("{}", answer(&policies, &std::fs::read(file)?));
    }
    Ok(())
}
