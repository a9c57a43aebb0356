//! The names that can follow in a context.

use std::collections::BTreeSet;

use ferrego_runtime::builtins::{self, Builtin, Kind};

use super::context::Context;
use super::{At, Completion, CompletionKind};
use crate::ast::print::is_name;
use crate::ast::{HeadKind, Import, Module};
use crate::ide::hover::{about_builtin, parameter};
use crate::ide::names::Target;
use crate::lints::ShapeId;
use crate::parse;
use crate::source::RegoVersion;

/// The most definitions that lead from a variable to its value.
const MAX_DEPTH: usize = 8;

/// Returns all names that can follow. The replaced range of each begins at 0, and has the length of
/// the replaced text.
pub(super) fn all(at: &At<'_>, context: &Context<'_>) -> Vec<Completion> {
    let mut found = match context.base {
        Some(base) => {
            let mut found = fields(at, context, base);
            found.extend(of_packages(at, base));
            found
        }
        None => in_scope(at, context),
    };
    let prefix = context.base.map(|base| format!("{base}.")).unwrap_or_default();
    found.extend(of_builtins(at, &prefix));
    for one in &mut found {
        one.replaced.end += context.partial.len();
    }
    found
}

fn completion(label: impl Into<String>, kind: CompletionKind) -> Completion {
    let label = label.into();
    Completion {
        text: label.clone(),
        label,
        kind,
        detail: None,
        documentation: None,
        replaced: 0..0,
    }
}

/// Returns the fields of the value of a reference.
fn fields(at: &At<'_>, context: &Context<'_>, base: &str) -> Vec<Completion> {
    let facts = &at.policy.known.facts;
    let Some(shape) = shape(at, context, base, 0) else { return Vec::new() };
    let completion = |member: crate::lints::Member| {
        let is_name = is_name(&member.name);
        Completion {
            // A key that is not a name replaces the dot before it.
            text: if is_name { member.name.clone() } else { format!("[{:?}]", member.name) },
            replaced: 0..usize::from(!is_name),
            documentation: parameter(at.policy, &member.owner, &member.name),
            detail: Some(match member.type_name {
                Some(type_name) => format!("{type_name} ({})", member.owner),
                None => member.owner,
            }),
            ..completion(member.name, CompletionKind::Field)
        }
    };
    facts.members(shape).into_iter().map(completion).collect()
}

/// Returns the shape of a reference in the text.
fn shape(at: &At<'_>, context: &Context<'_>, text: &str, depth: usize) -> Option<ShapeId> {
    if depth == MAX_DEPTH {
        return None;
    }
    let term = parse::term(text).ok()?;
    let known = &at.policy.known;
    let variable = |name: &str| {
        let assigned = || assigned(at, context, name, depth);
        let typed = || known.variable(at.source, at.text, at.offset, name);
        let rule = || known.facts.rule(&own_path(at, name)?);
        assigned().filter(|shape| *shape != ShapeId::ANY).or_else(typed).or_else(rule)
    };
    known.facts.reference(&term, &variable, &context.kinds())
}

/// Returns the shape of the value that the definition assigns to a variable.
fn assigned(at: &At<'_>, context: &Context<'_>, name: &str, depth: usize) -> Option<ShapeId> {
    context.literals().rev().find_map(|literal| {
        if let Some((left, right)) = literal.split_once(":=") {
            return (left.trim() == name).then(|| shape(at, context, right.trim(), depth + 1))?;
        }
        let (names, collection) = literal.strip_prefix("some ")?.split_once(" in ")?;
        let last = names.rsplit(',').next()?.trim();
        let collection =
            (last == name).then(|| shape(at, context, collection.trim(), depth + 1))??;
        Some(at.policy.known.facts.member(collection))
    })
}

fn module<'p>(at: &At<'p>) -> Option<&'p Module> {
    at.policy.modules.get(at.source.0 as usize)?.as_ref()
}

fn own_path(at: &At<'_>, name: &str) -> Option<Vec<std::sync::Arc<str>>> {
    let package = &module(at)?.package.path;
    Some(package.iter().cloned().chain([name.into()]).collect())
}

/// Returns the rules of the package that a reference names, and the packages below it.
fn of_packages(at: &At<'_>, base: &str) -> Vec<Completion> {
    let mut parts = base.split('.');
    let head = parts.next().unwrap_or_default();
    let mut path: Vec<&str> = Vec::new();
    if head != "data" {
        let named = |import: &&Import| import.name().is_some_and(|name| **name == *head);
        let import = module(at).and_then(|module| module.imports.iter().find(named));
        let Some([root, rest @ ..]) = import.map(|import| &import.path[..]) else {
            return Vec::new();
        };
        if &**root != "data" {
            return Vec::new();
        }
        path.extend(rest.iter().map(|part| &**part));
    }
    path.extend(parts);
    let mut found = Vec::new();
    if path.is_empty() && at.policy.options.template {
        found.push(completion("inventory", CompletionKind::Package));
    }
    for module in at.policy.modules.iter().flatten() {
        let package: Vec<&str> = module.package.path.iter().map(|part| &**part).collect();
        if package == path {
            found.extend(rules(at, module));
        } else if package.starts_with(&path) {
            found.push(completion(package[path.len()], CompletionKind::Package));
        }
    }
    found
}

