//! The catalog of codes.

use super::lint::Lint;

/// The kind of fault that a diagnostic reports.
///
/// Where OPA has a code (`ast/errors.go`), it is OPA's. Faults of a template around its Rego have
/// Gatekeeper's phrases. The project's own codes begin with `ferrego_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// `rego_parse_error`: the text is not valid Rego of its version.
    Parse,
    /// `rego_compile_error`: declarations, imports, rule clashes.
    Compile,
    /// `rego_type_error`: types that cannot match, unknown functions and references.
    Type,
    /// `rego_unsafe_var_error`: a variable that nothing binds.
    UnsafeVar,
    /// `rego_recursion_error`: rules that depend on themselves.
    Recursion,
    /// `ferrego_unsupported`: Rego that OPA accepts and this compiler does not support.
    Unsupported,
    /// `invalid yaml`: the document is not YAML, or a mapping has a duplicate key.
    Yaml,
    /// `invalid ConstraintTemplate`: the document is not a template, or lacks a required part of
    /// one.
    Template,
    /// `no language driver`: the template has no Rego, but code in another language.
    Driver,
    /// `missing required rules`: the template's module has no `violation`.
    RequiredRules,
    /// `invalid import`: an import that Gatekeeper refuses.
    Import,
    /// `invalid lib prefix`: a library's package is not below `data.lib`.
    LibPrefix,
    /// `invalid data references`: a reference to data that a template must not see.
    DataReference,
    /// `ferrego_entrypoint`: the modules do not define the requested rule.
    EntryPoint,
    /// `ferrego_internal`: a bug of this compiler.
    Internal,
    /// The name of a lint: the policy compiles, but looks wrong.
    Lint(&'static Lint),
}

impl Code {
    /// Every code of an error, in the order of declaration.
    pub const ALL: [Code; 15] = [
        Code::Parse,
        Code::Compile,
        Code::Type,
        Code::UnsafeVar,
        Code::Recursion,
        Code::Unsupported,
        Code::Yaml,
        Code::Template,
        Code::Driver,
        Code::RequiredRules,
        Code::Import,
        Code::LibPrefix,
        Code::DataReference,
        Code::EntryPoint,
        Code::Internal,
    ];

    /// Returns the code as messages show it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Parse => "rego_parse_error",
            Code::Compile => "rego_compile_error",
            Code::Type => "rego_type_error",
            Code::UnsafeVar => "rego_unsafe_var_error",
            Code::Recursion => "rego_recursion_error",
            Code::Unsupported => "ferrego_unsupported",
            Code::Yaml => "invalid yaml",
            Code::Template => "invalid ConstraintTemplate",
            Code::Driver => "no language driver",
            Code::RequiredRules => "missing required rules",
            Code::Import => "invalid import",
            Code::LibPrefix => "invalid lib prefix",
            Code::DataReference => "invalid data references",
            Code::EntryPoint => "ferrego_entrypoint",
            Code::Internal => "ferrego_internal",
            Code::Lint(lint) => lint.name,
        }
    }

    /// Returns the page that explains the code, in Markdown, with a wrong and a right example where
    /// a text can show them.
    pub fn page(self) -> &'static str {
        match self {
            Code::Parse => include_str!("pages/rego_parse_error.md"),
            Code::Compile => include_str!("pages/rego_compile_error.md"),
            Code::Type => include_str!("pages/rego_type_error.md"),
            Code::UnsafeVar => include_str!("pages/rego_unsafe_var_error.md"),
            Code::Recursion => include_str!("pages/rego_recursion_error.md"),
            Code::Unsupported => include_str!("pages/ferrego_unsupported.md"),
            Code::Yaml => include_str!("pages/invalid-yaml.md"),
            Code::Template => include_str!("pages/invalid-constrainttemplate.md"),
            Code::Driver => include_str!("pages/no-language-driver.md"),
            Code::RequiredRules => include_str!("pages/missing-required-rules.md"),
            Code::Import => include_str!("pages/invalid-import.md"),
            Code::LibPrefix => include_str!("pages/invalid-lib-prefix.md"),
            Code::DataReference => include_str!("pages/invalid-data-references.md"),
            Code::EntryPoint => include_str!("pages/ferrego_entrypoint.md"),
            Code::Internal => include_str!("pages/ferrego_internal.md"),
            Code::Lint(lint) => lint.page,
        }
    }
}
