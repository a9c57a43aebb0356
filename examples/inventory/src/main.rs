//! Processes cluster events and reviews, one per line, from the files that the arguments name.

use std::error::Error;

use inventory::{Guard, Outcome};

fn main() -> Result<(), Box<dyn Error>> {
    let guard = Guard::new()?;
    for file in std::env::args_os().skip(1) {
        for line in std::fs::read_to_string(file)?.lines() {
            match guard.line(line.as_bytes())? {
                Outcome::Updated(objects) => println!("         {objects} objects known"),
                Outcome::Allowed => println!("allowed"),
                Outcome::Denied(messages) => println!("denied   {}", messages.join("; ")),
            }
        }
    }
    Ok(())
}
