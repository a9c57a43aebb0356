//! The diagnostics that `analyze` reports: codes and messages. If OPA reports an error, the message
//! is OPA's.

use ferrego_runtime::builtins::Builtin;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

fn compile(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::Compile, span, message)
}

fn type_error(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::Type, span, message)
}

fn unsafe_var(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::UnsafeVar, span, message)
}

/// Reports an unused import, in strict mode.
pub(crate) fn unused_import(span: Span, import: &str) -> Diagnostic {
    compile(span, format!("{import} unused"))
}

/// Reports a duplicate import name.
pub(crate) fn import_shadows(span: Span, import: &str) -> Diagnostic {
    compile(span, format!("import must not shadow {import}"))
}

/// Reports a rule named `input` or `data`.
pub(crate) fn rule_shadows(span: Span, name: &str) -> Diagnostic {
    compile(span, format!("rules must not shadow {name} (use a different rule name)"))
}

/// Reports a parameter named `input` or `data`.
pub(crate) fn argument_shadows(span: Span, name: &str) -> Diagnostic {
    compile(span, format!("args must not shadow {name} (use a different variable name)"))
}

/// Reports a variable named `input` or `data`.
pub(crate) fn variable_shadows(span: Span, name: &str) -> Diagnostic {
    compile(span, format!("variables must not shadow {name} (use a different variable name)"))
}

/// Reports a name that cannot be declared again; `message` states its earlier use.
pub(crate) fn redeclared(span: Span, message: String) -> Diagnostic {
    compile(span, message)
}

/// Reports `not x := 1`.
pub(crate) fn assign_in_negation(span: Span) -> Diagnostic {
    compile(span, "cannot assign vars inside negated expression")
        .with_help("`not` binds no variables: compare with `==`, or assign in a literal before")
}

/// Reports a `:=` whose left operand is not a pattern.
pub(crate) fn cannot_assign(span: Span, kind: &str) -> Diagnostic {
    compile(span, format!("cannot assign to {kind}"))
        .with_help("`:=` declares the variables on its left; compare with `==`")
}

/// Reports a call in the parameters of a function's definition.
pub(crate) fn call_as_argument(span: Span) -> Diagnostic {
    compile(span, "rule arguments cannot contain calls")
        .with_help("give the argument a name, and call the function in the body")
}

/// The help for a call of a function whose name is a local variable.
pub(super) const HIDES_FUNCTION: &str = "a variable hides the function; rename the variable";

/// Reports a call of a function whose name is a local variable.
pub(crate) fn function_shadowed(span: Span, name: &str) -> Diagnostic {
    compile(span, format!("called function {name} shadowed")).with_help(HIDES_FUNCTION)
}

/// Reports an unused parameter, in strict mode.
pub(crate) fn unused_argument(span: Span, name: &str) -> Diagnostic {
    compile(span, format!("unused argument {name}. (hint: use _ (wildcard variable) instead)"))
}

/// Reports an unused variable of `:=`, in strict mode.
pub(crate) fn unused_assigned(span: Span, name: &str) -> Diagnostic {
    compile(span, format!("assigned var {name} unused"))
}

/// Reports an unused variable of `some` or `every`.
pub(crate) fn unused_declared(span: Span, name: &str) -> Diagnostic {
    compile(span, format!("declared var {name} unused"))
        .with_help("use the variable, or remove its declaration")
}

/// Reports an unbound variable in a template string or a `print`.
pub(crate) fn undeclared(span: Span, name: &str) -> Diagnostic {
    compile(span, format!("var {name} is undeclared"))
}

/// Reports a call in a template string that may have several values.
pub(crate) fn relation_in_template(span: Span, name: &str) -> Diagnostic {
    let what = "that may cause multiple outputs";
    compile(span, format!("illegal call to relation built-in '{name}' {what}"))
}

/// Reports a call without a value where a value is needed.
pub(crate) fn void_call(span: Span, call: &str) -> Diagnostic {
    type_error(span, format!("{call} used as value"))
        .with_help("the function returns nothing; make the call a literal of its own")
}

/// Reports a call whose operator is not a function.
pub(crate) fn undefined_function(span: Span, name: &str) -> Diagnostic {
    type_error(span, format!("undefined function {name}"))
}

/// Reports a call of the program's function with the wrong number of arguments. `definition` is its
/// first definition.
pub(crate) fn wrong_arity(
    span: Span,
    name: &str,
    arity: usize,
    given: usize,
    definition: Option<Span>,
) -> Diagnostic {
    let message = format!("function {name} has arity {arity}, got {}", arguments(given));
    let fault = type_error(span, message);
    match definition {
        Some(definition) => fault.with_label(definition, "defined here"),
        None => fault,
    }
}

/// Reports a call of a builtin with the wrong number of arguments.
pub(crate) fn wrong_builtin_arity(
    span: Span,
    builtin: &Builtin,
    arity: usize,
    given: usize,
) -> Diagnostic {
    let Builtin { name, signature, .. } = builtin;
    let takes = arguments(arity);
    type_error(span, format!("{name}: arity mismatch"))
        .with_help(format!("`{name}{signature}` takes {takes}, found {given}"))
}

fn arguments(count: usize) -> String {
    if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") }
}

