//! Chooses the identifiers of generated code: Rego's names as far as Rust allows, each used once.
//!
//! A Rego rule may be called `gen`, a variable `Some` and a template `std`. Three kinds of names
//! keep them apart from Rust's own:
//!
//! - A **function** is named after its rule and is always called by path, `self::name(cx)`.
//! - A **local** begins with a lower-case letter or `_`. Statics, constants and the constructors of
//!   the prelude begin with an upper-case letter, so that no pattern mistakes a local for them. The
//!   constructors come from the header of the module, which reserves their names.
//! - A **module** differs from keywords, primitive types and crates that a user's code names
//!   without a path. The reason is that the modules are items of the file that includes them.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};

use super::Options;

/// The names of the prelude that generated code uses without a path. The header of a module imports
/// those that the module uses.
pub(super) const PRELUDE: &[&str] = &["None", "Ok", "Option", "Some"];

/// The names that are taken in one scope of generated code.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    numbers: Numbers,
}

/// For each base, the last number with which a name was found: all smaller numbers are taken.
pub(super) type Numbers = HashMap<String, usize>;

impl Names {
    /// Returns the scope of a policy's module, with the names that every policy has.
    pub(super) fn of_module() -> Self {
        let mut names = Self::reserving(&["rt", "cx", "POLICY", "Err", "Result", "Value"]);
        names.taken.extend(PRELUDE.iter().map(|&name| name.to_owned()));
        names
    }

    /// Returns the scope of a function, with the names that the printer itself uses.
    pub(super) fn of_function(is_keyed: bool) -> Self {
        let always = ["cx", "_cx", "rt", "arguments"].as_slice();
        let if_keyed = if is_keyed { ["key", "kept"].as_slice() } else { &[] };
        Self::reserving(&[always, if_keyed].concat())
    }

    fn reserving(reserved: &[&str]) -> Self {
        let taken = reserved.iter().map(|&name| name.to_owned()).collect();
        Self { taken, numbers: Numbers::new() }
    }

    /// Returns an identifier like `wanted` that is unique in the scope.
    pub(super) fn unique(&mut self, wanted: &str) -> Ident {
        self.claim(&identifier(wanted))
    }

    /// Returns the name that a local like `wanted` has if it needs no number.
    pub(super) fn local_base(wanted: &str) -> String {
        let mut name = identifier(wanted);
        // Clippy refuses a name of digits.
        if name.strip_prefix('_').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            name.insert_str(0, "item");
        }
        let begins = name.trim_start_matches('_');
        if begins.starts_with(|first: char| first.is_ascii_uppercase()) {
            let length = if name.contains(|letter: char| letter.is_ascii_lowercase()) {
                name.len() - begins.len() + 1
            } else {
                name.len()
            };
            name[..length].make_ascii_lowercase();
            // `Self` and `Type` have become keywords.
            name = identifier(&name);
        }
        if is_context(&name) {
            name.push_str("_local");
        }
        name
    }

    /// Returns the base, or the base with a number, that no visible local has, and no other part
    /// of the function. Numbers for this base are known to be taken up to `numbers`.
    pub(super) fn local(
        &self,
        base: &str,
        is_visible: &impl Fn(&str) -> bool,
        numbers: &mut Numbers,
    ) -> String {
        numbered(base, numbers, |name| self.taken.contains(name) || is_visible(name))
    }

    /// Returns `true` if the name is taken.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// Reserves a name.
    pub(super) fn reserve(&mut self, name: String) {
        self.taken.insert(name);
    }

    /// Returns a unique identifier like `wanted` for a local without a reader.
    pub(super) fn unread(&mut self, wanted: &str) -> Ident {
        let name = identifier(wanted).to_ascii_lowercase();
        let name = if name.starts_with('_') { name } else { format!("_{name}") };
        self.claim(&if is_context(&name) { name + "_local" } else { name })
    }

    fn claim(&mut self, base: &str) -> Ident {
        let name = numbered(base, &mut self.numbers, |name| self.taken.contains(name));
        let ident = Ident::new(&name, Span::call_site());
        self.taken.insert(name);
        ident
    }
}

/// Returns `base`, or the first of `base_2`, `base_3`, … that is free.
fn numbered(base: &str, numbers: &mut Numbers, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(base) {
        return base.to_owned();
    }
    let mut count = numbers.get(base).copied().unwrap_or(2);
    loop {
        let name = format!("{base}_{count}");
        if !is_taken(&name) {
            numbers.insert(base.to_owned(), count);
            return name;
        }
        count += 1;
    }
}

/// Returns `true` if the printer may give a context this name: `cx`, `cx2`.
fn is_context(name: &str) -> bool {
    let digits = name.trim_start_matches('_').strip_prefix("cx");
    digits.is_some_and(|digits| digits.chars().all(|digit| digit.is_ascii_digit()))
}

/// Returns the name of a policy's module: the kind of a template in snake case, or the name of other
/// policies. `K8sRequiredLabels` becomes `k8s_required_labels`.
pub(super) fn module(options: &Options) -> Ident {
    let Options { name, runtime, .. } = options;
    let mut module = match &options.constraints {
        Some(constraints) => snake_case(&constraints.kind),
        None => snake_case(&name.to_lowercase()),
    };
    if !module.starts_with(|first: char| first.is_ascii_alphabetic()) {
        module.insert(0, '_');
    }
    let crate_name = runtime.trim_start_matches("::").split("::").next().unwrap_or_default();
    let is_taken = is_keyword(&module)
        || module.chars().all(|character| character == '_')
        || module == crate_name.trim()
        || RESERVED_MODULES.contains(&&*module)
        || (options.constraints.is_some() && module == MODULES)
        || is_device(&module);
    if is_taken {
        module.push('_');
    }
    Ident::new(&module, Span::call_site())
}

