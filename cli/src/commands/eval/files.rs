//! Input and data files of an evaluation, as JSON or YAML.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use ferrego_compiler::diagnostics::{Diagnostic, Diagnostics, Excerpt, Notice};
use ferrego_compiler::source::Place;
use ferrego_compiler::{template, yaml};
use ferrego_gatekeeper::documents;
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::json::JsonError;
use ferrego_runtime::{Arena, Value, json};
use ferrego_source::limited::{self, Limited, TooLarge};

use crate::failure::Failure;
use crate::output::{stderr, visible};

/// A file that contains a value.
pub(super) struct File {
    pub(super) name: String,
    text: String,
    /// `true` if the file has the extension of JSON.
    json: bool,
    /// The greatest length of the text if it is YAML, in bytes.
    yaml_limit: u64,
}

impl File {
    /// Reads a file of at most `limit` bytes. `-` is standard input.
    pub(super) fn read(path: &Path, limit: u64) -> Result<Self, Failure> {
        let (name, result) = if path == Path::new("-") {
            let mut bytes = Vec::new();
            let read = Limited::new(std::io::stdin().lock(), limit).read_to_end(&mut bytes);
            ("<stdin>".to_owned(), read.map(|_| bytes))
        } else {
            (path.to_string_lossy().into_owned(), limited::read(path, limit))
        };
        let bytes = result.map_err(|error| Failure::unreadable(&name, &error))?;
        match String::from_utf8(bytes) {
            Ok(text) => {
                let yaml_limit = limited::of_yaml(limit);
                Ok(Self { name, text, json: has_extension(path, &["json"]), yaml_limit })
            }
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let place = Place::in_text(&name, &text, valid..valid);
                let notice = Notice::error("unreadable", "expected UTF-8, found another byte");
                Err(Failure::Usage(vec![notice.at(Excerpt::of(&place))]))
            }
        }
    }

    /// Parses the value. A text that is not JSON, and not a JSON file by its name, may be YAML. As
    /// in OPA's `util.Unmarshal`, JSON is never read as YAML, whose numbers have 64 bits.
    pub(super) fn value<'a>(&'a self, arena: &'a Arena) -> Result<Value<'a>, Failure> {
        match json::parse(arena, self.text.as_bytes()) {
            Ok(value) => return Ok(value),
            Err(error) if self.json || json::is_valid(&self.text) => {
                return Err(self.not_json(&error));
            }
            Err(_) => {}
        }
        let size = self.text.len() as u64;
        if size > self.yaml_limit {
            let error = TooLarge { limit: self.yaml_limit, size: Some(size) };
            return Err(Failure::unreadable(&self.name, &error.into()));
        }
        let mut nodes = yaml::load(&self.text).map_err(|fault| self.broken(fault))?;
        match (nodes.pop(), nodes.len()) {
            (Some(node), 0) => node.value(arena).map_err(|fault| self.broken(fault)),
            (last, others) => {
                let found = match others + usize::from(last.is_some()) {
                    0 => "an empty text".to_owned(),
                    documents => crate::output::counted(documents, "YAML document"),
                };
                let name = visible(&self.name);
                Err(Failure::usage(format!("expected one value, found {found}: {name}")))
            }
        }
    }

    fn not_json(&self, error: &JsonError) -> Failure {
        let start = self.text.floor_char_boundary(error.offset);
        let end = self.text.ceil_char_boundary(start + 1).min(self.text.len());
        let place = Place::in_text(&self.name, &self.text, start..end);
        let notice = Notice::error("invalid json", error.kind.to_string());
        Failure::Usage(vec![notice.at(Excerpt::of(&place))])
    }

    fn broken(&self, fault: Diagnostic) -> Failure {
        let sources = [template::document(&self.name, &self.text)];
        Failure::Usage(Diagnostics::from(fault).notices(&sources))
    }
}

/// A file of `--data`, with the path below `data` for its value.
pub(super) struct Found {
    pub(super) path: PathBuf,
    prefix: Vec<String>,
}

/// The value of a file of `--data`, with its path below `data`.
pub(super) struct Data {
    file: File,
    prefix: Vec<String>,
}

impl Found {
    /// Returns `true` if the file's name is that of a Rego file.
    pub(super) fn is_rego(&self) -> bool {
        has_extension(&self.path, &["rego"])
    }

