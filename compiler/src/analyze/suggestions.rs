//! Suggestions for the names in errors.
//!
//! ```text
//! not startwith(image, "corp/")    # undefined function startwith
//!                                  # help: did you mean `startswith`?
//! ```
//!
//! OPA's messages name the variable or function only. The candidates are the rules, imports and
//! variables that the module has, and the builtins.

use ferrego_runtime::builtins;

use super::messages::{self, Unknown};
use crate::ast::{self, Import, Module, Rule, TermKind};
use crate::diagnostics::{Diagnostic, Diagnostics, Label};
use crate::parse;
use crate::source::Source;
use crate::suggest::closest;

/// The help for `in` and template strings beside a rule named `internal`, as which OPA then reads the
/// functions of these operators.
const HIDES_OPERATOR: &str = "the rule `internal` hides the function of an operator such as `in`; \
                              rename the rule";

/// Adds help to the errors about unknown names that have none.
pub(super) fn add(modules: &[(&Source, Module)], mut errors: Diagnostics) -> Diagnostics {
    for error in errors.0.iter_mut().filter(|error| error.help.is_none()) {
        error.help = help(modules, error);
    }
    for error in &mut errors.0 {
        if let Some(import) = import(modules, error) {
            error.labels.push(import);
        }
    }
    errors
}

fn help(modules: &[(&Source, Module)], error: &Diagnostic) -> Option<String> {
    let name = match messages::unknown(error)? {
        Unknown::Variable("_") => return iteration(modules, error),
        Unknown::Variable(name) | Unknown::Function(name) if parse::meaning(name).is_some() => {
            return parse::meaning(name).map(|meaning| format!("write `{meaning}`"));
        }
        Unknown::Function(path) if method(path).is_some() => return method(path),
        Unknown::Variable(_) if rule_name(modules, error).is_some() => {
            return rule_name(modules, error).map(str::to_owned);
        }
        Unknown::Variable(name) => {
            let (_, module) = module(modules, error)?;
            let roots = ["input", "data"].into_iter();
            let own = roots.chain(variables(module, error)).chain(names(module));
            let Some(near) = closest(name, own.filter(|candidate| *candidate != name)) else {
                let other = key(modules, error).or_else(|| negation(modules, error, name));
                return other.or_else(|| Some(binding(name)));
            };
            near.to_owned()
        }
        Unknown::Function(path) if is_operator(path) => {
            return Some(HIDES_OPERATOR.to_owned());
        }
        Unknown::Function(path) if path.starts_with("data.") => {
            let all: Vec<String> = modules.iter().flat_map(|(_, module)| paths(module)).collect();
            let near =
                closest(path, all.iter().map(String::as_str)).filter(|near| *near != path)?;
            let (package, name) = near.rsplit_once('.')?;
            let is_same = path.rsplit_once('.').is_some_and(|(own, _)| own == package);
            if is_same { name.to_owned() } else { near.to_owned() }
        }
        Unknown::Function(name) if builtins::lookup(name).is_some() => {
            return Some(messages::HIDES_FUNCTION.to_owned());
        }
        Unknown::Function(name) => {
            let (_, module) = module(modules, error)?;
            let builtins = builtins::all().map(|builtin| builtin.name);
            closest(name, names(module).chain(builtins))?.to_owned()
        }
    };
    Some(format!("did you mean `{name}`?"))
}

/// Returns the import that makes the name of an unknown function the path in the error.
fn import(modules: &[(&Source, Module)], error: &Diagnostic) -> Option<Label> {
    let Unknown::Function(path) = messages::unknown(error)? else { return None };
    let (_, module) = module(modules, error)?;
    let is_of = |path: &str, import: &Import| {
        let imported = import.path.join(".");
        let rest = path.strip_prefix(&*imported);
        import.name().is_some() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let import = module.imports.iter().find(|import| is_of(path, import))?;
    Some(Label { span: import.span, message: "imported here".to_owned() })
}

/// Returns `true` for the function of an operator below a rule `internal`.
fn is_operator(path: &str) -> bool {
    let functions = ["member_2", "member_3", "template_string"];
    let found = path.rsplit_once(".internal.").map(|(_, function)| function);
    path.starts_with("data.") && found.is_some_and(|function| functions.contains(&function))
}

/// Returns the help for an error in a rule whose name is a word of another language.
fn rule_name(modules: &[(&Source, Module)], error: &Diagnostic) -> Option<&'static str> {
    let (_, module) = module(modules, error)?;
    let contains =
        |rule: &&Rule| rule.span.start <= error.span.start && error.span.end <= rule.span.end;
    let rule = module.rules.iter().find(contains)?;
    parse::rule_name(&rule.head.reference.name.text)
}

