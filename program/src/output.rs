//! Output to standard output and standard error, either of which may be closed early.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use ferrego_source::diagnostics::Notice;
use ferrego_source::diagnostics::escape::Escaped;

use crate::failure::Failure;
use crate::status::{Exit, Status};

/// Writes to standard output with `print`. If standard output is not a terminal, colors are
/// removed. A closed pipe is not an error, because its reader needs nothing more.
pub fn stdout(print: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stream = BufWriter::new(anstream::stdout().lock());
    let result = print(&mut stream).and_then(|()| stream.flush());
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result
            .map_err(|error| Failure::usage(format!("cannot write to standard output: {error}"))),
    }
}

/// Writes `text` to standard error. If standard error is not a terminal, colors are removed. Errors
/// are ignored, because the exit status still reports a failure.
pub fn tell(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Prints notices on standard error, separated by blank lines and without duplicates.
pub fn stderr<'n>(notices: impl IntoIterator<Item = &'n Notice>) {
    let mut shown: Vec<&Notice> = Vec::new();
    let mut stream = anstream::stderr().lock();
    for notice in notices {
        if shown.contains(&notice) {
            continue;
        }
        let separator = if shown.is_empty() { "" } else { "\n" };
        // An error cannot be reported anywhere.
        let _ = write!(stream, "{separator}{}", notice.render(true));
        shown.push(notice);
    }
}

/// Returns `text` on one line, with escapes for invisible characters.
pub fn visible(text: &str) -> String {
    Escaped(text).to_string()
}

/// Returns a number with the noun that it counts, such as `2 cases`.
pub fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Prints the requested help, or the error in the arguments. Returns the exit status.
///
/// # Errors
/// Returns a failure if standard output cannot be written.
pub fn usage(error: &clap::Error) -> Result<ExitCode, Failure> {
    if error.use_stderr() {
        let text = error.render().to_string();
        let lines = text.lines().map(|line| visible(line) + "\n");
        tell(&lines.collect::<String>());
        return Ok(Exit::from(Status::Broken).into());
    }
    stdout(|to| write!(to, "{}", error.render().ansi()))?;
    Ok(ExitCode::SUCCESS)
}
