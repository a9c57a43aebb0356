//! The cores of the server and of the load.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Runs this process on the first of its cores.
pub(super) fn take_first() {
    choose(|place| place == 0);
}

/// Runs this process on its cores except the first. If it has one core only, it keeps this one.
pub(super) fn leave_first() {
    choose(|place| place > 0);
}

/// Keeps the cores at some places among those of this process. If the system refuses, it keeps all.
fn choose(is_kept: impl Fn(usize) -> bool) {
    let Ok(own) = sched_getaffinity(None) else { return };
    let cores = (0..CpuSet::MAX_CPU).filter(|core| own.is_set(*core));
    let mut kept = CpuSet::new();
    for (_, core) in cores.enumerate().filter(|(place, _)| is_kept(*place)) {
        kept.set(core);
    }
    if kept.count() > 0 {
        let _ = sched_setaffinity(None, &kept);
    }
}
