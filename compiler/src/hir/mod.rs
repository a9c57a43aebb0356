//! The analysed program: names resolved, calls flat, bodies in a safe order.
//!
//! `analyze` makes it from the syntax trees and `plan` lowers it. It keeps to what OPA's compiler
//! arrives at (`ast/compile.go`), because the order and the flattening decide the answer: an
//! operand of a negated call is a literal of its own *before* the `not`, so when it is undefined
//! the body is, whatever the `not` would say.
//!
//! Invariants, which [`verify`] checks:
//! - a [`Literal`]'s variables are bound by the parameters or by literals before it, or are bound
//!   by the literal itself (an [`LiteralKind::Unify`], an output of a call, an iterated
//!   reference);
//! - call arguments, reference operands and the parts of composites hold no references, calls or
//!   comprehensions: those are bound to generated variables by literals before;
//! - [`Branch::keys`] and [`Branch::head`] hold no references, calls or
//!   comprehensions either.

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

/// Index of a variable in its [`Branch::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

/// A place in the tree of virtual documents.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The rule at this path. A node with a rule has no children: OPA hoists the rules below a
    /// rule with a dynamic reference head into it, and ground heads (`a.b.c := 1`) are nodes.
    pub rule: Option<RuleId>,
    /// What lies below.
    pub children: BTreeMap<Arc<str>, Node>,
}

/// All definitions at one path.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The path below `data`: package and ground part of the head.
    pub path: Vec<Arc<str>>,
    /// What the rule makes.
    pub kind: RuleKind,
    /// The definitions in source order, without the default.
    pub clauses: Vec<Clause>,
    /// The default's value, which holds no variables (comprehensions are allowed), with its own
    /// body for hoisted parts.
    pub default: Option<Branch>,
    /// The first definition's head.
    pub span: Span,
}

/// What a rule makes.
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
    /// An object, perhaps of many levels: every branch has one key or more, or none where it
    /// gives (part of) the whole object's place itself.
    PartialObject,
}

/// One definition: its first branch, then its `else` branches.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The branches in order: the first that is defined gives the value.
    pub branches: Vec<Branch>,
    /// The definition's place, with its bodies.
    pub span: Span,
}

/// A head with its body: a scope of variables.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The scope's variables, those of nested bodies included.
    pub variables: Vec<Variable>,
    /// A function's parameters: patterns of constants, variables and composites of them.
    pub parameters: Vec<Term>,
    /// The dynamic part of a reference head: constants and variables.
    pub keys: Vec<Term>,
    /// What the branch gives.
    pub head: Head,
    /// The literals in a safe order. Empty is true.
    pub body: Body,
    /// The head's place (for an `else`, the branch's).
    pub span: Span,
}

/// What a branch gives.
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
    /// The name in the source; for a generated one a hint of what it holds, such as the last
    /// field of the reference (`namespace`) or the function's name.
    pub name: Arc<str>,
    /// Whether the compiler made it.
    pub generated: bool,
    /// Where it is first written.
    pub span: Span,
}

/// A conjunction.
pub type Body = Vec<Literal>;

/// One flat expression.
#[derive(Clone, Debug)]
pub struct Literal {
    /// What it says.
    pub kind: LiteralKind,
    /// Modifiers: in force for this literal alone.
    pub with: Vec<With>,
    /// The place of the literal it comes from.
    pub span: Span,
}

/// What a literal says.
#[derive(Clone, Debug)]
pub enum LiteralKind {
    /// The term is defined and not false. A reference may bind variables in its operands.
    Test(Term),
    /// The terms are equal; binds variables on either side. `:=`, `=` and `==` all come here.
    Unify(Term, Term),
    /// A call. Without `output` the result must be defined and not false; with it the result is
    /// unified with it.
    Call {
        /// What is called.
        callee: Callee,
        /// Arguments: all bound before.
        arguments: Vec<Term>,
        /// What the result is unified with.
        output: Option<Term>,
    },
    /// `not`: binds nothing outside. The literal's `with` holds for the whole inner body. One
    /// literal without a `with`, unless the module negates bodies
    /// ([`Module::negates_bodies`](crate::ast::Module::negates_bodies)).
    Not(Body),
    /// `not { … }`, `and`, `or` and every `not` of a module whose negations have bodies. OPA does
    /// not check the types of what is inside.
    NotBody(Body),
    /// `every`.
    Every {
        /// The key's variable.
        key: Option<VarId>,
        /// The value's variable.
        value: VarId,
        /// What is searched: a variable or constant.
        domain: Term,
        /// What must hold.
        body: Body,
    },
}

/// What a call calls.
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
    /// What is replaced.
    pub target: WithTarget,
    /// By what.
    pub value: WithValue,
    /// The modifier's place.
    pub span: Span,
}

/// What a `with` replaces.
#[derive(Clone, Debug)]
pub enum WithTarget {
    /// `input` or a path in it.
    Input(Vec<Arc<str>>),
    /// `data` or a path in it: base documents, rules and packages.
    Data(Vec<Arc<str>>),
    /// A function of the program or a builtin.
    Function(Callee),
}

/// What a `with` puts in place.
#[derive(Clone, Debug)]
pub enum WithValue {
    /// A value: a constant, a bound variable or a composite of them. For a function: what every
    /// call gives.
    Value(Term),
    /// For a function: the function called in its stead, of the same arity.
    Function(Callee),
}

/// A term.
#[derive(Clone, Debug)]
pub enum Term {
    /// A constant, composites of constants included.
    Constant(Constant),
    /// A variable.
    Var(VarId),
    /// A reference: at least one operand, or none for the whole of `input` or `data`.
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// An object, in source order; of equal keys the last counts.
    Object(Vec<(Constant, Constant)>),
    /// A set, in source order.
    Set(Vec<Constant>),
}

/// A reference.
#[derive(Clone, Debug)]
pub struct Ref {
    /// Where it starts.
    pub root: Root,
    /// Its operands: constants, variables, and composites of them. A variable that is not bound
    /// yet iterates and is bound.
    pub operands: Vec<Term>,
    /// Its place.
    pub span: Span,
}

/// Where a reference starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// `input`
    Input,
    /// `data`, base and virtual.
    Data,
    /// A bound variable.
    Var(VarId),
}

/// `[value | body]`, `{value | body}`. `value` is a variable, constant or composite of them.
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// What is collected.
    pub value: Term,
    /// For which bindings.
    pub body: Body,
    /// Its place.
    pub span: Span,
}

/// `{key: value | body}`.
#[derive(Clone, Debug)]
pub struct ObjectComprehension {
    /// The key collected.
    pub key: Term,
    /// The value collected.
    pub value: Term,
    /// For which bindings.
    pub body: Body,
    /// Its place.
    pub span: Span,
}

impl Program {
    /// The rule `id`.
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }

    /// Walks the tree along the constant string operands of a `data` reference: the last node
    /// reached and the number of operands consumed. It stops at a rule, at an operand that is no
    /// constant string, and where the tree ends.
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
