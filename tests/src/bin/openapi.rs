//! Writes the types of Kubernetes' objects that the compiler's lints know, in compact form.
//!
//! Usage: `openapi SWAGGER... [--enums FOLDER]... [--older SWAGGER...]`. A `SWAGGER` is the
//! `api/openapi-spec/swagger.json` of a release, which the Go module `k8s.io/kubernetes` contains.
//! The files before `--older` decide which kinds the output has. The files after it add removed
//! versions of these kinds. A `FOLDER` is the Go module `k8s.io/api`, whose comments name the values of
//! enumerations, because the specification does not. The module's cache contains both:
//!
//! ```text
//! for v in 37.2 36.3 35.4; do
//!   go mod download k8s.io/kubernetes@v1.$v k8s.io/api@v0.$v
//! done
//! go mod download k8s.io/kubernetes@v1.13.0
//! modules=$(go env GOMODCACHE)/k8s.io
//! spec=api/openapi-spec/swagger.json
//! cargo run -p ferrego-tests --bin openapi -- \
//!   $modules/kubernetes@v1.3[567].*/$spec \
//!   --enums $modules/api@v0.37.2 --enums $modules/api@v0.36.3 --enums $modules/api@v0.35.4 \
//!   --older $modules/kubernetes@v1.13.0/$spec > compiler/src/lints/kubernetes/objects.txt
//! ```

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
