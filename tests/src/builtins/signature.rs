//! A parser of the signatures in the runtime's table, for the generator.

use ferrego_runtime::Value;

/// A declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Any,
    Null,
    Boolean,
    Number,
    Text,
    Union(Vec<Type>),
    Array(Box<Type>),
    Tuple(Vec<Type>),
    Set(Box<Type>),
    /// The properties that are always present, and the types of further keys and values.
    Object(Vec<(String, Type)>, Option<(Box<Type>, Box<Type>)>),
}

/// Parses the types of the operands in `signature`.
///
/// # Errors
/// Returns the place and the reason if `signature` does not follow the table's grammar.
pub(super) fn operands(signature: &str) -> Result<Vec<Type>, String> {
    let mut parser = Parser { rest: signature };
    parser.expect("(")?;
    let mut types = Vec::new();
    while !parser.take(")") {
        types.push(parser.one()?);
        parser.take(", ");
        parser.take("...");
    }
    Ok(types)
}

/// Parses the type of the result in `signature`. Returns `None` if calls return no value.
///
/// # Errors
/// Returns the errors of [`operands`].
pub(crate) fn result(signature: &str) -> Result<Option<Type>, String> {
    match signature.rsplit_once("=> ") {
        Some((_, declared)) => Parser { rest: declared }.one().map(Some),
        None => Ok(None),
    }
}

impl Type {
    /// Returns `true` if `value` has this type.
    pub(crate) fn admits(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Type::Any, _)
            | (Type::Null, Value::Null)
            | (Type::Boolean, Value::Bool(_))
            | (Type::Number, Value::Number(_))
            | (Type::Text, Value::String(_)) => true,
            (Type::Union(types), value) => types.iter().any(|of| of.admits(value)),
            (Type::Array(of), Value::Array(items)) => items.iter().all(|item| of.admits(item)),
            (Type::Tuple(types), Value::Array(items)) => {
                types.len() == items.len()
                    && types.iter().zip(*items).all(|(of, item)| of.admits(item))
            }
            (Type::Set(of), Value::Set(members)) => members.iter().all(|member| of.admits(&member)),
            (Type::Object(properties, rest), Value::Object(object)) => {
                let is_declared = |key: &Value<'_>, value: &Value<'_>| {
                    let property = properties.iter().find(|(name, _)| key.as_str() == Some(name));
                    match (property, rest) {
                        (Some((_, of)), _) => of.admits(value),
                        (None, Some((keys, values))) => keys.admits(key) && values.admits(value),
                        (None, None) => false,
                    }
                };
                properties.iter().all(|(name, _)| value.get_str(name).is_some())
                    && object.iter().all(|(key, value)| is_declared(&key, &value))
            }
            _ => false,
        }
    }
}

struct Parser<'s> {
    rest: &'s str,
}

impl Parser<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) {
            return Ok(());
        }
        Err(format!("expected `{token}`, found `{}`", self.rest))
    }

    fn one(&mut self) -> Result<Type, String> {
        const SIMPLE: [(&str, Type); 4] = [
            ("null", Type::Null),
            ("boolean", Type::Boolean),
            ("number", Type::Number),
            ("string", Type::Text),
        ];
        for (name, simple) in SIMPLE {
            if self.take(name) {
                return Ok(simple);
            }
        }
        if self.take("any<") {
            return self.list().map(Type::Union);
        }
        if self.take("any") {
            return Ok(Type::Any);
        }
        if self.take("array<") {
            return self.list().map(Type::Tuple);
        }
        if self.take("array[") {
            return self.bracketed().map(Type::Array);
        }
        if self.take("set[") {
            return self.bracketed().map(Type::Set);
        }
        self.expect("object")?;
        self.object()
    }

    fn list(&mut self) -> Result<Vec<Type>, String> {
        let mut types = Vec::new();
        while !self.take(">") {
            types.push(self.one()?);
            self.take(", ");
        }
        Ok(types)
    }

    fn bracketed(&mut self) -> Result<Box<Type>, String> {
        let inner = self.one()?;
        self.expect("]")?;
        Ok(Box::new(inner))
    }

    fn object(&mut self) -> Result<Type, String> {
        let mut properties = Vec::new();
        if self.take("<") {
            while !self.take(">") {
                let (name, rest) = self.rest.split_once(": ").ok_or("expected a property")?;
                let name = name.to_owned();
                self.rest = rest;
                properties.push((name, self.one()?));
                self.take(", ");
            }
        }
        if !self.take("[") {
            return Ok(Type::Object(properties, None));
        }
        let key = self.one()?;
        self.expect(": ")?;
        Ok(Type::Object(properties, Some((Box::new(key), self.bracketed()?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_of_the_table_parses() {
        for row in ferrego_runtime::builtins::all() {
            operands(row.signature).unwrap_or_else(|error| panic!("{}: {error}", row.name));
            result(row.signature).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        }
        let types = operands("(string, any<array[string], null>) => boolean");
        let array = Type::Array(Box::new(Type::Text));
        assert_eq!(types, Ok(vec![Type::Text, Type::Union(vec![array, Type::Null])]));
    }
}
