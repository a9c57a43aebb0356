//! Finds names that clippy's `similar_names` may take for each other.

use std::collections::HashSet;

/// The names of a function that are compared. More names are taken to be similar.
const MOST_NAMES: usize = 500;
/// The bytes of a name that is compared. A function with a longer name is taken to have similar names,
/// because the comparison takes quadratic time in the length.
const LONGEST: usize = 100;
/// The characters of the shortest name that clippy compares.
const SHORTEST: usize = 3;

/// Returns `true` if two different names of the function may be similar: one edit of one character
/// makes one of them the other. Clippy compares no short names, none with a capital and none that
/// begins with `_`. It accepts `name_2` beside `name_3`.
pub(super) fn are_any_similar(names: &[String]) -> bool {
    let names: HashSet<&str> =
        names.iter().map(String::as_str).filter(|name| is_compared(name)).collect();
    if names.len() > MOST_NAMES || names.iter().any(|name| name.len() > LONGEST) {
        return true;
    }
    let mut replaced = HashSet::new();
    for name in &names {
        for (place, character) in name.char_indices() {
            let (before, after) = (&name[..place], &name[place + character.len_utf8()..]);
            let shorter = format!("{before}{after}");
            if names.contains(shorter.as_str()) {
                return true;
            }
            let is_number = after.is_empty() && before.ends_with('_');
            if !is_number && !replaced.insert((place, shorter)) {
                return true;
            }
        }
    }
    false
}

fn is_compared(name: &str) -> bool {
    !name.starts_with('_') && !name.contains(char::is_uppercase) && name.chars().count() >= SHORTEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similar(names: &[&str]) -> bool {
        are_any_similar(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn one_edit_makes_names_similar() {
        assert!(similar(&["label", "labels"]));
        assert!(similar(&["container", "other", "containes"]));
        assert!(similar(&["item_11", "item_12"]));
        assert!(similar(&["key", &"x".repeat(1_000_000)]));
        assert!(!similar(&["label", "label"]));
        assert!(!similar(&["key", "value", "container"]));
    }

    #[test]
    fn numbered_and_short_names_are_accepted() {
        assert!(!similar(&["name_2", "name_3"]));
        assert!(!similar(&["ab", "ac"]));
        assert!(!similar(&["_label", "_labels"]));
        assert!(!similar(&["hostPort", "hostPorts"]));
    }
}
