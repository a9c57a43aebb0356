//! The kinds of values by the cost of a copy.

use std::collections::HashMap;

use ferrego_runtime::builtins::Builtin;

use crate::hir::Constant;
use crate::ir::{
    Callee, Expr, Function, FunctionId, LocalId, ReturnKind, Statement, Yield,
    visit::{Visitor, descend},
};

/// The kind of a value, from cheap to expensive copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A boolean, a number or `null`.
    #[default]
    Scalar,
    /// A string, or a scalar.
    Text,
    /// A value of any type, whose copy may be as large as the input.
    Other,
}

impl Kind {
    /// Returns the kind of the values of a builtin, by its signature.
    pub(super) fn of_builtin(builtin: &Builtin) -> Self {
        match builtin.result() {
            "boolean" | "number" | "null" => Self::Scalar,
            "string" => Self::Text,
            _ => Self::Other,
        }
    }

    /// Returns `true` if a value that leaves a region is copied. Other values are made outside.
    pub(super) fn is_copied(self) -> bool {
        self != Self::Other
    }
}

/// The kinds of the locals of a function.
pub(super) struct Kinds<'k> {
    locals: HashMap<LocalId, Kind>,
    /// The kinds of the values of functions.
    callee: &'k mut dyn FnMut(FunctionId) -> Kind,
    /// The kinds that the enclosing blocks with yields have so far, innermost last.
    yields: Vec<Kind>,
    returns: Kind,
}

impl<'k> Kinds<'k> {
    /// Returns the kinds of the locals of `function`, and the kind of its value.
    pub(super) fn of(
        function: &Function,
        callee: &'k mut dyn FnMut(FunctionId) -> Kind,
    ) -> (HashMap<LocalId, Kind>, Kind) {
        let returns = match function.returns {
            ReturnKind::Rows(_) => Kind::Other,
            _ if function.keyed || function.replaceable.is_some() => Kind::Other,
            _ => Kind::Scalar,
        };
        let mut kinds = Kinds { locals: HashMap::new(), callee, yields: Vec::new(), returns };
        kinds.block(&function.body);
        (kinds.locals, kinds.returns)
    }

    fn kind(&mut self, expr: &Expr) -> Kind {
        match expr {
            Expr::Call(call) => match call.callee {
                _ if call.mock.is_some() => Kind::Other,
                Callee::Builtin(builtin) => Kind::of_builtin(builtin),
                Callee::Function(function) => (self.callee)(function),
            },
            Expr::Rule(function, _) => (self.callee)(*function),
            _ => of_expr(expr, &self.locals, |_| Kind::Other),
        }
    }
}

/// Returns the kind of an expression, given those of locals and of the values of functions.
pub(super) fn of_expr(
    expr: &Expr,
    locals: &HashMap<LocalId, Kind>,
    callee: impl Fn(FunctionId) -> Kind,
) -> Kind {
    match expr {
        Expr::Local(local) | Expr::Force(local) | Expr::OptionLocal(local) => {
            locals.get(local).copied().unwrap_or(Kind::Other)
        }
        Expr::Constant(Constant::Null | Constant::Bool(_) | Constant::Number(_))
        | Expr::Truth(_)
        | Expr::WalkDepth(_) => Kind::Scalar,
        Expr::Constant(Constant::String(_)) | Expr::Format(_) => Kind::Text,
        Expr::Pattern(call) => Kind::of_builtin(call.builtin),
        Expr::Keep(_, value) => of_expr(value, locals, callee),
        Expr::Call(call) => match call.callee {
            _ if call.mock.is_some() => Kind::Other,
            Callee::Builtin(builtin) => Kind::of_builtin(builtin),
            Callee::Function(function) => callee(function),
        },
        Expr::Rule(function, _) => callee(*function),
        _ => Kind::Other,
    }
}

impl Visitor for Kinds<'_> {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { local, value }
            | Statement::Bind { local, value }
            | Statement::LetOption { local, value } => {
                let kind = self.kind(value);
                self.locals.insert(*local, kind);
            }
            Statement::Lazy { local, before, value } => {
                self.block(before);
                let kind = self.kind(value);
                self.locals.insert(*local, kind);
                return;
            }
            Statement::Single { local, body, .. } | Statement::First { local, body } => {
                self.yields.push(Kind::Scalar);
                self.block(body);
                let kind = self.yields.pop().unwrap_or(Kind::Other);
                self.locals.insert(*local, kind);
                return;
            }
            Statement::Yield(Yield::Return(value)) => {
                self.returns = self.returns.max(self.kind(value));
            }
            Statement::Yield(Yield::Single { value, .. } | Yield::First(value)) => {
                let kind = self.kind(value);
                if let Some(kinds) = self.yields.last_mut() {
                    *kinds = kind.max(*kinds);
                }
            }
            _ => {}
        }
        descend::statement(self, statement);
    }
}
