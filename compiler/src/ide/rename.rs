//! Renames variables and rules.
//!
//! A new name must occur nowhere in the scope of the old one. All places of the old name then change
//! to a name that has no other meaning there, so no answer changes.

use std::fmt;

use super::names::{Occurrence, Target, builtin};
use super::{Analysis, Change, Location, Policy};
use crate::parse;

/// The reason why a name cannot change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameError(String);

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RenameError {}

fn refuse<T>(reason: impl Into<String>) -> Result<T, RenameError> {
    Err(RenameError(reason.into()))
}

impl Analysis {
    /// Returns the place of the name at a byte of the file, if it can change.
    ///
    /// # Errors
    /// Returns the reason why it cannot.
    pub fn renamable(&self, offset: usize) -> Result<Location, RenameError> {
        let Some((policy, occurrence)) = self.occurrence(offset) else {
            return refuse("expected the name of a variable, rule or function");
        };
        places(policy, occurrence)?;
        policy.location(occurrence.span).ok_or_else(hidden)
    }

    /// Returns the changes that give the name at a byte of the file another name.
    ///
    /// # Errors
    /// Returns the reason why the name cannot change, or cannot become `name`.
    pub fn rename(&self, offset: usize, name: &str) -> Result<Vec<Change>, RenameError> {
        let Some((policy, occurrence)) = self.occurrence(offset) else {
            return refuse("expected the name of a variable, rule or function");
        };
        let places = places(policy, occurrence)?;
        check_name(policy, occurrence, name)?;
        let change = |location| Change { location, text: name.to_owned() };
        Ok(places.into_iter().map(change).collect())
    }
}

fn hidden() -> RenameError {
    RenameError(
        "the YAML does not hold the Rego line by line; write it as a block (`|`)".to_owned(),
    )
}

/// Returns all places of a name, if it can change.
fn places(policy: &Policy, occurrence: &Occurrence) -> Result<Vec<Location>, RenameError> {
    let old = policy.text(occurrence.span);
    if !policy.complete {
        return refuse("expected a policy without syntax errors");
    }
    match &occurrence.target {
        Target::Builtin(name) => return refuse(format!("`{name}` is a builtin")),
        Target::Import(source, path) => {
            let module = policy.modules.get(source.0 as usize).and_then(Option::as_ref);
            let mut imports = module.into_iter().flat_map(|module| &module.imports);
            if !imports.any(|one| one.path == *path && one.alias.is_some()) {
                return refuse("the import takes its name from its path; give it one with `as`");
            }
        }
        Target::Rule(path) => check_rule(policy, path)?,
        Target::Local(..) => {}
    }
    let all: Vec<&Occurrence> = policy.names.of_target(&occurrence.target).collect();
    if all.iter().any(|one| !one.plain || policy.text(one.span) != old) {
        return refuse(format!("`{old}` is also written in another way, such as a string"));
    }
    all.iter().map(|one| policy.location(one.span).ok_or_else(hidden)).collect()
}

fn check_rule(policy: &Policy, path: &[std::sync::Arc<str>]) -> Result<(), RenameError> {
    let Some((name, package)) = path.split_last() else { return refuse("expected a rule") };
    if !policy.options.template {
        return refuse("other files may read the rule; only rules of templates can be renamed");
    }
    let main = policy.modules.first().and_then(Option::as_ref);
    if &**name == "violation" && main.is_some_and(|main| main.package.path == package) {
        return refuse("Gatekeeper evaluates `violation` by its name");
    }
    let rules = policy.modules.iter().flatten().filter(|module| module.package.path == package);
    let mut rules = rules.flat_map(|module| &module.rules);
    let is_own = |rule: &&crate::ast::Rule| rule.head.reference.name.text == *name;
    let Some(_) = rules.clone().find(is_own) else {
        return refuse("the rule is not defined in this file");
    };
    if rules.any(|rule| is_own(&rule) && rule.head.reference.operands.iter().any(is_field)) {
        return refuse("the rule's name has several parts");
    }
    let dynamic = |read: &Vec<std::sync::Arc<str>>| package.starts_with(read) || *read == package;
    if policy.names.dynamic.iter().any(dynamic) {
        return refuse("a reference reads the whole package, or a rule whose name it computes");
    }
    Ok(())
}

fn is_field(operand: &crate::ast::Operand) -> bool {
    matches!(operand, crate::ast::Operand::Field(_))
}

/// Checks that the new name has no meaning where the old one occurs.
fn check_name(policy: &Policy, occurrence: &Occurrence, name: &str) -> Result<(), RenameError> {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if !first
        || !letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        || name == "_"
    {
        return refuse(format!(
            "expected a name of letters, digits and underscores, found `{name}`"
        ));
    }
    if parse::keywords().any(|word| word == name) || matches!(name, "input" | "data") {
        return refuse(format!("`{name}` is a word of the language"));
    }
    let prefix = format!("{name}.");
    let is_builtin =
        |builtin: &&ferrego_runtime::builtins::Builtin| builtin.name.starts_with(&prefix);
    if builtin(name).is_some()
        || ferrego_runtime::builtins::all().any(|builtin| is_builtin(&builtin))
    {
        return refuse(format!("`{name}` is the name of builtins"));
    }
    let same_scope = |one: &&Occurrence| match (&occurrence.target, &one.target) {
        (Target::Local(scope, _), Target::Local(other, _)) => {
            scope.source == other.source && scope.rule == other.rule
        }
        _ => true,
    };
    let mut taken = policy.names.occurrences.iter().filter(same_scope);
    let is_taken = |one: &Occurrence| policy.text(one.span) == name || ends_with(&one.target, name);
    if taken.any(is_taken) {
        return refuse(format!("`{name}` already has a meaning here"));
    }
    Ok(())
}

fn ends_with(target: &Target, name: &str) -> bool {
    match target {
        Target::Rule(path) | Target::Import(_, path) => {
            path.last().is_some_and(|last| **last == *name)
        }
        Target::Local(_, own) => **own == *name,
        Target::Builtin(_) => false,
    }
}
