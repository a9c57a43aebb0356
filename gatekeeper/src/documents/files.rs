//! The search for files that hold documents, and reading them.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ferrego_source::diagnostics::Notice;
use ferrego_source::limited::{self, Limited, MAX_FILE_SIZE};
use ferrego_source::yaml::Parts;

use super::copied::Copied;
use super::{Sink, UNREADABLE, json, unreadable, yaml};

/// A source of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input: JSON if it begins with a brace, else YAML.
    Stdin,
    /// A copy of an input that can be read only once.
    Copy(Copied),
}

/// The format of a file, judged by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// YAML or JSON, depending on the first character of the file.
    Any,
    /// A JSON value on every line.
    JsonLines,
}

/// Returns the files of `paths`, and notices about paths that cannot be read. A path is a file, a
/// folder, or `-` for standard input. From a folder, the search takes the files at any depth that
/// end in `.yaml`, `.yml`, `.json`, `.ndjson` or `.jsonl`, sorted by name. A file is returned once,
/// even if several links lead to it. Where a `ConfigMap` is mounted, the search follows its links.
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
    /// The files and folders found so far, with links resolved.
    seen: HashSet<PathBuf>,
}

impl Found {
    fn add(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                // A link may lead to a parent folder.
                if self.seen.insert(without_links(path)) {
                    self.add_folder(path);
                }
            }
            Ok(metadata) if metadata.is_file() && format(path).is_none() => {
                let message = format!(
                    "expected a file that ends in .yaml, .yml, .json, .ndjson or .jsonl, found {}",
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
                paths
                    .iter()
                    .filter(|path| !is_hidden_copy(path))
                    .for_each(|path| self.add_entry(path));
            }
            Err(error) => self.notices.push(unreadable(&folder.to_string_lossy(), &error)),
        }
    }

    /// Adds an entry of a folder: a folder, or a file that may hold documents.
    fn add_entry(&mut self, path: &Path) {
        if path.is_dir() {
            return self.add(path);
        }
        if format(path).is_none() {
            return;
        }
        match special_file(path) {
            Some(notice) => self.notices.push(notice),
            None => self.add(path),
        }
    }

    fn push(&mut self, input: Input) {
        let path = match &input {
            Input::File(path) => without_links(path),
            Input::Copy(copy) => copy.path().to_owned(),
            Input::Stdin => PathBuf::from("-"),
        };
        if self.seen.insert(path) {
            self.inputs.push(input);
        }
    }
}

/// Returns a warning about a file of a folder that is a pipe or a device. Reading it could block
/// forever.
pub fn special_file(path: &Path) -> Option<Notice> {
    if !fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return None;
    }
    let message = format!("{} is not read: it is not a regular file", path.display());
    let notice = Notice::error(UNREADABLE, message).as_warning();
    Some(notice.with_help("name it as an argument of its own to read it"))
}

fn without_links(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Returns `true` for entries such as `..data`. Where kubelet mounts a `ConfigMap`, these hold the
/// files to which the other entries link.
fn is_hidden_copy(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".."))
}

fn format(path: &Path) -> Option<Format> {
    match &*path.extension()?.to_str()?.to_ascii_lowercase() {
        "yaml" | "yml" | "json" => Some(Format::Any),
        "ndjson" | "jsonl" => Some(Format::JsonLines),
        _ => None,
    }
}

impl Input {
    /// Returns the name of the input in messages.
    pub fn name(&self) -> Arc<str> {
        match self {
            Input::Copy(copy) if copy.path() == Path::new("-") => Input::Stdin.name(),
            Input::Copy(copy) => copy.path().to_string_lossy().into(),
            Input::File(path) => path.to_string_lossy().into(),
            Input::Stdin => "<stdin>".into(),
        }
    }

