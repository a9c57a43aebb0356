//! Tests of `ferrego serve --from-cluster` beside a real API server. All share one control plane.
//!
//! The tests play the part of Gatekeeper's controller, which defines the kinds of constraints. They
//! run one after the other, because the cluster has one Config, and because the last one stops the
//! API server.

#[path = "../admission/objects.rs"]
mod objects;

mod audit;
mod audit_watch;
mod away;
mod definitions;
mod inventory;
mod policies;
mod self_signed;
mod site;
mod start;
mod validation;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ferrego_cluster::{Api, Authority, ControlPlane, webhook};
use libtest_mimic::{Arguments, Trial};

/// The state that tests share.
pub(crate) struct World {
    control_plane: ControlPlane,
    ferrego: PathBuf,
    work: PathBuf,
    /// The authority of the servers' certificates.
    authority: Authority,
    sites: AtomicU32,
}

impl World {
    /// Returns a client of the API server with all rights.
    pub(crate) fn api(&self) -> &Api {
        self.control_plane.api()
    }

    /// Returns a name that no other test has.
    pub(crate) fn unique(&self, name: &str) -> String {
        format!("{name}-{}", self.sites.fetch_add(1, Ordering::Relaxed))
    }
}

/// A test by name.
pub(crate) type Test = (&'static str, fn(&World));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let tests: Vec<Test> = [
        start::TESTS,
        policies::TESTS,
        validation::TESTS,
        self_signed::TESTS,
        inventory::TESTS,
        audit::TESTS,
        audit_watch::TESTS,
        away::TESTS,
    ]
    .concat();
    if arguments.list {
        let trials = tests.into_iter().map(|(name, _)| Trial::test(name, || Ok(())));
        return libtest_mimic::run(&arguments, trials.collect()).exit_code();
    }
    let work = tempfile::Builder::new().prefix("ferrego-cluster-").tempdir().expect("a folder");
    let ferrego = webhook::ferrego();
    let control_plane = match ControlPlane::start(&ControlPlane::programs(), work.path()) {
        Ok(control_plane) => control_plane,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let world = World {
        control_plane,
        ferrego,
        work: work.path().to_owned(),
        authority: Authority::new("webhook"),
        sites: AtomicU32::new(0),
    };
    definitions::install(&world);
    let world = Arc::new(world);
    let trial = |(name, test): Test| {
        let world = Arc::clone(&world);
        Trial::test(name, move || {
            test(&world);
            Ok(())
        })
    };
    let conclusion = libtest_mimic::run(&arguments, tests.into_iter().map(trial).collect());
    drop(world);
    if conclusion.has_failed() {
        println!("the logs are in {}", work.keep().display());
    }
    conclusion.exit_code()
}
