//! The tokens of templates.

use super::Fault;

/// A token of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// Text outside actions.
    Text(&'t str),
    /// `{{`
    Left,
    /// `}}`
    Right,
    /// A run of white space in an action.
    Space,
    /// The name of a function.
    Name(&'t str),
    /// A word that starts or ends a block, `break` and the like.
    Keyword(&'t str),
    /// `nil`
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// `.`
    Dot,
    /// `.name`, without the dot.
    Field(&'t str),
    /// `$` or `$name`, with the dollar.
    Variable(&'t str),
    /// An integer or a character.
    Integer(i64),
    /// An integer beyond `int64`, which is an error only where it is evaluated.
    TooLarge,
    /// A number that is not an integer.
    Float(f64),
    /// An imaginary or a complex number.
    Complex(f64, f64),
    /// A string with bytes that are not UTF-8, which is an error only where it is evaluated.
    NotUtf8,
    /// A string, without quotes and escapes.
    String(String),
    /// `:=`
    Declare,
    /// `=`
    Assign,
    /// `|`
    Pipe,
    /// `,`
    Comma,
    /// `(`
    Open,
    /// `)`
    Close,
}

pub(super) fn invalid(message: &str) -> Fault {
    Fault::Invalid(format!("1: {message}"))
}
