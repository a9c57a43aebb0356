//! Documents from text in which every line is a document.

use std::io::BufRead;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::part::Part;
use crate::documents::{Sink, unreadable};

/// Reads the documents of `reader`, the file `name`, in which every line is a document.
pub(in crate::documents) fn read_lines(
    name: &Arc<str>,
    mut reader: impl BufRead,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut bytes = Vec::new();
    for lines_before in 0.. {
        bytes.clear();
        match reader.read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(_) if bytes.trim_ascii().is_empty() => {}
            Ok(_) => {
                let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                sink(Part { name, bytes: line, lines_before }.document())?;
            }
            Err(error) => return sink(Err(unreadable(name, &error))),
        }
    }
    ControlFlow::Continue(())
}
