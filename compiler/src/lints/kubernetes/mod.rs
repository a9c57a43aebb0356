//! The kinds of Kubernetes and the types of their objects, from its `OpenAPI` specification.
//!
//! `objects.txt` unites the releases 1.35 to 1.37, and adds the types of 1.13 for kinds that still
//! exist, because policies also handle their removed API versions. The program
//! `tests/src/bin/openapi.rs` writes the file; its documentation has the command.
//! The table splits the text into lines when it is first used. It splits a type into fields when
//! they are first asked for.

use std::sync::OnceLock;

use crate::suggest::misspelled;

/// The file of kinds and types.
const TEXT: &str = include_str!("objects.txt");

/// Index of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TypeId(u16);

/// A kind of object.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The kind's API groups.
    pub(super) groups: Vec<GroupKind>,
}

/// A kind in one of its API groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupKind {
    /// The group; empty for the core group.
    pub(super) group: &'static str,
    /// `true` if the objects belong to a namespace.
    pub(super) namespaced: bool,
    /// The type of the objects.
    pub(super) root: TypeId,
}

/// A field of a type.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// The type in the notation of the file.
    notation: &'static str,
}

/// The type of a field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FieldType {
    Any,
    Boolean,
    Integer,
    Number,
    String,
    /// A quantity, which is written as a string or a number.
    Quantity,
    IntOrString,
    /// A string that is one of these.
    Enum(Vec<&'static str>),
    Array(Box<FieldType>),
    Map(Box<FieldType>),
    Object(TypeId),
}

struct Table {
    kinds: Vec<Kind>,
    types: Vec<Type>,
}

struct Type {
    name: &'static str,
    /// The fields in the notation of the file, in the order of their names.
    notation: &'static str,
    fields: OnceLock<Vec<Field>>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let (kinds, types) = TEXT.split_once("\n\n").unwrap_or_default();
        let types: Vec<Type> = types
            .lines()
            .map(|line| line.split_once(' ').unwrap_or((line, "")))
            .map(|(name, notation)| Type { name, notation, fields: OnceLock::new() })
            .collect();
        let kinds = kinds.lines().filter_map(|line| kind(line, &types)).collect();
        Table { kinds, types }
    })
}

fn kind(line: &'static str, types: &[Type]) -> Option<Kind> {
    let (name, groups) = line.split_once(' ')?;
    let group = |text: &'static str| {
        let (place, root) = text.split_once('=')?;
        let (group, scope) = place.rsplit_once('/')?;
        Some(GroupKind { group, namespaced: scope == "n", root: find(root, types)? })
    };
    Some(Kind { name, groups: groups.split(' ').filter_map(group).collect() })
}

fn find(name: &str, types: &[Type]) -> Option<TypeId> {
    let index = types.binary_search_by_key(&name, |one| one.name).ok()?;
    u16::try_from(index).ok().map(TypeId)
}

/// Returns all kinds, in the order of their names.
pub(super) fn kinds() -> &'static [Kind] {
    &table().kinds
}

/// Returns the kind `name`, or `None` if it is not one of Kubernetes' own.
pub(super) fn kind_named(name: &str) -> Option<&'static Kind> {
    let kinds = kinds();
    kinds.binary_search_by_key(&name, |kind| kind.name).ok().map(|index| &kinds[index])
}

/// Returns `true` if the API group is one of Kubernetes' own.
pub(super) fn is_group(name: &str) -> bool {
    kinds().iter().flat_map(|kind| &kind.groups).any(|one| one.group == name)
}

