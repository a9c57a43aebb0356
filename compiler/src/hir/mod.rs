//! The analyzed program: names resolved, calls flat, bodies in a safe order.
//!
//! `analyze` builds it from the syntax trees, and `lower` turns it into the `ir`. It follows the
//! result of OPA's compiler (`ast/compile.go`), because order and flattening decide the answer. For
//! example, an operand of a negated call is a literal of its own *before* the `not`. If that
//! operand is undefined, the body is undefined, whatever the `not` would give.
//!
//! Invariants, which [`verify`] checks:
//! - a [`Literal`]'s variables are bound by the parameters, by literals before it, or by the
//!   literal itself (a [`LiteralKind::Unify`], a call's output, an iterated reference);
//! - call arguments, reference operands and the parts of composites hold no references, calls or
//!   comprehensions: literals before them bind those to generated variables;
//! - [`Branch::keys`] and [`Branch::head`] hold no references, calls or comprehensions either.

mod constant;
pub mod print;
pub mod verify;
pub mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_runtime::builtins::Builtin;

use crate::source::Span;

/// The whole program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// All rules; a [`RuleId`] is an index.
    pub rules: Vec<Rule>,
    /// The tree of packages and rules below `data`.
    pub tree: Node,
}

/// Index of a rule in [`Program::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub u32);

impl RuleId {
    /// Returns the rule at an index of [`Program::rules`].
    pub fn at(index: usize) -> Self {
        RuleId(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// Index of a variable in its [`Branch::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

/// A node in the tree of virtual documents.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The rule at this path. A node with a rule has no children: OPA moves the rules below a rule
    /// with a dynamic reference head into that rule. Ground heads (`a.b.c := 1`) are nodes.
    pub rule: Option<RuleId>,
    /// The nodes one path element further down.
    pub children: BTreeMap<Arc<str>, Node>,
}

/// All definitions at one path.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The path below `data`: package and ground part of the head.
    pub path: Vec<Arc<str>>,
    /// The kind of document that the rule defines.
    pub kind: RuleKind,
    /// The definitions in source order, without the default.
    pub clauses: Vec<Clause>,
    /// The default's value, which holds no variables except in comprehensions. The branch has its
    /// own body for hoisted parts.
    pub default: Option<Branch>,
    /// The span of the first definition's head.
    pub span: Span,
}

/// The kind of document that a rule defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// One value.
    Complete,
    /// One value for each tuple of arguments.
    Function {
        /// Number of arguments.
        arity: usize,
    },
    /// A set: every branch has no keys and is [`Head::Member`].
    PartialSet,
    /// An object of one or more levels. A branch has one key or more; a branch without keys gives
    /// the whole object or a part of it.
    PartialObject,
}

/// One definition: its first branch, then its `else` branches.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The branches in order: the first defined one gives the value.
    pub branches: Vec<Branch>,
    /// The span of the definition with its bodies.
    pub span: Span,
}

/// A head with its body: a scope of variables.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The scope's variables, including those of nested bodies.
    pub variables: Vec<Variable>,
    /// A function's parameters: patterns of constants, variables and composites of them.
    pub parameters: Vec<Term>,
    /// The dynamic part of a reference head: constants and variables.
    pub keys: Vec<Term>,
    /// The value or member that the branch gives.
    pub head: Head,
    /// The literals in a safe order. An empty body is true.
    pub body: Body,
    /// The span of the head, or of the whole branch for an `else`.
    pub span: Span,
}

/// The result of a branch.
#[derive(Clone, Debug)]
pub enum Head {
    /// A value.
    Value(Term),
    /// A member of a set.
    Member(Term),
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name in the source. A generated variable is named after its content, such as the last
    /// field of the reference (`namespace`) or the function's name.
    pub name: Arc<str>,
    /// `true` if the compiler generated the variable.
    pub generated: bool,
    /// The span of the first occurrence.
    pub span: Span,
}

/// A conjunction of literals.
pub type Body = Vec<Literal>;

/// One flat expression.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The expression.
    pub kind: LiteralKind,
    /// The `with` modifiers, in force for this literal alone.
    pub with: Vec<With>,
    /// The span of the source literal.
    pub span: Span,
}

/// The expression of a literal.
#[derive(Clone, Debug)]
pub enum LiteralKind {
    /// The term is defined and not false. A reference may bind variables in its operands.
    Test(Term),
    /// The terms are equal; variables on either side are bound. `:=`, `=` and `==` all become this
    /// kind.
    Unify(Term, Term),
    /// A call. Without `output`, the result must be defined and not false; with it, the result is
    /// unified with `output`.
    Call {
        /// The function or builtin.
        callee: Callee,
        /// The arguments; all are bound before the call.
        arguments: Vec<Term>,
        /// The term that the result is unified with.
        output: Option<Term>,
    },
    /// `not`, which binds nothing outside. The literal's `with` holds for the whole inner body. The
    /// body is one literal without a `with`, unless the module negates bodies
    /// ([`Module::negates_bodies`](crate::ast::Module::negates_bodies)).
    Not(Body),
    /// `not { … }`, `and`, `or`, and every `not` of a module whose negations have bodies. OPA does
    /// not check the types of their operands.
    NotBody(Body),
    /// `every`.
    Every {
        /// The key's variable.
        key: Option<VarId>,
        /// The value's variable.
        value: VarId,
        /// The collection: a variable or constant.
        domain: Term,
        /// The condition that must hold for each member.
        body: Body,
    },
}

