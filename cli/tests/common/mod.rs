//! Runs the command in a temporary folder.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A temporary folder with files, in which the command runs.
pub(crate) struct Project(TempDir);

/// Returns a template of `kind`, with the lines of its target after the target's name.
#[allow(dead_code, reason = "not every test file needs it")]
pub(crate) fn template(kind: &str, target: &str) -> String {
    let name = kind.to_lowercase();
    format!(
        "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {{name: {name}}}
spec:
  crd: {{spec: {{names: {{kind: {kind}}}}}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
{target}"
    )
}

impl Project {
    /// Creates a folder with these files. If a name occurs twice, the last file is kept.
    pub(crate) fn new<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    /// Returns the path of the folder.
    #[allow(dead_code, reason = "not every test file needs it")]
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs `ferrego ARGUMENTS`. Returns the exit status, standard output and standard error.
    #[allow(dead_code, reason = "not every test file needs it")]
    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.run_with(arguments, b"")
    }

    /// Runs `ferrego ARGUMENTS` with `input` as standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> (i32, String, String) {
        self.run_where(&[], arguments, input)
    }

    /// Runs `ferrego ARGUMENTS` with standard input and environment variables. The values of the
    /// variables are paths in the folder.
    pub(crate) fn run_where(
        &self,
        variables: &[(&str, &str)],
        arguments: &[&str],
        input: &[u8],
    ) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrego"));
        command.args(arguments).current_dir(self.0.path());
        command.envs(variables.iter().map(|(name, path)| (name, self.0.path().join(path))));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command runs");
        // The command may end before it has read all of its input.
        let _ = child.stdin.take().expect("a pipe").write_all(input);
        let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (status.code().expect("an exit"), text(stdout), text(stderr))
    }

    /// Runs the command without standard input, with standard output and standard error redirected.
    /// Returns the exit status, and standard error if it is a pipe.
    #[allow(dead_code, reason = "not every test file needs it")]
    pub(crate) fn run_to(&self, arguments: &[&str], out: Stdio, err: Stdio) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrego"));
        command.args(arguments).current_dir(self.0.path());
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        let output = command.spawn().expect("the command runs").wait_with_output();
        let Output { status, stderr, .. } = output.expect("it ends");
        (status.code().expect("an exit"), String::from_utf8(stderr).expect("UTF-8"))
    }

    /// Makes one of the files executable.
    #[cfg(unix)]
    #[allow(dead_code, reason = "not every test file needs it")]
    pub(crate) fn make_executable(&self, name: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let permissions = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.0.path().join(name), permissions).expect("set");
    }

    /// Runs the command with standard output closed. Returns the exit status and standard error.
    #[allow(dead_code, reason = "not every test file needs it")]
    pub(crate) fn run_unheard(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrego"));
        command.args(arguments).current_dir(self.0.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command runs");
        drop(child.stdout.take());
        let Output { status, stderr, .. } = child.wait_with_output().expect("it ends");
        (status.code().expect("an exit"), String::from_utf8(stderr).expect("UTF-8"))
    }
}
