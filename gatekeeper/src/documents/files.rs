//! Which files hold documents, and opening them.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ferrego_compiler::diagnostics::Notice;

use super::json::unreadable;
use super::{Sink, UNREADABLE, json, yaml};

/// How much of a file is read at once.
const BUFFER: usize = 64 * 1024;

/// Something that holds documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input: JSON if it begins with a bracket, else YAML.
    Stdin,
    /// A file that holds what standard input did.
    Copy(PathBuf),
}

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Yaml,
    Json,
    /// A JSON value on every line.
    JsonLines,
}

/// The files of `paths`: files that are named, and in folders, at any depth, those that end in
/// `.yaml`, `.yml`, `.json`, `.ndjson` or `.jsonl`, by name. `-` is standard input. No file comes
/// twice.
pub fn find(paths: &[PathBuf]) -> (Vec<Input>, Vec<Notice>) {
    let mut found = Found::default();
    for path in paths {
        if path == Path::new("-") {
            found.push(Input::Stdin);
        } else {
            found.add(path);
        }
    }
    (found.inputs, found.notices)
}

#[derive(Default)]
struct Found {
    inputs: Vec<Input>,
    notices: Vec<Notice>,
    seen: std::collections::HashSet<PathBuf>,
}

impl Found {
    fn add(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.add_folder(path),
            Ok(metadata) if metadata.is_file() && format(path).is_none() => {
                let message = format!(
                    "{} ends in none of .yaml, .yml, .json, .ndjson and .jsonl",
                    path.display()
                );
                self.notices.push(Notice::error(UNREADABLE, message));
            }
            Ok(_) => self.push(Input::File(path.to_owned())),
            Err(error) => self.notices.push(unreadable(&path.to_string_lossy(), &error)),
        }
    }

    fn add_folder(&mut self, folder: &Path) {
        let entries = fs::read_dir(folder).and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
        });
        match entries {
            Ok(mut paths) => {
                paths.sort_unstable();
                // A link to a folder above would lead around in a circle.
                let follows = |path: &&PathBuf| {
                    if path.is_dir() { !path.is_symlink() } else { format(path).is_some() }
                };
                paths.iter().filter(follows).for_each(|path| self.add(path));
            }
            Err(error) => self.notices.push(unreadable(&folder.to_string_lossy(), &error)),
        }
    }

    fn push(&mut self, input: Input) {
        let path = match &input {
            Input::File(path) | Input::Copy(path) => path.clone(),
            Input::Stdin => PathBuf::from("-"),
        };
        if self.seen.insert(path) {
            self.inputs.push(input);
        }
    }
}

fn format(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "yaml" | "yml" => Some(Format::Yaml),
        "json" => Some(Format::Json),
        "ndjson" | "jsonl" => Some(Format::JsonLines),
        _ => None,
    }
}

impl Input {
    /// The name by which messages call it.
    pub fn name(&self) -> Arc<str> {
        match self {
            Input::File(path) => path.to_string_lossy().into(),
            Input::Stdin | Input::Copy(_) => "<stdin>".into(),
        }
    }

    /// Gives every document to `sink`, and a notice for each that is broken.
    pub fn read(&self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let name = self.name();
        match self {
            Input::Stdin => read(&name, None, io::stdin().lock(), sink),
            Input::File(path) | Input::Copy(path) => match fs::File::open(path) {
                Ok(file) => {
                    let reader = BufReader::with_capacity(BUFFER, file);
                    let format = if matches!(self, Input::File(_)) { format(path) } else { None };
                    read(&name, format, reader, sink)
                }
                Err(error) => sink(Err(unreadable(&name, &error))),
            },
        }
    }
}

fn read(
    name: &Arc<str>,
    format: Option<Format>,
    mut reader: impl BufRead,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let format = format.map_or_else(|| sniff(&mut reader), Ok);
    match format {
        Ok(Format::Json) => json::read(name, reader, sink),
        Ok(Format::JsonLines) => json::read_lines(name, reader, sink),
        Ok(Format::Yaml) => match text(reader) {
            Ok(text) => yaml::read(name, &text, 0, sink),
            Err(error) => sink(Err(unreadable(name, &error))),
        },
        Err(error) => sink(Err(unreadable(name, &error))),
    }
}

fn text(mut reader: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, format!("not UTF-8 at byte {offset}"))
    })
}

/// What a stream is, by what it begins with.
fn sniff(reader: &mut impl BufRead) -> io::Result<Format> {
    loop {
        let bytes = reader.fill_buf()?;
        let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match bytes.get(blank) {
            Some(b'{' | b'[') => return Ok(Format::Json),
            Some(_) => return Ok(Format::Yaml),
            None if bytes.is_empty() => return Ok(Format::Yaml),
            // Lines and columns begin with what is read here, so blanks are not skipped while
            // there is more in the buffer.
            None => {
                let length = bytes.len();
                reader.consume(length);
            }
        }
    }
}