/// Returns the help for a builtin that is called as a method: `name.contains("a")`.
fn method(path: &str) -> Option<String> {
    let (value, name) = match path.strip_suffix("\"]") {
        Some(rest) => rest.rsplit_once("[\"")?,
        None => path.rsplit_once('.')?,
    };
    let is_builtin = builtins::lookup(name).is_some() && !path.starts_with("data.");
    is_builtin.then(|| format!("write `{name}({value}, …)`: builtins are not methods"))
}

/// Returns the help for a key with a hyphen or a slash: `labels.app-name`.
fn key(modules: &[(&Source, Module)], error: &Diagnostic) -> Option<String> {
    let (source, _) = module(modules, error)?;
    let line = source.text.get(..error.span.start as usize)?.rsplit('\n').next()?;
    let rest = source.text.get(error.span.start as usize..)?;
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
    let word = &line[line.trim_end_matches(is_part).len()..];
    let end = rest.find(|letter: char| !is_part(letter)).unwrap_or(rest.len());
    let path = format!("{word}{}", &rest[..end]);
    let hyphen = path.find(['-', '/'])?;
    let maps = ["labels.", "annotations."];
    let of_map = maps.iter().find_map(|map| path.find(map).map(|at| at + map.len() - 1));
    let end = of_map.or_else(|| path[..hyphen].rfind('.'))?;
    let (object, key) = (&path[..end], &path[end + 1..]);
    Some(format!("write `{object}[\"{key}\"]`: a name has no hyphen and no slash"))
}

/// Returns the help for `not labels[key]`, in which nothing binds the variable.
fn negation(modules: &[(&Source, Module)], error: &Diagnostic, name: &str) -> Option<String> {
    let (source, _) = module(modules, error)?;
    let text = source.text.get(error.span.start as usize..)?;
    let help = format!("`not` binds no variables: bind `{name}` in a literal outside of it");
    text.starts_with("not ").then_some(help)
}

/// Returns the help for a variable that nothing binds and no name is like.
fn binding(name: &str) -> String {
    format!(
        "nothing gives `{name}` a value: write `{name} := …`, or iterate with it, as in `xs[{name}]`"
    )
}

/// Returns the help for `not xs[_] == 1`, in which nothing binds the wildcard.
fn iteration(modules: &[(&Source, Module)], error: &Diagnostic) -> Option<String> {
    let (source, _) = module(modules, error)?;
    let text = source.text.get(error.span.start as usize..)?;
    let help = "`not` cannot iterate: test one element in a helper rule, and negate that rule";
    text.starts_with("not ").then(|| help.to_owned())
}

fn module<'m>(
    modules: &'m [(&Source, Module)],
    error: &Diagnostic,
) -> Option<(&'m Source, &'m Module)> {
    modules.get(error.span.source.0 as usize).map(|(source, module)| (*source, module))
}

/// Returns the names of a module's rules and imports.
fn names(module: &Module) -> impl Iterator<Item = &str> {
    let rules = module.rules.iter().map(|rule| &*rule.head.reference.name.text);
    let imports = module.imports.iter().filter_map(|import| import.name()).map(|name| &**name);
    rules.chain(imports)
}

/// Returns the variables in the rule that contains the error.
fn variables<'m>(module: &'m Module, error: &Diagnostic) -> Vec<&'m str> {
    let contains =
        |rule: &&Rule| rule.span.start <= error.span.start && error.span.end <= rule.span.end;
    let mut found = Vec::new();
    for rule in module.rules.iter().filter(contains) {
        ast::walk::terms(rule, &mut |term| {
            if let TermKind::Var(name) = &term.kind {
                found.push(&**name);
            }
        });
    }
    found
}

/// Returns the paths of a module's rules: `data.lib.helpers.is_pod`.
fn paths(module: &Module) -> impl Iterator<Item = String> {
    let package = module.package.path.join(".");
    module.rules.iter().map(move |rule| format!("data.{package}.{}", rule.head.reference.name.text))
}
