//! Identifiers of generated code: Rego's names as far as Rust allows, each one once.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};

/// Names that are taken in one scope of generated code.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// A scope in which `reserved` are taken.
    pub(super) fn reserving(reserved: &[&str]) -> Self {
        Self { taken: reserved.iter().map(|&name| name.to_owned()).collect() }
    }

    /// An identifier like `wanted` that nothing else in the scope has.
    pub(super) fn unique(&mut self, wanted: &str) -> Ident {
        let base = identifier(wanted);
        let mut name = base.clone();
        let mut count = 1;
        while !self.taken.insert(name.clone()) {
            count += 1;
            name = format!("{base}_{count}");
        }
        Ident::new(&name, Span::call_site())
    }
}

/// The text as an identifier: letters, digits and `_` stay, anything else becomes `_`; a keyword
/// gets a `_` at its end.
pub(super) fn identifier(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for character in text.chars() {
        let plain = character.is_ascii_alphanumeric();
        if plain || !name.ends_with('_') {
            name.push(if plain { character } else { '_' });
        }
    }
    let trimmed = name.trim_end_matches('_');
    let mut name = if trimmed.is_empty() { "value".to_owned() } else { trimmed.to_owned() };
    if name.starts_with(|first: char| first.is_ascii_digit()) || name == "_" {
        name.insert(0, '_');
    }
    if syn::parse_str::<Ident>(&name).is_err() {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_valid_and_close_to_the_name() {
        for (text, name) in [
            ("container", "container"),
            ("imagePullPolicy", "imagePullPolicy"),
            ("match", "match_"),
            ("self", "self_"),
            ("crate", "crate_"),
            ("_", "value"),
            ("__local0__", "_local0"),
            ("a.b-c", "a_b_c"),
            ("9lives", "_9lives"),
            ("größe", "gr_e"),
            ("", "value"),
        ] {
            assert_eq!(identifier(text), name, "{text}");
        }
    }

    #[test]
    fn a_name_is_given_once() {
        let mut names = Names::reserving(&["cx"]);
        assert_eq!(names.unique("cx").to_string(), "cx_2");
        assert_eq!(names.unique("x").to_string(), "x");
        assert_eq!(names.unique("x").to_string(), "x_2");
    }
}
