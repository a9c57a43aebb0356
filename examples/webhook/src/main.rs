//! An admission webhook with the policies in `policies/`, which the build compiles to Rust.
//!
//! Its arguments are the files of the certificate and its key, and optionally the address of the
//! webhook and that of the probes.

use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::review::Numbers;
use ferrego_runtime::Document;
use ferrego_webhook::{Config, Policies, Server, State, log};

ferrego_runtime::include_policies!();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let certificate = arguments.next().ok_or("expected a certificate and its key, found none")?;
    let mut config = Config::new(certificate, arguments.next().ok_or("expected a key")?);
    for address in [&mut config.listen, &mut config.probes] {
        *address = arguments.next().map_or(Ok(*address), |given| given.parse())?;
    }
    let mut set = PolicySet::builder().numbers(Numbers::Float64);
    for &policy in POLICIES {
        set.add_compiled(policy)?;
    }
    set.read_constraint(&Document::parse(include_str!("../constraint.json"))?.value())?;
    log::to_stderr();
    Ok(Server::new(Policies::new(State::new(set.build())), config).run()?)
}
