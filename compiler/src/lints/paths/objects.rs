//! Fields that Kubernetes' objects do not have.
//!
//! A field that no kind has is reported if the policy or a constraint names the kinds. If neither
//! does, the objects may be custom ones, so only a misspelling of a field is reported, and only if
//! the policy reads no field that looks like a custom object's. All objects have one metadata.
//!
//! A field of another kind is reported if the definition itself names the kinds. If a constraint
//! names them, the policy may serve other kinds as well. Then the field is reported if all
//! definitions of its rule require it, and the policy does not reach the same types by fields that
//! the matched kinds have.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::diagnostics::Diagnostic;
use crate::hir::{Program, RuleId, RuleKind};
use crate::lints::kubernetes::TypeId;
use crate::lints::shapes::fields::Outcome;
use crate::lints::shapes::flow::{At, Taken};
use crate::lints::shapes::{Alternative, Basis, Shape, Shapes};
use crate::suggest::{closest, misspelled};

use super::UNKNOWN_OBJECT_FIELD;
use super::reporter::Reporter;

/// The certainty of an object's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    Known,
    Guess,
}

/// The findings that depend on the rest of the policy.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// The misspelled fields of objects whose kind is not known.
    guesses: Vec<Diagnostic>,
    /// `true` if the policy reads fields that Kubernetes' objects do not have.
    custom: bool,
    /// The fields of other kinds than the matched ones.
    other_kinds: Vec<OtherKind>,
    /// The types of which the policy reads values in objects of the matched kinds.
    reached: HashSet<TypeId>,
}

/// A field of another kind than the matched ones.
#[derive(Debug)]
struct OtherKind {
    finding: Diagnostic,
    rule: RuleId,
    clause: usize,
    /// The types of the deepest objects that the policy reads below the field.
    types: BTreeSet<TypeId>,
}

/// Reports a field that no alternative has, or only objects of kinds that are not named.
pub(super) fn missing(
    reporter: &mut Reporter<'_, '_>,
    doubts: &mut Doubts,
    shapes: &Shapes,
    alternatives: &[Alternative],
    step: &Taken<'_>,
    name: &str,
) {
    let certainty = certainty(alternatives);
    let expected = types(alternatives, |basis| basis != Basis::Other);
    let span = reporter.place_of_name(step.at, name);
    if step.outcome == Outcome::OtherKinds {
        let others = types(alternatives, |basis| basis == Basis::Other);
        let having = others.into_iter().filter(|id| id.field(name).is_some());
        let message = format!(
            "expected a field of {}, found `{name}`, a field of {}",
            list(&expected),
            list(&having.collect())
        );
        let finding = Diagnostic::warning(&UNKNOWN_OBJECT_FIELD, span, message)
            .with_help("read the field where objects of the named kinds have it");
        if certainty == Certainty::Known {
            other_kind(reporter, doubts, shapes, step, finding);
        }
        return;
    }
    let all = types(alternatives, |_| true);
    // Custom objects have the metadata of all others.
    let is_metadata = !all.is_empty() && all.iter().all(|id| id.name() == "ObjectMeta");
    let certainty = if is_metadata { Certainty::Known } else { certainty };
    let names = |ids: &BTreeSet<TypeId>| -> Vec<&'static str> {
        ids.iter().flat_map(|id| id.fields()).map(|field| field.name).collect()
    };
    let near = misspelled(name, names(&expected)).or_else(|| misspelled(name, names(&all)));
    // A list of names may serve objects of several types.
    let is_member = matches!(step.at, At::Member { .. });
    // Parts such as containers have the same fields in custom objects.
    let is_part = |id: &TypeId| id.kind().is_none() && !id.name().ends_with("Spec");
    let near = if !is_member && !all.is_empty() && all.iter().all(is_part) {
        let ends = |field: &&str| {
            let (short, long) = (name.to_ascii_lowercase(), field.to_ascii_lowercase());
            short.len() > 3 && long.ends_with(&short)
        };
        near.or_else(|| closest(name, names(&all)).or_else(|| names(&all).into_iter().find(ends)))
    } else {
        near
    };
    let suggestion = match certainty {
        Certainty::Known if !is_member => near.or_else(|| closest(name, names(&expected))),
        Certainty::Known | Certainty::Guess => near,
    };
    if certainty == Certainty::Guess && suggestion.is_none() {
        doubts.custom = true;
        return;
    }
    if suggestion.is_none() && is_member {
        return;
    }
    let having: BTreeSet<TypeId> = match suggestion {
        Some(field) => {
            let has = |id: &&TypeId| id.field(field).is_some();
            let of = expected.iter().filter(has).copied().collect::<BTreeSet<_>>();
            if of.is_empty() { all.iter().filter(has).copied().collect() } else { of }
        }
        None => expected,
    };
    let message = format!("expected a field of {}, found `{name}`", list(&having));
    let finding = Diagnostic::warning(&UNKNOWN_OBJECT_FIELD, span, message);
    let finding = match suggestion {
        Some(field) => reporter.suggest(finding, step.at, field),
        None => finding.with_help("Kubernetes has no such field in objects of these kinds"),
    };
    match certainty {
        Certainty::Known => reporter.report(finding),
        Certainty::Guess => doubts.guesses.push(finding),
    }
}

