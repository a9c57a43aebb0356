//! Evaluates a policy as far as the input does not matter.
//!
//! ```text
//! protocols := {"TCP", "UDP"}    # a set of strings, the same in every evaluation
//! count(protocols) == "2"        # a number and a string: it never holds
//! protocols["SCTP"]              # not a member: it never holds
//! not protocols                  # a set is never false: it never holds
//! ```
//!
//! The bodies of the analyzed program are in a safe order, so that one pass over the literals knows
//! each variable before its use. [`Known`] holds the facts about a value: its types and, if it is
//! constant, the value itself, for which the runtime's own builtins are called. [`Outcome`] tells
//! whether a literal depends on the input. What is not known is open, and nothing is reported for
//! it. Constants and types of rules are known, except where a `with` replaces rules.

mod bounds;
mod call;
pub(super) mod constants;
pub(super) mod kinds;
pub(super) mod known;
mod literal;
mod report;
mod term;
mod unify;

use ferrego_runtime::{Arena, Value};

use super::call_index::CallIndex;
use super::{Findings, Subject, violations};
use crate::ast::{self, Call, Module, TermKind};
use crate::hir::walk::{self, Visited};
use crate::hir::{Branch, Clause, Head, Rule, RuleId, RuleKind};
use crate::source::Span;

pub(super) use kinds::Kinds;
pub(super) use known::{Known, Origin};
use known::{Outcome, Reason};
use literal::Scope;
pub(super) use report::{ALWAYS_TRUE, DIFFERENT_TYPES, NEVER_TRUE, UNREACHABLE_ELSE};

/// The number of rules that refer to each other and are evaluated within each other. Beyond it,
/// nothing is known of the value of a rule.
const DEPTH: usize = 64;

/// Evaluates all rules, and reports what their literals and calls tell.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let arena = Arena::new();
    let mut evaluation = Evaluation {
        subject,
        arena: &arena,
        findings,
        facts: vec![None; subject.program.rules.len()],
        depth: 0,
        replaces_rules: replaces_rules(subject),
        entry: subject.modules.first().filter(|_| subject.template),
        calls: CallIndex::of(subject),
    };
    for index in 0..subject.program.rules.len() {
        evaluation.fact(RuleId::at(index));
    }
}

/// The state of the pass.
pub(super) struct Evaluation<'e, 'a, 'p> {
    pub(super) subject: &'p Subject<'p>,
    pub(super) arena: &'a Arena,
    pub(super) findings: &'e mut Findings,
    /// The facts about the rules that are evaluated.
    facts: Vec<Option<Fact<'a>>>,
    depth: usize,
    /// `true` if some `with` replaces rules.
    replaces_rules: bool,
    /// The module with the violations, if the policy is a template.
    entry: Option<&'p Module>,
    /// The calls in the syntax trees, by their places.
    calls: CallIndex<'p>,
}

/// The facts about a rule.
#[derive(Clone, Copy, Debug)]
struct Fact<'a> {
    known: Known<'a>,
    /// `true` if the rule has a value for every input.
    total: bool,
}

impl Fact<'_> {
    const OPEN: Fact<'static> = Fact { known: Known::ANY, total: false };
}

