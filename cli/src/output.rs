//! Writing to standard output and standard error, either of which may be closed early.

use std::io::{self, BufWriter, Write};

use ferrego_compiler::diagnostics::Notice;
use ferrego_compiler::diagnostics::escape::Escaped;

use crate::failure::Failure;

/// Writes to standard output by `print`. Colours are dropped where it is no terminal. Whoever
/// closes the pipe has seen enough: that is no failure.
pub(crate) fn stdout(print: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stream = BufWriter::new(anstream::stdout().lock());
    let result = print(&mut stream).and_then(|()| stream.flush());
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result
            .map_err(|error| Failure::usage(format!("cannot write to standard output: {error}"))),
    }
}

/// Writes `text` to standard error, without its colors where that is no terminal. If nobody can
/// read it, the exit status still tells of a failure.
pub(crate) fn tell(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Shows notices on standard error, a blank line between them, each once.
pub(crate) fn stderr<'n>(notices: impl IntoIterator<Item = &'n Notice>) {
    let mut shown: Vec<&Notice> = Vec::new();
    let mut stream = anstream::stderr().lock();
    for notice in notices {
        if shown.contains(&notice) {
            continue;
        }
        let separator = if shown.is_empty() { "" } else { "\n" };
        // There is nowhere left to tell of an error.
        let _ = write!(stream, "{separator}{}", notice.render(true));
        shown.push(notice);
    }
}

/// `text` on one line, with escapes for what is not seen.
pub(crate) fn visible(text: &str) -> String {
    Escaped(text).to_string()
}

/// A count with what is counted, such as `2 cases`.
pub(crate) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
