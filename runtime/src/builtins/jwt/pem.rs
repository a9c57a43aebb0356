//! PEM blocks as Go's `encoding/pem` finds them: with any text before a block, and with lines of
//! any length in it.

use crate::builtins::encoding::base64_bytes;

/// A PEM block.
pub(super) struct Block<'t> {
    /// The label, such as `CERTIFICATE`.
    pub(super) label: &'t str,
    pub(super) content: Vec<u8>,
}

/// Returns the first block in `text` and the text after it.
pub(super) fn first_block(text: &str) -> Option<(Block<'_>, &str)> {
    // The label of the last BEGIN line, and the text after that line.
    let mut begun: Option<(&str, &str)> = None;
    let mut rest = text;
    while !rest.is_empty() {
        let line_start = rest;
        let line = next_line(&mut rest);
        if let Some(label) = line.strip_prefix("-----BEGIN ") {
            begun = label.strip_suffix("-----").map(|label| (label, rest));
        } else if let Some(end) = line.strip_prefix("-----END ")
            && let Some((label, body)) = begun.take()
            && end.strip_suffix("-----") == Some(label)
        {
            let body = body.get(..body.len() - line_start.len()).unwrap_or_default();
            if let Some(content) = content(body) {
                return Some((Block { label, content }, rest));
            }
        }
    }
    None
}

/// Splits the next line off `rest`. Returns it without trailing blanks.
fn next_line<'t>(rest: &mut &'t str) -> &'t str {
    let (line, tail) = rest.split_once('\n').unwrap_or((rest, ""));
    *rest = tail;
    line.trim_end_matches([' ', '\t', '\r'])
}

/// Decodes the base64 after the headers of `body`.
fn content(body: &str) -> Option<Vec<u8>> {
    let mut encoded = body;
    loop {
        let mut rest = encoded;
        if encoded.is_empty() || !next_line(&mut rest).contains(':') {
            break;
        }
        encoded = rest;
    }
    let encoded: String = encoded.chars().filter(|&c| !matches!(c, ' ' | '\t')).collect();
    base64_bytes(&encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_behind_other_text() {
        let text = "x\n-----BEGIN A-----\n-----BEGIN B----- \r\nK: v\n\nAA==\n-----END B-----\ny\n";
        let (block, rest) = first_block(text).expect("a block");
        assert_eq!((block.label, block.content.as_slice(), rest), ("B", &[0][..], "y\n"));
    }

    #[test]
    fn what_is_no_block_is_passed_over() {
        let text = "-----BEGIN A-----\n!\n-----END A-----\n-----BEGIN B-----\n-----END B-----";
        let (block, rest) = first_block(text).expect("a block");
        assert_eq!((block.label, block.content.len(), rest), ("B", 0, ""));
        for text in ["", "{}", "-----BEGIN A-----\nAA==\n-----END B-----\n", "-----END A-----"] {
            assert!(first_block(text).is_none(), "{text:?}");
        }
    }
}
