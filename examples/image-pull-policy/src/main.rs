//! Prints the admission reviews that the policy denies, and why.
//!
//! The arguments name the files with reviews. By default the reviews of this example are judged.

use std::error::Error;
use std::path::{Path, PathBuf};

use image_pull_policy::violations;

/// The parameters of a constraint for the namespaces of both teams.
const PARAMETERS: &[u8] = br#"{"namespacePrefixes": ["team-"]}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        files = reviews()?;
    }
    for file in files {
        let name = file.file_name().map_or(file.as_path(), Path::new).display();
        let violations = violations(&std::fs::read(&file)?, PARAMETERS)?;
        println!("{}  {name}", if violations.is_empty() { "allowed" } else { "denied " });
        for message in violations {
            println!("         - {message}");
        }
    }
    Ok(())
}

/// Returns the files of the example's own reviews, sorted by name.
fn reviews() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reviews");
    let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = entries.collect::<Result<Vec<_>, _>>()?;
    files.sort_unstable();
    Ok(files)
}