    /// Reads the file, of at most `limit` bytes.
    pub(super) fn read(&self, limit: u64) -> Result<Data, Failure> {
        Ok(Data { file: File::read(&self.path, limit)?, prefix: self.prefix.clone() })
    }
}

const DATA: [&str; 3] = ["json", "yaml", "yml"];

/// Returns the files of `paths`: named files, and the files in folders, sorted by name.
///
/// As in OPA, the path from a folder to a data file is the path of its value below `data`. A prefix
/// before a colon, as in `data.a:x.json`, sets the path too.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        let (prefix, path) = split_prefix(path);
        let metadata = std::fs::metadata(&path).map_err(|error| unreadable(&path, &error))?;
        if metadata.is_dir() {
            let before = found.len();
            walk(&path, &prefix, &mut found)?;
            if found.len() == before {
                let message = format!("expected Rego or data in {}, found neither", shown(&path));
                let help = "name files that end in .rego, .json, .yaml or .yml";
                return Err(Failure::usage(message).with_help(help));
            }
        } else if has_extension(&path, &["rego"]) || has_extension(&path, &DATA) {
            found.push(Found { path, prefix });
        } else {
            let message = format!("expected .rego, .json, .yaml or .yml, found {}", shown(&path));
            return Err(Failure::usage(message));
        }
    }
    Ok(found)
}

fn split_prefix(path: &Path) -> (Vec<String>, PathBuf) {
    let text = path.to_string_lossy();
    let Some((prefix, rest)) = text.split_once(':') else { return (Vec::new(), path.to_owned()) };
    let mut parts = prefix.split('.');
    if parts.next() != Some("data") {
        return (Vec::new(), path.to_owned());
    }
    (parts.map(str::to_owned).collect(), PathBuf::from(rest))
}

fn walk(folder: &Path, prefix: &[String], found: &mut Vec<Found>) -> Result<(), Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> =
        paths.collect::<Result<_, _>>().map_err(|error| unreadable(folder, &error))?;
    paths.sort_unstable();
    for path in paths {
        // A link to a folder above would lead to an endless recursion.
        if path.is_dir() && !path.is_symlink() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            walk(&path, &[prefix, &[name]].concat(), found)?;
        } else if has_extension(&path, &["rego"]) || has_extension(&path, &DATA) {
            match documents::special_file(&path) {
                Some(notice) => stderr([&notice]),
                None => found.push(Found { path, prefix: prefix.to_vec() }),
            }
        }
    }
    Ok(())
}

/// Merges all files into the document `data`. Returns `None` if `files` is empty.
pub(super) fn merge<'a>(arena: &'a Arena, files: &'a [Data]) -> Result<Option<Value<'a>>, Failure> {
    let mut merged = None;
    for Data { file, prefix } in files {
        let value = file.value(arena)?;
        if prefix.is_empty() && !matches!(value, Value::Object(_)) {
            let message = format!("expected an object for data, found {}", visible(&file.name));
            return Err(Failure::usage(message).with_help("name a place: data.a:FILE"));
        }
        let value = prefix.iter().rev().fold(value, |value, key| {
            let mut object = ObjectBuilder::new(arena);
            object.insert(Value::String(key), value);
            object.finish()
        });
        merged = match merged {
            None => Some(value),
            Some(before) => Some(join(arena, before, value).ok_or_else(|| {
                let message = format!("duplicate value of data: {}", visible(&file.name));
                Failure::usage(message).with_help("define each value of data in one file")
            })?),
        };
    }
    Ok(merged)
}

/// Merges two objects. Returns `None` if a member occurs in both and is not an object in both.
fn join<'a>(arena: &'a Arena, left: Value<'a>, right: Value<'a>) -> Option<Value<'a>> {
    let (Value::Object(first), Value::Object(second)) = (left, right) else { return None };
    let mut object = ObjectBuilder::new(arena);
    for (key, value) in first.pairs() {
        let value = match right.get(key) {
            Some(other) => join(arena, *value, other)?,
            None => *value,
        };
        object.insert(*key, value);
    }
    for (key, value) in second.pairs() {
        if left.get(key).is_none() {
            object.insert(*key, *value);
        }
    }
    Some(object.finish())
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    extensions.iter().any(|one| extension.eq_ignore_ascii_case(one))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::unreadable(&path.to_string_lossy(), error)
}

fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy())
}
