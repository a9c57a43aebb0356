//! The catalogue of codes.

/// What kind of fault a diagnostic reports. OPA's codes where OPA has one (`ast/errors.go`),
/// Gatekeeper's phrases for faults of a template around its Rego, and the project's own, which
/// begin with `ferrego_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// `rego_parse_error`: the text is no Rego of its version.
    Parse,
    /// `rego_compile_error`: declarations, imports, rule clashes.
    Compile,
    /// `rego_type_error`: types that cannot match, unknown functions and references.
    Type,
    /// `rego_unsafe_var_error`: a variable that nothing binds.
    UnsafeVar,
    /// `rego_recursion_error`: rules that need themselves.
    Recursion,
    /// `ferrego_unsupported`: valid for OPA, refused here.
    Unsupported,
    /// `invalid yaml`: the document is no YAML, or a mapping has a key twice.
    Yaml,
    /// `invalid ConstraintTemplate`: the document is none, or lacks what every template has.
    Template,
    /// `no language driver`: the template holds no Rego, only another language.
    Driver,
    /// `missing required rules`: the template's module has no `violation`.
    RequiredRules,
    /// `invalid import`: an import that Gatekeeper refuses.
    Import,
    /// `invalid lib prefix`: a library's package is not below `data.lib`.
    LibPrefix,
    /// `invalid data references`: a reference to data that a template must not see.
    DataReference,
    /// `ferrego_entrypoint`: the rule asked for is not in the modules.
    EntryPoint,
}

impl Code {
    /// Every code, in the order of their declaration.
    pub const ALL: [Code; 14] = [
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
    ];

    /// The code as messages show it.
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
        }
    }
}
