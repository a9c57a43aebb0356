//! Terms: values, references, calls and comprehensions.

use std::sync::Arc;

use super::{Body, Name, With};
use crate::source::Span;

/// A term with its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The kind of the term.
    pub kind: TermKind,
    /// The span of the term.
    pub span: Span,
}

/// The kind of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// The text of a number as written.
    Number(Arc<str>),
    /// The value of a string; raw strings are strings too.
    String(Arc<str>),
    /// `$"a {x} b"`, `` $`…` ``
    Template(Vec<TemplatePart>),
    /// A name: a variable, a rule, an import, `input` or `data`. Each `_` is a variable of its own.
    Var(Arc<str>),
    /// `head.a[b]`, with at least one operand.
    Ref(Box<Ref>),
    /// `f(a, b)`, `a.b.f(x)`
    Call(Box<Call>),
    /// `[a, b]`
    Array(Vec<Term>),
    /// `{a: b}`
    Object(Vec<(Term, Term)>),
    /// `{a, b}`; empty for `set()`.
    Set(Vec<Term>),
    /// `[value | body]`
    ArrayComprehension(Box<Comprehension>),
    /// `{value | body}`
    SetComprehension(Box<Comprehension>),
    /// `{key: value | body}`
    ObjectComprehension(Box<ObjectComprehension>),
    /// `left + right`
    Infix(Box<Infix>),
    /// `-x`, where `x` is not a number.
    Negative(Box<Term>),
    /// `value in collection`, `key, value in collection`
    In(Box<Membership>),
}

/// A piece of a template string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Text between expressions, escapes resolved.
    Text(Arc<str>),
    /// `{term}`
    Term(Term),
    /// `{term with … as …}`
    With(Term, Vec<With>),
}

/// A reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// The head: a name, a call, a composite or a comprehension.
    pub head: Term,
    /// The operands; at least one.
    pub operands: Vec<Operand>,
}

/// One step of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// `.name`
    Field(Name),
    /// `[term]`
    Index(Term),
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function's name: a [`TermKind::Var`] or a [`TermKind::Ref`] of fields.
    pub function: Term,
    /// The arguments.
    pub arguments: Vec<Term>,
}

/// `[value | body]` and `{value | body}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comprehension {
    /// The collected value.
    pub value: Term,
    /// The condition; each of its solutions adds a value.
    pub body: Body,
}

/// `{key: value | body}`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectComprehension {
    /// The collected key.
    pub key: Term,
    /// The collected value.
    pub value: Term,
    /// The condition; each of its solutions adds a pair.
    pub body: Body,
}

/// A binary operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Infix {
    /// The operator.
    pub operator: Operator,
    /// The span of the operator.
    pub operator_span: Span,
    /// The left operand.
    pub left: Term,
    /// The right operand.
    pub right: Term,
}

/// `value in collection`, `key, value in collection`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The key, if there is one.
    pub key: Option<Term>,
    /// The value whose membership is tested.
    pub value: Term,
    /// The collection.
    pub collection: Term,
}

/// Infix operators, from the weakest binding to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `|`
    Or,
    /// `&`
    And,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Operator {
    /// Returns the operator as written.
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::Or => "|",
            Operator::And => "&",
            Operator::Plus => "+",
            Operator::Minus => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Remainder => "%",
        }
    }

    /// Returns the name of the builtin that the operator calls.
    pub fn builtin(self) -> &'static str {
        match self {
            Operator::Equal => "equal",
            Operator::NotEqual => "neq",
            Operator::Less => "lt",
            Operator::LessEqual => "lte",
            Operator::Greater => "gt",
            Operator::GreaterEqual => "gte",
            Operator::Or => "or",
            Operator::And => "and",
            Operator::Plus => "plus",
            Operator::Minus => "minus",
            Operator::Multiply => "mul",
            Operator::Divide => "div",
            Operator::Remainder => "rem",
        }
    }
}
