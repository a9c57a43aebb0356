//! Tests of admission beside a real API server. All share one control plane.
//!
//! A test works in a namespace of its own, with a server of its own, so tests do not disturb each
//! other. See README.md for the programs that they need.

mod changes;
mod many;
mod objects;
mod port;
mod replicas;
mod requests;
mod settings;
mod site;
mod stub;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ferrego_cluster::{Api, ControlPlane, webhook};
use libtest_mimic::{Arguments, Trial};

/// The state that tests share.
pub(crate) struct World {
    control_plane: ControlPlane,
    ferrego: PathBuf,
    work: PathBuf,
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
    let arguments = Arguments::from_args();
    let tests: Vec<Test> = [
        stub::TESTS,
        requests::TESTS,
        port::TESTS,
        changes::TESTS,
        replicas::TESTS,
        many::TESTS,
        settings::TESTS,
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
    let sites = AtomicU32::new(0);
    let world = Arc::new(World { control_plane, ferrego, work: work.path().to_owned(), sites });
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
