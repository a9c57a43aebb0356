//! The types of builtins, as far as shapes need them.

use ferrego_runtime::builtins::Builtin;

use super::{Alternative, Origin, Scalar, Shape, Shapes};

/// A set of types, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lints) struct Types(u8);

/// The names of the types in signatures, in the order of their bits.
const NAMES: [(&str, &str); 7] = [
    ("null", "null"),
    ("boolean", "a boolean"),
    ("number", "a number"),
    ("string", "a string"),
    ("array", "an array"),
    ("object", "an object"),
    ("set", "a set"),
];

impl Types {
    const ALL: Types = Types(0x7f);
    const NONE: Types = Types(0);
    /// Null, which a comparison tests whatever the schema says.
    pub(in crate::lints) const NULL: Types = Types(1);

    fn named(name: &str) -> Types {
        let index = NAMES.iter().position(|(known, _)| *known == name);
        index.map_or(Types::ALL, |index| Types(1 << index))
    }

    /// Returns the types that are in both sets.
    #[must_use]
    pub(in crate::lints) fn and(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    /// Returns the types that are in one of the sets.
    #[must_use]
    fn or(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    /// Returns `true` if the set has no types.
    pub(in crate::lints) fn is_empty(self) -> bool {
        self == Types::NONE
    }

    /// Returns the types in the notation of a signature: `any<array[string], set[string]>`.
    pub(in crate::lints) fn read(notation: &str) -> Types {
        let notation = notation.trim().trim_end_matches("...");
        if let Some(inner) = notation.strip_prefix("any<") {
            let mut depth = 0;
            let is_end = |letter| {
                match letter {
                    '[' | '<' => depth += 1,
                    ']' | '>' => depth -= 1,
                    _ => {}
                }
                letter == ',' && depth == 0
            };
            let inner = inner.strip_suffix('>').unwrap_or(inner);
            return inner.split(is_end).fold(Types::NONE, |all, one| all.or(Types::read(one)));
        }
        let end = notation.find(['[', '<']).unwrap_or(notation.len());
        Types::named(&notation[..end])
    }

    /// Returns the types in words: `a number or a set`.
    pub(in crate::lints) fn describe(self) -> String {
        let names: Vec<&str> = NAMES
            .iter()
            .enumerate()
            .filter(|(index, _)| self.0 & (1 << index) != 0)
            .map(|(_, (_, shown))| *shown)
            .collect();
        names.join(" or ")
    }
}

impl Shapes {
    /// Returns the types that values of a shape may have.
    pub(in crate::lints) fn types(&self, shape: Shape) -> Types {
        let one = |alternative: &Alternative| match alternative {
            Alternative::Any => Types::ALL,
            Alternative::Scalar(Scalar::Null, _) => Types::named("null"),
            Alternative::Scalar(Scalar::Boolean, _) => Types::named("boolean"),
            Alternative::Scalar(Scalar::Integer | Scalar::Number, _) => Types::named("number"),
            Alternative::Scalar(Scalar::String, _) | Alternative::Texts(..) => {
                Types::named("string")
            }
            Alternative::Array(..) => Types::named("array"),
            Alternative::Set(..) => Types::named("set"),
            Alternative::Map(..)
            | Alternative::Record(_)
            | Alternative::Object(..)
            | Alternative::Inventory(_) => Types::named("object"),
        };
        self.get(shape).iter().map(one).fold(Types::NONE, Types::or)
    }

    /// Returns `true` if a schema gives an alternative of the shape.
    pub(in crate::lints) fn is_of_schema(&self, shape: Shape) -> bool {
        self.get(shape).iter().any(|alternative| match alternative {
            Alternative::Any => false,
            Alternative::Scalar(_, origin)
            | Alternative::Texts(_, origin)
            | Alternative::Array(_, origin)
            | Alternative::Set(_, origin)
            | Alternative::Map(_, origin) => *origin == Origin::Schema,
            Alternative::Record(id) => self.get_record(*id).owner != super::Owner::Policy,
            Alternative::Object(..) | Alternative::Inventory(_) => true,
        })
    }

    /// Returns the shape of a builtin's result.
    pub(in crate::lints) fn result(&mut self, builtin: &Builtin, arguments: &[Shape]) -> Shape {
        match (builtin.name, arguments) {
            ("array.concat", [left, right]) => return self.union([*left, *right]),
            ("or" | "and" | "minus", [left, right]) => {
                let sets = Types::named("set");
                if self.types(*left) == sets && self.types(*right) == sets {
                    let or = builtin.name == "or";
                    return if or { self.union([*left, *right]) } else { *left };
                }
            }
            ("array.slice" | "array.reverse", [array, ..]) => return *array,
            ("sort", [collection]) => {
                let of = self.each(*collection).value;
                return self.one(Alternative::Array(of, Origin::Policy));
            }
            ("object.keys", [object]) => {
                let of = self.each(*object).key;
                return self.one(Alternative::Set(of, Origin::Policy));
            }
            _ => {}
        }
        let Some((_, declared)) = builtin.signature.rsplit_once(" => ") else { return Shape::ANY };
        self.declared(declared)
    }

    fn declared(&mut self, notation: &str) -> Shape {
        let scalar = |scalar| Alternative::Scalar(scalar, Origin::Policy);
        let collection = |kind: &str| {
            notation.strip_prefix(kind).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'))
        };
        let one = match notation {
            "boolean" => scalar(Scalar::Boolean),
            "number" => scalar(Scalar::Number),
            "string" => scalar(Scalar::String),
            _ => {
                if let Some(of) = collection("array") {
                    let of = self.declared(of);
                    Alternative::Array(of, Origin::Policy)
                } else if let Some(of) = collection("set") {
                    let of = self.declared(of);
                    Alternative::Set(of, Origin::Policy)
                } else {
                    Alternative::Any
                }
            }
        };
        self.one(one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_have_types() {
        let shown = |notation| Types::read(notation).describe();
        assert_eq!(shown("string"), "a string");
        assert_eq!(shown("any<array[string], set[any<number, string>]>"), "an array or a set");
        assert_eq!(shown("object<a: string>[string: any]"), "an object");
        assert_eq!(Types::read("any"), Types::ALL);
    }
}