fn rules(at: &At<'_>, module: &Module) -> Vec<Completion> {
    let rule = |rule: &crate::ast::Rule| {
        let kind = match rule.head.kind {
            HeadKind::Function { .. } => CompletionKind::Function,
            HeadKind::Set { .. } | HeadKind::Value(_) => CompletionKind::Rule,
        };
        let head = at.policy.text(rule.head.span).split_whitespace().collect::<Vec<_>>().join(" ");
        Completion { detail: Some(head), ..completion(&*rule.head.reference.name.text, kind) }
    };
    module.rules.iter().map(rule).collect()
}

/// Returns all definitions to which a name without a dot can refer, except builtins.
fn in_scope(at: &At<'_>, context: &Context<'_>) -> Vec<Completion> {
    let mut found = variables(at, context);
    found.extend(["input", "data"].map(|name| completion(name, CompletionKind::Package)));
    let own = module(at);
    found.extend(keywords(own).map(|word| completion(word, CompletionKind::Keyword)));
    let Some(own) = own else { return found };
    let package = at.policy.modules.iter().flatten();
    let package = package.filter(|module| module.package.path == own.package.path);
    found.extend(package.flat_map(|module| rules(at, module)));
    for import in &own.imports {
        if let Some(name) = import.name() {
            let detail = Some(import.path.join("."));
            found.push(Completion { detail, ..completion(&**name, CompletionKind::Package) });
        }
    }
    found
}

/// The most variables whose types are shown.
const MAX_TYPED: usize = 100;

fn variables(at: &At<'_>, context: &Context<'_>) -> Vec<Completion> {
    let names = locals(at, context);
    let typed = names.len() <= MAX_TYPED;
    let variable = |name: String| {
        let shape = if typed { shape(at, context, &name, 0) } else { None };
        let detail = shape.and_then(|shape| at.policy.known.facts.type_name(shape));
        Completion { detail, ..completion(name, CompletionKind::Variable) }
    };
    names.into_iter().map(variable).collect()
}

/// Returns the keywords of a module. A module of v0 has those of v1 only if it imports them.
fn keywords(module: Option<&Module>) -> impl Iterator<Item = &'static str> {
    let is_future = |word: &str| matches!(word, "every" | "if" | "in" | "contains" | "and" | "or");
    let is_imported = move |word: &str| {
        let imports = module.into_iter().flat_map(|module| &module.imports);
        let mut future =
            imports.filter(|import| import.path.first().is_some_and(|root| &**root == "future"));
        future.any(|import| import.path.get(2).is_none_or(|imported| **imported == *word))
    };
    let v1 = module.is_none_or(|module| module.version == RegoVersion::V1);
    parse::keywords().filter(move |word| v1 || !is_future(word) || is_imported(word))
}

/// Returns the names of the variables before the place, and those of the whole definition if it has
/// no syntax errors.
fn locals(at: &At<'_>, context: &Context<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for literal in context.literals() {
        if let Some((left, _)) = literal.split_once(":=") {
            names.insert(left.trim().to_owned());
        } else if let Some(declared) = literal.strip_prefix("some ") {
            let declared = declared.split_once(" in ").map_or(declared, |(names, _)| names);
            names.extend(declared.split(',').map(|name| name.trim().to_owned()));
        }
    }
    let rule = module(at).and_then(|module| {
        let offset = u32::try_from(at.offset).ok()?;
        let contains =
            |rule: &crate::ast::Rule| (rule.span.start..=rule.span.end).contains(&offset);
        module.rules.iter().position(contains)
    });
    for occurrence in &at.policy.names.occurrences {
        if let Target::Local(scope, name) = &occurrence.target
            && scope.source == at.source
            && Some(scope.rule) == rule
        {
            names.insert(name.to_string());
        }
    }
    names.retain(|name| is_name(name) && *name != context.partial);
    names
}

/// Returns the builtins whose names begin with `prefix`, which ends with a dot or is empty.
fn of_builtins(at: &At<'_>, prefix: &str) -> Vec<Completion> {
    let v1 = module(at).is_some_and(|module| module.version == RegoVersion::V1);
    let is_offered = |builtin: &Builtin| {
        let usable = !matches!(builtin.kind, Kind::Refused(_) | Kind::Engine(_));
        let named = builtin.infix.is_empty() && !builtin.name.starts_with("internal.");
        usable && named && !(v1 && builtin.deprecated)
    };
    let offered = builtins::all().filter(|builtin| is_offered(builtin));
    let rest = offered.filter_map(|builtin| Some((builtin, builtin.name.strip_prefix(prefix)?)));
    rest.map(|(builtin, name)| Completion {
        detail: Some(builtin.signature.to_owned()),
        documentation: Some(about_builtin(builtin)),
        ..completion(name, CompletionKind::Builtin)
    })
    .collect()
}
