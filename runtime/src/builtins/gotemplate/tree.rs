//! The syntax trees of templates.

use std::collections::BTreeMap;

/// The nodes of the templates that a text defines, its own under [`MAIN`].
pub(super) type Templates = BTreeMap<String, Vec<Node>>;

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    /// A pipeline whose value is written, unless it sets a variable.
    Action(Pipeline),
    If {
        condition: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    With {
        value: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Range {
        over: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Call {
        name: String,
        value: Option<Pipeline>,
    },
    Break,
    Continue,
}

/// Commands, each of which takes the value of the one before as its last argument.
#[derive(Debug)]
pub(super) struct Pipeline {
    /// The variables that the value is given to.
    pub(super) variables: Vec<String>,
    /// Whether the variables are new.
    pub(super) declares: bool,
    pub(super) commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) base: Base,
    /// The fields that are taken of it, one in another.
    pub(super) fields: Vec<String>,
}

/// What an operand begins with.
#[derive(Debug)]
pub(super) enum Base {
    Dot,
    Nil,
    Bool(bool),
    Integer(i64),
    /// An integer beyond `int64`.
    TooLarge,
    Float(f64),
    Complex(f64, f64),
    Text(String),
    /// A string constant with bytes that are not UTF-8.
    NotUtf8,
    Variable(String),
    Function(String),
    Parenthesis(Pipeline),
}
