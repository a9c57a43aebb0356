//! The syntax tree: what stands in a module, nothing added and nothing resolved.
//!
//! Every node has a span, and spans do not count in comparisons. Printing a module
//! ([`mod@print`]) and parsing the text again gives an equal tree.

mod term;

pub mod print;
pub mod walk;

use std::sync::Arc;

use crate::source::{RegoVersion, Span};

pub use term::{
    Call, Comprehension, Infix, Membership, ObjectComprehension, Operand, Operator, Ref,
    TemplatePart, Term, TermKind,
};

/// A module: one file of Rego.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The language it was read as, after `import rego.v1`: the version whose rules hold.
    pub version: RegoVersion,
    /// `package a.b`
    pub package: Package,
    /// The imports in order.
    pub imports: Vec<Import>,
    /// The rules in order.
    pub rules: Vec<Rule>,
    /// All comments in order, METADATA blocks among them.
    pub comments: Vec<Comment>,
}

impl Module {
    /// Whether `not` takes the operands of what it negates into the negation, and may stand
    /// before a body: after `import future.keywords.not`, `import future.keywords` and
    /// `import rego.v2`.
    pub fn negates_bodies(&self) -> bool {
        self.imports.iter().any(|import| {
            let path: Vec<&str> = import.path.iter().map(AsRef::as_ref).collect();
            matches!(
                path[..],
                ["future", "keywords"] | ["future", "keywords", "not"] | ["rego", "v2"]
            )
        })
    }
}

/// `left and right`, `left or right`: whether both operands have an answer, or one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logical {
    /// Which of the two.
    pub connective: Connective,
    /// What is asked first.
    pub left: LogicalOperand,
    /// What is asked if the left operand does not decide.
    pub right: LogicalOperand,
}

/// `and` or `or`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connective {
    /// `and`, which binds tighter.
    And,
    /// `or`
    Or,
}

impl Connective {
    /// The keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            Connective::And => "and",
            Connective::Or => "or",
        }
    }
}

/// An operand of `and` or `or`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalOperand {
    /// Whether the body is written in braces; without them it has one literal.
    pub braces: bool,
    /// What must have an answer.
    pub body: Body,
}

/// `# text`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text after `#`.
    pub text: Arc<str>,
    /// The place of the comment with its `#`.
    pub span: Span,
}

/// `package a.b["c"]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The path without `data`: `["a", "b", "c"]`.
    pub path: Vec<Arc<str>>,
    /// The whole clause.
    pub span: Span,
}

/// `import data.lib.util as u`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The path with its root: `["data", "lib", "util"]`, `["rego", "v1"]`,
    /// `["future", "keywords", "in"]`.
    pub path: Vec<Arc<str>>,
    /// The name after `as`.
    pub alias: Option<Name>,
    /// The whole clause.
    pub span: Span,
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The name.
    pub text: Arc<str>,
    /// Its place.
    pub span: Span,
}

/// One rule, with all its bodies and its `else` branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether `default` stands in front.
    pub default: bool,
    /// The head.
    pub head: Head,
    /// The bodies: none for a rule without one (its body is true), several for chained bodies
    /// (`p { … } { … }`), each of which stands for a rule with the same head.
    pub bodies: Vec<Body>,
    /// The `else` branches, in order.
    pub branches: Vec<Else>,
    /// The whole rule.
    pub span: Span,
}

/// `else := value { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Else {
    /// The value; `true` where it is left out.
    pub value: Option<Assigned>,
    /// Whether `if` stands before the body.
    pub uses_if: bool,
    /// The body, `None` where it is left out.
    pub body: Option<Body>,
    /// The whole branch.
    pub span: Span,
}

/// `= term` or `:= term`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Whether the operator is `:=`.
    pub declares: bool,
    /// The term.
    pub term: Term,
}

/// A rule's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Name and operands: `p`, `p.q`, `p[x].r`. A set's key in brackets (`p[x] { … }` of v0) is
    /// not among them, it is the `key` of [`HeadKind::Set`].
    pub reference: HeadRef,
    /// What the rule makes.
    pub kind: HeadKind,
    /// Whether `if` stands before the body.
    pub uses_if: bool,
    /// The whole head.
    pub span: Span,
}

/// The reference of a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadRef {
    /// The rule's name.
    pub name: Name,
    /// What follows it. An operand that is no literal makes a partial object.
    pub operands: Vec<Operand>,
}

/// What a rule makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadKind {
    /// A value: `p`, `p = v`, `p := v`, `p[x] = v`. Also `p[x] if …`, an object whose values are
    /// true. The value is `true` where it is left out.
    Value(Option<Assigned>),
    /// A function: `f(a, b) = v`.
    Function {
        /// The parameters: any terms, matched against the arguments.
        parameters: Vec<Term>,
        /// The value; `true` where it is left out.
        value: Option<Assigned>,
    },
    /// A member of a set: `p[x] { … }` of v0, `p contains x`.
    Set {
        /// The member.
        key: Term,
        /// Whether it is written with `contains`.
        contains: bool,
    },
}

/// A conjunction of literals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The literals in order; at least one.
    pub literals: Vec<Literal>,
    /// The body with its braces, where it has them.
    pub span: Span,
}

/// One expression of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// What it says.
    pub kind: LiteralKind,
    /// Its `with` modifiers in order.
    pub with: Vec<With>,
    /// The literal with its modifiers.
    pub span: Span,
}

/// What a literal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiteralKind {
    /// A term that must be defined and not false; comparisons and calls are terms.
    Term(Term),
    /// `left = right`
    Unify(Term, Term),
    /// `left := right`
    Assign(Term, Term),
    /// `not …`: a [`LiteralKind::Term`], [`LiteralKind::Unify`] or the like.
    Not(Box<LiteralKind>),
    /// `not { … }`: true where the body has no answer. Only after [`Module::negates_bodies`]'
    /// imports.
    NotBody(Body),
    /// `left and right`, `left or right`
    Logical(Box<Logical>),
    /// `some x, y`
    Some(Vec<Name>),
    /// `some key, value in collection`
    SomeIn {
        /// The key's pattern.
        key: Option<Term>,
        /// The value's pattern.
        value: Term,
        /// What is searched.
        collection: Term,
    },
    /// `every key, value in domain { … }`
    Every {
        /// The key's name.
        key: Option<Name>,
        /// The value's name.
        value: Name,
        /// What is searched.
        domain: Term,
        /// What must hold for each member.
        body: Body,
    },
}

/// `with target as value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct With {
    /// `input…`, `data…` or a function's name.
    pub target: Term,
    /// What takes its place.
    pub value: Term,
    /// The whole modifier.
    pub span: Span,
}
