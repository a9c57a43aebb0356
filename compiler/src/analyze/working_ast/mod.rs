//! The working tree, which the stages rewrite.
//!
//! It has the structure of OPA's syntax tree after parsing (`ast/policy.go`), so that the stages
//! can follow `ast/compile.go` step by step. Operators are calls, and `input` and `data` are
//! references even without operands. A call that is a whole literal is a call expression. An `else`
//! is a rule beside the rule that it follows.

mod children;
pub(crate) mod closures;
pub(crate) mod declarations;
pub(crate) mod equality;
pub(crate) mod fresh_names;
pub(crate) mod from_ast;
pub(crate) mod print;
pub(crate) mod substitute;
pub(crate) mod symbols;
pub(crate) mod vars;
pub(crate) mod walk;
pub(crate) mod walk_mut;

use std::sync::Arc;

use crate::analyze::working_ast::symbols::{DATA, INPUT, Var};
use crate::source::{RegoVersion, Span};

/// A module.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    /// The name of the module in messages.
    pub(crate) name: Arc<str>,
    /// The version whose rules hold.
    pub(crate) version: RegoVersion,
    /// The package's path without `data`.
    pub(crate) package: Vec<Arc<str>>,
    /// The span of the package clause.
    pub(crate) package_span: Span,
    /// The imports.
    pub(crate) imports: Vec<Import>,
    /// The rules. Each chained body is a rule of its own.
    pub(crate) rules: Vec<Rule>,
    /// All comments, for METADATA blocks.
    pub(crate) comments: Vec<crate::ast::Comment>,
}

impl Module {
    /// Returns `true` if the checks of version 1 apply: in that version, and in strict mode.
    pub(crate) fn is_strict(&self, strict_mode: bool) -> bool {
        strict_mode || self.version == RegoVersion::V1
    }
}

/// An import.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    /// The path with its root.
    pub(crate) path: Vec<Arc<str>>,
    /// The name after `as`.
    pub(crate) alias: Option<Arc<str>>,
    /// The span of the whole clause.
    pub(crate) span: Span,
}

/// A rule with its `else` branches.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// `true` if the rule begins with `default`.
    pub(crate) default: bool,
    /// The branches; the first is the rule itself.
    pub(crate) branches: Vec<Branch>,
    /// The span of the whole rule.
    pub(crate) span: Span,
}

/// A head with its body.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// The head.
    pub(crate) head: Head,
    /// The body; never empty.
    pub(crate) body: Body,
    /// The span of the rule or of the `else` branch.
    pub(crate) span: Span,
}

/// A head.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The name and operands; the name is a variable.
    pub(crate) reference: Vec<Term>,
    /// The parameters of a function.
    pub(crate) parameters: Vec<Term>,
    /// The member of a set.
    pub(crate) key: Option<Term>,
    /// The value, unless the rule is a set.
    pub(crate) value: Option<Term>,
    /// The span of the head.
    pub(crate) span: Span,
}

/// A conjunction.
pub(crate) type Body = Vec<Expr>;

/// One expression of a body.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "OPA's own flags of an expression")]
pub(crate) struct Expr {
    /// The content of the expression.
    pub(crate) kind: ExprKind,
    /// `true` if `not` precedes the expression.
    pub(crate) negated: bool,
    /// `true` if a stage generated the expression.
    pub(crate) generated: bool,
    /// `true` for an equation that was written with `:=`.
    pub(crate) assigned: bool,
    /// `true` if the negated body is written without braces, so that it binds nothing itself.
    pub(crate) implicit: bool,
    /// The `with` modifiers.
    pub(crate) with: Vec<With>,
    /// The span of the expression.
    pub(crate) span: Span,
}

/// The content of an expression.
#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    /// A term.
    Term(Term),
    /// A call: the operator, then its operands.
    Call(Vec<Term>),
    /// `some x, y`
    Some(Vec<Var>),
    /// `some key, value in collection`
    SomeIn(Box<SomeIn>),
    /// `every`
    Every(Box<Every>),
    /// `not { … }`, and every `not` of a module that negates bodies.
    Not(Body),
}

/// `some key, value in collection`
#[derive(Clone, Debug)]
pub(crate) struct SomeIn {
    /// The key's pattern.
    pub(crate) key: Option<Term>,
    /// The value's pattern.
    pub(crate) value: Term,
    /// The collection whose members are matched.
    pub(crate) collection: Term,
}

/// `every key, value in domain { … }`
#[derive(Clone, Debug)]
pub(crate) struct Every {
    /// The key, a variable, if the source names one.
    pub(crate) key: Option<Term>,
    /// The value, a variable.
    pub(crate) value: Term,
    /// The collection whose members are tested.
    pub(crate) domain: Term,
    /// The condition that must hold for each member.
    pub(crate) body: Body,
}

/// `with target as value`
#[derive(Clone, Debug)]
pub(crate) struct With {
    /// The replaced input, document or function.
    pub(crate) target: Term,
    /// The replacement.
    pub(crate) value: Term,
    /// The span of the modifier.
    pub(crate) span: Span,
}

/// A term with its span.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// The kind of the term.
    pub(crate) kind: TermKind,
    /// The span of the term.
    pub(crate) span: Span,
}

