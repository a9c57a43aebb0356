//! Facts about a template that follow from its modules alone.

use crate::ast::walk::terms;
use crate::ast::{Body, Head, HeadKind, LiteralKind, Module, Operand, Rule, Term, TermKind};
use crate::source::Span;

/// Returns `true` if some rule of a template refers to `data.inventory`. A reference to all of
/// `data` counts too, although Gatekeeper refuses it.
pub fn reads_inventory(modules: &[Module]) -> bool {
    let mut found = false;
    for rule in modules.iter().flat_map(|module| &module.rules) {
        terms(rule, &mut |term| found |= is_inventory(term));
    }
    found
}

fn is_inventory(term: &Term) -> bool {
    match &term.kind {
        TermKind::Var(name) => &**name == "data",
        TermKind::Ref(reference) => {
            matches!(&reference.head.kind, TermKind::Var(name) if &**name == "data")
                && !reference.operands.first().is_some_and(is_lib)
        }
        _ => false,
    }
}

fn is_lib(operand: &Operand) -> bool {
    match operand {
        Operand::Field(name) => &*name.text == "lib",
        Operand::Index(Term { kind: TermKind::String(text), .. }) => &**text == "lib",
        Operand::Index(_) => false,
    }
}

/// Returns the places of the messages of a template's violations, one for each `violation` that
/// names its `msg`. The place is where the variable gets its value, or else where the head names
/// it.
pub fn messages(modules: &[Module]) -> Vec<Span> {
    let rules = modules.first().map_or(&[][..], |module| &module.rules);
    rules.iter().filter_map(message).collect()
}

fn message(rule: &Rule) -> Option<Span> {
    let Head { kind: HeadKind::Set { key, .. }, reference, .. } = &rule.head else { return None };
    let TermKind::Object(pairs) = &key.kind else { return None };
    if &*reference.name.text != "violation" {
        return None;
    }
    let named = |term: &Term| matches!(&term.kind, TermKind::String(text) if &**text == "msg");
    let (_, value) = pairs.iter().find(|(name, _)| named(name))?;
    let TermKind::Var(name) = &value.kind else { return Some(value.span) };
    let bound = rule.bodies.iter().find_map(|body| binding(body, name));
    Some(bound.unwrap_or(value.span))
}

/// Returns the place of the literal in `body` that binds the variable `name`.
fn binding(body: &Body, name: &str) -> Option<Span> {
    let is_variable = |term: &Term| matches!(&term.kind, TermKind::Var(own) if &**own == name);
    let binds = |kind: &LiteralKind| match kind {
        LiteralKind::Assign(left, _) => is_variable(left),
        LiteralKind::Unify(left, right) => is_variable(left) || is_variable(right),
        _ => false,
    };
    body.literals.iter().find(|literal| binds(&literal.kind)).map(|literal| literal.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{RegoVersion, SourceId};

    fn module(text: &str) -> Module {
        crate::parse::module(SourceId(0), text, RegoVersion::V0).expect("Rego")
    }

    #[test]
    fn finds_inventory_references() {
        for (body, reads) in [
            ("input.x; data.lib.f(1)", false),
            ("data[\"lib\"].x", false),
            ("x := {y | y := data.inventory.cluster[_]}", true),
            ("data[input.x]", true),
            ("f(1) with data.inventory as {}", true),
        ] {
            let module = module(&format!("package p\nviolation[{{\"msg\": \"m\"}}] {{ {body} }}"));
            assert_eq!(reads_inventory(&[module]), reads, "{body}");
        }
    }

    #[test]
    fn messages_have_the_place_of_their_binding() {
        let text = "package p\nviolation[{\"msg\": msg}] {\n  x := 1\n  msg := x\n}\n\
                    violation[{\"msg\": \"m\"}] { input.x }\nviolation[x] { x := input.y }\n\
                    other[{\"msg\": 1}] { true }\nviolation[{\"msg\": m}] {\n  f(m)\n}\n";
        let places = messages(&[module(text)]);
        let shown = places.iter().map(|span| &text[span.start as usize..span.end as usize]);
        assert_eq!(shown.collect::<Vec<_>>(), ["msg := x", "\"m\"", "m"]);
    }
}
