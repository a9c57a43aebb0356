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
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
    use crate::builtins::{Cost, Effect, Form, Kind, LiteralPattern, Reads};
    use crate::env::{Env, NoHost};
    use crate::error::ErrorCode;
    use crate::internal::samples::sample;
    use crate::value::{Object, Value};

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

    #[test]
    fn builtins_that_borrow_take_no_memory() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let pair = (Value::String("a"), Value::String("b"));
        let object = Object::from_sorted(core::slice::from_ref(&pair)).map(Value::Object);
        let items = arena.array(&[Value::int(1), Value::int(2)]);
        for row in all().filter(|row| row.borrows) {
            let operand = |declared: &str| match declared {
                "number" => Value::int(1),
                "any<set[any], array[any]>" | "array[any]" => items,
                "object[any: any]" => object.expect("one key is sorted"),
                _ => Value::String("a"),
            };
            let operands: Vec<Value<'_>> = row.operands().map(operand).collect();
            let taken = arena.taken();
            let function = row.function.expect(row.name);
            assert!(function(&env, &operands).is_ok_and(|value| value.is_some()), "{}", row.name);
            assert_eq!(arena.taken(), taken, "{}", row.name);
        }
    }

    #[test]
    fn columns_agree() {
        for row in all() {
            let (name, is_pure) = (row.name, row.kind == Kind::Pure);
            let is_boolean = row.result() == "boolean";
            match row.form {
                Form::Call => {}
                Form::Truth(_) => assert!(is_boolean && row.effect == Effect::Total, "{name}"),
                Form::Holds(_) => assert!(is_boolean && row.effect == Effect::Fails, "{name}"),
                Form::Value(_) => assert!(!is_boolean && row.effect == Effect::Fails, "{name}"),
            }
            assert!(is_pure || row.effect == Effect::Any, "{name}");
            assert!(!row.builds || row.effect == Effect::Fails, "{name}");
            assert!(row.cost != Cost::Trivial || row.effect == Effect::Total, "{name}");
            let arity = row.operands().count();
            let reads = match row.reads {
                Reads::All => arity,
                Reads::Type | Reads::Keys => 1,
                Reads::Members => 2,
                Reads::Path => 3,
            };
            assert_eq!(reads, arity, "{name}");
            let is_absent = row.pattern == LiteralPattern::Absent;
            assert_eq!(is_absent, row.prepared.is_empty(), "{name}");
            let fits = match row.pattern {
                LiteralPattern::Absent => true,
                LiteralPattern::Match => arity == 2,
                LiteralPattern::Search(index) => index < arity,
                LiteralPattern::Template => arity == 4,
                LiteralPattern::Glob => arity == 3,
            };
            assert!(fits && (is_pure || row.reads == Reads::All), "{name}");
        }
    }

    /// Returns operands for a call, most of which have the declared types.
    fn call<'a>(row: &Builtin, values: &[Value<'a>]) -> Vec<Value<'a>> {
        let fits = |declared: &str, value: &Value<'_>| declared.contains(value.type_name());
        let declared = row.operands().enumerate();
        let pick = |(index, declared)| {
            let fitting = values[index..].iter().find(|value| fits(declared, value));
            *fitting.unwrap_or(&values[index])
        };
        declared.map(pick).collect()
    }

    proptest! {
        #[test]
        fn calls_have_no_other_effects(samples in proptest::collection::vec(sample(), 12)) {
            let arena = Arena::new();
            let env = Env::new(&arena, &NoHost);
            let values: Vec<Value<'_>> = samples.iter().map(|value| value.build(&arena)).collect();
            for row in all().filter(|row| row.effect != Effect::Any) {
                let Some(function) = row.function else { continue };
                match function(&env, &call(row, &values)) {
                    Ok(Some(_)) => {}
                    _ if row.effect == Effect::Total => prop_assert!(false, "{}", row.name),
                    Err(error) if error.code == ErrorCode::Internal => {}
                    Err(error) => prop_assert!(!error.stops(false), "{}", row.name),
                    Ok(None) => {}
                }
            }
        }
    }
}
