//! The table of all builtins, which the compiler, generated code and the interpreter share.
//!
//! Two rows with one name are a compile error.

use super::row::Builtin;

/// The rows of each family.
const FAMILIES: &[&[Builtin]] = &[
    super::comparison::ROWS,
    super::aggregates::ROWS,
    super::arithmetic::ROWS,
    super::bits::ROWS,
    super::casts::ROWS,
    super::numbers::ROWS,
    super::sets::ROWS,
    super::tracing::ROWS,
    super::template::ROWS,
    super::types::ROWS,
    super::membership::ROWS,
    super::net::ROWS,
    super::graph::ROWS,
    super::walk::ROWS,
    super::uri::ROWS,
    super::uuid::ROWS,
    super::time::ROWS,
    super::crypto::ROWS,
    super::aws::ROWS,
    super::schema::ROWS,
    super::strings::ROWS,
    super::sprintf::ROWS,
    super::objects::ROWS,
    super::arrays::ROWS,
    super::json::ROWS,
    super::jwt::ROWS,
    super::gotemplate::ROWS,
    super::regex::ROWS,
    super::semver::ROWS,
    super::units::ROWS,
    super::encoding::ROWS,
    super::glob::ROWS,
    super::yaml::ROWS,
    super::refused::ROWS,
    super::host::ROWS,
    super::random::ROWS,
    super::engine::ROWS,
];

const LENGTH: usize = {
    let mut length = 0;
    let mut family = 0;
    while family < FAMILIES.len() {
        length += FAMILIES[family].len();
        family += 1;
    }
    length
};

/// All rows sorted by name, at compile time.
static TABLE: [&Builtin; LENGTH] = sorted();

const fn sorted() -> [&'static Builtin; LENGTH] {
    let mut table = [&FAMILIES[0][0]; LENGTH];
    let mut length = 0;
    let mut family = 0;
    while family < FAMILIES.len() {
        let mut index = 0;
        while index < FAMILIES[family].len() {
            let row = &FAMILIES[family][index];
            let mut place = length;
            while place > 0 && precedes(row.name, table[place - 1].name) {
                table[place] = table[place - 1];
                place -= 1;
            }
            table[place] = row;
            length += 1;
            index += 1;
        }
        family += 1;
    }
    table
}

/// Returns `true` if the name `a` sorts before `b`. Equal names are a compile error.
const fn precedes(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() {
        if a[index] != b[index] {
            return a[index] < b[index];
        }
        index += 1;
    }
    assert!(a.len() != b.len(), "two rows have one name");
    a.len() < b.len()
}

/// Returns the row of the builtin `name`.
pub fn lookup(name: &str) -> Option<&'static Builtin> {
    let index = TABLE.binary_search_by(|row| row.name.cmp(name)).ok()?;
    Some(TABLE[index])
}

/// Returns all rows, sorted by name.
pub fn all() -> impl ExactSizeIterator<Item = &'static Builtin> {
    TABLE.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtins::{Effect, Kind};

    #[test]
    fn every_row_is_found_by_its_name() {
        for row in all() {
            assert!(core::ptr::eq(row, lookup(row.name).expect(row.name)));
        }
        assert!(lookup("no.such").is_none());
        assert!(lookup("").is_none());
    }

    #[test]
    fn only_functions_have_paths() {
        for row in all() {
            let function = !matches!(row.kind, Kind::Host | Kind::Engine(_) | Kind::Refused(_));
            assert_eq!(function, !row.path.is_empty(), "{}", row.name);
            assert!(function || row.function.is_none(), "{}", row.name);
        }
    }

    #[test]
    fn only_features_leave_functions_out() {
        for row in all().filter(|row| row.feature.is_empty() && !row.path.is_empty()) {
            assert!(row.function.is_some(), "{}", row.name);
        }
    }
}