impl<'a, 'p> Evaluation<'_, 'a, 'p> {
    /// Returns the facts about a rule. The rule is evaluated first, if it is not yet.
    fn fact(&mut self, id: RuleId) -> Fact<'a> {
        let index = id.0 as usize;
        if let Some(fact) = self.facts.get(index).copied().flatten() {
            return fact;
        }
        if self.depth >= DEPTH || index >= self.facts.len() {
            return Fact::OPEN;
        }
        self.facts[index] = Some(Fact::OPEN);
        self.depth += 1;
        let fact = self.rule(self.subject.program.rule(id));
        self.depth -= 1;
        self.facts[index] = Some(fact);
        fact
    }

    fn rule(&mut self, rule: &'p Rule) -> Fact<'a> {
        let mut kinds = Kinds::NONE;
        let mut constant = None;
        let mut total = rule.default.is_some();
        if let Some(branch) = &rule.default {
            kinds = kinds.or(self.branch(branch).1.kinds);
        }
        for clause in &rule.clauses {
            let (outcome, known) = self.clause(clause);
            kinds = kinds.or(known.kinds);
            if matches!(outcome, Outcome::Always(_)) {
                total = true;
                constant = known.value;
            }
        }
        if kinds == Kinds::NONE {
            kinds = Kinds::ANY;
        }
        let single = rule.clauses.len() == 1 && rule.default.is_none();
        let place = Some(rule.span);
        let value = constant.filter(|_| single && total);
        if self.replaces_rules {
            return Fact::OPEN;
        }
        match rule.kind {
            RuleKind::Complete => Fact {
                known: Known { kinds, value, origin: Origin::Rule, place, ..Known::ANY },
                total,
            },
            RuleKind::Function { .. } => Fact { known: Known::of_kinds(kinds), total: false },
            RuleKind::PartialSet => Fact { known: Known::of_kinds(Kinds::SET), total: true },
            RuleKind::PartialObject => Fact::OPEN,
        }
    }

    /// Evaluates a definition. Returns the outcome of its first branch, and the facts about the
    /// value of all.
    fn clause(&mut self, clause: &'p Clause) -> (Outcome, Known<'a>) {
        let mut result: Option<(Outcome, Known<'a>)> = None;
        let mut decided: Option<Span> = None;
        for branch in &clause.branches {
            if let Some(earlier) = decided {
                report::unreachable_else(self, branch.span, earlier);
                break;
            }
            let (outcome, known) = self.branch(branch);
            if matches!(outcome, Outcome::Always(_)) && accepts_all(branch) {
                decided = Some(branch.span);
            }
            result = Some(match result {
                None => (outcome, known),
                Some((first, earlier)) => (first, Known::of_kinds(earlier.kinds.or(known.kinds))),
            });
        }
        result.unwrap_or((Outcome::Open, Known::ANY))
    }

    fn branch(&mut self, branch: &'p Branch) -> (Outcome, Known<'a>) {
        let mut scope = Scope::new(self, branch);
        let outcome = scope.body(&branch.body);
        let (Head::Value(value) | Head::Member(value)) = &branch.head;
        let (_, known) = scope.term(value);
        let message = scope.message(value);
        let outcome = if branch.keys.is_empty() { outcome } else { Outcome::Open };
        if let (Some(message), Some(entry)) = (message, self.entry) {
            violations::message_type(entry, branch.span, &message, self.findings);
        }
        (outcome, known)
    }

    /// Returns the place of the only string `text` that the source has within `place`.
    pub(super) fn string_in(&self, place: Span, text: &Value<'_>) -> Option<Span> {
        let module = self.subject.modules.get(place.source.0 as usize)?;
        let within = |span: Span| place.start <= span.start && span.end <= place.end;
        let mut found = Vec::new();
        for rule in &module.rules {
            ast::walk::terms(rule, &mut |term| {
                let is_text =
                    matches!(&term.kind, TermKind::String(own) if Some(&**own) == text.as_str());
                if is_text && within(term.span) {
                    found.push(term.span);
                }
            });
        }
        match found[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Returns the call at a place of the source.
    pub(super) fn call_at(&self, span: Span) -> Option<&'p Call> {
        self.calls.at(span).map(|(_, call)| call)
    }
}

/// Returns `true` if the branch applies to all arguments: its parameters are distinct variables.
fn accepts_all(branch: &Branch) -> bool {
    let mut seen = Vec::with_capacity(branch.parameters.len());
    branch.parameters.iter().all(|parameter| match parameter {
        crate::hir::Term::Var(variable) => {
            let fresh = !seen.contains(variable);
            seen.push(*variable);
            fresh
        }
        _ => false,
    })
}

/// Returns `true` if some `with` replaces data or a function.
fn replaces_rules(subject: &Subject<'_>) -> bool {
    let mut found = false;
    let mut look = |item: Visited<'_>| found |= matches!(item, Visited::Replaced(_));
    let branches = subject.program.rules.iter().flat_map(|rule| &rule.clauses);
    for branch in branches.flat_map(|clause| &clause.branches) {
        walk::body(&branch.body, &mut look);
    }
    found
}
