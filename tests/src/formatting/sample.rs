//! Modules to format.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use ferrego_compiler::Template;
use ferrego_compiler::source::RegoVersion;

use crate::cases::record;
use crate::draw::Draw;
use crate::random::hunt;

/// A module with its version.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The file, with the record in it if it is a file of records.
    pub name: String,
    /// The text.
    pub text: String,
    /// The version of Rego.
    pub version: RegoVersion,
}

/// Returns the modules of a file or folder: records (`.jsonl`), templates (`.yaml`) and Rego, whose
/// files are read as v0 if they parse as such. A text counts once.
///
/// # Errors
///
/// Returns an error if a file cannot be read.
pub fn samples(path: &Path) -> io::Result<Vec<Sample>> {
    let mut found = Vec::new();
    collect(path, &mut found)?;
    let mut seen = HashSet::new();
    found.retain(|sample: &Sample| seen.insert((sample.text.clone(), sample.version)));
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<Sample>) -> io::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)?.collect::<io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::path);
        return entries.iter().try_for_each(|entry| collect(&entry.path(), found));
    }
    let name = path.display().to_string();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("jsonl") => {
            // Other files of lines have no modules.
            for policy in record::read(path).unwrap_or_default() {
                let samples = policy.modules.into_iter().map(|text| Sample {
                    name: format!("{name}: {}", policy.id),
                    text,
                    version: policy.version,
                });
                found.extend(samples);
            }
        }
        Some("yaml" | "yml") => {
            let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
            let templates = Template::read(name.as_str(), &text);
            for source in templates.into_iter().flatten().flat_map(|template| template.sources) {
                let (text, version) = (source.text.to_string(), source.version);
                found.push(Sample { name: name.clone(), text, version });
            }
        }
        Some("rego") => {
            let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
            for version in [RegoVersion::V0, RegoVersion::V1] {
                found.push(Sample { name: name.clone(), text: text.clone(), version });
            }
        }
        _ => {}
    }
    Ok(())
}

/// Returns the modules of `count` random policies.
pub fn random(seed: u64, count: u64) -> Vec<Sample> {
    let policies = (0..count).filter_map(|number| hunt::generate(seed, number, 1));
    let modules = policies.flat_map(|policy| {
        let version = policy.version;
        policy.texts().into_iter().map(move |text| (text, version))
    });
    let sample =
        |(number, (text, version))| Sample { name: format!("random {number}"), text, version };
    modules.enumerate().map(sample).collect()
}

/// The layout of a mangled module.
#[derive(Clone, Copy, Debug)]
pub struct Disorder {
    /// The probability of a new line after a bracket, comma or operator, in percent.
    pub breaks: usize,
    /// The probability of a comment at the end of a line, in percent.
    pub comments: usize,
}

/// Returns the sample with another layout: lines are broken after brackets, commas and operators,
/// indented otherwise, and have comments.
pub fn mangled(sample: &Sample, disorder: Disorder, draw: &mut Draw) -> Sample {
    let mut text = String::with_capacity(sample.text.len() * 2);
    let mut characters = sample.text.chars().peekable();
    let mut number = 0;
    while let Some(character) = characters.next() {
        match character {
            '"' | '`' => {
                text.push(character);
                while let Some(inner) = characters.next() {
                    text.push(inner);
                    if inner == '\\' && character == '"' {
                        text.extend(characters.next());
                    } else if inner == character {
                        break;
                    }
                }
            }
            '#' => {
                text.push('#');
                while let Some(inner) = characters.next_if(|&inner| inner != '\n') {
                    text.push(inner);
                }
            }
            '\n' => end_line(&mut text, &mut number, disorder, draw),
            '{' | '[' | '(' | ',' | '|' | '+' | '=' => {
                text.push(character);
                let whole = !(character == '=' && characters.peek() == Some(&'='));
                if whole && draw.chance(disorder.breaks) {
                    end_line(&mut text, &mut number, disorder, draw);
                }
            }
            _ => text.push(character),
        }
    }
    Sample { name: format!("{}, mangled", sample.name), text, version: sample.version }
}

fn end_line(text: &mut String, number: &mut usize, disorder: Disorder, draw: &mut Draw) {
    let commented = text.rsplit('\n').next().is_some_and(|line| line.contains('#'));
    if !commented && draw.chance(disorder.comments) {
        *number += 1;
        // Writing to a string does not fail.
        let _ = write!(text, " # comment {number}");
    }
    text.push('\n');
    while draw.chance(disorder.comments / 2) {
        *number += 1;
        let indent = draw.pick(&["", "\t", "    "]);
        let _ = writeln!(text, "{indent}# comment {number}");
    }
    if draw.chance(disorder.breaks / 4) {
        text.push('\n');
    }
    text.push_str(draw.pick(&["", "", " ", "\t\t"]));
}
