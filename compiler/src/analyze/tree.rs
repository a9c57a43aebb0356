//! The tree that the stages rewrite.
//!
//! It has the shape of OPA's own syntax tree after parsing (`ast/policy.go`): operators are calls,
//! `input` and `data` are references even alone, a call that is a whole literal is a call
//! expression, and an `else` is a rule beside the one it follows. The stages can then follow
//! `ast/compile.go` step by step.

use std::sync::Arc;

use super::symbols::{DATA, INPUT, Var};
use crate::source::{RegoVersion, Span};

/// One module.
#[derive(Clone, Debug)]
pub(super) struct Module {
    /// The name by which messages call it.
    pub(super) name: Arc<str>,
    /// The version whose rules hold.
    pub(super) version: RegoVersion,
    /// The package's path without `data`.
    pub(super) package: Vec<Arc<str>>,
    /// The package clause.
    pub(super) package_span: Span,
    /// The imports.
    pub(super) imports: Vec<Import>,
    /// The rules, chained bodies apart.
    pub(super) rules: Vec<Rule>,
    /// All comments, for METADATA blocks.
    pub(super) comments: Vec<crate::ast::Comment>,
}

/// An import.
#[derive(Clone, Debug)]
pub(super) struct Import {
    /// The path with its root.
    pub(super) path: Vec<Arc<str>>,
    /// The name after `as`.
    pub(super) alias: Option<Arc<str>>,
    /// The whole clause.
    pub(super) span: Span,
}

/// A rule with its `else` branches.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Whether `default` stands in front.
    pub(super) default: bool,
    /// The branches; the first is the rule itself.
    pub(super) branches: Vec<Branch>,
    /// The whole rule.
    pub(super) span: Span,
}

/// A head with its body.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    /// The head.
    pub(super) head: Head,
    /// The body; never empty.
    pub(super) body: Body,
    /// The rule's or the `else` branch's place.
    pub(super) span: Span,
}

/// A head.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Name and operands; the name is a variable.
    pub(super) reference: Vec<Term>,
    /// A function's parameters.
    pub(super) parameters: Vec<Term>,
    /// A set's member.
    pub(super) key: Option<Term>,
    /// The value, for what is no set.
    pub(super) value: Option<Term>,
    /// The head's place.
    pub(super) span: Span,
}

/// A conjunction.
pub(super) type Body = Vec<Expr>;

/// One expression of a body.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "OPA's own flags of an expression")]
pub(super) struct Expr {
    /// What it says.
    pub(super) kind: ExprKind,
    /// Whether `not` stands before it.
    pub(super) negated: bool,
    /// Whether a stage made it.
    pub(super) generated: bool,
    /// `true` for an equation that was written with `:=`.
    pub(super) assigned: bool,
    /// Whether its negated body is written without braces: then the body binds nothing itself.
    pub(super) implicit: bool,
    /// Its modifiers.
    pub(super) with: Vec<With>,
    /// Its place.
    pub(super) span: Span,
}

/// What an expression says.
#[derive(Clone, Debug)]
pub(super) enum ExprKind {
    /// A term.
    Term(Term),
    /// A call: operator and operands.
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
pub(super) struct SomeIn {
    /// The key's pattern.
    pub(super) key: Option<Term>,
    /// The value's pattern.
    pub(super) value: Term,
    /// What is searched.
    pub(super) collection: Term,
}

/// `every key, value in domain { … }`
#[derive(Clone, Debug)]
pub(super) struct Every {
    /// The key, a variable; whether the source names it.
    pub(super) key: Option<Term>,
    /// The value, a variable.
    pub(super) value: Term,
    /// What is searched.
    pub(super) domain: Term,
    /// What must hold.
    pub(super) body: Body,
}

/// `with target as value`
#[derive(Clone, Debug)]
pub(super) struct With {
    /// What is replaced.
    pub(super) target: Term,
    /// By what.
    pub(super) value: Term,
    /// The modifier.
    pub(super) span: Span,
}

/// A term with its place.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// What it is.
    pub(super) kind: TermKind,
    /// Its place.
    pub(super) span: Span,
}

