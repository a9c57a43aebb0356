//! The facts about functions that decide whether a call can run in a region, and whether it pays.

use ferrego_runtime::builtins::Builtin;

use crate::ir::{
    Callee, Expr, FunctionId, LocalId, Program, Statement, depth,
    visit::{Visitor, descend},
};
use crate::passes::regions::kinds::{Kind, Kinds};
use crate::passes::regions::large::{Members, SmallRules};

/// The memory that an evaluation takes besides the values that it reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Growth {
    /// None.
    #[default]
    None,
    /// As much as the policy's text says, or as short strings have: literals.
    Constant,
    /// As much as its operands have: the results of builtins, and the values of loops over operands.
    Operands,
    /// Any amount: the values of loops over the input.
    Any,
}

/// The facts about one function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// The kind of its values.
    pub(super) kind: Kind,
    /// The memory that a call takes.
    pub(super) growth: Growth,
    /// `true` if a call needs the memo cells or the hash indexes, which a region does not have.
    pub(super) stays_outside: bool,
}

impl Facts {
    /// The facts of a function that must not be called in a region.
    const OUTSIDE: Self = Self { kind: Kind::Other, growth: Growth::Any, stays_outside: true };

    /// Returns `true` if a call takes memory.
    pub(super) fn allocates(self) -> bool {
        self.growth != Growth::None
    }
}

/// Returns the facts about the functions of `program`.
pub(super) fn of(program: &Program, small: &SmallRules) -> Vec<Facts> {
    let mut known = Known { program, small, facts: vec![None; program.functions.len()] };
    for id in depth::callees_first(program) {
        known.of(id);
    }
    (0..).zip(&program.functions).map(|(id, _)| known.of(FunctionId(id))).collect()
}

/// Facts that are computed on first use.
struct Known<'p> {
    program: &'p Program,
    small: &'p SmallRules,
    facts: Vec<Option<Facts>>,
}

impl Known<'_> {
    fn of(&mut self, id: FunctionId) -> Facts {
        let index = id.0 as usize;
        if let Some(known) = self.facts[index] {
            return known;
        }
        // Rules are not recursive; a recursive one would stay outside.
        self.facts[index] = Some(Facts::OUTSIDE);
        let function = self.program.function(id);
        let (_, kind) = Kinds::of(function, &mut |callee| self.of(callee).kind);
        let of_policy = Members::of_policy(&function.body, self.small);
        let members = of_policy.with(&function.body, function.parameters.iter().copied());
        let mut body = Body {
            known: self,
            members,
            loops: 0,
            large_loops: 0,
            growth: Growth::None,
            stays_outside: false,
        };
        body.block(&function.body);
        let Body { growth, stays_outside, .. } = body;
        let facts = Facts { kind, growth, stays_outside };
        self.facts[index] = Some(facts);
        facts
    }
}

/// The facts that the visited part of a body shows.
struct Body<'k, 'p> {
    known: &'k mut Known<'p>,
    members: Members<'k>,
    /// The number of enclosing loops.
    loops: usize,
    /// The number of enclosing loops over values that may be as large as the input.
    large_loops: usize,
    growth: Growth,
    stays_outside: bool,
}

impl Body<'_, '_> {
    /// Records that a value is built.
    fn builds(&mut self, growth: Growth) {
        let growth = match growth {
            _ if self.large_loops > 0 => Growth::Any,
            Growth::Constant if self.loops > 0 => Growth::Operands,
            growth => growth,
        };
        self.growth = self.growth.max(growth);
    }

    /// Records that the result of operands is built.
    fn builds_of(&mut self, is_large: bool) {
        self.builds(if is_large { Growth::Any } else { Growth::Operands });
    }

    fn calls(&mut self, id: FunctionId, arguments: &[Expr]) {
        let function = self.known.program.function(id);
        if function.memo.is_some() {
            self.stays_outside = true;
            return;
        }
        let facts = self.known.of(id);
        self.stays_outside |= facts.stays_outside;
        match facts.growth {
            Growth::Operands => self.builds_of(self.members.any_is_large(arguments)),
            growth if facts.allocates() => self.builds(growth),
            _ => {}
        }
    }
}

impl Visitor for Body<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Each { lookup, .. } => self.stays_outside |= lookup.is_some(),
            Statement::With { .. } => self.growth = Growth::Any,
            Statement::Rows { function, arguments, .. } => {
                self.calls(*function, arguments);
                self.growth = Growth::Any;
            }
            Statement::Collect { body, .. } if self.members.has_large_loop(body) => {
                self.growth = Growth::Any;
            }
            Statement::Collect { .. } | Statement::WalkPath(_) => self.builds(Growth::Constant),
            _ => {}
        }
        descend::header(self, statement);
        let (loops, large_loops) = (self.loops, self.large_loops);
        self.loops += usize::from(is_loop(statement));
        self.large_loops += usize::from(self.members.is_large_loop(statement));
        descend::blocks(self, statement);
        (self.loops, self.large_loops) = (loops, large_loops);
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Array(_) | Expr::Object(_) | Expr::Set(_) | Expr::Package { .. } => {
                self.builds(Growth::Constant);
            }
            Expr::Format(format) => self.builds_of(self.members.any_is_large(&format.values)),
            Expr::Pattern(call) if Kind::of_builtin(call.builtin) != Kind::Scalar => {
                self.builds_of(self.members.any_is_large(&call.arguments));
            }
            Expr::Call(call) if call.mock.is_some() => self.builds(Growth::Any),
            Expr::Call(call) => match call.callee {
                Callee::Function(function) => self.calls(function, &call.arguments),
                Callee::Builtin(builtin) => {
                    if allocates(builtin) {
                        let is_large = self.members.takes_large(call);
                        self.builds(if is_large { Growth::Any } else { of_builtin(builtin) });
                    }
                }
            },
            Expr::Rule(function, _) => self.calls(*function, &[]),
            _ => {}
        }
        descend::expr(self, expr);
    }
}

/// Returns `true` if the result of a builtin takes memory.
pub(super) fn allocates(builtin: &Builtin) -> bool {
    !builtin.borrows && Kind::of_builtin(builtin) != Kind::Scalar
}

/// Returns the memory that the result of a builtin takes, if its operands are as large as a member.
pub(super) fn of_builtin(builtin: &Builtin) -> Growth {
    let is_short = |declared| matches!(declared, "string" | "number" | "boolean");
    let are_short = Kind::of_builtin(builtin) == Kind::Text && builtin.operands().all(is_short);
    if are_short { Growth::Constant } else { Growth::Operands }
}

/// Returns `true` if a statement is a loop.
pub(super) fn is_loop(statement: &Statement) -> bool {
    matches!(statement, Statement::Each { .. } | Statement::Rows { .. } | Statement::Walk { .. })
}

/// Returns the variables of a loop.
pub(super) fn loop_locals(statement: &Statement) -> Vec<LocalId> {
    match statement {
        Statement::Each { key, value, .. } => key.iter().chain(value).copied().collect(),
        Statement::Rows { locals, .. } => locals.iter().flatten().copied().collect(),
        Statement::Walk { path, value, .. } => vec![*path, *value],
        _ => Vec::new(),
    }
}