/// Returns a text in snake case. Characters other than letters and digits become `_`.
///
/// A word begins at an upper-case letter after a lower-case letter or a digit, and at the last
/// upper-case letter before a lower-case letter: `K8sPSPVolumes` becomes `k8s_psp_volumes`.
fn snake_case(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut name = String::with_capacity(text.len() + 4);
    for (index, &character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(index + 1);
        let starts_word = before.is_some_and(|before| {
            let ends = before.is_ascii_lowercase() || before.is_ascii_digit();
            let last_capital = after.is_some_and(char::is_ascii_lowercase);
            ends || (before.is_ascii_uppercase() && last_capital)
        });
        if character.is_ascii_uppercase() && starts_word {
            name.push('_');
        }
        name.push(if character.is_ascii_alphanumeric() {
            character.to_ascii_lowercase()
        } else {
            '_'
        });
    }
    name
}

/// The module of all Rego files of a build.
const MODULES: &str = "modules";

/// Names of modules that would clash with the code around the module, or with the files beside it.
const RESERVED_MODULES: &[&str] = &[
    // The file that includes the modules of all policies.
    "policies",
    // Crates: a module of the same name makes `use std::…` ambiguous.
    "alloc",
    "core",
    "proc_macro",
    "std",
    "test",
    "ferrego_compiler",
    "ferrego_gatekeeper",
    "ferrego_runtime",
    // Primitive types: a module of the same name hides them.
    "bool",
    "char",
    "f16",
    "f32",
    "f64",
    "f128",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "str",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    // Tool attributes are paths that begin in the same namespace.
    "clippy",
    "diagnostic",
    "miri",
    "rust_analyzer",
    "rustdoc",
    "rustfmt",
];

/// Returns `true` if Windows has a device of this name, which no file can have.
fn is_device(name: &str) -> bool {
    let port = |name: &str| matches!(name.as_bytes(), [b'1'..=b'9']);
    matches!(name, "con" | "prn" | "aux" | "nul")
        || name.strip_prefix("com").or_else(|| name.strip_prefix("lpt")).is_some_and(port)
}

/// Returns `true` for a keyword of any edition. `gen`, a keyword from edition 2024 on, is unknown
/// to `syn`.
fn is_keyword(name: &str) -> bool {
    name == "gen" || syn::parse_str::<Ident>(name).is_err()
}

/// Converts a text to an identifier. Letters, digits and `_` remain; other characters become `_`; a
/// keyword gets a `_` at its end.
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
    if is_keyword(&name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Constraints;

    #[test]
    fn identifiers_are_valid_and_close_to_the_name() {
        for (text, name) in [
            ("container", "container"),
            ("imagePullPolicy", "imagePullPolicy"),
            ("match", "match_"),
            ("self", "self_"),
            ("crate", "crate_"),
            ("gen", "gen_"),
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
    fn locals_are_no_constructors_constants_or_contexts() {
        for (text, name) in [
            ("Some", "some"),
            ("POLICY", "policy"),
            ("CONSTANT_1", "constant_1"),
            ("Self", "self_"),
            ("Type", "type_"),
            ("podSpec", "podSpec"),
            ("PodSpec", "podSpec"),
            ("_Some", "_some"),
            ("cx", "cx_local"),
            ("cx2", "cx2_local"),
            ("Cx", "cx_local"),
            ("cxx", "cxx"),
        ] {
            assert_eq!(Names::local_base(text), name, "{text}");
        }
        let mut names = Names::of_function(false);
        assert_eq!(names.local("x", &|name| name == "x", &mut Numbers::new()), "x_2");
        assert_eq!(names.local("x", &|_| false, &mut Numbers::new()), "x");
        names.reserve("_x".to_owned());
        assert_eq!(names.unread("x").to_string(), "_x_2");
        assert_eq!(names.unread("CX").to_string(), "_cx_local");
    }

    #[test]
    fn kinds_become_modules_in_snake_case() {
        let module = |name: &str, runtime: &str| {
            let constraints =
                Constraints { kind: name.into(), schema: "".into(), legacy_schema: false };
            let runtime = runtime.to_owned();
            module(&Options { runtime, constraints: Some(constraints), ..Options::new(name) })
        };
        for (name, expected) in [
            ("k8srequiredlabels", "k8srequiredlabels"),
            ("K8sRequiredLabels", "k8s_required_labels"),
            ("K8sPSPVolumes", "k8s_psp_volumes"),
            ("NoHTTP", "no_http"),
            ("Gen", "gen_"),
            ("a-b", "a_b"),
            ("a--b", "a__b"),
            ("gen", "gen_"),
            ("std", "std_"),
            ("policies", "policies_"),
            ("modules", "modules_"),
            ("ferrego-runtime", "ferrego_runtime_"),
            ("str", "str_"),
            ("con", "con_"),
            ("com1", "com1_"),
            ("com", "com"),
            ("9", "_9"),
            ("", "__"),
        ] {
            assert_eq!(module(name, "::ferrego_runtime").to_string(), expected, "{name}");
        }
        assert_eq!(module("my-runtime", "::my_runtime").to_string(), "my_runtime_");
        assert_eq!(super::module(&Options::new("modules")).to_string(), "modules");
    }

    #[test]
    fn a_name_is_given_once() {
        let mut names = Names::of_module();
        assert_eq!(names.unique("cx").to_string(), "cx_2");
        assert_eq!(names.unique("x").to_string(), "x");
        assert_eq!(names.unique("x").to_string(), "x_2");
        names.reserve("x_3".to_owned());
        assert_eq!(names.unique("x").to_string(), "x_4");
    }
}
