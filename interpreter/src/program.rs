//! The intermediate form of loaded modules: names are resolved, calls are flattened, and literals
//! are ordered so that every variable is bound before its use.
//!
//! It is OPA's own normal form (`ast/compile.go`), because the normal form decides answers. For
//! example, an operand of a negated call is a separate literal before the `not`.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_compiler::source::{Source, Span};
use ferrego_runtime::builtins::Builtin;

/// A variable, as an index into the bindings of its branch.
pub(crate) type Slot = usize;

/// The builtin that OPA's compiler translates `print` to.
pub(crate) const PRINT: &str = "internal.print";

/// An index into [`Program::groups`].
pub(crate) type GroupId = usize;

/// All loaded rules.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// The groups of rules that share a path.
    pub(crate) groups: Vec<Group>,
    /// The packages and rules below `data`.
    pub(crate) tree: Node,
    /// The sources, for places in errors.
    pub(crate) sources: Vec<Source>,
}

/// A node in the tree of virtual documents.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) group: Option<GroupId>,
    pub(crate) children: BTreeMap<Key, Node>,
}

/// A step of a path in the tree: a scalar that can occur in a rule's head.
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
    /// The path below `data`.
    pub(crate) path: Vec<Key>,
    pub(crate) kind: GroupKind,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) default: Option<Branch>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKind {
    /// A complete rule, with one value.
    Complete,
    /// A function, with a value for each tuple of arguments.
    Function { arity: usize },
    /// A partial set.
    Set,
    /// A partial object, with values or sets under the keys of the heads.
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
    pub(crate) variables: Vec<Variable>,
    pub(crate) parameters: Vec<Term>,
    /// The head's full reference below `data`, including the package.
    pub(crate) reference: Vec<Term>,
    pub(crate) head: Head,
    pub(crate) body: Vec<Literal>,
    /// The conditions that must hold for the body to be evaluated.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) span: Span,
    /// The span of the text before the body.
    pub(crate) title: Span,
    /// The span of the definition, which an `else` is a branch of.
    pub(crate) definition: Span,
}

/// A variable of a branch. Its slot is its index.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// The name in the source, or `_` if it has none.
    pub(crate) name: Arc<str>,
    /// The term whose value a variable without a name has.
    pub(crate) term: Option<Span>,
}

/// A condition on a base document or an argument, stated by a literal of the body.
///
/// OPA's rule index tests all conditions of a rule before it evaluates the body. The order is
/// observable if an earlier literal of the body would stop the query.
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
    /// An array of this length with these scalars. `None` matches any element.
    Array(Vec<Option<Key>>),
}

#[derive(Debug)]
pub(crate) enum Head {
    Value(Term),
    Member(Term),
}

/// A literal of a body, with its `with` modifiers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Literal {
    pub(crate) kind: LiteralKind,
    /// `true` for a unification that was written with `:=`.
    pub(crate) assigned: bool,
    pub(crate) with: Vec<With>,
    pub(crate) span: Span,
    /// The literal of the source that this literal is a part of.
    pub(crate) statement: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LiteralKind {
    /// A term that must be defined and not false.
    Term(Term),
    /// A unification: `=` or `:=`.
    Unify(Term, Term),
    /// A comparison with `==`: a unification that binds no variables itself.
    Equal(Term, Term),
    Call(Call),
    Not(Box<LiteralKind>),
    /// A negated body: `not { … }`.
    NotBody(Vec<Literal>),
    Every(Box<Every>),
}

/// A call, which is always a separate literal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) callee: Callee,
    pub(crate) arguments: Vec<Term>,
    /// The term that the result is unified with. Without it, the result must not be false.
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

/// The result of a comprehension.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ComprehensionResult {
    Array(Term),
    Set(Term),
    Object(Term, Term),
}

impl Variable {
    /// Returns `true` if the source names the variable.
    pub(crate) fn is_named(&self) -> bool {
        &*self.name != "_"
    }
}

impl Literal {
    /// Builds a literal without modifiers, which is a whole literal of the source.
    pub(crate) fn new(kind: LiteralKind, span: Span) -> Self {
        Self { kind, assigned: false, with: Vec::new(), span, statement: span }
    }
}

impl Term {
    /// Returns `true` if the term contains a reference or a comprehension, so that its value needs
    /// evaluation (`requiresEval` of OPA's compiler).
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

    /// Returns `true` if the term is a constant.
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
    /// Returns the full path, such as `data.pkg.rule`.
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
    /// Returns the group of the rule at `path` below `data`.
    pub(crate) fn group_at(&self, path: &[&str]) -> Option<GroupId> {
        let mut node = &self.tree;
        for name in path {
            node = node.children.get(&Key::String((*name).into()))?;
        }
        node.group
    }

    /// Returns the file, the line and the column of a span, in the YAML if the source comes from one.
    pub(crate) fn place(&self, span: Span) -> (String, (u32, u32)) {
        let Some(source) = usize::try_from(span.source.0).ok().and_then(|id| self.sources.get(id))
        else {
            return (String::new(), (0, 0));
        };
        let place = source.place(span);
        (place.name.to_owned(), place.line_column())
    }
}
