//! The pieces of a literal format of `sprintf`.

use std::sync::Arc;

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text between verbs.
    Text(Arc<str>),
    /// `%v`
    Any,
    /// `%s`
    String,
    /// `%d`
    Integer,
    /// `%q`
    Quoted,
}

impl Piece {
    /// Splits a format of `%v`, `%s`, `%d`, `%q` and `%%`. Returns `None` if it has any other verb.
    pub fn split(format: &str) -> Option<Vec<Self>> {
        let mut pieces = Vec::new();
        let mut rest = format;
        while let Some(place) = rest.find('%') {
            if place > 0 {
                pieces.push(Piece::Text(rest[..place].into()));
            }
            pieces.push(match rest.as_bytes().get(place + 1)? {
                b'v' => Piece::Any,
                b's' => Piece::String,
                b'd' => Piece::Integer,
                b'q' => Piece::Quoted,
                b'%' => Piece::Text("%".into()),
                _ => return None,
            });
            rest = &rest[place + 2..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Some(pieces)
    }

    /// Returns `true` if the piece prints a value.
    pub fn is_verb(&self) -> bool {
        !matches!(self, Piece::Text(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_knows_plain_verbs_only() {
        let expected = vec![
            Piece::Text("é ".into()),
            Piece::Any,
            Piece::String,
            Piece::Text("%".into()),
            Piece::Integer,
            Piece::Text("!".into()),
            Piece::Quoted,
        ];
        assert_eq!(Piece::split("é %v%s%%%d!%q"), Some(expected));
        for format in ["%5d", "%-v", "%.2f", "%+q", "%", "a%é", "%[1]v"] {
            assert_eq!(Piece::split(format), None, "{format}");
        }
    }
}
