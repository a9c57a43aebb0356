//! Builtins that Rego v1 refuses.

use ferrego_runtime::builtins::Builtin;

use crate::ast::walk::{self, Node};
use crate::ast::{Call, LiteralKind as SyntaxKind, Rule, Term, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{Callee, LiteralKind};
use crate::source::Span;

use super::call_index::CallIndex;
use super::{Findings, Subject, bodies};

/// A module of version 0 calls a builtin that version 1 refuses.
pub(super) static DEPRECATED_BUILTIN: Lint = Lint {
    name: "deprecated-builtin",
    group: Group::Compatibility,
    summary: "a call of a builtin that Rego v1 refuses",
    page: include_str!("pages/deprecated-builtin.md"),
};

/// The replacement of a deprecated builtin.
enum Replacement {
    /// A builtin with the same operands.
    Builtin(&'static str),
    /// An infix operator.
    Operator(&'static str),
    /// Something that depends on the operands.
    Advice(&'static str),
}

fn replacement(name: &str) -> Replacement {
    match name {
        "re_match" => Replacement::Builtin("regex.match"),
        "net.cidr_overlap" => Replacement::Builtin("net.cidr_contains"),
        "set_diff" => Replacement::Operator("-"),
        "any" => Replacement::Advice("write `true in xs`, after `import future.keywords.in`"),
        "all" => Replacement::Advice("write `every x in xs { x }`, after `import future.keywords`"),
        "cast_array" => Replacement::Advice("write `[x | x := xs[_]]`, or test with `is_array`"),
        "cast_set" => Replacement::Advice("write `{x | x := xs[_]}`, or test with `is_set`"),
        "cast_string" => Replacement::Advice("test the type with `is_string`"),
        "cast_boolean" => Replacement::Advice("test the type with `is_boolean`"),
        "cast_null" => Replacement::Advice("test the type with `is_null`"),
        "cast_object" => Replacement::Advice("test the type with `is_object`"),
        _ => Replacement::Advice("use another builtin"),
    }
}

/// Reports calls of deprecated builtins.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut found: Vec<(&'static Builtin, Span)> = Vec::new();
    for branch in bodies::branches(subject.program) {
        bodies::of_branch(branch, &mut |body| {
            for literal in body {
                if let LiteralKind::Call { callee: Callee::Builtin(builtin), .. } = literal.kind
                    && builtin.deprecated
                {
                    found.push((builtin, literal.span));
                }
            }
        });
    }
    if found.is_empty() {
        return;
    }
    let calls = CallIndex::of(subject);
    for (builtin, span) in found {
        findings.report(finding(subject, builtin, span, calls.at(span)));
    }
}

fn finding(
    subject: &Subject<'_>,
    builtin: &Builtin,
    span: Span,
    call: Option<(Span, &Call)>,
) -> Diagnostic {
    let place = call.map_or(span, |(_, call)| call.function.span);
    let message = format!("builtin `{}` is deprecated; Rego v1 refuses it", builtin.name);
    let finding = Diagnostic::warning(&DEPRECATED_BUILTIN, place, message);
    match (replacement(builtin.name), call) {
        (Replacement::Builtin(name), Some(_)) => {
            let word = name.split('.').next().unwrap_or_default();
            if is_bound(subject, place, word) {
                let help = format!("rename `{word}`, which hides the builtin, and write `{name}`");
                return finding.with_help(help);
            }
            finding.with_help(format!("write `{name}`")).with_fix(true, place, name)
        }
        (Replacement::Builtin(name), None) => finding.with_help(format!("write `{name}`")),
        (Replacement::Operator(operator), Some((whole, call))) => {
            let operands: Vec<String> = call
                .arguments
                .iter()
                .map(|operand| match operand.kind {
                    TermKind::Infix(_) => format!("({})", subject.text(operand.span)),
                    _ => subject.text(operand.span).to_owned(),
                })
                .collect();
            let text = format!("({})", operands.join(&format!(" {operator} ")));
            // Of two numbers, the operator is a number, and the builtin an error.
            finding.with_help(format!("write `a {operator} b`")).with_fix(false, whole, text)
        }
        (Replacement::Operator(operator), None) => {
            finding.with_help(format!("write `a {operator} b`"))
        }
        (Replacement::Advice(help), _) => finding.with_help(help),
    }
}

/// Returns `true` if `word` may name a rule, an import or a variable in the module of a place, so that
/// a builtin `word.…` cannot be called there.
fn is_bound(subject: &Subject<'_>, place: Span, word: &str) -> bool {
    let Some(module) = subject.modules.get(place.source.0 as usize) else { return true };
    let is_rule = subject.modules.iter().flat_map(|module| &module.rules);
    let mut is_rule = is_rule.map(|rule| &rule.head.reference.name.text);
    let mut imported = module.imports.iter().map(|import| match &import.alias {
        Some(alias) => Some(&alias.text),
        None => import.path.last(),
    });
    is_rule.any(|name| &**name == word)
        || imported.any(|name| name.is_some_and(|name| &**name == word))
        || module.rules.iter().any(|rule| is_variable(rule, word))
}

/// Returns `true` if a rule has a variable `word`, or a reference to it that is not a call.
fn is_variable(rule: &Rule, word: &str) -> bool {
    let names = |term: &Term| matches!(&term.kind, TermKind::Var(name) if &**name == word);
    let mut functions = Vec::new();
    let mut found = false;
    walk::nodes(rule, &mut |node| match node {
        Node::Term(term) => match &term.kind {
            TermKind::Call(call) => functions.push(call.function.span),
            TermKind::Ref(reference) if !functions.contains(&term.span) => {
                found |= names(&reference.head);
            }
            _ => found |= names(term),
        },
        Node::Body(body) => {
            for literal in &body.literals {
                found |= match &literal.kind {
                    SyntaxKind::Some(declared) => declared.iter().any(|name| &*name.text == word),
                    SyntaxKind::Every { key, value, .. } => {
                        let mut declared = key.iter().chain([value]);
                        declared.any(|name| &*name.text == word)
                    }
                    _ => false,
                };
            }
        }
    });
    found
}
