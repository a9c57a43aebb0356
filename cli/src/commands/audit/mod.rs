//! `ferrego audit`: judges all objects of a cluster as Gatekeeper's audit does, from files or from the
//! cluster itself.

#[cfg(feature = "serve")]
mod cluster;
#[cfg(feature = "serve")]
mod definitions;
#[cfg(feature = "serve")]
mod objects;
#[cfg(feature = "serve")]
mod status;
#[cfg(feature = "serve")]
mod watch;

use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::engine::{Interpreter, Preferring};
use ferrego_gatekeeper::exemption::Process;
use ferrego_gatekeeper::explain::Wanted;
use ferrego_program::failure;
use ferrego_program::judge::{self, Collected, Settings, SharedHost};
use ferrego_program::status::Exit;

use super::test::prepare;
use crate::arguments::Audit;
use crate::failure::Failure;

/// Judges the objects, prints the report, and shows notices on standard error.
pub(crate) fn audit(command: &Audit) -> Result<Exit, Failure> {
    #[cfg(feature = "serve")]
    if command.watching.files.watch {
        return Ok(watch::watch(command)?.into());
    }
    #[cfg(feature = "serve")]
    if command.cluster.from_cluster {
        return Ok(cluster::audit(command)?.into());
    }
    let expected = "expected files with templates, constraints and objects";
    let (inputs, notices) = judge::inputs(command.paths(), expected)?;
    let mut collected = Collected::read(inputs, notices, command.evaluating.size.limit())?;
    let engine = Preferring::new(&Interpreter, command.evaluating.engines.preference());
    let host = host(command)?;
    let set_up = prepare(&mut collected, &engine, settings(command), host, Wanted::default());
    let set_up = set_up.exempting(&mut collected, Process::Audit);
    let judged = judge::run(&command.judging, |lines| {
        judge::report(&command.judging, &collected, &set_up, lines, Vec::new)
    });
    Ok(judged?.into())
}

/// Returns the host that answers calls of `external_data`, if the command names its answers.
fn host(command: &Audit) -> Result<Option<SharedHost>, failure::Failure> {
    let limit = command.evaluating.size.limit();
    command.external_data.host(command.numbers.numbers(), limit)
}

/// Returns the settings of the policies.
fn settings(command: &Audit) -> Settings {
    Settings {
        point: EnforcementPoint::Audit,
        numbers: command.numbers.numbers(),
        limits: command.evaluating.budget.limits(),
    }
}
