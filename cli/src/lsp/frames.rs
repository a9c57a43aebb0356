//! Reads the messages of a client.
//!
//! `lsp-server` stops at the first frame that is not a message, and allocates whatever length a
//! header names. An editor must survive both, so this reader skips what it cannot read, and takes
//! memory only for bytes that arrive.

use std::io::{self, BufRead, Read};

use lsp_server::{ErrorCode, Message};
use serde_json::Value;

/// The largest body of a message, in bytes.
const MAX_BODY: u64 = 64 << 20;
/// The longest line of a header that is kept, in bytes.
const MAX_HEADER: u64 = 4 << 10;

/// A frame from the client.
#[derive(Debug)]
pub(super) enum Frame {
    Message(Message),
    /// A body that is not a message.
    Invalid {
        code: ErrorCode,
        reason: String,
    },
    /// The client closed the stream.
    End,
}

/// Reads the next frame. Lines that do not belong to a frame are skipped.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Frame> {
    let Some(length) = read_header(input)? else { return Ok(Frame::End) };
    if length > MAX_BODY {
        let reason = format!("a message has {length} bytes, over the limit of {MAX_BODY}");
        return Ok(Frame::Invalid { code: ErrorCode::InvalidRequest, reason });
    }
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Ok(Frame::End);
    }
    let value: Value = match serde_json::from_slice(&body) {
        Ok(value) => value,
        Err(error) => {
            return Ok(Frame::Invalid { code: ErrorCode::ParseError, reason: error.to_string() });
        }
    };
    let Ok(message) = serde_json::from_value(value) else {
        let reason = "expected a request, a response or a notification".to_owned();
        return Ok(Frame::Invalid { code: ErrorCode::InvalidRequest, reason });
    };
    Ok(Frame::Message(message))
}

/// Reads up to the blank line after a `Content-Length`. Returns `None` at the end of the stream.
fn read_header(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        match (text.is_empty(), length) {
            (true, Some(length)) => return Ok(Some(length)),
            (true, None) => {}
            (false, _) => length = content_length(text).or(length),
        }
    }
}

/// Returns the length that a line names. After a frame that was skipped, the header may follow other
/// text on its line.
fn content_length(line: &str) -> Option<u64> {
    const NAME: &str = "content-length:";
    let start = line.to_ascii_lowercase().rfind(NAME)? + NAME.len();
    line.get(start..)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(mut input: &[u8]) -> Vec<String> {
        let mut shown = Vec::new();
        loop {
            match read(&mut input).expect("bytes in memory") {
                Frame::Message(Message::Notification(message)) => shown.push(message.method),
                Frame::Message(message) => shown.push(format!("{message:?}")),
                Frame::Invalid { code, .. } => shown.push(format!("{code:?}")),
                Frame::End => return shown,
            }
        }
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn garbage_between_frames_is_skipped() {
        let message = frame(r#"{"jsonrpc":"2.0","method":"größe"}"#);
        let lower = message.replace("Content-Length", "content-length").replace("\r\n", "\n");
        let other = message.replacen("\r\n", "\r\nContent-Type: x\r\n", 1);
        let huge = "Content-Length: 99999999999999\r\n\r\n{}";
        let beyond = "Content-Length: 99999999999999999999999\r\n\r\n";
        let text = [
            "garbage\r\n\r\n\0\u{1}\n",
            &message,
            huge,
            &message,
            beyond,
            &lower,
            &other,
            &frame("[1"),
            &frame("[]"),
            &frame("{\"id\":{}}"),
            &message,
            "Content-Length: 5\r\n\r\n{",
        ]
        .concat();
        let expected = [
            "größe",
            "InvalidRequest",
            "größe",
            "größe",
            "größe",
            "ParseError",
            "InvalidRequest",
            "InvalidRequest",
            "größe",
        ];
        assert_eq!(frames(text.as_bytes()), expected);
    }

    #[test]
    fn a_line_without_an_end_takes_little_memory() {
        let text = format!("{}\n{}", "x".repeat(1 << 20), frame(r#"{"method":"a"}"#));
        assert_eq!(frames(text.as_bytes()), ["a"]);
    }
}
