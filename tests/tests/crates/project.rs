//! Crates outside the workspace, set up as the README describes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ferrego_compiler::frontend::files;

/// A crate that compiles the templates in its own folder.
pub(super) struct Project<'p> {
    pub(super) name: &'p str,
    pub(super) edition: &'p str,
    pub(super) resolver: &'p str,
    /// The value of `ferrego-runtime =` in the manifest.
    pub(super) runtime: &'p str,
    /// `true` if the crate also uses `ferrego-gatekeeper`.
    pub(super) gatekeeper: bool,
    pub(super) main: &'p str,
}

/// Returns the folder of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Project<'_> {
    fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside").join(self.name)
    }

    /// Writes the crate with its templates, each with the name of its file.
    pub(super) fn write(&self, templates: &[(String, String)]) {
        let folder = self.folder();
        let _ = fs::remove_dir_all(folder.join("policies"));
        for part in ["src", "policies"] {
            fs::create_dir_all(folder.join(part)).expect("a folder");
        }
        put(&folder.join("Cargo.toml"), &self.manifest());
        put(&folder.join("build.rs"), BUILD);
        put(&folder.join("src/main.rs"), self.main);
        let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("the lock file");
        put(&folder.join("Cargo.lock"), &lock);
        for (name, text) in templates {
            put(&folder.join("policies").join(name), text);
        }
    }

    fn manifest(&self) -> String {
        let Self { name, edition, resolver, runtime, .. } = self;
        let gatekeeper = if self.gatekeeper { "ferrego-gatekeeper = \"0.1\"\n" } else { "" };
        let mut manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\
             resolver = \"{resolver}\"\n\n[dependencies]\nferrego-runtime = {runtime}\n\
             {gatekeeper}\n[build-dependencies]\nferrego-compiler = \"0.1\"\n\n[workspace]\n\n\
             [profile.dev]\ndebug = false\nincremental = false\n\n[patch.crates-io]\n"
        );
        for part in ["runtime", "compiler", "gatekeeper"] {
            let path = workspace().join(part);
            let path = path.to_str().expect("UTF-8");
            let _ = writeln!(manifest, "ferrego-{part} = {{ path = {path:?} }}");
        }
        manifest
    }

    /// Runs cargo offline, with the dependencies that the workspace has already built.
    pub(super) fn cargo(&self, command: &str) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
        Command::new(env!("CARGO"))
            .args([command, "--offline", "--quiet", "--color", "never", "--target-dir"])
            .arg(target)
            .current_dir(self.folder())
            .output()
            .expect("cargo runs")
    }
}

/// The build script of the README.
const BUILD: &str = "\
fn main() {
    ferrego_compiler::Build::new().template(\"policies/\").compile_or_exit();
}
";

fn put(path: &Path, text: &str) {
    files::write(path, text).expect("written");
}
