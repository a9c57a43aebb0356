//! Parses the signatures in the runtime's table of builtins.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use ferrego_runtime::builtins::Builtin;

use super::algebra::or;
use super::key::Key;
use super::ty::{Function, Property, Type};

/// The types of the builtins that a program calls. Each signature is parsed once.
#[derive(Debug, Default)]
pub(super) struct Signatures(RefCell<HashMap<&'static str, Option<Type>>>);

impl Signatures {
    /// Returns the type of a builtin, or `None` if its signature is malformed. A test ensures that
    /// all signatures are well-formed.
    pub(super) fn of(&self, builtin: &'static Builtin) -> Option<Type> {
        let mut known = self.0.borrow_mut();
        known.entry(builtin.name).or_insert_with(|| parse(builtin.signature)).clone()
    }
}

/// Parses a signature in the notation of `ferrego_runtime`'s `builtins::row`, such as
/// `(string, any<array[string], set[string]>) => string`. Returns `None` if the text is malformed.
fn parse(text: &str) -> Option<Type> {
    let mut cursor = Cursor { rest: text };
    let function = cursor.function()?;
    cursor.rest.trim().is_empty().then(|| Type::Function(Rc::new(function)))
}

/// Parses a type, for tests.
#[cfg(test)]
pub(super) fn parse_type(text: &str) -> Option<Type> {
    let mut cursor = Cursor { rest: text };
    let ty = cursor.ty()?;
    cursor.rest.trim().is_empty().then_some(ty)
}

struct Cursor<'t> {
    rest: &'t str,
}

impl<'t> Cursor<'t> {
    fn function(&mut self) -> Option<Function> {
        let mut function = Function::default();
        self.expect("(")?;
        while !self.take(")") {
            let ty = self.ty()?;
            if self.take("...") {
                function.variadic = Some(ty);
            } else {
                function.operands.push(Some(ty));
            }
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        if self.take("=>") {
            function.result = Some(self.ty()?);
        }
        Some(function)
    }

    fn ty(&mut self) -> Option<Type> {
        match self.word()? {
            "null" => Some(Type::Null),
            "boolean" => Some(Type::Boolean),
            "number" => Some(Type::Number),
            "string" => Some(Type::String),
            "any" if self.take("<") => self.types_to(">")?.into_iter().map(Some).fold(None, or),
            "any" => Some(Type::any()),
            "array" => self.array(),
            "set" => {
                self.expect("[")?;
                let of = self.ty()?;
                self.expect("]")?;
                Some(Type::set(Some(of)))
            }
            "object" => self.object(),
            _ => None,
        }
    }

    fn array(&mut self) -> Option<Type> {
        let fixed = if self.take("<") { self.types_to(">")? } else { Vec::new() };
        let rest = if self.take("[") { self.types_to("]")?.pop() } else { None };
        Some(Type::array(fixed.into_iter().map(Some).collect(), rest))
    }

    fn object(&mut self) -> Option<Type> {
        let mut fixed = Vec::new();
        if self.take("<") {
            loop {
                let name = Key::String(self.word()?.into());
                self.expect(":")?;
                fixed.push((name, Some(self.ty()?)));
                if !self.take(",") {
                    break;
                }
            }
            self.expect(">")?;
        }
        let mut rest = None;
        if self.take("[") {
            let key = Some(self.ty()?);
            self.expect(":")?;
            rest = Some(Property { key, value: Some(self.ty()?) });
            self.expect("]")?;
        }
        Some(Type::object(fixed, rest))
    }

    fn types_to(&mut self, close: &str) -> Option<Vec<Type>> {
        let mut types = vec![self.ty()?];
        while self.take(",") {
            types.push(self.ty()?);
        }
        self.expect(close)?;
        Some(types)
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        rest.inspect(|rest| self.rest = rest).is_some()
    }

    fn expect(&mut self, token: &str) -> Option<()> {
        self.take(token).then_some(())
    }

    fn word(&mut self) -> Option<&'t str> {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}
