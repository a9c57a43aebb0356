//! Shapes in words: `array of Container`, `"CREATE" or "UPDATE"`.

use super::Facts;
use crate::lints::shapes::{Alternative, Basis, Owner, Scalar, Shape, Shapes};

/// The most alternatives that are named.
const MOST: usize = 5;
/// The most levels of collections that are described.
const MAX_DEPTH: usize = 4;

impl Facts {
    /// Returns the type of values of a shape in words, or `None` if nothing is known of it.
    pub(crate) fn type_name(&self, shape: Shape) -> Option<String> {
        let text = type_name(&self.shapes.borrow(), shape, 0);
        (text != "any").then_some(text)
    }
}

fn type_name(shapes: &Shapes, shape: Shape, depth: usize) -> String {
    let alternatives = shapes.get(shape);
    if depth == MAX_DEPTH || alternatives.is_empty() {
        return "any".to_owned();
    }
    let known = alternatives.iter().any(|one| matches!(one, Alternative::Object(_, Basis::Known)));
    let mut names: Vec<String> = Vec::new();
    for one in &*alternatives {
        if known && matches!(one, Alternative::Object(_, Basis::Guess | Basis::Other)) {
            continue;
        }
        let name = alternative(shapes, *one, depth);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.iter().any(|name| name == "any") {
        return "any".to_owned();
    }
    if names.len() > MOST {
        return format!("{} or {} others", names[..MOST].join(" or "), names.len() - MOST);
    }
    names.join(" or ")
}

fn alternative(shapes: &Shapes, alternative: Alternative, depth: usize) -> String {
    let of = |shape| type_name(shapes, shape, depth + 1);
    match alternative {
        Alternative::Any => "any".to_owned(),
        Alternative::Scalar(Scalar::Null, _) => "null".to_owned(),
        Alternative::Scalar(Scalar::Boolean, _) => "boolean".to_owned(),
        Alternative::Scalar(Scalar::Integer, _) => "integer".to_owned(),
        Alternative::Scalar(Scalar::Number, _) => "number".to_owned(),
        Alternative::Scalar(Scalar::String, _) => "string".to_owned(),
        Alternative::Texts(id, _) => {
            let texts = shapes.get_texts(id);
            let shown: Vec<_> = texts.iter().take(MOST).map(|text| format!("{text:?}")).collect();
            let more = if texts.len() > MOST { " or others" } else { "" };
            format!("{}{more}", shown.join(" or "))
        }
        Alternative::Array(item, _) => format!("array of {}", of(item)),
        Alternative::Set(item, _) => format!("set of {}", of(item)),
        Alternative::Map(value, _) => format!("map of {}", of(value)),
        Alternative::Record(id) => match &shapes.get_record(id).owner {
            Owner::Input => "the input".to_owned(),
            Owner::Review(name) => (*name).to_owned(),
            Owner::Parameters(path) => format!("object ({path})"),
            Owner::Policy => "object".to_owned(),
        },
        Alternative::Object(id, _) => id.name().to_owned(),
        Alternative::Inventory(_) => "a level of the inventory".to_owned(),
    }
}