/// Reports a rule of another kind or number of parameters than the `first` at its path.
pub(crate) fn conflicting_rules(span: Span, path: &str, first: Span) -> Diagnostic {
    type_error(span, format!("conflicting rules {path} found"))
        .with_label(first, "the first definition")
        .with_help(
            "all definitions of a rule are one value, a set, an object, or a function with the same \
             number of arguments",
        )
}

/// Reports a rule with one value that has other rules below it. The `others` are their paths, and
/// one of them is at `below`.
pub(crate) fn rule_conflicts(
    span: Span,
    path: &str,
    others: &[String],
    below: Option<Span>,
) -> Diagnostic {
    let fault = type_error(span, format!("rule {path} conflicts with:\n\t{}", others.join("\n\t")))
        .with_help("a rule with one value has no rules below its path; rename one of them");
    match below {
        Some(below) => fault.with_label(below, "a rule below the path"),
        None => fault,
    }
}

/// Reports several defaults at one path; `locations` are their files and lines, and the `first` is
/// one of them.
pub(crate) fn multiple_defaults(
    span: Span,
    path: &str,
    locations: &[String],
    first: Span,
) -> Diagnostic {
    let locations = locations.join(", ");
    type_error(span, format!("multiple default rules {path} found at {locations}"))
        .with_label(first, "the first default")
        .with_help("keep one default")
}

/// Reports a package at the path of a rule at `place`, whose file and line are `location`.
pub(crate) fn package_conflicts(
    span: Span,
    package: &str,
    rule: &str,
    location: &str,
    place: Span,
) -> Diagnostic {
    type_error(span, format!("package {package} conflicts with rule {rule} defined at {location}"))
        .with_label(place, "the rule")
        .with_help("rename the rule or the package")
}

/// Reports a rule at the path of a document in `data`.
pub(crate) fn base_document_conflicts(span: Span, path: &str) -> Diagnostic {
    compile(span, format!("conflicting rule for data path {path} found"))
}

/// Reports an unbound variable.
pub(crate) fn unsafe_variable(span: Span, name: &str) -> Diagnostic {
    if matches!(name, "in" | "every" | "contains" | "if") {
        let hint = format!("`import future.keywords.{name}` to import a future keyword");
        return unsafe_var(span, format!("var {name} is unsafe (hint: {hint})"));
    }
    unsafe_var(span, format!("var {name} is unsafe"))
}

/// Reports an expression with an unbound part that has no name.
pub(crate) fn unsafe_expression(span: Span) -> Diagnostic {
    unsafe_var(span, "expression is unsafe")
}

/// Reports a rule that depends on itself; `path` is the cycle, and `reference` leads to its second
/// rule.
pub(crate) fn recursive(span: Span, rule: &str, path: &[String], reference: Span) -> Diagnostic {
    let path = path.join(" -> ");
    Diagnostic::new(Code::Recursion, span, format!("rule {rule} is recursive: {path}"))
        .with_label(reference, "the cycle begins here")
        .with_help("Rego has no recursion; `walk(value, [path, part])` visits all parts of a value")
}

/// Reports a `with` that replaces a part of a rule.
pub(crate) fn with_inside_rule(span: Span) -> Diagnostic {
    compile(span, "with keyword cannot partially replace virtual document(s)")
}

/// Reports a `with` of something that cannot be replaced.
pub(crate) fn with_target(span: Span) -> Diagnostic {
    type_error(span, "with keyword target must reference existing input, data, or a function")
        .with_help("`with` replaces `input`, a document of `data`, or a function by its name")
}

/// Reports a `with` of a builtin that must not be replaced.
pub(crate) fn with_builtin(span: Span, why: &str) -> Diagnostic {
    compile(span, format!("with keyword replacing built-in function: {why}"))
}

/// Reports a METADATA comment that is not a valid annotation.
pub(crate) fn annotation(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::Parse, span, why)
}

/// Reports a duplicate annotation: equal scope, equal target.
pub(crate) fn annotation_redeclared(span: Span, scope: &str) -> Diagnostic {
    type_error(span, format!("{scope} annotation redeclared"))
}

/// Reports a builtin that version 1 has removed.
pub(crate) fn deprecated_builtin(span: Span, name: &str) -> Diagnostic {
    type_error(span, format!("deprecated built-in function calls in expression: {name}"))
}

/// Reports a builtin that this runtime does not implement.
pub(crate) fn unsupported_builtin(span: Span, name: &str, reason: &str) -> Diagnostic {
    let message = format!("built-in function `{name}` is not supported: {reason}");
    Diagnostic::new(Code::Unsupported, span, message)
}

/// Reports a construct that OPA accepts and this compiler does not support.
pub(crate) fn unsupported(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::Unsupported, span, what)
}

/// A name that an error calls unknown.
pub(super) enum Unknown<'e> {
    /// A variable that nothing binds.
    Variable(&'e str),
    /// A call's operator that is not a function.
    Function(&'e str),
}

/// Returns the name that an error of [`unsafe_variable`] or [`undefined_function`] is about.
pub(super) fn unknown(error: &Diagnostic) -> Option<Unknown<'_>> {
    let message = &*error.message;
    match error.code {
        Code::UnsafeVar => {
            let name = message.strip_prefix("var ")?.strip_suffix(" is unsafe")?;
            Some(Unknown::Variable(name))
        }
        Code::Type => message.strip_prefix("undefined function ").map(Unknown::Function),
        _ => None,
    }
}
