//! The fields of a shape.

use std::collections::BTreeMap;

use super::Facts;
use crate::lints::kubernetes;
use crate::lints::shapes::inventory::Level;
use crate::lints::shapes::{Alternative, Basis, Owner, Shape, Shapes};

/// A field that a value may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The name.
    pub(crate) name: String,
    /// The type in words; `None` if it is not known.
    pub(crate) type_name: Option<String>,
    /// The owner of the field: `Container`, `the AdmissionRequest`.
    pub(crate) owner: String,
}

impl Facts {
    /// Returns the known fields of a shape, in the order of their names. If the policy names kinds of
    /// objects, only the fields of these count.
    pub(crate) fn members(&self, shape: Shape) -> Vec<Member> {
        let mut owners: BTreeMap<String, String> = BTreeMap::new();
        {
            let shapes = self.shapes.borrow();
            let alternatives = shapes.get(shape);
            let is_known = |one: &Alternative| matches!(one, Alternative::Object(_, Basis::Known));
            let known = alternatives.iter().any(is_known);
            let counts = |one: &&Alternative| {
                !known || is_known(one) || !matches!(one, Alternative::Object(..))
            };
            for one in alternatives.iter().filter(counts) {
                for (name, owner) in names(&shapes, *one) {
                    owners.entry(name).or_insert(owner);
                }
            }
        }
        let member = |(name, owner): (String, String)| {
            let to = self.shapes.borrow_mut().field(shape, &name.as_str().into()).shape;
            Member { type_name: self.type_name(to), name, owner }
        };
        owners.into_iter().map(member).collect()
    }

    /// Returns the object that has the fields of a shape, such as `Container`.
    pub(crate) fn owner(&self, shape: Shape, field: &str) -> Option<String> {
        let shapes = self.shapes.borrow();
        let alternatives = shapes.get(shape);
        let mut all = alternatives.iter().flat_map(|one| names(&shapes, *one));
        all.find(|(name, _)| name == field).map(|(_, owner)| owner)
    }
}

/// Returns the names of the fields with their owners.
fn names(shapes: &Shapes, alternative: Alternative) -> Vec<(String, String)> {
    match alternative {
        Alternative::Record(id) => {
            let record = shapes.get_record(id);
            let owner = match &record.owner {
                Owner::Input => "input".to_owned(),
                Owner::Review(name) => (*name).to_owned(),
                Owner::Parameters(path) => path.to_string(),
                Owner::Policy => "the policy".to_owned(),
            };
            record.fields.iter().map(|(name, _)| (name.to_string(), owner.clone())).collect()
        }
        Alternative::Object(id, _) => {
            let field = |field: &kubernetes::Field| (field.name.to_owned(), id.name().to_owned());
            id.fields().iter().map(field).collect()
        }
        Alternative::Inventory(level) => {
            let named = |name: &str| (name.to_owned(), "data.inventory".to_owned());
            match level {
                Level::Scopes => vec![named("cluster"), named("namespace")],
                Level::Kinds { namespaced, .. } => kubernetes::kinds()
                    .iter()
                    .filter(|kind| kind.groups.iter().any(|one| one.namespaced == namespaced))
                    .map(|kind| named(kind.name))
                    .collect(),
                Level::Namespaces | Level::Versions { .. } | Level::Names { .. } => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}
