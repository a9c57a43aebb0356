//! Modules: a policy, and a library that it imports.

use std::sync::Arc;

use ferrego_compiler::ast::{Import, Module, Package, Rule};
use ferrego_compiler::source::{RegoVersion, Span};

use super::tree::name;
use super::writer::{Signature, Style, Writer};

const RULES: &[&str] = &[
    "containers",
    "exempt",
    "good_image",
    "has_key",
    "limit_of",
    "normalise",
    "allowed",
    "labels",
    "is_bad",
    "total",
    "kinds",
    "mode",
    "names",
    "impl",
    "total_of",
    "default_name",
];

/// The last name in the package of the library.
const LIBRARY: &str = "util";

/// Returns the modules of a policy. The main module comes first.
pub(super) fn modules(writer: &mut Writer) -> Vec<Module> {
    let mut modules = Vec::new();
    if writer.draw.chance(30) {
        let style = writer.style;
        let library = library(writer);
        modules.push(library);
        writer.style = style;
    }
    let mut imports = imports(writer);
    imports.extend(import_library(writer));
    let mut rules = rules(writer, 0);
    rules.extend(writer.violations());
    if writer.draw.chance(25) {
        writer.draw.shuffle(&mut rules);
        defaults_first(&mut rules);
    }
    modules.insert(0, module(writer, &["main"], imports, rules));
    modules
}

fn library(writer: &mut Writer) -> Module {
    let imports = imports(writer);
    let rules = rules(writer, 8);
    module(writer, &["lib", LIBRARY], imports, rules)
}

/// Returns the imports of the library, and renames its rules accordingly in the main module.
fn import_library(writer: &mut Writer) -> Vec<Import> {
    if writer.rules.is_empty() {
        return Vec::new();
    }
    let signatures: Vec<Signature> = writer.rules.clone();
    let way = writer.draw.below(4);
    let prefix = match way {
        0 => "util",
        1 => "u",
        2 => "data.lib.util",
        _ => "",
    };
    for signature in &mut writer.rules {
        if !prefix.is_empty() {
            signature.path = format!("{prefix}.{}", signature.path);
        }
    }
    match way {
        0 => vec![import(&["data", "lib", LIBRARY], None)],
        1 => vec![import(&["data", "lib", LIBRARY], Some("u"))],
        2 => Vec::new(),
        _ => signatures
            .iter()
            .map(|signature| import(&["data", "lib", LIBRARY, &signature.path], None))
            .collect(),
    }
}

fn imports(writer: &mut Writer) -> Vec<Import> {
    match writer.style {
        Style::ImportsV1 => vec![import(&["rego", "v1"], None)],
        Style::Keywords => ["in", "if", "contains", "every"]
            .iter()
            .map(|keyword| import(&["future", "keywords", keyword], None))
            .collect(),
        Style::Classic | Style::V1 => Vec::new(),
    }
}

fn import(path: &[&str], alias: Option<&str>) -> Import {
    let path = path.iter().map(|part| Arc::from(*part)).collect();
    Import { path, alias: alias.map(name), span: Span::default() }
}

fn rules(writer: &mut Writer, from: usize) -> Vec<Rule> {
    let count = writer.draw.between(1, 5);
    let mut rules = Vec::new();
    // An idiom's helpers have names that the library and the policy must not both define.
    for _ in 0..if from == 0 { writer.draw.weighted(&[(5, 0), (3, 1), (2, 2)]) } else { 0 } {
        rules.extend(writer.idiom());
    }
    for rule_name in &RULES[from..from + count] {
        rules.extend(writer.rules_of(rule_name));
    }
    rules
}

fn defaults_first(rules: &mut [Rule]) {
    rules.sort_by_key(|rule| !rule.default);
}

fn module(writer: &Writer, path: &[&str], imports: Vec<Import>, rules: Vec<Rule>) -> Module {
    let version = if writer.style.strict() { RegoVersion::V1 } else { RegoVersion::V0 };
    let path = path.iter().map(|part| Arc::from(*part)).collect();
    let package = Package { path, span: Span::default() };
    Module { version, package, imports, rules, comments: Vec::new() }
}
