//! A module in the structure of OPA's syntax tree, which the rules of `opa fmt` are written for.
//!
//! OPA's tree makes fewer distinctions than [`crate::ast`]: `a.b` and `a["b"]` are equal, `p` and
//! `p { true }` are equal, each of several chained bodies is a rule. If two modules have equal trees,
//! OPA evaluates them alike.

mod from_ast;
mod head;
mod literals;
mod terms;

use std::ops::Range;
use std::sync::Arc;

use super::location::Location;

pub(super) use from_ast::{is_true, module};

/// A module.
#[derive(Debug, PartialEq)]
pub(super) struct Module {
    pub(super) package: Package,
    pub(super) imports: Vec<Import>,
    pub(super) rules: Vec<Rule>,
}

/// `package a.b`
#[derive(Debug, PartialEq)]
pub(super) struct Package {
    pub(super) path: Vec<Term>,
    pub(super) location: Location,
}

/// `import data.a as b`
#[derive(Debug, PartialEq)]
pub(super) struct Import {
    pub(super) path: Vec<Term>,
    /// The path as texts.
    pub(super) names: Vec<Arc<str>>,
    pub(super) alias: Option<Arc<str>>,
    pub(super) location: Location,
}

/// A rule with one body.
#[derive(Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) default: bool,
    pub(super) head: Head,
    /// The body. A rule that holds always has none.
    pub(super) body: Vec<Expr>,
    /// The `else` branches, whose heads have no reference.
    pub(super) branches: Vec<Branch>,
    pub(super) location: Location,
}

/// An `else` branch.
#[derive(Debug, PartialEq)]
pub(super) struct Branch {
    pub(super) value: Value,
    pub(super) body: Vec<Expr>,
    pub(super) head: Location,
    pub(super) location: Location,
}

/// A rule's head.
#[derive(Debug)]
pub(super) struct Head {
    /// The name and the operands after it. The key of a set is not one of them.
    pub(super) reference: Vec<Term>,
    pub(super) arguments: Vec<Term>,
    /// The key of a set or of an object. The key of an object is an operand too.
    pub(super) key: Option<Term>,
    /// The value. A set has none.
    pub(super) value: Option<Value>,
    pub(super) location: Location,
}

/// The key of an object is among the operands too, and only OPA's layout depends on it.
impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        let key = |head: &Self| head.value.is_none();
        self.reference == other.reference
            && self.arguments == other.arguments
            && self.value == other.value
            && (self.key == other.key || !key(self) && !key(other))
    }
}

/// The value of a head.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) term: Term,
    /// `true` if the operator is `:=`.
    pub(super) declares: bool,
    /// `true` if the source has no value.
    pub(super) implied: bool,
}

/// Operators of values do not count: OPA writes `:=` for both in modules of v1.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.term == other.term
    }
}

/// A literal.
#[derive(Debug, PartialEq)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) negated: bool,
    pub(super) with: Vec<With>,
    pub(super) location: Location,
}

#[derive(Debug, PartialEq)]
pub(super) enum ExprKind {
    Term(Term),
    Call(Call),
    Some(Vec<Term>),
    SomeIn(Call),
    Every {
        key: Option<Term>,
        value: Term,
        domain: Term,
        body: Vec<Expr>,
        row: Row,
    },
    /// A negation that includes the computation of its operands.
    Not {
        braces: bool,
        body: Vec<Expr>,
    },
    Logical(Box<Logical>),
}

/// A row, which does not count in comparisons.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row(pub(super) usize);

impl PartialEq for Row {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// `left and right`, `left or right`
#[derive(Debug, PartialEq)]
pub(super) struct Logical {
    pub(super) keyword: &'static str,
    pub(super) left: Operand,
    pub(super) right: Operand,
}

/// An operand of `and` or `or`.
#[derive(Debug, PartialEq)]
pub(super) struct Operand {
    pub(super) braces: bool,
    pub(super) body: Vec<Expr>,
    pub(super) location: Location,
}

/// `with target as value`
#[derive(Debug, PartialEq)]
pub(super) struct With {
    pub(super) target: Term,
    pub(super) value: Term,
    pub(super) location: Location,
}

/// A term.
#[derive(Debug, PartialEq)]
pub(super) struct Term {
    pub(super) kind: TermKind,
    pub(super) location: Location,
}

#[derive(Debug, PartialEq)]
pub(super) enum TermKind {
    /// `null`, a boolean or a number, as it is written.
    Scalar(Arc<str>),
    String {
        value: Arc<str>,
        literal: Literal,
    },
    Var(Arc<str>),
    Ref(Vec<Term>),
    Call(Box<Call>),
    Array(Vec<Term>),
    Set(Vec<Term>),
    Object(Vec<(Term, Term)>),
    ArrayComprehension(Box<Comprehension>),
    SetComprehension(Box<Comprehension>),
    ObjectComprehension(Box<ObjectComprehension>),
    Template {
        raw: bool,
        parts: Vec<Part>,
    },
}

/// The range of a string's literal, if the string is not a name after a dot. It does not count in
/// comparisons.
#[derive(Clone, Debug)]
pub(super) struct Literal(pub(super) Option<Range<usize>>);

impl PartialEq for Literal {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A call, which may be written as an operator.
#[derive(Debug, PartialEq)]
pub(super) struct Call {
    pub(super) operator: Operator,
    pub(super) arguments: Vec<Term>,
}

#[derive(Debug, PartialEq)]
pub(super) enum Operator {
    /// An operator between two operands, `=` and `:=` among them.
    Infix(&'static str),
    /// `value in collection`, `key, value in collection`
    In,
    /// The name of a function.
    Function(Term),
}

#[derive(Debug, PartialEq)]
pub(super) struct Comprehension {
    pub(super) value: Term,
    pub(super) body: Vec<Expr>,
}

#[derive(Debug, PartialEq)]
pub(super) struct ObjectComprehension {
    pub(super) key: Term,
    pub(super) value: Term,
    pub(super) body: Vec<Expr>,
}

/// A piece of a template string.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    Text(Arc<str>),
    Expr(Box<Expr>),
}
