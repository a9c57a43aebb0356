//! Generated crates with compiled policies, and the programs of this crate.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ferrego_compiler::frontend::files;
use ferrego_compiler::pipeline::Generated;
use serde_json::value::RawValue;

use crate::{Fault, folder};

/// A crate to write: a library of policies, and programs that use it.
pub(crate) struct Crate<'c> {
    /// The name, in lower case.
    pub(crate) name: &'c str,
    /// The policies.
    pub(crate) policies: &'c [Generated],
    /// The dependencies besides the runtime, as lines of the manifest.
    pub(crate) dependencies: String,
    /// The programs, by the suffixes of their names. The suffix of the program with the crate's own
    /// name is empty.
    pub(crate) programs: &'c [(&'c str, String)],
}

/// The name of the crate that is generated for a folder, and of its main program.
pub(crate) const RECORDED: &str = "recorded-policies";

/// The program that measures the policies of a folder.
const MEASURE: &str = "//! Measures the policies of this crate.

fn main() -> std::process::ExitCode {
    ferrego_bench::main_with(recorded_policies::POLICIES)
}
";

/// The program that counts the allocations of the policies.
const COUNT: &str = "//! Counts what the policies of this crate allocate.

fn main() -> std::process::ExitCode {
    let folder = std::env::args_os().nth(1).unwrap_or_default();
    let counter = |run: &mut dyn FnMut()| allocation_counter::measure(run).count_total;
    ferrego_bench::finish(ferrego_bench::print_allocations(
        folder.as_ref(),
        recorded_policies::POLICIES,
        &counter,
    ))
}
";

/// Builds the programs of this crate.
///
/// # Errors
/// Returns an error if cargo fails.
pub(crate) fn build_programs() -> Result<(), Fault> {
    cargo(root(), ["build", "--quiet", "--release", "-p", "ferrego-bench", "--bins"])
}

/// Builds one program of this crate with environment variables for the build scripts.
///
/// # Errors
/// Returns an error if cargo fails.
pub(crate) fn build_program(name: &str, variables: &[(&str, &str)]) -> Result<(), Fault> {
    let arguments = ["build", "--quiet", "--release", "-p", "ferrego-bench", "--bin", name];
    cargo_with(root(), arguments, variables)
}

/// Measures a folder of recorded cases with a generated program, and returns the program's report.
///
/// # Errors
/// Returns an error if the cases cannot be read, or cargo or the program fails.
pub(crate) fn measure(folder: &Path, quick: bool) -> Result<Box<RawValue>, Fault> {
    let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
    let policies = folder::compile(&folder)?;
    let written = Crate {
        name: RECORDED,
        policies: &policies,
        dependencies: format!(
            "ferrego-bench = {{ path = {:?} }}\nallocation-counter = \"*\"\n",
            env!("CARGO_MANIFEST_DIR")
        ),
        programs: &[("", MEASURE.to_owned()), ("-allocations", COUNT.to_owned())],
    };
    let directory = written.write()?;
    cargo(&directory, ["build", "--quiet", "--release"])?;
    let json = directory.join("report.json");
    let mut program = Command::new(target().join("release").join(RECORDED));
    program.arg(&folder).arg("--json").arg(&json);
    if quick {
        program.arg("--quick");
    }
    if !program.status()?.success() {
        return Err(format!("{}: its policies were not measured", folder.display()).into());
    }
    Ok(RawValue::from_string(fs::read_to_string(json)?)?)
}

impl Crate<'_> {
    /// Writes the crate and returns its folder. A file that already has this content is not
    /// written.
    pub(crate) fn write(&self) -> Result<PathBuf, Fault> {
        let directory = target().join("ferrego-bench").join(self.name);
        put(&directory.join("Cargo.toml"), &self.manifest())?;
        files::write_lock(&directory, &fs::read_to_string(root().join("Cargo.lock"))?)?;
        for policy in self.policies {
            put(&directory.join(format!("src/{}.rs", policy.module)), &policy.rust)?;
        }
        put(&directory.join("src/lib.rs"), &self.library())?;
        for (ending, text) in self.programs {
            put(&directory.join(format!("src/bin/{}{ending}.rs", self.name)), text)?;
        }
        Ok(directory)
    }

    fn manifest(&self) -> String {
        format!(
            "[package]\nname = {:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\nferrego-runtime = {{ path = {:?}, features = [\"full\"] }}\n{}\n\
             [workspace]\n",
            self.name,
            root().join("runtime").display().to_string(),
            self.dependencies
        )
    }

    fn library(&self) -> String {
        let mut text = "//! Policies.\n\n".to_owned();
        let mut list = String::new();
        for Generated { module, .. } in self.policies {
            // Writing to a string does not fail.
            let _ = writeln!(text, "include!(\"{module}.rs\");");
            let _ = writeln!(list, "    &{module}::POLICY,");
        }
        let _ = write!(
            text,
            "\n/// All of them.\npub static POLICIES: &[&ferrego_runtime::Policy] = &[\n{list}];\n"
        );
        text
    }
}

/// Runs cargo in a folder, with the project's own target folder.
pub(crate) fn cargo<I>(folder: &Path, arguments: I) -> Result<(), Fault>
where
    I: IntoIterator,
    I::Item: AsRef<OsStr>,
{
    cargo_with(folder, arguments, &[])
}

fn cargo_with<I>(folder: &Path, arguments: I, variables: &[(&str, &str)]) -> Result<(), Fault>
where
    I: IntoIterator,
    I::Item: AsRef<OsStr>,
{
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target())
        .envs(variables.iter().copied())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

/// Returns the target folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Returns the project's root folder.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

fn put(path: &Path, text: &str) -> Result<(), Fault> {
    Ok(files::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?)
}
