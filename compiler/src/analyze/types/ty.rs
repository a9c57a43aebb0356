//! The types: OPA's `types.Type`.

use std::fmt;
use std::rc::Rc;

use super::key::Key;

/// A type. An unknown type is `None` in an `Option<Type>`, like OPA's `nil`.
#[derive(Clone, Debug)]
pub(super) enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `number`
    Number,
    /// `string`
    String,
    /// An array.
    Array(Rc<Array>),
    /// An object.
    Object(Rc<Object>),
    /// A set.
    Set(Rc<Set>),
    /// One of several types, sorted and distinct. An empty list means every type.
    Any(Rc<Any>),
    /// A function.
    Function(Rc<Function>),
}

/// An array: the types of its first elements, then the type of all others.
#[derive(Debug)]
pub(super) struct Array {
    /// The types of elements that every array of the type has.
    pub(super) fixed: Vec<Option<Type>>,
    /// The type of further elements; without it there are none.
    pub(super) rest: Option<Type>,
    size: Size,
}

/// An object: the types of properties by name, then the type of all others.
#[derive(Debug)]
pub(super) struct Object {
    /// The properties that every object of the type has, sorted by key.
    pub(super) fixed: Vec<(Key, Option<Type>)>,
    /// The type of further properties; without it there are none.
    pub(super) rest: Option<Property>,
    size: Size,
}

/// The types of an object's further properties.
#[derive(Clone, Debug)]
pub(super) struct Property {
    /// The type of the keys.
    pub(super) key: Option<Type>,
    /// The type of the values.
    pub(super) value: Option<Type>,
}

/// A set.
#[derive(Debug)]
pub(super) struct Set {
    /// The type of the members.
    pub(super) of: Option<Type>,
    size: Size,
}

/// One of several types.
#[derive(Debug, Default)]
pub(super) struct Any {
    /// The alternatives, sorted and distinct.
    pub(super) of: Vec<Type>,
    size: Size,
}

/// A function.
#[derive(Debug, Default)]
pub(super) struct Function {
    /// The types of the operands.
    pub(super) operands: Vec<Option<Type>>,
    /// The type of any number of further operands.
    pub(super) variadic: Option<Type>,
    /// The type of the result; `print` has none.
    pub(super) result: Option<Type>,
}

/// The size of a type when it is written out. Types share their parts, so a short policy can
/// describe an enormous type. Beyond the limits, a type is widened to `any`, which accepts every
/// value.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    nodes: u32,
    depth: u32,
}

impl Size {
    const MAX_NODES: u32 = 20_000;
    const MAX_DEPTH: u32 = 64;

    fn of<'t>(parts: impl Iterator<Item = &'t Type>) -> Self {
        parts.fold(Size { nodes: 1, depth: 1 }, |whole, part| {
            let part = part.size();
            Size {
                nodes: whole.nodes.saturating_add(part.nodes),
                depth: whole.depth.max(part.depth.saturating_add(1)),
            }
        })
    }

    fn exceeds_limits(self) -> bool {
        self.nodes > Self::MAX_NODES || self.depth > Self::MAX_DEPTH
    }
}

impl Type {
    /// Returns the type of all values.
    pub(super) fn any() -> Self {
        Type::Any(Rc::default())
    }

    /// Returns the union of the types, which the caller has sorted.
    pub(super) fn any_of(of: Vec<Type>) -> Self {
        let size = Size::of(of.iter());
        if size.exceeds_limits() { Type::any() } else { Type::Any(Rc::new(Any { of, size })) }
    }

    /// Returns an array of `fixed` elements, then any number of `rest`.
    pub(super) fn array(fixed: Vec<Option<Type>>, rest: Option<Type>) -> Self {
        let size = Size::of(fixed.iter().flatten().chain(&rest));
        if size.exceeds_limits() {
            return Type::any();
        }
        Type::Array(Rc::new(Array { fixed, rest, size }))
    }

    /// Returns an object of `fixed` properties and any number of `rest`. The last of several
    /// `fixed` properties with equal keys counts.
    pub(super) fn object(fixed: Vec<(Key, Option<Type>)>, rest: Option<Property>) -> Self {
        let mut fixed = fixed;
        fixed.sort_by(|(left, _), (right, _)| left.cmp(right));
        fixed.reverse();
        fixed.dedup_by(|(later, _), (earlier, _)| later == earlier);
        fixed.reverse();
        let values = fixed.iter().filter_map(|(_, value)| value.as_ref());
        let others = rest.iter().flat_map(|rest| rest.key.iter().chain(&rest.value));
        let size = Size::of(values.chain(others));
        if size.exceeds_limits() {
            return Type::any();
        }
        Type::Object(Rc::new(Object { fixed, rest, size }))
    }

