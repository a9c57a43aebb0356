//! Encoded words in the names of mail addresses, such as `=?utf-8?q?J=C3=BCrgen?=` (RFC 2047), as
//! Go's `mime.WordDecoder` reads them.

use super::pattern::matches;

/// A word of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A word that is not encoded, or not well.
    Plain,
    /// An encoded word, which may decode to an empty text.
    Encoded { is_empty: bool },
    /// A well-encoded word in a character set that Go does not read.
    UnknownCharset,
}

const CHARSETS: [&str; 3] = ["utf-8", "iso-8859-1", "us-ascii"];

/// The pattern of base64 with padding. Go ignores line breaks in it, which the caller removes.
const BASE64: &str = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";

/// The pattern of the encoding `q`.
const QUOTED: &str = r"^(?:=[0-9A-Fa-f]{2}|[ -<>-~\n\r\t])*$";

/// Returns the kind of the word.
pub(super) fn decode(word: &str) -> Word {
    let inner = word.strip_prefix("=?").and_then(|word| word.strip_suffix("?="));
    let Some((charset, rest)) = inner.and_then(|inner| inner.split_once('?')) else {
        return Word::Plain;
    };
    let Some((encoding, text)) = rest.split_once('?') else { return Word::Plain };
    // Go counts exactly four question marks, and at least eight bytes.
    if text.contains('?') || word.len() < 8 || charset.is_empty() {
        return Word::Plain;
    }
    let (is_encoded, is_empty) = match encoding {
        "B" | "b" => {
            let text = text.replace(['\r', '\n'], "");
            (matches(BASE64, &text), text.is_empty())
        }
        "Q" | "q" => (matches(QUOTED, text), text.is_empty()),
        _ => (false, false),
    };
    if !is_encoded {
        Word::Plain
    } else if CHARSETS.iter().any(|known| known.eq_ignore_ascii_case(charset)) {
        Word::Encoded { is_empty }
    } else {
        Word::UnknownCharset
    }
}
