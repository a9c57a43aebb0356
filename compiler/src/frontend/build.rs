//! The builder for a `build.rs`.

use std::path::{Path, PathBuf};

use super::inputs::Inputs;
use super::policies::{Checked, Policies, Request};
use super::{Error, output};
use crate::limited::MAX_FILE_SIZE;
use crate::lints::{GatekeeperVersion, Levels};
use crate::passes::Passes;
use crate::source::RegoVersion;
use crate::template::EnginePreference;

/// Compiles policies in a build script.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), ferrego_compiler::Error> {
///     ferrego_compiler::Build::new().template("policies/").compile()
/// }
/// ```
///
/// A test can read Rego and write the generated Rust anywhere:
///
/// ```
/// use std::fs;
///
/// use ferrego_compiler::Build;
///
/// let folder = tempfile::tempdir()?;
/// fs::write(folder.path().join("authz.rego"), "package authz\n\nallow := true\n")?;
/// Build::new().rego(folder.path()).out_dir(folder.path()).compile()?;
/// assert!(fs::read_to_string(folder.path().join("policies.rs"))?.contains("modules"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Every template becomes a module named after its kind in `snake_case`, which contains a `POLICY`. All Rego files
/// together become the module `modules`. `POLICIES` lists all policies. The crate includes the
/// modules with `ferrego_runtime::include_policies!();`.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing happens before `compile`"]
pub struct Build {
    paths: Vec<PathBuf>,
    request: Request,
    levels: Levels,
    out_dir: Option<PathBuf>,
    max_file_size: Option<u64>,
}

/// Returns the path, or the closest folder above it, that can be named to cargo: a line break in a
/// path would begin another instruction.
fn watchable(path: &Path) -> &Path {
    let breaks =
        |path: &Path| path.as_os_str().as_encoded_bytes().iter().any(|byte| b"\n\r".contains(byte));
    path.ancestors().find(|path| !breaks(path)).unwrap_or(Path::new("."))
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

impl Build {
    /// Returns a build without inputs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file of `ConstraintTemplate`s, or a folder with such files. The files are YAML or
    /// JSON. They contain templates alone, in lists, or beside documents of other kinds.
    pub fn template(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Adds a Rego file, or a folder with such files. All Rego files are compiled together.
    pub fn rego(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Adds an entry point of the Rego files, such as `data.pkg.rule`. Without any, every rule is
    /// an entry point. The entry point of a template is always `violation`.
    pub fn entrypoint(mut self, path: impl Into<String>) -> Self {
        self.request.entry_points.push(path.into());
        self
    }

    /// Sets the Rego version of the Rego files; v1 by default. A template names its own version.
    pub fn rego_version(mut self, version: RegoVersion) -> Self {
        self.request.version = version;
        self
    }

    /// Sets the path of the runtime crate if the crate is renamed, such as `::my_runtime`.
    pub fn runtime(mut self, path: impl Into<String>) -> Self {
        self.request.runtime = path.into();
        self
    }

    /// Sets how to treat a template with CEL beside its Rego. By default such a template is
    /// refused, because Gatekeeper runs only the CEL.
    pub fn engine_preference(mut self, engine: EnginePreference) -> Self {
        self.request.engine = engine;
        self
    }

    /// Sets the optimizations to run; all by default. No answer depends on them.
    pub fn passes(mut self, passes: Passes) -> Self {
        self.request.passes = passes;
        self
    }

    /// Sets the levels of the lints; by default all their findings are warnings of cargo.
    /// [`Levels::silent`] reports none.
    pub fn lints(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self
    }

    /// Sets the version of Gatekeeper that the templates must run on. The lint
    /// `newer-than-gatekeeper` reports syntax and builtins that it does not have.
    pub fn gatekeeper(mut self, version: GatekeeperVersion) -> Self {
        self.request.gatekeeper = Some(version);
        self
    }

    /// Sets the folder for the generated files; `OUT_DIR` by default.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Sets the greatest number of bytes of an input file; 64 MiB by default.
    pub fn max_file_size(mut self, bytes: u64) -> Self {
        self.max_file_size = Some(bytes);
        self
    }

    /// Compiles the policies, writes the files that have changed, and tells cargo when to rerun the
    /// build script. If there is an error, nothing is written.
    pub fn compile(&self) -> Result<(), Error> {
        let (inputs, read) = Inputs::read(&self.paths, self.max_file_size.unwrap_or(MAX_FILE_SIZE));
        for path in &inputs.watched {
            println!("cargo::rerun-if-changed={}", watchable(path).display());
        }
        read?;
        for skipped in &inputs.skipped {
            println!("cargo::warning={}", one_line(&skipped.to_string()));
        }
        let policies = Policies::find(&inputs.files, &self.request)?;
        let Checked { generated, warnings } = policies.check(&self.levels)?;
        for warning in warnings {
            println!("cargo::warning={}", one_line(&warning.to_string()));
        }
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?,
        };
        output::write_policies(&folder, &generated, &self.request.runtime)?;
        Ok(())
    }

    /// Runs [`Build::compile`]. If it fails, prints the error to standard error and ends the
    /// process with status 1.
    pub fn compile_or_exit(&self) {
        if let Err(error) = self.compile() {
            eprint!("{}", error.render(false));
            std::process::exit(1);
        }
    }
}
