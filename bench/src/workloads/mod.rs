//! Measurements other than one policy on one request.

mod compile;
mod scale;
pub(crate) mod set;
mod size;
mod threads;

use crate::Fault;
use crate::summary::Line;
use crate::target::Target;

/// Measures all workloads over the fixtures. A quick look leaves out the workloads that build
/// crates.
///
/// # Errors
/// Returns the first error of a workload.
pub(crate) fn all(targets: &[Target], quick: bool) -> Result<Vec<Line>, Fault> {
    let mut lines = set::measure(targets, quick)?;
    lines.push(threads::measure(targets, quick)?);
    lines.extend(scale::inventories(targets, quick)?);
    lines.extend(scale::quadratic(quick)?);
    lines.extend(compile::measure(targets, quick)?);
    if !quick {
        lines.extend(size::measure(targets)?);
    }
    Ok(lines)
}

/// Returns the target of this name.
fn named<'t>(targets: &'t [Target], name: &str) -> Result<&'t Target, Fault> {
    let found = targets.iter().find(|target| target.name == name);
    found.ok_or_else(|| format!("no fixture named `{name}`").into())
}
