//! Properties of nodes.

use ferrego_runtime::builtins::{Builtin, Form};

use super::{Call, Callee, Expr, Function, FunctionId, Leaf, LocalId, Program, ReturnKind, Yield};

impl Program {
    /// Returns the function `id`.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// Returns `true` if the expression is never undefined.
    pub fn is_defined(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Local(_)
            | Expr::Constant(_)
            | Expr::Array(_)
            | Expr::Object(_)
            | Expr::Set(_)
            | Expr::InRegion(..)
            | Expr::Truth(_)
            | Expr::BaseData(_)
            | Expr::WalkDepth(_)
            | Expr::Format(_)
            | Expr::Package { .. } => true,
            Expr::Keep(_, value) => self.is_defined(value),
            Expr::Rule(function, _) => self.function(*function).returns == ReturnKind::Value,
            Expr::Force(_)
            | Expr::OptionLocal(_)
            | Expr::Input(_)
            | Expr::ReviewObject(_)
            | Expr::Get { .. }
            | Expr::StorageGet { .. }
            | Expr::WalkKey(..)
            | Expr::Pattern(_)
            | Expr::Call(_) => false,
        }
    }
}

impl Expr {
    /// Returns `true` if the expression is this local.
    pub(crate) fn is_local(&self, local: LocalId) -> bool {
        matches!(self, Expr::Local(own) if *own == local)
    }

    /// Returns `true` if the value exists before the expression is evaluated.
    pub(crate) fn is_available(&self) -> bool {
        let is_known = |key: &Expr| matches!(key, Expr::Local(_) | Expr::Constant(_));
        match self {
            Expr::Local(_) | Expr::Input(_) | Expr::BaseData(_) => true,
            Expr::Get { base, keys } => base.is_available() && keys.iter().all(is_known),
            _ => false,
        }
    }
}

impl Yield {
    /// Returns the expressions that the yield evaluates, in order.
    pub fn operands(&self) -> Vec<&Expr> {
        match self {
            Yield::Return(value)
            | Yield::Single { value, .. }
            | Yield::Member(value)
            | Yield::First(value) => vec![value],
            Yield::Pair { key, value } => vec![key, value],
            Yield::Entry { keys, leaf: Leaf::Value(value) | Leaf::Member(value), .. } => {
                keys.iter().chain([value]).collect()
            }
            Yield::Row(values) => values.iter().collect(),
            Yield::Found | Yield::Noted => Vec::new(),
        }
    }

    /// Returns the expressions that the yield evaluates, in order, to be changed.
    pub(crate) fn operands_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Yield::Return(value)
            | Yield::Single { value, .. }
            | Yield::Member(value)
            | Yield::First(value) => vec![value],
            Yield::Pair { key, value } => vec![key, value],
            Yield::Entry { keys, leaf: Leaf::Value(value) | Leaf::Member(value), .. } => {
                keys.iter_mut().chain([value]).collect()
            }
            Yield::Row(values) => values.iter_mut().collect(),
            Yield::Found | Yield::Noted => Vec::new(),
        }
    }
}

impl Call {
    /// Returns the builtin, unless a `with` may replace it.
    pub(crate) fn builtin(&self) -> Option<&'static Builtin> {
        match self.callee {
            Callee::Builtin(builtin) if self.mock.is_none() => Some(builtin),
            _ => None,
        }
    }

    /// Returns the form of the call in generated code. A call that a `with` may replace has no
    /// operator.
    pub(crate) fn form(&self) -> Form {
        self.builtin().map_or(Form::Call, |builtin| builtin.form)
    }
}