    /// Returns `true` for standard input, pipes and devices, which can be read only once.
    pub fn is_read_once(&self) -> bool {
        match self {
            Input::Stdin => true,
            Input::File(path) => fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()),
            Input::Copy(_) => false,
        }
    }

    /// Passes every document to `sink`, and a notice for each broken one. The input is read up to
    /// `limit` bytes.
    pub fn read(&self, limit: u64, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let name = self.name();
        let (format, opened) = match self {
            Input::Stdin => {
                let reader = Limited::new(io::stdin().lock(), limit);
                return read(&name, None, reader, limit, sink);
            }
            Input::File(path) => (format(path), limited::open(path, limit)),
            Input::Copy(copy) => (format(copy.path()), copy.open(limit)),
        };
        match opened {
            Ok(reader) => read(&name, format, reader, limit, sink),
            Err(error) => sink(Err(unreadable(&name, &error))),
        }
    }
}

/// Passes every document in `bytes`, the content of a file `name`, to `sink`, and a notice for each
/// broken one.
pub fn read_bytes(name: &str, bytes: &[u8], sink: &mut Sink<'_>) -> ControlFlow<()> {
    read(&name.into(), format(Path::new(name)), bytes, MAX_FILE_SIZE, sink)
}

fn read(
    name: &Arc<str>,
    format: Option<Format>,
    mut reader: impl BufRead,
    limit: u64,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let yaml_limit = limited::of_yaml(limit);
    if format == Some(Format::JsonLines) {
        return json::read_lines(name, reader, sink);
    }
    match begins_with_brace(&mut reader) {
        Ok((true, _)) => json::read(name, reader, yaml_limit, sink),
        Ok((false, lines)) => read_yaml(name, Limited::new(reader, yaml_limit), lines, sink),
        Err(error) => sink(Err(unreadable(name, &error))),
    }
}

/// Reads the rest of a file as YAML, after `lines_before` lines.
pub(super) fn read_yaml(
    name: &Arc<str>,
    mut reader: impl Read,
    lines_before: u32,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut bytes = Vec::new();
    let text = reader.read_to_end(&mut bytes).and_then(|_| Text::decode(bytes));
    match text {
        Ok(Text { text, is_utf_16: false }) => {
            yaml::read(name, Parts::new(&text), lines_before, sink)
        }
        Ok(Text { text, .. }) => yaml::read(name, Parts::single(&text), lines_before, sink),
        Err(error) => sink(Err(unreadable(name, &error))),
    }
}

/// A decoded text.
struct Text {
    text: String,
    is_utf_16: bool,
}

impl Text {
    /// Decodes UTF-8, or UTF-16 with a byte order mark.
    fn decode(bytes: Vec<u8>) -> io::Result<Self> {
        let units = match bytes.first_chunk() {
            Some([0xff, 0xfe]) => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
            Some([0xfe, 0xff]) => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
            _ => None,
        };
        let invalid = |message| io::Error::new(io::ErrorKind::InvalidData, message);
        let Some(unit) = units else {
            let text = String::from_utf8(bytes).map_err(|error| {
                let offset = error.utf8_error().valid_up_to();
                invalid(format!("not UTF-8 at byte {offset}"))
            })?;
            return Ok(Self { text, is_utf_16: false });
        };
        let (pairs, rest) = bytes.as_chunks();
        let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
        match (text.collect::<Result<String, _>>(), rest) {
            (Ok(text), []) => Ok(Self { text, is_utf_16: true }),
            _ => Err(invalid("not UTF-16, as its byte order mark says".to_owned())),
        }
    }
}

/// Returns `true` if the first character that is not blank is an opening brace, and the number of
/// lines consumed before it.
fn begins_with_brace(reader: &mut impl BufRead) -> io::Result<(bool, u32)> {
    let mut lines = 0_u32;
    loop {
        let bytes = reader.fill_buf()?;
        let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match bytes.get(blank) {
            Some(byte) => return Ok((*byte == b'{', lines)),
            None if bytes.is_empty() => return Ok((false, lines)),
            // Lines and columns are counted from the first byte that is left in the reader. Blanks
            // are therefore consumed only if the buffer holds nothing else.
            None => {
                let breaks = memchr::memchr_iter(b'\n', bytes).count();
                lines = lines.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
                let length = bytes.len();
                reader.consume(length);
            }
        }
    }
}
