//! Conditions of violations whose names say that nothing is wrong.
//!
//! ```text
//! violation[{"msg": msg}] { is_exempt(container); … }    # reports the exempt containers alone
//! violation[{"msg": msg}] { count(missing) == 0; … }     # reports objects that miss nothing
//! ```
//!
//! A `not` is easily forgotten, and then the policy allows everything that it should refuse. The
//! lint reads names: a predicate, a list or a pattern that is called exempt or allowed, and an
//! empty collection that is called missing or forbidden. Names such as `valid` are also used for a
//! guard before other conditions, so only the last condition of a body counts for them.

use crate::ast::{Body, Call, Infix, LiteralKind, Operand, Operator, Rule, Term, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::Span;

use super::{Findings, Subject};

/// A violation requires that nothing is wrong.
pub(super) static INVERTED_CONDITION: Lint = Lint {
    name: "inverted-condition",
    group: Group::Suspicious,
    summary: "a violation requires a condition whose name says that nothing is wrong",
    page: include_str!("pages/inverted-condition.md"),
};

/// The words for what a policy accepts.
const ACCEPTED: &[&str] = &[
    "allowed",
    "allowlisted",
    "approved",
    "compliant",
    "excluded",
    "exempt",
    "exempted",
    "ignored",
    "permitted",
    "satisfied",
    "tolerable",
    "tolerated",
    "trusted",
    "whitelisted",
];

/// The words for what a policy accepts or only tests before another condition.
const GUARDS: &[&str] = &["acceptable", "good", "known", "ok", "safe", "valid"];

/// The words for what a policy refuses.
const REFUSED: &[&str] = &[
    "bad",
    "denied",
    "disallowed",
    "forbidden",
    "invalid",
    "mismatched",
    "mismatches",
    "missing",
    "prohibited",
    "unexpected",
    "violations",
];

/// The words after which a name says something else.
const OTHERS: &[&str] = &[
    "any",
    "configured",
    "defined",
    "deny",
    "empty",
    "except",
    "exists",
    "given",
    "has",
    "lacks",
    "missing",
    "no",
    "non",
    "not",
    "never",
    "outside",
    "present",
    "provided",
    "set",
    "violates",
    "violation",
    "without",
];

/// The words of a message that a value is outside of a collection. `may not be one of` says the
/// opposite.
const OUTSIDE: &[&str] =
    &["not one of", "not in ", "not among", "not listed", "must be one of", "should be one of"];

/// The builtins that test a text by a pattern or a part.
const TESTS: &[&str] = &[
    "contains",
    "endswith",
    "glob.match",
    "net.cidr_contains",
    "re_match",
    "regex.match",
    "startswith",
];

/// Looks at the bodies of the violations.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(entry) = subject.modules.first().filter(|_| subject.template) else { return };
    let defined = |name: &str| {
        let is = |rule: &&Rule| *rule.head.reference.name.text == *name;
        let imported = entry
            .imports
            .iter()
            .any(|import| import.path.last().is_some_and(|last| **last == *name));
        imported || entry.rules.iter().find(is).is_some()
    };
    for rule in &entry.rules {
        if !words(&rule.head.reference.name.text).iter().any(|word| word == "violation") {
            continue;
        }
        for body in &rule.bodies {
            for (index, literal) in body.literals.iter().enumerate() {
                if !literal.with.is_empty() {
                    continue;
                }
                let LiteralKind::Term(term) = &literal.kind else { continue };
                let is_last = is_last(body, index);
                if let TermKind::In(membership) = &term.kind
                    && body.literals.iter().any(|other| denies(&other.kind, &membership.collection))
                {
                    let name = subject.quoted(membership.collection.span);
                    findings.report(accepts(subject, literal.span, &name));
                    continue;
                }
                match condition(term, is_last, &defined) {
                    Some(Inverted::Accepts(name)) => {
                        findings.report(accepts(subject, literal.span, name));
                    }
                    Some(Inverted::Empty(name)) => {
                        findings.report(empty(subject, literal.span, name));
                    }
                    None => {}
                }
            }
        }
    }
}

/// A condition whose name says that nothing is wrong.
enum Inverted<'p> {
    /// The name says that something is accepted.
    Accepts(&'p str),
    /// A collection of what is refused is empty.
    Empty(&'p str),
}

/// Returns `true` for a message that says that something is not in a collection: a `sprintf` whose
/// format has words such as `not one of`, and whose values end in the collection.
fn denies(kind: &LiteralKind, collection: &Term) -> bool {
    let (LiteralKind::Assign(_, value) | LiteralKind::Unify(_, value)) = kind else { return false };
    let TermKind::Call(call) = &value.kind else { return false };
    let is_sprintf = matches!(&call.function.kind, TermKind::Var(name) if &**name == "sprintf");
    let (true, [format, values]) = (is_sprintf, &call.arguments[..]) else { return false };
    let (TermKind::String(format), TermKind::Array(values)) = (&format.kind, &values.kind) else {
        return false;
    };
    let format = format.to_lowercase();
    let says_not = OUTSIDE.iter().any(|words| format.contains(words));
    let is_name = matches!(collection.kind, TermKind::Ref(_) | TermKind::Var(_));
    says_not && is_name && values.last() == Some(collection)
}

/// Returns `true` if no other condition follows.
fn is_last(body: &Body, index: usize) -> bool {
    body.literals[index + 1..].iter().all(|literal| {
        matches!(
            literal.kind,
            LiteralKind::Assign(..) | LiteralKind::Unify(..) | LiteralKind::Some(_)
        )
    })
}

fn condition<'p>(
    term: &'p Term,
    is_last: bool,
    defined: &dyn Fn(&str) -> bool,
) -> Option<Inverted<'p>> {
    let accepted = |name: &&str| says(name, ACCEPTED) || (is_last && says(name, GUARDS));
    match &term.kind {
        TermKind::Var(name) => {
            Some(&**name).filter(|name| defined(name)).filter(accepted).map(Inverted::Accepts)
        }
        TermKind::Call(call) => called(call, &accepted).map(Inverted::Accepts),
        TermKind::In(membership) => {
            let name = last_name(&membership.collection)?;
            Some(name).filter(is_list_of_accepted).map(Inverted::Accepts)
        }
        TermKind::Infix(infix) => empty_collection(infix).map(Inverted::Empty),
        _ => None,
    }
}

