//! Writes the types of Kubernetes' objects that the compiler's lints know, in compact form.
//!
//! Usage: `openapi SWAGGER... [--enums FOLDER]... > compiler/src/lints/kubernetes/objects.txt`. A
//! `SWAGGER` is the `api/openapi-spec/swagger.json` of a release of Kubernetes, which the Go module
//! `k8s.io/kubernetes` contains (`go mod download -json k8s.io/kubernetes@v1.37.2`). The first one
//! and those up to an optional `--older` decide which kinds the output has. Those after `--older`
//! add removed versions of these kinds. A `FOLDER` is the Go module `k8s.io/api`, whose comments
//! name the values of enumerations; the specification does not.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use ferrego_tests::openapi::{Enums, Objects};
use lexopt::prelude::*;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("openapi: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let (mut current, mut older, mut enums) = (Vec::new(), Vec::new(), Enums::default());
    let mut is_older = false;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(path) if is_older => older.push(PathBuf::from(path)),
            Value(path) => current.push(PathBuf::from(path)),
            Long("older") => is_older = true,
            Long("enums") => enums.read(&PathBuf::from(arguments.value()?))?,
            other => return Err(other.unexpected().into()),
        }
    }
    let mut objects = Objects::default();
    for path in &current {
        objects.add(&serde_json::from_slice(&std::fs::read(path)?)?, true)?;
    }
    for path in &older {
        objects.add(&serde_json::from_slice(&std::fs::read(path)?)?, false)?;
    }
    std::io::stdout().write_all(objects.print(&enums).as_bytes())?;
    Ok(())
}
