//! The syntax trees of templates.

use std::collections::BTreeMap;

/// The nodes of each template that a text defines. The main template's name is
/// [`MAIN`](super::parse::MAIN).
pub(super) type Templates = BTreeMap<String, Vec<Node>>;

/// A node of a template.
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

/// A sequence of commands, each of which takes the value of its predecessor as its last argument.
#[derive(Debug)]
pub(super) struct Pipeline {
    /// The variables that the pipeline sets.
    pub(super) variables: Vec<String>,
    /// `true` if the pipeline declares the variables (`:=`).
    pub(super) declares: bool,
    pub(super) commands: Vec<Vec<Operand>>,
}

/// An operand of a command: a base and its fields.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) base: Base,
    /// The fields that are accessed in turn, each in the value of the one before.
    pub(super) fields: Vec<String>,
}

/// The beginning of an operand, before its fields.
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
