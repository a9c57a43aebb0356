//! The syntax tree: the structure of a module's text, with nothing added and nothing resolved.
//!
//! Every node has a span, and comparisons ignore spans. Printing a module ([`mod@print`]) and
//! parsing the text again gives an equal tree.

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
    /// The version of Rego whose rules hold: the version that the module was read as, or v1 after
    /// `import rego.v1`.
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
    /// Returns `true` if `not` includes the computation of its operands and may precede a body.
    /// That is the case after `import future.keywords.not`, `import future.keywords` and
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

/// `left and right`, `left or right`: holds if both operands, or one of them, have a solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logical {
    /// The connective.
    pub connective: Connective,
    /// The operand that is evaluated first.
    pub left: LogicalOperand,
    /// The operand that is evaluated if the left one does not decide.
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
    /// Returns the keyword.
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
    /// `true` if the body is in braces; without them it has one literal.
    pub braces: bool,
    /// The body, which must have a solution for the operand to hold.
    pub body: Body,
}

/// `# text`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text after `#`.
    pub text: Arc<str>,
    /// The span of the comment, including its `#`.
    pub span: Span,
}

/// `package a.b["c"]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The path without `data`: `["a", "b", "c"]`.
    pub path: Vec<Arc<str>>,
    /// The span of the whole clause.
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
    /// The span of the whole clause.
    pub span: Span,
}

impl Import {
    /// Returns the name that the import gives to a part of `data` or `input`: its alias, or the end
    /// of its path. Imports of keywords give no name.
    pub fn name(&self) -> Option<&Arc<str>> {
        let [root, .., last] = &self.path[..] else { return None };
        let is_document = matches!(&**root, "data" | "input");
        is_document.then(|| self.alias.as_ref().map_or(last, |alias| &alias.text))
    }
}

/// A name with its span.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The name.
    pub text: Arc<str>,
    /// The span of the name.
    pub span: Span,
}

/// A rule with all its bodies and its `else` branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `true` if the rule begins with `default`.
    pub default: bool,
    /// The head.
    pub head: Head,
    /// The bodies. A rule without a body has none, and holds always. Each of several chained bodies
    /// (`p { … } { … }`) belongs to a rule of its own with this head.
    pub bodies: Vec<Body>,
    /// The `else` branches, in order.
    pub branches: Vec<Else>,
    /// The span of the whole rule.
    pub span: Span,
}

/// `else := value { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Else {
    /// The value; without one it is `true`.
    pub value: Option<Assigned>,
    /// `true` if `if` precedes the body.
    pub uses_if: bool,
    /// The body, if the branch has one.
    pub body: Option<Body>,
    /// The span of the whole branch.
    pub span: Span,
}

/// `= term` or `:= term`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// `true` if the operator is `:=`.
    pub declares: bool,
    /// The term.
    pub term: Term,
}

/// A rule's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The name and operands: `p`, `p.q`, `p[x].r`. A set's key in brackets (`p[x] { … }` of v0) is
    /// not an operand; it is the `key` of [`HeadKind::Set`].
    pub reference: HeadRef,
    /// The kind of document that the rule defines.
    pub kind: HeadKind,
    /// `true` if `if` precedes the body.
    pub uses_if: bool,
    /// The span of the whole head.
    pub span: Span,
}

/// The reference of a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadRef {
    /// The rule's name.
    pub name: Name,
    /// The operands after the name. An operand that is not a literal makes a partial object.
    pub operands: Vec<Operand>,
}

/// The kind of document that a rule defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadKind {
    /// A value: `p`, `p = v`, `p := v`, `p[x] = v`. Also `p[x] if …`, an object whose values are
    /// true. Without a value it is `true`.
    Value(Option<Assigned>),
    /// A function: `f(a, b) = v`.
    Function {
        /// The parameters: any terms, matched against the arguments.
        parameters: Vec<Term>,
        /// The value; without one it is `true`.
        value: Option<Assigned>,
    },
    /// A member of a set: `p[x] { … }` of v0, `p contains x`.
    Set {
        /// The member.
        key: Term,
        /// `true` if the rule is written with `contains`.
        contains: bool,
    },
}

/// A conjunction of literals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The literals in order; at least one.
    pub literals: Vec<Literal>,
    /// The span of the body, including its braces if it has any.
    pub span: Span,
}

/// One expression of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The expression.
    pub kind: LiteralKind,
    /// The `with` modifiers in order.
    pub with: Vec<With>,
    /// The span of the literal with its modifiers.
    pub span: Span,
}

/// The expression of a literal.
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
    /// `not { … }`: true if the body has no solution. Requires one of the imports that
    /// [`Module::negates_bodies`] names.
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
        /// The collection whose members are matched.
        collection: Term,
    },
    /// `every key, value in domain { … }`
    Every {
        /// The key's name.
        key: Option<Name>,
        /// The value's name.
        value: Name,
        /// The collection whose members are tested.
        domain: Term,
        /// The condition that must hold for each member.
        body: Body,
    },
}

/// `with target as value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct With {
    /// `input…`, `data…` or a function's name.
    pub target: Term,
    /// The replacement.
    pub value: Term,
    /// The span of the whole modifier.
    pub span: Span,
}
