//! Files that are read up to a limit.
//!
//! Every file, pipe and standard input that a command reads goes through [`Limited`]. A device
//! such as `/dev/zero` and a pipe without an end therefore stop at the limit.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

/// The bytes of a file that are read by default. No manifest is that large, and the objects of a
/// large cluster are read from JSON one by one.
pub const MAX_FILE_SIZE: u64 = 64 << 20;

/// Returns the limit of a text in YAML, which is a quarter of the limit of a file. Memory holds the
/// text and all nodes of a document at once. They take about 15 times the text of usual manifests,
/// and up to 160 times a text of single digits.
pub fn of_yaml(limit: u64) -> u64 {
    limit / 4
}

/// The size of the buffer through which a file is read, in bytes.
const BUFFER: usize = 64 << 10;

/// The error of a file that is larger than the limit. It is the inner error of an [`io::Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected at most {limit} bytes, found {}", Found(.size))]
pub struct TooLarge {
    /// The greatest number of bytes that are read.
    pub limit: u64,
    /// The size of the file. A pipe or a device has none.
    pub size: Option<u64>,
}

struct Found<'s>(&'s Option<u64>);

impl std::fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(size) => write!(f, "{size}"),
            None => f.write_str("more"),
        }
    }
}

impl TooLarge {
    /// Returns the advice for this error, if `error` is one.
    pub fn help(error: &io::Error) -> Option<&'static str> {
        let inner = error.get_ref()?;
        inner.is::<Self>().then_some(HELP)
    }
}

impl From<TooLarge> for io::Error {
    fn from(error: TooLarge) -> Self {
        Self::new(ErrorKind::FileTooLarge, error)
    }
}

const HELP: &str = "raise the limit with --max-file-size; YAML may take a quarter of it";

/// A reader that fails after a number of bytes.
#[derive(Debug)]
pub struct Limited<R> {
    reader: R,
    limit: u64,
    left: u64,
}

impl<R: BufRead> Limited<R> {
    /// Limits `reader` to `limit` bytes.
    pub fn new(reader: R, limit: u64) -> Self {
        Self { reader, limit, left: limit }
    }
}

/// Opens a file that is read up to `limit` bytes.
///
/// # Errors
/// Returns the error of the system, or [`TooLarge`] if the file is known to be larger.
pub fn open(path: &Path, limit: u64) -> io::Result<Limited<BufReader<File>>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.len() > limit {
        return Err(TooLarge { limit, size: Some(metadata.len()) }.into());
    }
    Ok(Limited::new(BufReader::with_capacity(BUFFER, file), limit))
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// Returns the errors of [`open`], or [`TooLarge`] at the limit.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path, limit)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let Self { reader, limit, left } = self;
        let available = reader.fill_buf()?;
        if *left == 0 && !available.is_empty() {
            return Err(TooLarge { limit: *limit, size: None }.into());
        }
        let within = usize::try_from(*left).unwrap_or(usize::MAX).min(available.len());
        Ok(&available[..within])
    }

    fn consume(&mut self, length: usize) {
        self.left -= length as u64;
        self.reader.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Option<TooLarge>> {
        let mut read = Vec::new();
        let result = Limited::new(bytes, limit).read_to_end(&mut read);
        let inner = |error: io::Error| error.get_ref()?.downcast_ref().copied();
        result.map(|_| read).map_err(inner)
    }

    #[test]
    fn a_text_may_be_as_long_as_the_limit() {
        assert_eq!(read_all(b"abc", 3), Ok(b"abc".to_vec()));
        assert_eq!(read_all(b"abc", 2), Err(Some(TooLarge { limit: 2, size: None })));
        assert_eq!(read_all(b"", 0), Ok(Vec::new()));
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        std::fs::write(&path, "abc").expect("written");
        assert_eq!(read(&path, 3).expect("read"), b"abc");
        let error = read(&path, 2).expect_err("too large");
        assert_eq!(error.to_string(), "expected at most 2 bytes, found 3");
        assert_eq!(TooLarge::help(&error), Some(HELP));
        assert_eq!(TooLarge::help(&io::Error::from(ErrorKind::NotFound)), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_an_end_stops_at_the_limit() {
        let error = read(Path::new("/dev/zero"), 1 << 20).expect_err("too large");
        assert_eq!(error.to_string(), "expected at most 1048576 bytes, found more");
    }
}
