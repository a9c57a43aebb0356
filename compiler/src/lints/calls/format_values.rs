//! `sprintf` with values that its format cannot print.
//!
//! Go prints a mistake into the text: `%!d(string=a)`. The lint calls `sprintf` itself with each
//! verb alone, and looks for `%!` in the result.

use ferrego_runtime::builtins::lookup;
use ferrego_runtime::builtins::sprintf::{Count, Format, Index, Piece};
use ferrego_runtime::{Arena, Number, Value};

use super::operand_place;
use crate::ast::TermKind;
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::lints::calls::site::CallSite;
use crate::lints::evaluate::constants::{Called, call};
use crate::lints::evaluate::{Evaluation, Kinds, Known};
use crate::source::Span;

/// The values of a `sprintf` do not fit its format.
pub(in crate::lints) static FORMAT_VALUES: Lint = Lint {
    name: "format-values",
    group: Group::Correctness,
    summary: "the values of a `sprintf` do not fit its format",
    page: include_str!("../pages/format-values.md"),
};

/// Checks a call of `sprintf` whose format is a constant.
pub(super) fn check(evaluation: &mut Evaluation<'_, '_, '_>, site: &CallSite<'_, '_>) {
    let [format, values] = site.operands else { return };
    let Some(Value::String(format)) = format.value else { return };
    let Some(values_known) = site.elements.get(1).and_then(Option::as_ref) else {
        if !values.kinds.within(Kinds::ARRAY) {
            no_array(evaluation, site, format);
        }
        return;
    };
    let Some(verbs) = verbs(format) else { return };
    let values_place = operand_place(evaluation, site, 1);
    let format_place = operand_place(evaluation, site, 0);
    let places = value_places(evaluation, site);
    if let Some(verb) = verbs.iter().find(|verb| !is_verb(evaluation, verb)) {
        let message = format!("expected a verb of `sprintf`, found `{verb}`");
        let finding = Diagnostic::warning(&FORMAT_VALUES, format_place, message);
        let help = if verb.ends_with('t') {
            "booleans are printed by `%v`"
        } else {
            "use `%v` for any value, and `%%` for a percent sign"
        };
        evaluation.findings.report(finding.with_help(help));
        return;
    }
    let is_percent = |verb: &&String| verb.starts_with("% ");
    if let Some(verb) = verbs.iter().find(is_percent).filter(|_| verbs.len() > values_known.len()) {
        let message =
            format!("expected `%%` for a percent sign, found `%`, which makes `{verb}` a verb");
        let finding = Diagnostic::warning(&FORMAT_VALUES, format_place, message);
        evaluation.findings.report(finding.with_help("write `%%`"));
        return;
    }
    if verbs.len() != values_known.len() {
        let (expected, found) = (verbs.len(), values_known.len());
        let message = format!("expected {} for the format, found {found}", values_of(expected));
        let extra = places.get(expected).copied().unwrap_or(values_place);
        let finding = Diagnostic::warning(&FORMAT_VALUES, extra, message);
        let help = if found < expected {
            "add a value for each verb"
        } else {
            "add a verb, such as `%v`, for each value"
        };
        let verbs = if expected == 1 { "1 verb".to_owned() } else { format!("{expected} verbs") };
        evaluation.findings.report(finding.with_label(format_place, verbs).with_help(help));
        return;
    }
    for (index, (verb, known)) in verbs.iter().zip(values_known).enumerate() {
        let Some(misprint) = Misprint::of(evaluation.arena, verb, known) else { continue };
        let place = places.get(index).copied().unwrap_or(values_place);
        evaluation.findings.report(misprint.finding(known, place, format_place));
    }
}

/// Reports a second operand that is not an array in brackets, if the format has one verb for it.
fn no_array(evaluation: &mut Evaluation<'_, '_, '_>, site: &CallSite<'_, '_>, format: &str) {
    let Some(call) = evaluation.call_at(site.span) else { return };
    let [_, values] = &call.arguments[..] else { return };
    let single = verbs(format).is_some_and(|verbs| verbs.len() == 1);
    let reference = match &values.kind {
        TermKind::Ref(reference) => {
            matches!(&reference.head.kind, TermKind::Var(name) if &**name == "input")
        }
        _ => false,
    };
    let scalar = site.operands[1].kinds.within(Kinds::NULL.or(Kinds::STRING).or(Kinds::NUMBER));
    if !(single && (reference || scalar)) {
        return;
    }
    let text = evaluation.subject.text(values.span);
    let message =
        format!("expected an array of values, found `{}`", evaluation.subject.quoted(values.span));
    let finding = Diagnostic::warning(&FORMAT_VALUES, values.span, message);
    let finding = finding.with_help(format!("write `[{text}]`"));
    evaluation.findings.report(finding.with_fix(false, values.span, format!("[{text}]")));
}

