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
mod expressions;
pub(super) mod kinds;
pub(super) mod known;
mod literal;
mod report;
mod settings;
mod term;
mod unify;

use std::collections::HashSet;

use ferrego_runtime::{Arena, Value};

use super::call_index::CallIndex;
use super::{Findings, Subject, violations};
use crate::ast::{self, Call, Module, TermKind};
use crate::hir::walk::{self, Visited};
use crate::hir::{Branch, Callee, Clause, Head, LiteralKind, Rule, RuleId, RuleKind};
use crate::source::Span;

pub(super) use kinds::Kinds;
pub(super) use known::{Known, Origin};
use known::{Outcome, Reason};
use literal::Scope;
pub(super) use report::{ALWAYS_TRUE, DIFFERENT_TYPES, EQUAL_BOUNDS, NEVER_TRUE, UNREACHABLE_ELSE};

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
        formats: formats(subject),
    };
    for index in 0..subject.program.rules.len() {
        evaluation.fact(RuleId::at(index));
    }
    settings::check(&mut evaluation);
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
    /// The functions of two arguments that pass them to `sprintf`.
    formats: HashSet<RuleId>,
}

/// The facts about a rule.
#[derive(Clone, Copy, Debug)]
struct Fact<'a> {
    known: Known<'a>,
    /// `true` if the rule has a value for every input, or the function for all arguments.
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
        let mut values = Vec::with_capacity(rule.clauses.len() + 1);
        let mut always = None;
        if let Some(branch) = &rule.default {
            values.push(self.branch(branch).1);
            always = values.last().copied();
        }
        let mut constant = None;
        for clause in &rule.clauses {
            let (first, fallback) = self.clause(clause, &mut values);
            always = always.or(fallback);
            if matches!(first, Outcome::Always(_)) {
                constant = values.last().and_then(|known| known.value);
            }
        }
        if self.replaces_rules {
            return Fact::OPEN;
        }
        let total = always.is_some();
        let known = Known { place: Some(rule.span), ..one_of(&values, always.as_ref()) };
        let single = rule.clauses.len() == 1 && rule.default.is_none();
        let value = constant.filter(|_| single && total);
        match rule.kind {
            RuleKind::Complete => {
                Fact { known: Known { value, origin: Origin::Rule, ..known }, total }
            }
            RuleKind::Function { .. } => Fact { known, total },
            RuleKind::PartialSet => Fact { known: Known::of_kinds(Kinds::SET), total: true },
            RuleKind::PartialObject => Fact { known: Known::of_kinds(Kinds::OBJECT), total: true },
        }
    }

    /// Evaluates a definition, and adds the facts about the values of its branches to `values`.
    /// Returns the outcome of the first branch, and the value of the branch that always holds.
    fn clause(
        &mut self,
        clause: &'p Clause,
        values: &mut Vec<Known<'a>>,
    ) -> (Outcome, Option<Known<'a>>) {
        let mut first = None;
        let mut decided: Option<(Span, Known<'a>)> = None;
        for branch in &clause.branches {
            if let Some((earlier, _)) = decided {
                report::unreachable_else(self, branch.span, earlier);
                break;
            }
            let (outcome, known) = self.branch(branch);
            if matches!(outcome, Outcome::Always(_)) && accepts_all(branch) {
                decided = Some((branch.span, known));
            }
            values.push(known);
            first.get_or_insert(outcome);
        }
        (first.unwrap_or(Outcome::Open), decided.map(|(_, known)| known))
    }

    fn branch(&mut self, branch: &'p Branch) -> (Outcome, Known<'a>) {
        let mut scope = Scope::new(self, branch);
        let outcome = scope.body(&branch.body);
        let (Head::Value(value) | Head::Member(value)) = &branch.head;
        let (_, known) = scope.term(value);
        let message = scope.message(value);
        let outcome = if branch.keys.is_empty() { outcome } else { Outcome::Open };
        if let Some(entry) = self.entry {
            match message {
                Some(message) => {
                    violations::message_type(entry, branch.span, &message, self.findings);
                }
                None => violations::element_type(entry, branch.span, &known, self.findings),
            }
        }
        (outcome, known)
    }

    /// Returns the place of the only string `text` that the source has within `place`.
    pub(super) fn string_in(&self, place: Span, text: &Value<'_>) -> Option<Span> {
        if place.source.0 as usize == self.subject.sources.len() {
            return settings::written_in(self.subject, place, text);
        }
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

/// Returns the facts about a value that is one of `values`. `always` is the one that a rule has
/// where no other applies. If it is a constant of another type than boolean, values of unknown types are
/// presumed to be none either.
fn one_of<'a>(values: &[Known<'a>], always: Option<&Known<'a>>) -> Known<'a> {
    let kinds = values.iter().fold(Kinds::NONE, |kinds, known| kinds.or(known.kinds));
    let presumed = always.is_some_and(Known::is_constant_of_other_type);
    let is_never_false =
        |known: &Known<'_>| known.is_never_false() || (presumed && known.kinds == Kinds::ANY);
    Known {
        kinds: if kinds == Kinds::NONE { Kinds::ANY } else { kinds },
        never_false: !values.is_empty() && values.iter().all(is_never_false),
        case: values
            .first()
            .and_then(|first| first.case)
            .filter(|case| values.iter().all(|known| known.case == Some(*case))),
        ..Known::ANY
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

/// Returns the functions of a format and values that pass both to `sprintf`.
fn formats(subject: &Subject<'_>) -> HashSet<RuleId> {
    let is_sprintf = |branch: &Branch| {
        let [crate::hir::Term::Var(format), crate::hir::Term::Var(values)] = branch.parameters[..]
        else {
            return false;
        };
        branch.body.iter().any(|literal| match &literal.kind {
            LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, .. } => {
                let of = |index: usize, parameter| {
                    matches!(arguments.get(index), Some(crate::hir::Term::Var(own)) if *own == parameter)
                };
                builtin.name == "sprintf" && of(0, format) && of(1, values)
            }
            _ => false,
        })
    };
    let rules = subject.program.rules.iter().enumerate();
    let all = |rule: &Rule| {
        let mut branches = rule.clauses.iter().flat_map(|clause| &clause.branches).peekable();
        branches.peek().is_some() && branches.all(is_sprintf)
    };
    rules.filter(|(_, rule)| all(rule)).map(|(index, _)| RuleId::at(index)).collect()
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
