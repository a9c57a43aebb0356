//! Lints: mistakes in policies that compile.
//!
//! A `Check` looks at a compiled policy and reports findings of one or more lints. `CHECKS`
//! lists them. A new lint is a `Lint` beside its check, a row there, and a page in `pages`, whose
//! examples are tests. [`run`] removes the findings that the levels or a comment allow.

mod allow;
mod audit;
mod bodies;
mod call_index;
mod calls;
mod conflicts;
mod crossed_fields;
mod deprecated;
mod emptiness;
mod evaluate;
mod facts;
mod flags;
mod given;
mod inverted;
mod iteration;
mod kind_names;
mod kubernetes;
mod levels;
mod libraries;
mod literals;
mod many_values;
mod newer;
mod occurrences;
mod origins;
mod parameters;
mod paths;
mod places;
mod repeated_definitions;
mod review_fields;
mod rule_uses;
mod shadowed;
mod shadowed_variables;
mod shapes;
mod subject;
mod surroundings;
mod unused;
mod violations;
mod wanted;

#[cfg(test)]
mod tests;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Level, Lint, Severity};

pub(crate) use facts::{Facts, Member, ShapeId};
pub(crate) use shapes::kinds::compared as compared_kinds;

pub use levels::{Levels, UnknownLint};
pub use newer::{GatekeeperVersion, UnknownVersion};
pub use subject::Subject;
pub use surroundings::{Given, Surroundings};

/// A function that looks for mistakes, and the lints that it reports.
struct Check {
    lints: &'static [&'static Lint],
    /// The lints of other checks that this one reports, too.
    also: &'static [&'static Lint],
    run: fn(&Subject<'_>, &mut Findings),
}

/// The checks, in the order of their lints on the pages.
const CHECKS: &[Check] = &[
    Check {
        lints: paths::LINTS,
        also: &[&calls::FORMAT_VALUES, &violations::MESSAGE_TYPE],
        run: paths::check,
    },
    Check { lints: &[], also: &[&paths::IMPOSSIBLE_VALUE], run: kind_names::check },
    Check {
        lints: &[
            &evaluate::NEVER_TRUE,
            &evaluate::ALWAYS_TRUE,
            &evaluate::DIFFERENT_TYPES,
            &evaluate::UNREACHABLE_ELSE,
            &evaluate::EQUAL_BOUNDS,
            &calls::FORMAT_VALUES,
            &calls::CALL_ALWAYS_FAILS,
            &calls::BACKSPACE_IN_PATTERN,
            &calls::TIME_LAYOUT,
            &calls::SWAPPED_OPERANDS,
            &calls::SAME_OPERANDS,
            &calls::WILDCARD_IN_TEXT,
            &violations::MESSAGE_TYPE,
            &literals::REPEATED_LITERAL,
        ],
        also: &[&violations::MISSING_MESSAGE],
        run: |subject, findings| {
            evaluate::check(subject, findings);
            literals::check(subject, findings);
            calls::check_opposite(subject, findings);
        },
    },
    Check {
        lints: &[&repeated_definitions::REPEATED_DEFINITION],
        also: &[],
        run: repeated_definitions::check,
    },
    Check {
        lints: &[&violations::MISSING_MESSAGE],
        also: &[&paths::OPTIONAL_PARAMETER],
        run: violations::check,
    },
    Check { lints: &[&crossed_fields::CROSSED_FIELDS], also: &[], run: crossed_fields::check },
    Check { lints: &[&inverted::INVERTED_CONDITION], also: &[], run: inverted::check },
    Check { lints: &[&iteration::ANY_ELEMENT_DIFFERS], also: &[], run: iteration::check },
    Check { lints: &[&emptiness::EMPTINESS_OF_MISSING], also: &[], run: emptiness::check },
    Check { lints: &[&flags::FLAG_OF_MISSING], also: &[], run: flags::check },
    Check {
        lints: &[&conflicts::CONFLICTING_VALUES],
        also: &[],
        run: |subject, findings| {
            conflicts::check(subject, findings);
            many_values::check(subject, findings);
        },
    },
    Check { lints: &[&libraries::UNKNOWN_LIBRARY_RULE], also: &[], run: libraries::check },
    Check { lints: &[&shadowed::SHADOWED_BUILTIN], also: &[], run: shadowed::check },
    Check {
        lints: &[&shadowed_variables::SHADOWED_VARIABLE],
        also: &[],
        run: shadowed_variables::check,
    },
    Check { lints: &[&deprecated::DEPRECATED_BUILTIN], also: &[], run: deprecated::check },
    Check { lints: &[&newer::NEWER_THAN_GATEKEEPER], also: &[], run: newer::check },
    Check { lints: given::LINTS, also: &[], run: given::check },
    Check { lints: &[&audit::HIDDEN_FROM_AUDIT], also: &[], run: audit::check },
    Check {
        lints: &[
            &unused::UNUSED_IMPORT,
            &unused::UNUSED_VARIABLE,
            &unused::UNUSED_ARGUMENT,
            &unused::UNUSED_RULE,
            &unused::UNUSED_LIBRARY,
        ],
        also: &[],
        run: unused::check,
    },
    Check {
        lints: &[&allow::UNKNOWN_LINT, &allow::UNUSED_ALLOW, &allow::ALLOW_WITHOUT_REASON],
        also: &[],
        run: |_, _| (), // `allow` reports them, when all other findings are known.
    },
];

/// Iterates over all lints.
pub fn all() -> impl Iterator<Item = &'static Lint> {
    CHECKS.iter().flat_map(|check| check.lints.iter().copied())
}

/// The findings of the checks.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Diagnostic>);

impl Findings {
    /// Adds a finding, whose code is a lint.
    pub(crate) fn report(&mut self, finding: Diagnostic) {
        self.0.push(finding);
    }
}

/// Looks for mistakes in a policy. Returns warnings, and errors for denied lints, in source order.
pub fn run(subject: &Subject<'_>, levels: &Levels) -> Diagnostics {
    let mut findings = Findings::default();
    for check in CHECKS {
        let wanted =
            check.lints.iter().chain(check.also).any(|lint| levels.of(lint) != Level::Allow);
        if wanted {
            (check.run)(subject, &mut findings);
        }
    }
    let Findings(mut found) = findings;
    found.retain(|finding| level(finding, levels) != Level::Allow);
    let mut found = allow::apply(subject, found);
    found.retain(|finding| level(finding, levels) != Level::Allow);
    for finding in &mut found {
        if level(finding, levels) == Level::Deny {
            finding.severity = Severity::Error;
        }
    }
    found.sort_by_key(|finding| (finding.span.source, finding.span.start, finding.span.end));
    found.dedup_by(|later, earlier| {
        later.code == earlier.code
            && later.span.start == earlier.span.start
            && later.message == earlier.message
    });
    Diagnostics(found)
}

fn level(finding: &Diagnostic, levels: &Levels) -> Level {
    match finding.code {
        Code::Lint(lint) => levels.of(lint),
        _ => Level::Deny,
    }
}