    /// Returns a set.
    pub(super) fn set(of: Option<Type>) -> Self {
        let size = Size::of(of.iter());
        if size.exceeds_limits() { Type::any() } else { Type::Set(Rc::new(Set { of, size })) }
    }

    /// Returns a function.
    pub(super) fn function(operands: Vec<Option<Type>>, result: Option<Type>) -> Self {
        Type::Function(Rc::new(Function { operands, variadic: None, result }))
    }

    /// Returns the object `{…}` with properties of any key and value.
    pub(super) fn any_object() -> Self {
        let any = Some(Type::any());
        Type::object(Vec::new(), Some(Property { key: any.clone(), value: any }))
    }

    /// Returns `true` if the type is that of an empty collection.
    pub(super) fn is_empty_collection(&self) -> bool {
        match self {
            Type::Array(array) => array.fixed.is_empty() && array.rest.is_none(),
            Type::Object(object) => object.fixed.is_empty() && object.rest.is_none(),
            Type::Set(set) => set.of.is_none(),
            _ => false,
        }
    }

    fn size(&self) -> Size {
        match self {
            Type::Array(array) => array.size,
            Type::Object(object) => object.size,
            Type::Set(set) => set.size,
            Type::Any(any) => any.size,
            Type::Null | Type::Boolean | Type::Number | Type::String | Type::Function(_) => {
                Size { nodes: 1, depth: 1 }
            }
        }
    }
}

impl Key {
    /// Returns the type of the constant (OPA's `types.TypeOf`).
    pub(super) fn type_of(&self) -> Type {
        match self {
            Key::Null => Type::Null,
            Key::Bool(_) => Type::Boolean,
            Key::Number(_) => Type::Number,
            Key::String(_) => Type::String,
            Key::Array(elements) => {
                Type::array(elements.iter().map(|element| Some(element.type_of())).collect(), None)
            }
            Key::Object(pairs) => {
                let typed = |(key, value): &(Key, Key)| (key.clone(), Some(value.type_of()));
                Type::object(pairs.iter().map(typed).collect(), None)
            }
        }
    }
}

impl Function {
    /// Returns the types of a call's operands, then the type of its result.
    pub(super) fn operands_and_result(&self) -> Vec<Option<Type>> {
        let mut operands_and_result = self.operands.clone();
        operands_and_result.extend(self.result.clone().map(Some));
        operands_and_result
    }
}

/// A type as messages show it (`types.Sprint`); an unknown type is `???`.
pub(super) struct Shown<'t>(pub(super) Option<&'t Type>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("???"),
            Some(ty) => ty.fmt(f),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Null => f.write_str("null"),
            Type::Boolean => f.write_str("boolean"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::Array(array) => array.fmt(f),
            Type::Object(object) => object.fmt(f),
            Type::Set(set) => write!(f, "set[{}]", Shown(set.of.as_ref())),
            Type::Any(any) => any.fmt(f),
            Type::Function(function) => function.fmt(f),
        }
    }
}

impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("array")?;
        if !self.fixed.is_empty() {
            write!(f, "<{}>", type_list(&self.fixed))?;
        }
        self.rest.iter().try_for_each(|rest| write!(f, "[{rest}]"))
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("object")?;
        if !self.fixed.is_empty() {
            let fixed: Vec<_> = self
                .fixed
                .iter()
                .map(|(key, value)| format!("{key}: {}", Shown(value.as_ref())))
                .collect();
            write!(f, "<{}>", fixed.join(", "))?;
        }
        self.rest.iter().try_for_each(|rest| {
            write!(f, "[{}: {}]", Shown(rest.key.as_ref()), Shown(rest.value.as_ref()))
        })
    }
}

impl fmt::Display for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any")?;
        if self.of.is_empty() {
            return Ok(());
        }
        let of: Vec<_> = self.of.iter().map(ToString::to_string).collect();
        write!(f, "<{}>", of.join(", "))
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", type_list(&self.operands))?;
        write!(f, " => {}", Shown(self.result.as_ref()))
    }
}

/// Returns the types with commas between, as argument lists show them.
pub(super) fn type_list(types: &[Option<Type>]) -> String {
    let shown: Vec<_> = types.iter().map(|ty| Shown(ty.as_ref()).to_string()).collect();
    shown.join(", ")
}
