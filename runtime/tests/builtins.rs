//! Checks that `BUILTINS.md` lists the builtins of the runtime's table.

use std::fmt::Write as _;

use ferrego_runtime::builtins::{Builtin, Kind, all};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/BUILTINS.md");

const HEAD: &str = "\
# Builtin functions

All builtins of OPA 1.22.4, and `external_data` of Gatekeeper, in Rego's types. A policy that uses a
refused one does not compile. One that needs a cargo feature of `ferrego-runtime` stops the build of
a crate without it; all but `aws`, `gotemplate` and `jwt` are on by default. The host's are answered
by the embedding program.

This file is written by `UPDATE_BUILTINS=1 cargo test -p ferrego-runtime --test builtins`.

| builtin | types | support |
| --- | --- | --- |
";

#[test]
fn the_table_is_up_to_date() -> std::io::Result<()> {
    let table = table();
    if std::env::var_os("UPDATE_BUILTINS").is_some() {
        return std::fs::write(FILE, table);
    }
    let written = std::fs::read_to_string(FILE)?;
    let differs = table.lines().zip(written.lines()).find(|(now, then)| now != then);
    assert!(
        differs.is_none() && table.len() == written.len(),
        "runtime/BUILTINS.md is stale; renew it with\n    \
         UPDATE_BUILTINS=1 cargo test -p ferrego-runtime --test builtins\n{differs:?}"
    );
    Ok(())
}

fn table() -> String {
    let mut table = String::from(HEAD);
    for row in all() {
        let name = match row.infix {
            "" => format!("`{}`", row.name),
            // A bar would end the cell.
            infix => format!("`{}` (`{}`)", row.name, infix.replace('|', "\\|")),
        };
        // Writing to a string does not fail.
        let _ = writeln!(table, "| {name} | `{}` | {} |", row.signature, support(row));
    }
    table
}

fn support(row: &Builtin) -> String {
    let mut support = match row.kind {
        Kind::Host => String::from("host"),
        Kind::Engine(reason) => format!("engine: {reason}"),
        Kind::Refused(reason) => format!("refused: {reason}"),
        _ if row.feature.is_empty() => String::from("yes"),
        _ => format!("feature `{}`", row.feature),
    };
    if row.deprecated {
        support.push_str("; not in v1 modules");
    }
    support
}
