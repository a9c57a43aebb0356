//! The types of builtins, as far as shapes need them.

use ferrego_runtime::builtins::Builtin;

use super::{Alternative, Origin, Scalar, Shape, Shapes};
use crate::lints::evaluate::Kinds;

impl Shapes {
    /// Returns the types that values of a shape may have.
    pub(in crate::lints) fn types(&self, shape: Shape) -> Kinds {
        let one = |alternative: &Alternative| match alternative {
            Alternative::Any => Kinds::ANY,
            Alternative::Scalar(Scalar::Null, _) => Kinds::NULL,
            Alternative::Scalar(Scalar::Boolean, _) => Kinds::BOOLEAN,
            Alternative::Scalar(Scalar::Integer | Scalar::Number, _) => Kinds::NUMBER,
            Alternative::Scalar(Scalar::String, _) | Alternative::Texts(..) => Kinds::STRING,
            Alternative::Array(..) => Kinds::ARRAY,
            Alternative::Set(..) => Kinds::SET,
            Alternative::Map(..)
            | Alternative::Record(_)
            | Alternative::Object(..)
            | Alternative::Inventory(_) => Kinds::OBJECT,
        };
        self.get(shape).iter().map(one).fold(Kinds::NONE, Kinds::or)
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
                let sets = Kinds::SET;
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