/// What a term is.
#[derive(Clone, Debug)]
pub(super) enum TermKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number's text.
    Number(Arc<str>),
    /// A string.
    String(Arc<str>),
    /// A variable.
    Var(Var),
    /// A reference: what it starts from, then its operands.
    Ref(Vec<Term>),
    /// A call as a value: operator and operands.
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

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[value | body]`
    Array,
    /// `{value | body}`
    Set,
    /// `{key: value | body}`
    Object,
}

/// A comprehension.
#[derive(Clone, Debug)]
pub(super) struct Comprehension {
    /// What it makes.
    pub(super) shape: Shape,
    /// An object's key.
    pub(super) key: Option<Term>,
    /// The value.
    pub(super) value: Term,
    /// For which bindings.
    pub(super) body: Body,
}

/// A piece of a template string.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// Text, as a string term.
    Text(Term),
    /// An expression.
    Expr(Expr),
}

impl Term {
    /// A term of `kind` at `span`.
    pub(super) fn new(kind: TermKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The variable `var` at `span`.
    pub(super) fn var(var: Var, span: Span) -> Self {
        Self::new(TermKind::Var(var), span)
    }

    /// The string `text` at `span`.
    pub(super) fn string(text: &Arc<str>, span: Span) -> Self {
        Self::new(TermKind::String(Arc::clone(text)), span)
    }

    /// The operator named `name`: a reference of one variable.
    pub(super) fn operator(name: Var, span: Span) -> Self {
        Self::new(TermKind::Ref(vec![Term::var(name, span)]), span)
    }

    /// The variable, if the term is one.
    pub(super) fn as_var(&self) -> Option<Var> {
        match self.kind {
            TermKind::Var(var) => Some(var),
            _ => None,
        }
    }

    /// The terms of the reference, if the term is one.
    pub(super) fn as_reference(&self) -> Option<&[Term]> {
        match &self.kind {
            TermKind::Ref(terms) => Some(terms),
            _ => None,
        }
    }

    /// `input` or `data`, if the term is no more than that.
    pub(super) fn as_root_document(&self) -> Option<Var> {
        match self.as_reference()? {
            [head] => head.as_var().filter(|&var| var == INPUT || var == DATA),
            _ => None,
        }
    }

    /// Whether the term is null, a boolean, a number or a string.
    pub(super) fn is_scalar(&self) -> bool {
        matches!(
            self.kind,
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_)
        )
    }

    /// Whether the term holds nothing that must be evaluated.
    pub(super) fn is_constant(&self) -> bool {
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
    /// A plain expression.
    pub(super) fn new(kind: ExprKind, span: Span) -> Self {
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

    /// `true`
    pub(super) fn truth(span: Span) -> Self {
        Self::new(ExprKind::Term(Term::new(TermKind::Bool(true), span)), span)
    }

    /// The call's operator and operands, if the expression is one.
    pub(super) fn as_call(&self) -> Option<&[Term]> {
        match &self.kind {
            ExprKind::Call(terms) => Some(terms),
            _ => None,
        }
    }

    /// Whether the expression is a call of the operator named `name`.
    pub(super) fn calls(&self, name: Var) -> bool {
        let operator = self.as_call().and_then(<[Term]>::first).and_then(Term::as_reference);
        matches!(operator, Some([head]) if head.as_var() == Some(name))
    }

    /// The two operands, if the expression is a call of `name` with two.
    pub(super) fn operands_of(&self, name: Var) -> Option<(&Term, &Term)> {
        match self.as_call() {
            Some([_, left, right]) if self.calls(name) => Some((left, right)),
            _ => None,
        }
    }
}

impl Head {
    /// Whether the head may hold variables.
    pub(super) fn may_have_variables(&self) -> bool {
        let operands = self.reference.iter().skip(1);
        !self
            .parameters
            .iter()
            .chain(&self.key)
            .chain(&self.value)
            .chain(operands)
            .all(Term::is_scalar)
    }

    /// The operands after the name that are fixed: those before the first variable.
    pub(super) fn ground_operands(&self) -> &[Term] {
        let operands = self.reference.get(1..).unwrap_or_default();
        let ground = operands.iter().take_while(|term| term.is_constant()).count();
        &operands[..ground]
    }

    /// Whether no operand is a variable.
    pub(super) fn is_ground(&self) -> bool {
        self.ground_operands().len() + 1 == self.reference.len()
    }

    /// Whether the rule gives one value at each place (and no set).
    pub(super) fn is_single_value(&self) -> bool {
        self.value.is_some()
    }
}
