//! Prints expressions and conditions.

use crate::hir::Constant;
use crate::ir::{Call, Callee, Comparison, Condition, ContextId, Expr, Function, LocalId, Program};

/// A printer of the expressions of one function.
#[derive(Clone, Copy)]
pub(super) struct ExprPrinter<'p> {
    pub(super) program: &'p Program,
    pub(super) function: &'p Function,
}

impl ExprPrinter<'_> {
    pub(super) fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Truthy(value) => self.expr(value),
            Condition::Defined(value) => format!("defined {}", self.expr(value)),
            Condition::Collection(value) => format!("collection {}", self.expr(value)),
            Condition::ObjectOf(value, keys) => {
                format!("object of {keys} {}", self.expr(value))
            }
            Condition::Equal(left, right) => {
                format!("{} == {}", self.expr(left), self.expr(right))
            }
            Condition::Compare(comparison, left, right) => {
                let symbol = match comparison {
                    Comparison::NotEqual => "!=",
                    Comparison::Less => "<",
                    Comparison::LessEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => ">=",
                };
                format!("{} {symbol} {}", self.expr(left), self.expr(right))
            }
            Condition::Key { of, key, truthy } => {
                let kind = if *truthy { "truthy " } else { "" };
                format!("{} is {kind}key of {}", self.expr(key), self.expr(of))
            }
            Condition::MayMatch(patterns, text) => {
                format!("one of {} may match {}", self.expr(patterns), self.expr(text))
            }
            Condition::InPass(pass, body) => format!("{} takes {body}", self.local(*pass)),
            Condition::Not(inner) => format!("not {}", self.condition(inner)),
            Condition::Exists(_) => "exists …".to_owned(),
        }
    }

    pub(super) fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Local(local) | Expr::OptionLocal(local) => self.local(*local),
            Expr::Force(local) => format!("force {}", self.local(*local)),
            Expr::Constant(constant) => self::constant(constant),
            Expr::Array(items) => format!("[{}]", self.list(items)),
            Expr::Set(items) => format!("{{{}}}", self.list(items)),
            Expr::Object(pairs) => {
                let pairs: Vec<_> = pairs
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.expr(key), self.expr(value)))
                    .collect();
                format!("{{{}}}", pairs.join(", "))
            }
            Expr::InRegion(context, value) => {
                format!("{}{}", self.expr(value), context_suffix(*context))
            }
            Expr::Keep(context, value) => {
                format!("keep({}){}", self.expr(value), context_suffix(*context))
            }
            Expr::Truth(condition) => format!("({})", self.condition(condition)),
            Expr::Input(context) => format!("input{}", context_suffix(*context)),
            Expr::ReviewObject(context) => format!("review object{}", context_suffix(*context)),
            Expr::WalkDepth(path) => format!("length of {}", self.local(*path)),
            Expr::WalkKey(path, index) => format!("{}[{}]", self.local(*path), self.expr(index)),
            Expr::Format(format) => {
                let context = context_suffix(format.context);
                format!("format({:?}, {}){context}", format.text, self.list(&format.values))
            }
            Expr::Pattern(call) => {
                let (name, number) = (call.builtin.name, call.pattern.0 + 1);
                let context = context_suffix(call.context);
                format!("{name}(pattern {number}, {}){context}", self.list(&call.arguments))
            }
            Expr::BaseData(context) => format!("data{}", context_suffix(*context)),
            Expr::StorageGet { base, key } => {
                format!("{}[storage {}]", self.expr(base), self.expr(key))
            }
            Expr::Get { base, keys } => {
                let keys: Vec<_> = keys.iter().map(|key| format!("[{}]", self.expr(key))).collect();
                format!("{}{}", self.expr(base), keys.concat())
            }
            Expr::Package { base, children } => {
                let children: Vec<_> = children
                    .iter()
                    .map(|(name, child)| format!("{name:?}: {}", self.expr(child)))
                    .collect();
                format!("package {} with {{{}}}", self.expr(base), children.join(", "))
            }
            Expr::Rule(function, context) => {
                let name = &self.program.function(*function).name;
                format!("rule {name}{}", context_suffix(*context))
            }
            Expr::Call(call) => self.call(call),
        }
    }

    fn call(&self, call: &Call) -> String {
        let mock = call.mock.map(|slot| format!(" (slot {})", slot.0)).unwrap_or_default();
        let context = context_suffix(call.context);
        format!("{}({}){mock}{context}", self.callee(call.callee), self.list(&call.arguments))
    }

    pub(super) fn callee(&self, callee: Callee) -> String {
        match callee {
            Callee::Builtin(builtin) => builtin.name.to_owned(),
            Callee::Function(function) => {
                format!("call {}", self.program.function(function).name)
            }
        }
    }

    pub(super) fn list(&self, exprs: &[Expr]) -> String {
        let exprs: Vec<_> = exprs.iter().map(|expr| self.expr(expr)).collect();
        exprs.join(", ")
    }

    /// Returns a local's name with its number, because names may repeat.
    pub(super) fn local(&self, local: LocalId) -> String {
        match self.function.locals.get(local.0 as usize) {
            Some(known) => format!("{}#{}", known.name, local.0),
            None => format!("?#{}", local.0),
        }
    }

    pub(super) fn optional(&self, local: Option<LocalId>) -> String {
        local.map_or_else(|| "_".to_owned(), |local| self.local(local))
    }
}

/// Returns the mark of a context other than the caller's.
pub(super) fn context_suffix(context: ContextId) -> String {
    if context.0 == 0 { String::new() } else { format!("@{}", context.0) }
}

fn constant(constant: &Constant) -> String {
    match constant {
        Constant::Null => "null".to_owned(),
        Constant::Bool(value) => value.to_string(),
        Constant::Number(text) => text.to_string(),
        Constant::String(text) => format!("{text:?}"),
        Constant::Array(items) => format!("[{}]", constants(items)),
        Constant::Set(items) if items.is_empty() => "set()".to_owned(),
        Constant::Set(items) => format!("{{{}}}", constants(items)),
        Constant::Object(pairs) => {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(key, value)| format!("{}: {}", self::constant(key), self::constant(value)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

fn constants(items: &[Constant]) -> String {
    let items: Vec<_> = items.iter().map(constant).collect();
    items.join(", ")
}
