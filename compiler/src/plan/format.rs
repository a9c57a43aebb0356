//! `sprintf` with a literal format: plain verbs become pieces that are written directly.

use std::sync::Arc;

use crate::hir::Constant;
use crate::plan::{Call, Callee, Expr, Program, visit};

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

/// A call of `sprintf` whose format is cut.
#[derive(Clone, Copy, Debug)]
pub struct Cut<'p> {
    /// The format.
    pub format: &'p str,
    /// Its pieces.
    pub pieces: &'p [Piece],
    /// The values of its verbs, in order.
    pub values: &'p [Expr],
}

/// Notes in `program` the literal formats that are cut, with their pieces.
pub fn cut(program: &mut Program) {
    let mut formats = std::mem::take(&mut program.formats);
    for function in &program.functions {
        visit::expressions(&function.body, &mut |expr| {
            if let Expr::Call(call) = expr
                && let Some((format, values)) = literal(call)
                && let Some(pieces) = pieces(format)
                && verbs(&pieces) == values.len()
            {
                formats.insert(format.clone(), pieces);
            }
        });
    }
    program.formats = formats;
}

impl Program {
    /// The call as one of a cut format, if it is.
    pub fn cut_format<'p>(&'p self, call: &'p Call) -> Option<Cut<'p>> {
        let (format, values) = literal(call)?;
        let pieces = self.formats.get(format)?;
        (verbs(pieces) == values.len()).then_some(Cut { format, pieces, values })
    }
}

/// The literal format and the values of a `sprintf` that nothing replaces.
fn literal(call: &Call) -> Option<(&Arc<str>, &[Expr])> {
    let Callee::Builtin(builtin) = call.callee else { return None };
    match call.arguments.as_slice() {
        [Expr::Constant(Constant::String(format)), Expr::Array(values)]
            if builtin.name == "sprintf" && call.mock.is_none() =>
        {
            Some((format, values))
        }
        _ => None,
    }
}

fn verbs(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| !matches!(piece, Piece::Text(_))).count()
}

/// The pieces of a format of `%v`, `%s`, `%d`, `%q` and `%%`; none where it holds anything else.
pub(super) fn pieces(format: &str) -> Option<Vec<Piece>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_verbs_are_cut_and_others_left_to_sprintf() {
        let expected = vec![
            Piece::Text("é ".into()),
            Piece::Any,
            Piece::String,
            Piece::Text("%".into()),
            Piece::Integer,
            Piece::Text("!".into()),
            Piece::Quoted,
        ];
        assert_eq!(pieces("é %v%s%%%d!%q"), Some(expected));
        for format in ["%5d", "%-v", "%.2f", "%+q", "%", "a%é", "%[1]v"] {
            assert_eq!(pieces(format), None, "{format}");
        }
    }
}