impl TypeId {
    /// Returns the type's name, such as `Container`.
    pub(super) fn name(self) -> &'static str {
        let name = self.of().name;
        name.split_once('@').map_or(name, |(short, _)| short)
    }

    /// Returns the kind whose objects have this type.
    pub(super) fn kind(self) -> Option<&'static Kind> {
        kind_named(self.name()).filter(|kind| kind.groups.iter().any(|one| one.root == self))
    }

    /// Returns the fields, in the order of their names.
    pub(super) fn fields(self) -> &'static [Field] {
        let one = self.of();
        one.fields.get_or_init(|| {
            let fields = one.notation.split(' ').filter_map(|field| field.split_once(':'));
            fields.map(|(name, notation)| Field { name, notation }).collect()
        })
    }

    /// Returns the field `name`.
    pub(super) fn field(self, name: &str) -> Option<&'static Field> {
        let fields = self.fields();
        fields.binary_search_by_key(&name, |field| field.name).ok().map(|index| &fields[index])
    }

    fn of(self) -> &'static Type {
        &table().types[self.0 as usize]
    }
}

impl Field {
    /// Returns the types of which the field's value has one.
    pub(super) fn types(&self) -> impl Iterator<Item = FieldType> {
        self.notation.split('|').map(FieldType::read)
    }
}

impl FieldType {
    fn read(notation: &'static str) -> Self {
        let inner = || Box::new(Self::read(&notation[1..]));
        match notation.as_bytes() {
            b"b" => Self::Boolean,
            b"i" => Self::Integer,
            b"n" => Self::Number,
            b"s" => Self::String,
            b"q" => Self::Quantity,
            b"x" => Self::IntOrString,
            [b'=', ..] => Self::Enum(notation[1..].split(',').collect()),
            [b'[', ..] => Self::Array(inner()),
            [b'{', ..] => Self::Map(inner()),
            _ => find(notation, &table().types).map_or(Self::Any, Self::Object),
        }
    }
}

/// Returns the kind that `kind` misspells, or of which it is the plural, as in `pods`.
pub(super) fn misspelled_kind(kind: &str) -> Option<&'static str> {
    let kinds = || self::kinds().iter().map(|kind| kind.name);
    let singular = ["ies", "es", "s"].iter().find_map(|end| {
        let stem = kind.strip_suffix(end)?;
        let singular = if *end == "ies" { format!("{stem}y") } else { stem.to_owned() };
        kinds().find(|known| known.eq_ignore_ascii_case(&singular))
    });
    singular.or_else(|| misspelled(kind, kinds()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_fields_are_sorted_and_every_type_exists() {
        let table = table();
        assert!(table.kinds.is_sorted_by_key(|kind| kind.name));
        assert!(table.types.is_sorted_by_key(|one| one.name));
        assert!(table.kinds.iter().all(|kind| !kind.groups.is_empty()));
        for (index, one) in table.types.iter().enumerate() {
            let id = TypeId(u16::try_from(index).expect("few types"));
            assert!(id.fields().is_sorted_by_key(|field| field.name), "{}", one.name);
            for field in id.fields() {
                for notation in field.notation.split('|') {
                    let end = notation.trim_start_matches(['[', '{']);
                    let known = FieldType::read(end) != FieldType::Any || end == "*";
                    assert!(known, "{}.{}: {notation}", one.name, field.name);
                }
            }
        }
    }

    #[test]
    fn a_pod_has_containers_and_a_deployment_a_template() {
        let root = |kind| kind_named(kind).expect("a kind").groups[0].root;
        let object = |id: TypeId, field| match id.field(field).and_then(|one| one.types().next()) {
            Some(FieldType::Object(of)) => of,
            other => panic!("expected an object in {field}, found {other:?}"),
        };
        let spec = object(root("Pod"), "spec");
        let container = match spec.field("containers").and_then(|one| one.types().next()) {
            Some(FieldType::Array(of)) => *of,
            other => panic!("expected an array, found {other:?}"),
        };
        assert!(matches!(container, FieldType::Object(id) if id.name() == "Container"));
        assert!(spec.field("template").is_none());
        let template = object(object(root("Deployment"), "spec"), "template");
        assert_eq!(object(template, "spec"), spec);
        assert!(kind_named("Rollout").is_none() && is_group("apps") && !is_group("argoproj.io"));
    }
}
