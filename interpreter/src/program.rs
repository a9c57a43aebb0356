//! What the loaded modules become: bodies with names resolved, calls taken apart and literals in
//! an order that binds every variable before its use.
//!
//! It is OPA's own normal form (`ast/compile.go`), because that decides answers: an operand of a
//! negated call stands before the `not` as a literal of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_compiler::source::Span;
use ferrego_runtime::builtins::Builtin;

/// A variable: its index in the bindings of its branch.
pub(crate) type Slot = usize;

/// Index of a [`Group`] in [`Program::groups`].
pub(crate) type GroupId = usize;

/// All loaded rules.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// Rules that share a path.
    pub(crate) groups: Vec<Group>,
    /// Packages and rules below `data`.
    pub(crate) tree: Node,
    /// Names of the sources and their texts, for places in errors.
    pub(crate) sources: Vec<SourceText>,
}

/// A source as far as errors need it.
#[derive(Debug)]
pub(crate) struct SourceText {
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
}

/// A place in the tree of virtual documents.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) group: Option<GroupId>,
    pub(crate) children: BTreeMap<Key, Node>,
}

/// A step of a path in the tree: the scalars that can stand in a rule's head.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Null,
    Bool(bool),
    Number(Arc<str>),
    String(Arc<str>),
}

/// The definitions whose heads share their constant beginning.
#[derive(Debug)]
pub(crate) struct Group {
    /// Path below `data`.
    pub(crate) path: Vec<Key>,
    pub(crate) kind: GroupKind,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) default: Option<Branch>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKind {
    /// One value.
    Complete,
    /// A value for each tuple of arguments.
    Function { arity: usize },
    /// A set.
    Set,
    /// An object of values or sets under keys of the heads.
    Object,
}

/// A rule with its `else` branches, in order.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) branches: Vec<Branch>,
}

/// A head with its body.
#[derive(Debug)]
pub(crate) struct Branch {
    /// How many variables it binds.
    pub(crate) slots: usize,
    pub(crate) parameters: Vec<Term>,
    /// The head's reference below `data`, package included.
    pub(crate) reference: Vec<Term>,
    pub(crate) head: Head,
    pub(crate) body: Vec<Literal>,
    /// What must hold for the body to be tried at all.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) span: Span,
}

/// A condition on a base document or argument that a literal of the body states. OPA's rule index
/// tests all of a rule's conditions before it evaluates anything, which shows where what comes
/// first in the body would stop the query.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) subject: Subject,
    pub(crate) expected: Expected,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subject {
    Input(Vec<Key>),
    Data(Vec<Key>),
    Argument(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expected {
    Defined,
    Scalar(Key),
    /// An array of this length with these scalars; `None` is anything.
    Array(Vec<Option<Key>>),
}

#[derive(Debug)]
pub(crate) enum Head {
    Value(Term),
    Member(Term),
}

/// A step of a body with its `with` modifiers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Literal {
    pub(crate) kind: LiteralKind,
    /// `true` for a unification that was written with `:=`.
    pub(crate) assigned: bool,
    pub(crate) with: Vec<With>,
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LiteralKind {
    /// Defined and not false.
    Term(Term),
    /// `=` and `:=`.
    Unify(Term, Term),
    /// `==`: unification of what other literals bind.
    Equal(Term, Term),
    Call(Call),
    Not(Box<LiteralKind>),
    /// `not { … }`
    NotBody(Vec<Literal>),
    Every(Box<Every>),
}

/// A call as a literal of its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) callee: Callee,
    pub(crate) arguments: Vec<Term>,
    /// What the result is unified with; without it the result must not be false.
    pub(crate) output: Option<Term>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Callee {
    Builtin(&'static Builtin),
    Function(GroupId),
}

impl PartialEq for Callee {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Callee::Builtin(a), Callee::Builtin(b)) => a.name == b.name,
            (Callee::Function(a), Callee::Function(b)) => a == b,
            _ => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Every {
    pub(crate) key: Option<Slot>,
    pub(crate) value: Slot,
    pub(crate) domain: Term,
    pub(crate) body: Vec<Literal>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct With {
    pub(crate) target: WithTarget,
    pub(crate) value: WithValue,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum WithTarget {
    Input(Vec<Arc<str>>),
    Data(Vec<Arc<str>>),
    Function(Callee),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum WithValue {
    Term(Term),
    Function(Callee),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Null,
    Bool(bool),
    Number(Arc<str>),
    String(Arc<str>),
    Var(Slot),
    Ref(Ref),
    Array(Vec<Term>),
    Object(Vec<(Term, Term)>),
    Set(Vec<Term>),
    Comprehension(Box<Comprehension>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ref {
    pub(crate) root: Root,
    pub(crate) operands: Vec<Term>,
    pub(crate) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Input,
    Data,
    Var(Slot),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comprehension {
    pub(crate) result: ComprehensionResult,
    pub(crate) body: Vec<Literal>,
    pub(crate) span: Span,
}

/// What a comprehension collects.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ComprehensionResult {
    Array(Term),
    Set(Term),
    Object(Term, Term),
}

impl Literal {
    /// A literal without modifiers.
    pub(crate) fn new(kind: LiteralKind, span: Span) -> Self {
        Self { kind, assigned: false, with: Vec::new(), span }
    }
}

impl Term {
    /// Whether the term holds a reference or a comprehension, so that its value must be looked
    /// for instead of put together (`requiresEval` of OPA's compiler).
    pub(crate) fn needs_evaluation(&self) -> bool {
        match self {
            Term::Ref(_) | Term::Comprehension(_) => true,
            Term::Array(items) | Term::Set(items) => items.iter().any(Term::needs_evaluation),
            Term::Object(pairs) => {
                pairs.iter().any(|(key, value)| key.needs_evaluation() || value.needs_evaluation())
            }
            _ => false,
        }
    }

    /// Whether the term is a constant.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            Term::Var(_) | Term::Ref(_) | Term::Comprehension(_) => false,
            Term::Array(items) | Term::Set(items) => items.iter().all(Term::is_constant),
            Term::Object(pairs) => {
                pairs.iter().all(|(key, value)| key.is_constant() && value.is_constant())
            }
            _ => true,
        }
    }
}

impl Group {
    /// Full path, `data.pkg.rule`.
    pub(crate) fn name(&self) -> String {
        let mut name = String::from("data");
        for key in &self.path {
            name.push('.');
            match key {
                Key::Null => name.push_str("null"),
                Key::Bool(value) => name.push_str(if *value { "true" } else { "false" }),
                Key::Number(text) | Key::String(text) => name.push_str(text),
            }
        }
        name
    }
}

impl Program {
    /// Source name and line of a place.
    pub(crate) fn place(&self, span: Span) -> (String, u32) {
        let Some(source) = usize::try_from(span.source.0).ok().and_then(|id| self.sources.get(id))
        else {
            return (String::new(), 0);
        };
        let (line, _) = ferrego_compiler::source::line_column(&source.text, span.start as usize);
        (source.name.to_string(), line)
    }
}
