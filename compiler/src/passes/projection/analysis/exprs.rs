//! Computes the places that expressions may hold, and the places that they read.

use std::sync::Arc;

use ferrego_runtime::builtins::{Builtin, Reads};
use ferrego_runtime::codegen_support::storage;

use super::{Analysis, Places, Root};
use crate::hir::Constant;
use crate::ir::{Call, Callee, Expr, FunctionId};

impl Analysis<'_> {
    /// Visits the operands of a comparison. The comparison reads both in full, unless one is a
    /// constant scalar: then the kind alone distinguishes all values that are not scalars from it.
    pub(super) fn compare(&mut self, left: &Expr, right: &Expr) {
        if is_scalar(left) || is_scalar(right) {
            self.value(left);
            self.value(right);
        } else {
            self.keep_value(left);
            self.keep_value(right);
        }
    }

    /// Returns the places that an expression may hold.
    pub(super) fn value(&mut self, expr: &Expr) -> Places {
        match expr {
            Expr::Local(local) | Expr::Force(local) | Expr::OptionLocal(local) => {
                self.locals[local.0 as usize].clone()
            }
            Expr::Input(_) => self.document(Root::Input),
            Expr::ReviewObject(_) => {
                let review = self.document(Root::Input);
                let review = self.member(&review, &"review".into());
                self.member(&review, &"object".into())
            }
            Expr::BaseData(_) => self.document(Root::Data),
            Expr::Get { base, keys } => self.get(base, keys),
            Expr::StorageGet { base, key } => {
                let places = self.value(base);
                self.keep_value(key);
                self.storage_member(&places, key)
            }
            Expr::Rule(function, _) => self.results[function.0 as usize].clone(),
            Expr::Call(call) => self.call(call),
            Expr::InRegion(_, value) | Expr::Keep(_, value) => self.value(value),
            Expr::Truth(condition) => self.condition(condition),
            Expr::Constant(_) | Expr::WalkDepth(_) => Places::new(),
            Expr::WalkKey(_, index) => {
                self.keep_value(index);
                Places::new()
            }
            Expr::Format(format) => {
                self.keep_all(&format.values);
                Places::new()
            }
            Expr::Pattern(call) => {
                self.keep_all(&call.arguments);
                Places::new()
            }
            Expr::Array(items) | Expr::Set(items) => {
                self.keep_all(items);
                Places::new()
            }
            Expr::Object(pairs) => {
                for (key, value) in pairs {
                    self.keep_value(key);
                    self.keep_value(value);
                }
                Places::new()
            }
            Expr::Package { base, children } => {
                self.keep_value(base);
                for (_, child) in children {
                    self.keep_value(child);
                }
                Places::new()
            }
        }
    }

    pub(super) fn get(&mut self, base: &Expr, keys: &[Expr]) -> Places {
        let mut places = self.value(base);
        for key in keys {
            places = match key {
                Expr::Constant(Constant::String(text)) if !self.is_index(text) => {
                    self.member(&places, text)
                }
                Expr::Constant(Constant::String(_)) => self.storage_member(&places, key),
                key => {
                    self.keep_value(key);
                    self.others(&places)
                }
            };
        }
        places
    }

    /// Returns `true` if a key may also be an index of an array, which is so below `data`.
    fn is_index(&self, key: &str) -> bool {
        self.root == Root::Data && storage::array_index(key).is_some()
    }

    /// Returns the places of a key of a base document, which may name a member or an item.
    fn storage_member(&mut self, places: &Places, key: &Expr) -> Places {
        let mut members = self.others(places);
        if let Expr::Constant(Constant::String(key)) = key {
            members.extend(self.member(places, key));
        }
        members
    }

    pub(super) fn call(&mut self, call: &Call) -> Places {
        match call.callee {
            Callee::Function(function) if call.mock.is_none() => {
                self.call_function(function, &call.arguments)
            }
            // A function that replaces a mocked one receives values that are kept whole.
            Callee::Function(function) => {
                self.keep_all(&call.arguments);
                self.results[function.0 as usize].clone()
            }
            Callee::Builtin(builtin) if call.mock.is_none() => {
                self.call_builtin(builtin, &call.arguments)
            }
            Callee::Builtin(_) => {
                self.keep_all(&call.arguments);
                Places::new()
            }
        }
    }

    /// Visits the arguments of a builtin. A few builtins read only a part of an argument; all
    /// others receive whole values.
    fn call_builtin(&mut self, builtin: &Builtin, arguments: &[Expr]) -> Places {
        match (builtin.reads, arguments) {
            (Reads::Path, [of, key, default]) => return self.object_get(of, key, default),
            (Reads::Keys, [of]) => {
                let places = self.value(of);
                self.others(&places);
            }
            (Reads::Members, [member, of]) if is_scalar(member) => {
                let places = self.value(of);
                self.others(&places);
            }
            (Reads::Type, [of]) => {
                self.value(of);
            }
            _ => self.keep_all(arguments),
        }
        Places::new()
    }

    pub(super) fn call_function(&mut self, function: FunctionId, arguments: &[Expr]) -> Places {
        let index = function.0 as usize;
        for (position, argument) in arguments.iter().enumerate() {
            let places = self.value(argument);
            match self.parameters[index].get_mut(position) {
                Some(parameter) => parameter.extend(places),
                None => self.keep(&places),
            }
        }
        self.results[index].clone()
    }

    /// Returns the places that `object.get` may return. It reads one key, or a path of keys; its
    /// default serves if the first operand is not an object or lacks the key.
    pub(super) fn object_get(&mut self, of: &Expr, key: &Expr, default: &Expr) -> Places {
        let mut places = self.value(of);
        let path = match key {
            Expr::Constant(Constant::String(key)) => Some(vec![key]),
            Expr::Constant(Constant::Array(keys)) => keys.iter().map(as_string).collect(),
            _ => None,
        };
        if let Some(path) = path.filter(|path| !path.is_empty()) {
            for key in path {
                places = self.member(&places, key);
            }
        } else {
            self.keep_value(key);
            self.keep(&places);
            places.clear();
        }
        places.extend(self.value(default));
        places
    }

    pub(super) fn keep_value(&mut self, expr: &Expr) {
        let places = self.value(expr);
        self.keep(&places);
    }

    pub(super) fn keep_all(&mut self, exprs: &[Expr]) {
        for expr in exprs {
            self.keep_value(expr);
        }
    }
}

fn is_scalar(expr: &Expr) -> bool {
    let Expr::Constant(constant) = expr else { return false };
    !matches!(constant, Constant::Array(_) | Constant::Object(_) | Constant::Set(_))
}

fn as_string(constant: &Constant) -> Option<&Arc<str>> {
    match constant {
        Constant::String(text) => Some(text),
        _ => None,
    }
}
