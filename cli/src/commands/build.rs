//! `ferrego build`: compiles templates to an executable, with the documents around them.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use data_encoding::HEXLOWER;
use ferrego_compiler::diagnostics::{Notice, Severity};
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::documents::{self, Input};
use ferrego_gatekeeper::engine::Preferring;
use ferrego_gatekeeper::exemption::Process;
use ferrego_gatekeeper::explain::Wanted;
use ferrego_gatekeeper::policy_set::Limits;
use ferrego_gatekeeper::review::Numbers;
use ferrego_program::judge::{self, Collected, Documents as _, Settings};
use ferrego_runtime::Arena;
use sha2::{Digest, Sha256};

use super::test::{annotation, prepare};
use crate::arguments::Build;
use crate::engines::{Compiling, Executable};
use crate::failure::Failure;
use crate::output::{self, visible};

/// The settings by which constraints are checked. Those of the program come from its own options.
const SETTINGS: fn() -> Settings = || Settings {
    point: EnforcementPoint::Webhook,
    numbers: Numbers::Float64,
    limits: Limits::default(),
};

/// Builds the executable. If a document has an error, nothing is built.
pub(crate) fn build(command: &Build) -> Result<(), Failure> {
    if command.paths.iter().any(|path| path == Path::new("-")) {
        let message = "expected files or folders, found standard input";
        let help = "write the documents to a file, whose hash the program then lists";
        return Err(Failure::usage(message).with_help(help));
    }
    let limit = command.size.limit();
    let (inputs, notices) = documents::find(&command.paths);
    let sources = inputs.iter().filter_map(|input| match input {
        Input::File(path) => Some(hashed(path)),
        Input::Stdin | Input::Copy(_) => None,
    });
    let sources = sources.collect::<Result<Vec<_>, _>>()?;
    let mut collected = Collected::read(inputs, notices, limit)?;
    refuse(&collected.notices, Failure::Usage)?;
    if collected.templates.is_empty() {
        let message = "expected a ConstraintTemplate among the files, found none";
        return Err(Failure::usage(message).with_help("name the files of the templates"));
    }
    let compiling = Compiling::default();
    let documents = checked(&mut collected, &compiling, command)?;
    if collected.constraints.is_empty() {
        collected.notices.push(without_constraints());
    }
    unchanged(&sources)?;
    output::stderr(collected.notices.iter().filter(|_| !command.quiet));
    let name = command.output.file_stem().unwrap_or(command.output.as_os_str());
    let annotations = collected.templates.iter().filter_map(|document| {
        let arena = Arena::new();
        let value = document.value(&arena).ok()?;
        let kind = value.path(&["spec", "crd", "spec", "names", "kind"])?.as_str()?.to_owned();
        let names = ["metadata.gatekeeper.sh/title", "description"];
        Some((kind, names.map(|name| annotation(document, name).unwrap_or_default())))
    });
    let executable = Executable {
        name: name.to_string_lossy().into_owned(),
        annotations: annotations.collect(),
        documents,
        sources,
        self_signed: command.self_signed,
    };
    executable.build(compiling, &command.output, command.quiet)
}

/// Returns the warning about templates without a constraint.
fn without_constraints() -> Notice {
    let message = "expected a constraint among the files, found none";
    let help = "name the files of the constraints: without one, the executable refuses to serve and \
                to review, and its test and audit need constraints among their own files";
    Notice::error("nothing checked", message).with_help(help).as_warning()
}

/// Compiles the templates and checks all documents. Returns the documents that the program keeps:
/// file, line and JSON.
fn checked(
    collected: &mut Collected,
    compiling: &Compiling,
    command: &Build,
) -> Result<Vec<(String, u32, String)>, Failure> {
    let engine = Preferring::new(compiling, command.engines.preference());
    let set_up = prepare(collected, &engine, SETTINGS(), None, Wanted::default());
    let mut notices = std::mem::take(&mut collected.notices);
    for process in [Process::Webhook, Process::Audit] {
        judge::exempt_namespaces(collected, process, &mut notices);
    }
    let mut kept = Vec::new();
    collected.each(&mut |document| {
        kept.extend(set_up.embedded(&document, &mut notices));
        ControlFlow::Continue(())
    });
    notices.extend(judge::not_applied(collected));
    collected.notices = notices;
    refuse(&collected.notices, Failure::Policy)?;
    Ok(kept)
}

/// Returns a failure if a file is not the one that was hashed at the beginning. Files are read more than
/// once, and a change in between could leave out a document.
fn unchanged(sources: &[(String, String)]) -> Result<(), Failure> {
    for (path, hash) in sources {
        let (_, now) = hashed(Path::new(path))?;
        if now != *hash {
            let message = format!("{} changed while it was read", visible(path));
            return Err(Failure::usage(message).with_help("build again"));
        }
    }
    Ok(())
}

/// Returns a failure with all notices if one of them is an error.
fn refuse(notices: &[Notice], failure: fn(Vec<Notice>) -> Failure) -> Result<(), Failure> {
    if notices.iter().any(|notice| notice.severity == Severity::Error) {
        return Err(failure(notices.to_vec()));
    }
    Ok(())
}

/// Returns the path of a file, and the SHA-256 of its content.
fn hashed(path: &Path) -> Result<(String, String), Failure> {
    let name = path.to_string_lossy().into_owned();
    let metadata = path.metadata().map_err(|error| Failure::unreadable(&name, &error))?;
    if !metadata.is_file() {
        // Files are read more than once: for their hash, and for their documents.
        let message = format!("expected a file, found a pipe or a device: {}", visible(&name));
        return Err(Failure::usage(message).with_help("write the documents to a file"));
    }
    let digest = digest(path).map_err(|error| Failure::unreadable(&name, &error))?;
    Ok((name, digest))
}

fn digest(path: &Path) -> io::Result<String> {
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(HEXLOWER.encode(&hasher.finalize())),
            length => hasher.update(buffer.get(..length).unwrap_or_default()),
        }
    }
}
