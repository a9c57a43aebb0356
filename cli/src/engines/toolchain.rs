//! The Rust toolchain and its flags, on which the code of an executable depends.

use std::process::Command;

/// The separator of the flags in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: char = '\u{1f}';

/// The variables that change what cargo builds: flags for rustc, and the target.
const VARIABLES: [&str; 4] =
    ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET"];

/// Returns the version of rustc, and the values of the variables that change what cargo builds. Two
/// programs from the same crates are equal only if these are.
pub(super) fn identity() -> Vec<String> {
    let mut identity = vec![rustc_version()];
    identity.extend(VARIABLES.map(|name| variable(name).unwrap_or_default()));
    identity
}

/// Returns the output of `rustc -vV`, or nothing if rustc cannot be run. The build then fails, unless
/// cargo has a rustc of its own.
fn rustc_version() -> String {
    let rustc = variable("RUSTC").unwrap_or_else(|| "rustc".to_owned());
    let output = Command::new(rustc).arg("-vV").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// Returns `true` if a static program relocates itself by packed relocations (`DT_RELR`). The GNU C
/// library does so since 2.36.
pub(super) fn reads_packed_relocations() -> bool {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    output.is_ok_and(|output| is_2_36(&String::from_utf8_lossy(&output.stdout)))
}

/// Returns `true` for the name of a GNU C library since 2.36, such as `glibc 2.41`.
fn is_2_36(name: &str) -> bool {
    let mut numbers = name.trim().strip_prefix("glibc ").unwrap_or_default().split('.');
    let mut number = || numbers.next()?.parse::<u32>().ok();
    (number(), number()) >= (Some(2), Some(36))
}

/// Returns the variable that holds flags for rustc, with its value and `flags` behind them. Returns
/// `None` if no variable has flags, so that cargo reads them from its configuration.
pub(super) fn flags_with(flags: &[&str]) -> Option<(&'static str, String)> {
    appended(std::env::var_os("CARGO_ENCODED_RUSTFLAGS").is_some(), variable, flags)
}

/// Cargo reads the first variable that is set. If that is empty, it reads its configuration.
fn appended(
    is_encoded: bool,
    variable: impl Fn(&str) -> Option<String>,
    more: &[&str],
) -> Option<(&'static str, String)> {
    let (name, separator) =
        if is_encoded { ("CARGO_ENCODED_RUSTFLAGS", SEPARATOR) } else { ("RUSTFLAGS", ' ') };
    let mut flags = variable(name).filter(|flags| !flags.trim().is_empty())?;
    for flag in more {
        flags.push(separator);
        flags.push_str(flag);
    }
    Some((name, flags))
}

/// Returns the value of an environment variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
    Some(value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAG: [&str; 2] = ["-C", "target-feature=+crt-static"];

    #[test]
    fn the_version_of_rustc_is_a_part_of_the_identity() {
        assert!(identity()[0].starts_with("rustc "), "{:?}", identity());
    }

    #[test]
    fn libraries_since_2_36_read_packed_relocations() {
        for (name, expected) in [
            ("glibc 2.36\n", true),
            ("glibc 2.41", true),
            ("glibc 3.0", true),
            ("glibc 2.35", false),
            ("glibc 1.99", false),
            ("glibc 2", false),
            ("musl 2.40", false),
            ("", false),
        ] {
            assert_eq!(is_2_36(name), expected, "{name}");
        }
    }

    #[test]
    fn a_flag_follows_those_of_the_variable_that_cargo_reads() {
        let value = |encoded: &'static str, plain: &'static str| {
            move |name: &str| {
                let value = if name == "RUSTFLAGS" { plain } else { encoded };
                (!value.is_empty()).then(|| value.to_owned())
            }
        };
        let plain = appended(false, value("", "-C opt-level=3"), &FLAG);
        let expected = "-C opt-level=3 -C target-feature=+crt-static".to_owned();
        assert_eq!(plain, Some(("RUSTFLAGS", expected)));
        let encoded = appended(true, value("--cfg\u{1f}a b", "-C opt-level=3"), &FLAG);
        let expected = "--cfg\u{1f}a b\u{1f}-C\u{1f}target-feature=+crt-static".to_owned();
        assert_eq!(encoded, Some(("CARGO_ENCODED_RUSTFLAGS", expected)));
        assert_eq!(appended(true, value("", "-C opt-level=3"), &FLAG), None);
        assert_eq!(appended(false, value("", ""), &FLAG), None);
    }
}