/// The target of a call.
#[derive(Clone, Copy)]
pub enum Callee {
    /// A builtin.
    Builtin(&'static Builtin),
    /// A function of the program.
    Function(RuleId),
}

impl std::fmt::Debug for Callee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Callee::Builtin(builtin) => write!(f, "builtin {}", builtin.name),
            Callee::Function(rule) => write!(f, "function {}", rule.0),
        }
    }
}

/// `with target as value`.
#[derive(Clone, Debug)]
pub struct With {
    /// The replaced input, document or function.
    pub target: WithTarget,
    /// The replacement.
    pub value: WithValue,
    /// The span of the modifier.
    pub span: Span,
}

/// The target of a `with`.
#[derive(Clone, Debug)]
pub enum WithTarget {
    /// `input` or a path in it.
    Input(Vec<Arc<str>>),
    /// `data` or a path in it: base documents, rules and packages.
    Data(Vec<Arc<str>>),
    /// A function of the program or a builtin.
    Function(Callee),
}

/// The replacement that a `with` puts in force.
#[derive(Clone, Debug)]
pub enum WithValue {
    /// A value: a constant, a bound variable or a composite of them. If the target is a function,
    /// every call gives this value.
    Value(Term),
    /// A function of equal arity that is called instead of the target, which is a function too.
    Function(Callee),
}

/// A term.
#[derive(Clone, Debug)]
pub enum Term {
    /// A constant, including a composite of constants.
    Constant(Constant),
    /// A variable.
    Var(VarId),
    /// A reference. It has at least one operand, except for the whole of `input` or `data`.
    Ref(Ref),
    /// An array with a variable somewhere in it.
    Array(Vec<Term>),
    /// An object with a variable somewhere in it.
    Object(Vec<(Term, Term)>),
    /// A set with a variable somewhere in it.
    Set(Vec<Term>),
    /// `[value | body]`
    ArrayComprehension(Box<Comprehension>),
    /// `{value | body}`
    SetComprehension(Box<Comprehension>),
    /// `{key: value | body}`
    ObjectComprehension(Box<ObjectComprehension>),
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number's text.
    Number(Arc<str>),
    /// A string.
    String(Arc<str>),
    /// An array.
    Array(Vec<Constant>),
    /// An object, in source order; the last of several equal keys counts.
    Object(Vec<(Constant, Constant)>),
    /// A set, in source order.
    Set(Vec<Constant>),
}

/// A reference.
#[derive(Clone, Debug)]
pub struct Ref {
    /// The document or variable that the operands look into.
    pub root: Root,
    /// The operands: constants, variables, and composites of them. An operand that is an unbound
    /// variable iterates and is bound.
    pub operands: Vec<Term>,
    /// The span of the reference.
    pub span: Span,
}

/// The root of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// `input`
    Input,
    /// `data`, base and virtual.
    Data,
    /// A bound variable.
    Var(VarId),
}

/// `[value | body]`, `{value | body}`. The value is a variable, a constant or a composite of them.
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// The collected value.
    pub value: Term,
    /// The condition; each of its solutions adds a value.
    pub body: Body,
    /// The span of the comprehension.
    pub span: Span,
}

/// `{key: value | body}`.
#[derive(Clone, Debug)]
pub struct ObjectComprehension {
    /// The collected key.
    pub key: Term,
    /// The collected value.
    pub value: Term,
    /// The condition; each of its solutions adds a pair.
    pub body: Body,
    /// The span of the comprehension.
    pub span: Span,
}

impl Program {
    /// Returns the rule `id`.
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }

    /// Walks the tree along the constant string operands of a `data` reference. Returns the last
    /// node reached and the number of operands consumed. The walk stops at a rule, at an operand
    /// that is not a constant string, and at the end of the tree.
    pub fn walk_tree(&self, operands: &[Term]) -> (&Node, usize) {
        let mut node = &self.tree;
        for (consumed, operand) in operands.iter().enumerate() {
            let child = match operand {
                Term::Constant(Constant::String(key)) if node.rule.is_none() => {
                    node.children.get(key)
                }
                _ => None,
            };
            let Some(child) = child else { return (node, consumed) };
            node = child;
        }
        (node, operands.len())
    }
}