/// Returns the name of a called predicate, or of the list or pattern by which a builtin tests.
fn called<'p>(call: &'p Call, accepted: &dyn Fn(&&str) -> bool) -> Option<&'p str> {
    let path = path(&call.function)?;
    let (name, whole) = (*path.last()?, path.join("."));
    if matches!(&*whole, "any" | "all") {
        return call.arguments.first().and_then(last_name).filter(accepted);
    }
    if TESTS.contains(&&*whole) {
        let mut names = call.arguments.iter().rev().filter_map(last_name);
        return names.find(is_list_of_accepted);
    }
    let builtin = ferrego_runtime::builtins::lookup(&whole).is_some();
    Some(name).filter(|_| !builtin).filter(accepted)
}

/// Returns the name of what the comparison requires to be empty.
fn empty_collection(infix: &Infix) -> Option<&str> {
    let limit = match &infix.right.kind {
        TermKind::Number(text) => &**text,
        _ => return None,
    };
    let is_empty = matches!(
        (infix.operator, limit),
        (Operator::Equal | Operator::LessEqual, "0") | (Operator::Less, "1")
    );
    let TermKind::Call(call) = &infix.left.kind else { return None };
    let counts = matches!(&call.function.kind, TermKind::Var(name) if &**name == "count");
    let name = call.arguments.first().and_then(last_name)?;
    Some(name).filter(|name| is_empty && counts && says(name, REFUSED))
}

/// Returns the last name of a variable, of a reference before its iteration, or of a call.
fn last_name(term: &Term) -> Option<&str> {
    match &term.kind {
        TermKind::Var(name) => Some(name),
        TermKind::Ref(reference) => {
            let names = reference.operands.iter().rev().find_map(|operand| match operand {
                Operand::Field(name) => Some(&*name.text),
                Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(&**text),
                Operand::Index(_) => None,
            });
            names.or_else(|| last_name(&reference.head))
        }
        TermKind::Call(call) => path(&call.function)?.last().copied(),
        _ => None,
    }
}

/// Returns the names in the name of a function.
fn path(function: &Term) -> Option<Vec<&str>> {
    match &function.kind {
        TermKind::Var(name) => Some(vec![name]),
        TermKind::Ref(reference) => {
            let mut names = path(&reference.head)?;
            for operand in &reference.operands {
                match operand {
                    Operand::Field(name) => names.push(&name.text),
                    Operand::Index(_) => return None,
                }
            }
            Some(names)
        }
        _ => None,
    }
}

/// Returns `true` if a name has one of the words, and none of those that turn its meaning.
fn says(name: &str, meaning: &[&str]) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&&**word));
    let own = |word: &&str| meaning.contains(word);
    let turned = words.iter().any(|word| OTHERS.contains(&&**word) && !own(&&**word));
    has(meaning) && !turned
}

/// Returns `true` for the name of a list of accepted values. Excluded values may be refused ones.
fn is_list_of_accepted(name: &&str) -> bool {
    says(name, ACCEPTED) && !words(name).iter().any(|word| word == "excluded" || word == "ignored")
}

/// Returns the words of a name in small letters: `isExempt` and `is_exempt` have two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for letter in name.chars() {
        let new = letter.is_uppercase() && small;
        small = letter.is_lowercase();
        if (new || !letter.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.iter_mut().last().into_iter().for_each(|word| word.extend(letter.to_lowercase()));
        }
    }
    words
}

fn accepts(subject: &Subject<'_>, span: Span, name: &str) -> Diagnostic {
    let quoted = subject.quoted(span);
    let message = format!("expected `not {quoted}`, found a violation of what `{name}` accepts");
    let finding = Diagnostic::warning(&INVERTED_CONDITION, span, message);
    let start = Span { end: span.start, ..span };
    finding.with_help("negate the condition, or rename it").with_fix(false, start, "not ")
}

fn empty(subject: &Subject<'_>, span: Span, name: &str) -> Diagnostic {
    let quoted = subject.quoted(span);
    let message = format!("expected members of `{name}`, found a violation of `{quoted}`");
    let finding = Diagnostic::warning(&INVERTED_CONDITION, span, message);
    finding.with_help("compare by `> 0`, or rename the collection")
}
