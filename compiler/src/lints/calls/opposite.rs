//! Operands that are the wrong way round by the documents from which they come.
//!
//! ```text
//! startswith(prefix, image)          # the prefix is a parameter, the image is the object's
//! missing := provided - required     # the provided ones are the object's
//! ```
//!
//! `startswith(prefix, image)` looks for the image at the beginning of a prefix. If the prefix comes
//! from the parameters and the image from the review, the opposite is meant. A difference of sets is
//! reported if its name says what remains.

use std::cell::OnceCell;

use super::SWAPPED_OPERANDS;
use crate::ast::Call;
use crate::diagnostics::{Diagnostic, Edit, Fix};
use crate::hir::{Body, Branch, Callee, Literal, LiteralKind, RuleId, Term};
use crate::lints::call_index::CallIndex;
use crate::lints::origins::{OfBranch, OfProgram};
use crate::lints::{Findings, Subject, bodies};

/// The names of what the parameters require and the review does not have.
const MISSING: [&str; 3] = ["absent", "lacking", "missing"];

/// The names of what the review has and the parameters do not allow.
const EXTRA: [&str; 4] = ["additional", "disallowed", "extra", "unexpected"];

/// The operands of a builtin, by their index, with words for messages.
struct Roles {
    text: usize,
    part: usize,
    of_part: &'static str,
}

fn roles(builtin: &str) -> Option<Roles> {
    let (text, part, of_part) = match builtin {
        "startswith" | "trim_prefix" => (0, 1, "a prefix"),
        "endswith" | "trim_suffix" => (0, 1, "a suffix"),
        "regex.match" | "re_match" => (1, 0, "a pattern"),
        "glob.match" => (2, 0, "a pattern"),
        _ => return None,
    };
    Some(Roles { text, part, of_part })
}

/// Looks at the operands of all calls.
pub(in crate::lints) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !subject.template {
        return;
    }
    let (origins, calls) = (OnceCell::new(), OnceCell::new());
    for (index, rule) in subject.program.rules.iter().enumerate() {
        for branch in rule.clauses.iter().flat_map(|clause| &clause.branches) {
            let variables = OnceCell::new();
            let variables = || {
                variables.get_or_init(|| {
                    let origins = origins.get_or_init(|| OfProgram::of(subject));
                    origins.branch(RuleId::at(index), branch)
                })
            };
            let call = |literal: &Literal| {
                let calls = calls.get_or_init(|| CallIndex::of(subject));
                calls.at(literal.span).map(|(_, call)| call)
            };
            bodies::of_branch(branch, &mut |body| {
                for literal in body {
                    let found = search(subject, literal, &variables, &call)
                        .or_else(|| difference(subject, branch, body, literal, &variables));
                    findings.0.extend(found);
                }
            });
        }
    }
}

/// Returns the finding about a call that searches the parameters for a part of the review.
fn search<'c, 'p: 'c>(
    subject: &Subject<'_>,
    literal: &Literal,
    variables: &dyn Fn() -> &'c OfBranch<'c, 'p>,
    call: &dyn Fn(&Literal) -> Option<&'c Call>,
) -> Option<Diagnostic> {
    let LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, .. } = &literal.kind
    else {
        return None;
    };
    let Roles { text, part, of_part } = roles(builtin.name)?;
    let (first, second) = (arguments.get(text)?, arguments.get(part)?);
    let variables = variables();
    if !variables.term(first).is_parameter() || !variables.term(second).is_review() {
        return None;
    }
    let arguments = &call(literal)?.arguments;
    let (place, other) = (arguments.get(text)?.span, arguments.get(part)?.span);
    let message = format!(
        "`{}` expects the text here, found {of_part} of the parameters, `{}`",
        builtin.name,
        subject.quoted(place)
    );
    let mut finding = Diagnostic::warning(&SWAPPED_OPERANDS, place, message)
        .with_label(other, "a part of the review")
        .with_help("swap the operands");
    let edits = vec![
        Edit { span: place, text: subject.text(other).to_owned() },
        Edit { span: other, text: subject.text(place).to_owned() },
    ];
    finding.fix = Some(Box::new(Fix { edits, safe: false }));
    Some(finding)
}

/// Returns the finding about a difference of sets that has the name of the opposite one.
fn difference<'c, 'p: 'c>(
    subject: &Subject<'_>,
    branch: &Branch,
    body: &Body,
    literal: &Literal,
    variables: &dyn Fn() -> &'c OfBranch<'c, 'p>,
) -> Option<Diagnostic> {
    let LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, output } = &literal.kind
    else {
        return None;
    };
    let ("minus", [left, right], Some(Term::Var(output))) = (builtin.name, &arguments[..], output)
    else {
        return None;
    };
    // A generated variable holds the difference until another literal gives it a name.
    let named = body.iter().find_map(|other| match &other.kind {
        LiteralKind::Unify(Term::Var(name), Term::Var(value)) if value == output => Some(*name),
        _ => None,
    });
    let name = &branch.variables.get(named.unwrap_or(*output).0 as usize)?.name;
    let has = |words: &[&str]| name.split('_').any(|word| words.contains(&word));
    let (missing, extra) = (has(&MISSING), has(&EXTRA));
    if missing == extra {
        return None;
    }
    let variables = variables();
    let (left, right) = (variables.term(left), variables.term(right));
    let (expected, wrong) = if missing {
        ("the parameters without the review", left.is_review() && right.is_parameter())
    } else {
        ("the review without the parameters", left.is_parameter() && right.is_review())
    };
    let quoted = subject.quoted(literal.span);
    let message = format!("expected {expected} as `{name}`, found `{quoted}`");
    let finding = Diagnostic::warning(&SWAPPED_OPERANDS, literal.span, message);
    wrong.then(|| finding.with_help("swap the operands"))
}
