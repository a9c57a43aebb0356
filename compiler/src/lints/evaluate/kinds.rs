//! Sets of types of values.

use std::fmt;

use ferrego_runtime::Value;

/// The types that a value can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lints) struct Kinds(u8);

/// The types with their names, in the order of OPA.
const NAMES: [(Kinds, &str); 7] = [
    (Kinds::NULL, "null"),
    (Kinds::BOOLEAN, "a boolean"),
    (Kinds::NUMBER, "a number"),
    (Kinds::STRING, "a string"),
    (Kinds::ARRAY, "an array"),
    (Kinds::OBJECT, "an object"),
    (Kinds::SET, "a set"),
];

impl Kinds {
    pub(in crate::lints) const NONE: Kinds = Kinds(0);
    pub(in crate::lints) const NULL: Kinds = Kinds(1);
    pub(in crate::lints) const BOOLEAN: Kinds = Kinds(2);
    pub(in crate::lints) const NUMBER: Kinds = Kinds(4);
    pub(in crate::lints) const STRING: Kinds = Kinds(8);
    pub(in crate::lints) const ARRAY: Kinds = Kinds(16);
    pub(in crate::lints) const OBJECT: Kinds = Kinds(32);
    pub(in crate::lints) const SET: Kinds = Kinds(64);
    pub(in crate::lints) const ANY: Kinds = Kinds(127);

    /// Returns the type of a value.
    pub(in crate::lints) fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Null => Kinds::NULL,
            Value::Bool(_) => Kinds::BOOLEAN,
            Value::Number(_) => Kinds::NUMBER,
            Value::String(_) => Kinds::STRING,
            Value::Array(_) => Kinds::ARRAY,
            Value::Object(_) => Kinds::OBJECT,
            Value::Set(_) => Kinds::SET,
        }
    }

    /// Returns the types that a declaration in OPA's notation permits, such as
    /// `any<number, string>`.
    pub(in crate::lints) fn declared(declaration: &str) -> Self {
        let declaration = declaration.trim().trim_end_matches("...");
        if let Some(alternatives) = declaration.strip_prefix("any<") {
            let alternatives = alternatives.strip_suffix('>').unwrap_or(alternatives);
            let kinds = top_level(alternatives).map(Self::declared);
            return kinds.fold(Kinds::NONE, Kinds::or);
        }
        let end = declaration.find(['[', '<']).unwrap_or(declaration.len());
        match &declaration[..end] {
            "null" => Kinds::NULL,
            "boolean" => Kinds::BOOLEAN,
            "number" => Kinds::NUMBER,
            "string" => Kinds::STRING,
            "array" => Kinds::ARRAY,
            "object" => Kinds::OBJECT,
            "set" => Kinds::SET,
            _ => Kinds::ANY,
        }
    }

    /// Returns the types that a declaration accepts as members, if it names them for all its
    /// collections: numbers for `any<set[number], array[number]>`.
    pub(in crate::lints) fn of_members(declared: &str) -> Option<Kinds> {
        let inner = declared.strip_prefix("any<").and_then(|list| list.strip_suffix('>'));
        let mut types = Kinds::NONE;
        for alternative in top_level(inner.unwrap_or(declared)) {
            let alternative = alternative.trim();
            let of = alternative.strip_prefix("array[").or(alternative.strip_prefix("set["))?;
            let of = Kinds::declared(of.strip_suffix(']')?);
            types = types.or(of);
        }
        (types != Kinds::ANY && types != Kinds::NONE).then_some(types)
    }

    /// Returns the types of both.
    pub(in crate::lints) fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Returns the types that are in both.
    pub(in crate::lints) fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    /// Returns the types without those of `other`.
    pub(in crate::lints) fn except(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }

    /// Returns `true` if the sets have a common type.
    pub(in crate::lints) fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns `true` if OPA sorts all values of these types before those of `other`.
    pub(in crate::lints) fn precedes(self, other: Kinds) -> bool {
        u8::BITS - self.0.leading_zeros() <= other.0.trailing_zeros()
    }

    /// Returns `true` if all types are among `other`, and there is one.
    pub(in crate::lints) fn within(self, other: Kinds) -> bool {
        self.0 != 0 && self.0 & !other.0 == 0
    }
}

/// Splits at the commas outside of brackets.
fn top_level(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    list.split(move |letter| {
        match letter {
            '[' | '<' => depth += 1,
            ']' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    })
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = NAMES.iter().filter(|(kind, _)| self.meets(*kind)).map(|(_, name)| *name);
        for (index, name) in names.enumerate() {
            if index > 0 {
                f.write_str(" or ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_at_their_top_level() {
        for (declaration, expected) in [
            ("string", "a string"),
            ("any<array[any], set[any]>", "an array or a set"),
            ("string...", "a string"),
            ("array<array[any], any>", "an array"),
            ("any<object<a: any<string, null>>[any: any], boolean>", "a boolean or an object"),
        ] {
            assert_eq!(Kinds::declared(declaration).to_string(), expected);
        }
        assert_eq!(Kinds::declared("any"), Kinds::ANY);
    }

    #[test]
    fn declarations_tell_the_types_of_members() {
        let of_members =
            |declaration| Kinds::of_members(declaration).map(|kinds| kinds.to_string());
        assert_eq!(of_members("any<set[number], array[number]>").as_deref(), Some("a number"));
        assert_eq!(of_members("array[string]").as_deref(), Some("a string"));
        for open in ["any<array[any], set[any]>", "string", "any<string, array[string]>", "any"] {
            assert_eq!(of_members(open), None, "{open}");
        }
    }
}