/// The kind of a term.
#[derive(Clone, Debug)]
pub(crate) enum TermKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// The text of a number.
    Number(Arc<str>),
    /// A string.
    String(Arc<str>),
    /// A variable.
    Var(Var),
    /// A reference: its head, then its operands.
    Ref(Vec<Term>),
    /// A call as a value: the operator, then its operands.
    Call(Vec<Term>),
    /// An array.
    Array(Vec<Term>),
    /// An object.
    Object(Vec<(Term, Term)>),
    /// A set.
    Set(Vec<Term>),
    /// A comprehension.
    Comprehension(Box<Comprehension>),
    /// A template string.
    Template(Vec<Part>),
}

/// The kind of collection that a comprehension builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `[value | body]`
    Array,
    /// `{value | body}`
    Set,
    /// `{key: value | body}`
    Object,
}

/// A comprehension.
#[derive(Clone, Debug)]
pub(crate) struct Comprehension {
    /// The kind of collection.
    pub(crate) shape: Shape,
    /// The key of an object.
    pub(crate) key: Option<Term>,
    /// The value.
    pub(crate) value: Term,
    /// The condition; each of its solutions adds a value or a pair.
    pub(crate) body: Body,
}

/// A piece of a template string.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// Text, as a string term.
    Text(Term),
    /// An expression.
    Expr(Expr),
}

impl Term {
    /// Returns a term of `kind` at `span`.
    pub(crate) fn new(kind: TermKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// Returns the variable `var` at `span`.
    pub(crate) fn var(var: Var, span: Span) -> Self {
        Self::new(TermKind::Var(var), span)
    }

    /// Returns the string `text` at `span`.
    pub(crate) fn string(text: &Arc<str>, span: Span) -> Self {
        Self::new(TermKind::String(Arc::clone(text)), span)
    }

    /// Returns the operator named `name`: a reference of one variable.
    pub(crate) fn operator(name: Var, span: Span) -> Self {
        Self::new(TermKind::Ref(vec![Term::var(name, span)]), span)
    }

    /// Returns the variable, if the term is one.
    pub(crate) fn as_var(&self) -> Option<Var> {
        match self.kind {
            TermKind::Var(var) => Some(var),
            _ => None,
        }
    }

    /// Returns the terms of the reference, if the term is one.
    pub(crate) fn as_reference(&self) -> Option<&[Term]> {
        match &self.kind {
            TermKind::Ref(terms) => Some(terms),
            _ => None,
        }
    }

    /// Returns `input` or `data`, if the term is one of them without operands.
    pub(crate) fn as_root_document(&self) -> Option<Var> {
        match self.as_reference()? {
            [head] => head.as_var().filter(|&var| var == INPUT || var == DATA),
            _ => None,
        }
    }

    /// Returns `true` if the term is null, a boolean, a number or a string.
    pub(crate) fn is_scalar(&self) -> bool {
        matches!(
            self.kind,
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_)
        )
    }

    /// Returns `true` if no part of the term must be evaluated.
    pub(crate) fn is_constant(&self) -> bool {
        match &self.kind {
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => true,
            TermKind::Array(terms) | TermKind::Set(terms) => terms.iter().all(Term::is_constant),
            TermKind::Object(pairs) => {
                pairs.iter().all(|(key, value)| key.is_constant() && value.is_constant())
            }
            TermKind::Var(_)
            | TermKind::Ref(_)
            | TermKind::Call(_)
            | TermKind::Comprehension(_)
            | TermKind::Template(_) => false,
        }
    }
}

impl Expr {
    /// Returns an expression without modifiers or flags.
    pub(crate) fn new(kind: ExprKind, span: Span) -> Self {
        Self {
            kind,
            negated: false,
            generated: false,
            assigned: false,
            implicit: false,
            with: Vec::new(),
            span,
        }
    }

    /// Returns the expression `true`.
    pub(crate) fn truth(span: Span) -> Self {
        Self::new(ExprKind::Term(Term::new(TermKind::Bool(true), span)), span)
    }

    /// Returns the operator and operands, if the expression is a call.
    pub(crate) fn as_call(&self) -> Option<&[Term]> {
        match &self.kind {
            ExprKind::Call(terms) => Some(terms),
            _ => None,
        }
    }

    /// Returns `true` if the expression is a call of the operator named `name`.
    pub(crate) fn calls(&self, name: Var) -> bool {
        let operator = self.as_call().and_then(<[Term]>::first).and_then(Term::as_reference);
        matches!(operator, Some([head]) if head.as_var() == Some(name))
    }

    /// Returns the two operands, if the expression is a call of `name` with two operands.
    pub(crate) fn operands_of(&self, name: Var) -> Option<(&Term, &Term)> {
        match self.as_call() {
            Some([_, left, right]) if self.calls(name) => Some((left, right)),
            _ => None,
        }
    }
}

impl Head {
    /// Returns `true` if the head may hold variables.
    pub(crate) fn may_have_variables(&self) -> bool {
        let operands = self.reference.iter().skip(1);
        !self
            .parameters
            .iter()
            .chain(&self.key)
            .chain(&self.value)
            .chain(operands)
            .all(Term::is_scalar)
    }

    /// Returns the constant operands after the name, up to the first operand that is not constant.
    pub(crate) fn ground_operands(&self) -> &[Term] {
        let operands = self.reference.get(1..).unwrap_or_default();
        let ground = operands.iter().take_while(|term| term.is_constant()).count();
        &operands[..ground]
    }

    /// Returns `true` if all operands are constant.
    pub(crate) fn is_ground(&self) -> bool {
        self.ground_operands().len() + 1 == self.reference.len()
    }

    /// Returns `true` if the rule has one value at each path, and is not a set.
    pub(crate) fn is_single_value(&self) -> bool {
        self.value.is_some()
    }
}
