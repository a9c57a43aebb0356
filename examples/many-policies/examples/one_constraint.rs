//! The program in the README: judges a review by all policies under one constraint.

use ferrego_gatekeeper::{PolicySet, inventory::Snapshot};
use ferrego_runtime::{Arena, Document};

ferrego_runtime::include_policies!();

fn main() {
    if let Err(error) = judge() {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn judge() -> Result<(), Box<dyn std::error::Error>> {
    let mut set = PolicySet::builder();
    for &policy in POLICIES {
        set.add_compiled(policy)?;
    }
    let constraint = Document::parse(std::fs::read_to_string("constraint.json")?)?;
    set.read_constraint(&constraint.value())?;
    let (set, inventory, arena) = (set.build(), Snapshot::empty(), Arena::new());
    let review = std::fs::read("review.json")?;
    let judgment = set.judge(&review, &inventory, &arena)?;
    for denial in judgment.verdict.denials() {
        println!("{}", denial.msg);
    }
    Ok(())
}