fn other_kind(
    reporter: &mut Reporter<'_, '_>,
    doubts: &mut Doubts,
    shapes: &Shapes,
    step: &Taken<'_>,
    finding: Diagnostic,
) {
    let circumstances = step.circumstances;
    if circumstances.names_kinds {
        return reporter.report(finding);
    }
    if circumstances.required && !circumstances.tests_kinds {
        let (rule, clause) = (circumstances.rule, circumstances.clause);
        let mut types = BTreeSet::new();
        reached(shapes, step.to, &mut BTreeSet::new(), &mut types);
        let doubt = OtherKind { finding, rule, clause, types };
        doubts.other_kinds.push(doubt);
    }
}

/// Returns the certainty with which an object's fields are known.
fn certainty(alternatives: &[Alternative]) -> Certainty {
    let has = |wanted| {
        alternatives.iter().any(|one| matches!(one, Alternative::Object(_, own) if *own == wanted))
    };
    if has(Basis::Known) { Certainty::Known } else { Certainty::Guess }
}

/// Returns the types of the objects whose basis is wanted.
fn types(alternatives: &[Alternative], wanted: impl Fn(Basis) -> bool) -> BTreeSet<TypeId> {
    let of = |one: &Alternative| match one {
        Alternative::Object(id, basis) if wanted(*basis) => Some(*id),
        _ => None,
    };
    alternatives.iter().filter_map(of).collect()
}

/// Returns the names of types, as a message shows them.
fn list(types: &BTreeSet<TypeId>) -> String {
    let names: BTreeSet<&str> = types.iter().map(|id| id.name()).collect();
    match names.len() {
        0 => "an object".to_owned(),
        1..=3 => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
        number => format!("one of {number} types"),
    }
}

impl Doubts {
    /// Notes a field that exists.
    pub(super) fn exists(&mut self, shapes: &Shapes, step: &Taken<'_>) {
        let (mut found, mut known) = (BTreeSet::new(), BTreeSet::new());
        reached(shapes, step.to, &mut known, &mut found);
        if !known.is_empty() {
            self.reached.extend(known);
        } else if let Some(last) = self.other_kinds.last_mut()
            && !found.is_empty()
        {
            // The next steps of the same reference lead to deeper types of the other kinds.
            last.types = found;
        }
    }

    /// Returns the findings that the whole policy confirms.
    pub(super) fn confirmed(self, program: &Program) -> Vec<Diagnostic> {
        let mut found = if self.custom { Vec::new() } else { self.guesses };
        let mut clauses: HashMap<RuleId, BTreeSet<usize>> = HashMap::new();
        for doubt in &self.other_kinds {
            clauses.entry(doubt.rule).or_default().insert(doubt.clause);
        }
        let all_clauses =
            |rule| clauses.get(&rule).map_or(0, BTreeSet::len) == program.rule(rule).clauses.len();
        for doubt in self.other_kinds {
            let reached = doubt.types.iter().any(|id| self.reached.contains(id));
            // Each definition of a set reports by itself.
            let own = program.rule(doubt.rule).kind == RuleKind::PartialSet;
            if (own || all_clauses(doubt.rule)) && !reached {
                found.push(doubt.finding);
            }
        }
        found
    }
}

/// Collects the types of the objects in values of a shape, and those of objects of a known kind.
fn reached(shapes: &Shapes, shape: Shape, known: &mut BTreeSet<TypeId>, to: &mut BTreeSet<TypeId>) {
    for alternative in &*shapes.get(shape) {
        match alternative {
            Alternative::Object(id, basis) => {
                if *basis == Basis::Known {
                    known.insert(*id);
                }
                to.insert(*id);
            }
            Alternative::Array(of, _) | Alternative::Set(of, _) | Alternative::Map(of, _) => {
                reached(shapes, *of, known, to);
            }
            _ => {}
        }
    }
}
