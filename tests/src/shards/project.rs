//! The crates on disk, and their build.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ferrego_compiler::frontend::files;

/// The program of every crate.
const SHARD: &str = include_str!("shard.rs.txt");
/// The host of the programs' evaluations. The interpreter uses it too.
const HOST: &str = include_str!("../cases/host.rs");

/// A policy that `ferrego_compiler` generated.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The text of the module, which is named `policy`.
    pub rust: String,
}

/// The layout of the crates.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The folder of the crates. It may contain the crates of an earlier run.
    pub directory: PathBuf,
    /// The target folder of the build.
    pub target: PathBuf,
    /// The prefix of the crates' names.
    pub prefix: String,
    /// The project's root, with the runtime and the lock file.
    pub project: PathBuf,
    /// The number of policies in one crate.
    pub policies_per_crate: usize,
    /// The optimization level of the policies, from `0` to `3`.
    pub opt_level: u8,
}

/// Writes a workspace of crates. A file that already has this content is not written, so that cargo
/// builds only the changes.
pub(super) fn write(layout: &Layout, policies: &[Generated]) -> Result<(), String> {
    let crates: Vec<&[Generated]> = policies.chunks(layout.policies_per_crate).collect();
    let members: Vec<String> =
        (0..crates.len()).map(|index| format!("\"{}\"", name(layout, index))).collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.dev]\ndebug = false\n\
         opt-level = 1\nincremental = false\n\n[profile.dev.package.\"*\"]\nopt-level = 2\n\n{}",
        members.join(", "),
        crate_profiles(layout, crates.len())
    );
    put(&layout.directory.join("Cargo.toml"), &manifest)?;
    put_lock(layout)?;
    for (index, policies) in crates.into_iter().enumerate() {
        write_crate(layout, index, policies)?;
    }
    Ok(())
}

/// Writes the project's lock file, if the project has one.
fn put_lock(layout: &Layout) -> Result<(), String> {
    let Ok(lock) = fs::read_to_string(layout.project.join("Cargo.lock")) else { return Ok(()) };
    files::write_lock(&layout.directory, &lock).map_err(|error| format!("Cargo.lock: {error}"))
}

fn crate_profiles(layout: &Layout, count: usize) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        let _ = writeln!(
            text,
            "[profile.dev.package.{}]\nopt-level = {}\ncodegen-units = 4",
            name(layout, index),
            layout.opt_level
        );
        text
    })
}

fn name(layout: &Layout, index: usize) -> String {
    format!("{}_{index}", layout.prefix)
}

fn write_crate(layout: &Layout, index: usize, policies: &[Generated]) -> Result<(), String> {
    let directory = layout.directory.join(name(layout, index));
    let runtime = layout.project.join("runtime");
    let manifest = format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         ferrego-runtime = {{ path = {:?}, features = [\"full\"] }}\n",
        name(layout, index),
        runtime.display().to_string()
    );
    put(&directory.join("Cargo.toml"), &manifest)?;
    let mut main = String::from(SHARD);
    main.push_str("\nstatic POLICIES: &[&Policy] = &[\n");
    for place in 0..policies.len() {
        let _ = writeln!(main, "    &p{place}::policy::POLICY,");
    }
    main.push_str("];\n\n");
    for (place, policy) in policies.iter().enumerate() {
        let _ = writeln!(main, "mod p{place};");
        put(&directory.join(format!("src/p{place}.rs")), &policy.rust)?;
    }
    put(&directory.join("src/host.rs"), HOST)?;
    put(&directory.join("src/main.rs"), &main)
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    files::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Builds the crates, and returns their programs in order.
pub(super) fn build(layout: &Layout, count: usize) -> Result<Vec<PathBuf>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--workspace"])
        .current_dir(&layout.directory)
        .env("CARGO_TARGET_DIR", &layout.target)
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok((0..count).map(|index| layout.target.join("debug").join(name(layout, index))).collect())
}
