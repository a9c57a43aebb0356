//! Checks Gatekeeper's requirements on a template's Rego
//! (`frameworks/constraint/pkg/client/drivers/rego/rewriter` and `…/regolib`).

use super::faults::{Fault, quoted};
use super::libraries;
use crate::ast::walk::terms;
use crate::ast::{HeadKind, Import, Module, Operand, Rule, Term, TermKind};
use crate::diagnostics::Diagnostics;
use crate::source::Source;
use crate::suggest::misspelled;

/// Checks the modules of a template. The module with `violation` comes first, then the libraries,
/// in the order of `sources`.
///
/// The faults are a missing rule `violation`, imports other than `data.lib…` and
/// `future.keywords…`, and libraries outside `data.lib`. References to data other than the
/// inventory and libraries are faults too.
pub fn check(modules: &[Module], sources: &[Source]) -> Diagnostics {
    let mut faults = Diagnostics::default();
    if let Some(entry) = modules.first() {
        required_rules(entry, &mut faults);
    }
    for library in modules.iter().skip(1) {
        library_package(library, &mut faults);
    }
    for module in modules {
        module.imports.iter().for_each(|import| check_import(import, &mut faults));
        for rule in &module.rules {
            check_references(rule, sources, &mut faults);
            libraries::check(rule, sources, &mut faults);
        }
    }
    faults
}

fn required_rules(entry: &Module, faults: &mut Diagnostics) {
    let found = entry.rules.iter().any(is_violation);
    if !found {
        let fault = Fault::NoViolation.at(entry.package.span);
        let names = entry.rules.iter().map(|rule| &rule.head.reference.name);
        let near = misspelled("violation", names.clone().map(|name| &*name.text));
        let near = near.and_then(|near| names.into_iter().find(|name| *name.text == *near));
        faults.push(match near {
            Some(name) if &*name.text == "violation" => {
                fault.with_label(name.span, "not a set: write `violation contains {\"msg\": msg}`")
            }
            Some(name) => fault.with_label(name.span, "did you mean `violation`?"),
            None => fault,
        });
    }
}

/// Returns `true` if OPA's parser names the rule `violation` (`Head.Name`). A reference of two steps
/// has that name if the rule makes an object, unless its values are the `true` of `p[x] if …`. A
/// longer reference never has it.
fn is_violation(rule: &Rule) -> bool {
    let reference = &rule.head.reference;
    let is_named = match (&rule.head.kind, reference.operands.len()) {
        (_, 0) => true,
        (HeadKind::Value(value), 1) => value.is_some() || !rule.head.uses_if,
        _ => false,
    };
    is_named && &*reference.name.text == "violation"
}

fn library_package(library: &Module, faults: &mut Diagnostics) {
    let path = &library.package.path;
    let below = path.len() > 1 && path.first().is_some_and(|root| &**root == "lib");
    if !below {
        let path = format!("data.{}", path.join("."));
        faults.push(Fault::LibPrefix { path: &path }.at(library.package.span));
    }
}

fn check_import(import: &Import, faults: &mut Diagnostics) {
    let path: Vec<&str> = import.path.iter().map(|part| &**part).collect();
    match path[..] {
        ["data", "lib", ..] | ["future", "keywords", ..] => {}
        _ => faults.push(Fault::BadImport { path: &path.join(".") }.at(import.span)),
    }
}

fn check_references(rule: &Rule, sources: &[Source], faults: &mut Diagnostics) {
    terms(rule, &mut |term| {
        if is_disallowed(term) {
            let reference = quoted(term.span, sources);
            faults.push(Fault::DataReference { reference }.at(term.span));
        }
    });
}

/// Returns `true` if the term is a reference to data that is neither inventory nor library.
fn is_disallowed(term: &Term) -> bool {
    match &term.kind {
        TermKind::Var(name) => &**name == "data",
        TermKind::Ref(reference) => {
            matches!(&reference.head.kind, TermKind::Var(name) if &**name == "data")
                && !reference.operands.first().is_some_and(is_allowed_root)
        }
        _ => false,
    }
}

fn is_allowed_root(operand: &Operand) -> bool {
    let name = match operand {
        Operand::Field(name) => &name.text,
        Operand::Index(Term { kind: TermKind::String(text), .. }) => text,
        Operand::Index(_) => return false,
    };
    matches!(&**name, "inventory" | "lib")
}