fn values_of(count: usize) -> String {
    match count {
        0 => "no value".to_owned(),
        1 => "1 value".to_owned(),
        _ => format!("{count} values"),
    }
}

fn number_word(known: &Known<'_>) -> String {
    match known.value {
        Some(value) => format!("the number `{value}`"),
        None => "a number".to_owned(),
    }
}

/// Returns the directives that print a value, as they are written. Returns `None` for a format with
/// explicit indexes or with widths among the values.
pub(in crate::lints) fn verbs(format: &str) -> Option<Vec<String>> {
    let mut verbs = Vec::new();
    let mut rest = format;
    for piece in Format::parse(format) {
        let directive = match piece {
            Piece::Literal(text) => {
                rest = rest.get(text.len()..)?;
                continue;
            }
            Piece::Directive(directive) => directive,
        };
        let indexes = [directive.index, directive.verb_index];
        let precision = directive.precision.unwrap_or_default();
        let counts = [directive.width, precision.count];
        if indexes.iter().chain([&precision.index]).any(|index| *index != Index::Absent)
            || counts.contains(&Count::Argument)
        {
            return None;
        }
        let length = match directive.verb {
            Some(verb) => rest.get(1..)?.find(verb)? + 1 + verb.len_utf8(),
            None => rest.len(),
        };
        let text = rest.get(..length)?;
        if directive.verb != Some('%') {
            verbs.push(text.to_owned());
        }
        rest = rest.get(length..)?;
    }
    Some(verbs)
}

/// Returns `true` if some value of Rego can be printed by the verb.
fn is_verb(evaluation: &Evaluation<'_, '_, '_>, verb: &str) -> bool {
    Misprint::of(evaluation.arena, verb, &Known::ANY).is_none()
}

/// A verb that cannot print a value.
pub(in crate::lints) struct Misprint<'v> {
    verb: &'v str,
    /// The text that Go prints.
    printed: String,
}

impl<'v> Misprint<'v> {
    /// Returns the misprint of a value, or `None` if some value of the known types can be printed.
    pub(in crate::lints) fn of<'a>(
        arena: &'a Arena,
        verb: &'v str,
        known: &Known<'a>,
    ) -> Option<Self> {
        let sprintf = lookup("sprintf")?;
        let mut first = None;
        for sample in samples(arena, known) {
            let format = Value::String(arena.string(verb));
            let values = arena.array(&[sample]);
            let Called::Result(Some(Value::String(text))) = call(arena, sprintf, &[format, values])
            else {
                return None;
            };
            if !text.contains("%!") {
                return None;
            }
            first.get_or_insert(text.to_owned());
        }
        first.map(|printed| Self { verb, printed })
    }

    /// Returns the finding about a value at `place`.
    pub(in crate::lints) fn finding(
        &self,
        known: &Known<'_>,
        place: Span,
        format: Span,
    ) -> Diagnostic {
        let Self { verb, printed } = self;
        let found =
            if known.kinds == Kinds::NUMBER { number_word(known) } else { known.kinds.to_string() };
        let message = format!("`{verb}` cannot print {found}: the text contains `{printed}`");
        let finding = Diagnostic::warning(&FORMAT_VALUES, place, message);
        finding.with_label(format, "the format").with_help("use `%v`")
    }
}

/// Returns a value of each known type that `sprintf` prints in its own way.
fn samples<'a>(arena: &'a Arena, known: &Known<'a>) -> Vec<Value<'a>> {
    if let Some(value) = known.value {
        return vec![value];
    }
    let fraction = Value::Number(Number::from_text(arena.string("1.5")));
    let as_text = Kinds::ANY.except(Kinds::NUMBER).except(Kinds::STRING);
    let samples = [
        (Kinds::NUMBER, Value::int(1)),
        (Kinds::NUMBER, fraction),
        (Kinds::STRING, Value::String("…")),
        (as_text, Value::Null),
    ];
    let known = samples.into_iter().filter(|(kinds, _)| known.kinds.meets(*kinds));
    known.map(|(_, sample)| sample).collect()
}

/// Returns the places of the values in an array.
fn value_places(evaluation: &Evaluation<'_, '_, '_>, site: &CallSite<'_, '_>) -> Vec<Span> {
    let call = evaluation.call_at(site.span);
    match call.and_then(|call| call.arguments.get(1)).map(|values| &values.kind) {
        Some(TermKind::Array(values)) => values.iter().map(|value| value.span).collect(),
        _ => Vec::new(),
    }
}
