//! Calls that fail for every input, because of their constant operands.
//!
//! The lint calls the builtin. Operands that are not constant are replaced by samples that the
//! builtin accepts, so that a failure is the fault of the constants: `regex.match("[", x)` is tried
//! as `regex.match("[", "")`.

use ferrego_runtime::Value;
use ferrego_runtime::builtins::{LiteralPattern, lookup};

use super::operand_place;
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::lints::calls::site::CallSite;
use crate::lints::evaluate::constants::{Called, call};
use crate::lints::evaluate::{Evaluation, Kinds, Known};

/// A call fails for every input.
pub(in crate::lints) static CALL_ALWAYS_FAILS: Lint = Lint {
    name: "call-always-fails",
    group: Group::Correctness,
    summary: "a call fails for every input, because of its constant operands",
    page: include_str!("../pages/call-always-fails.md"),
};

/// The number of members of a collection that are tried.
const MEMBERS: usize = 64;

const HELP: &str = "a call that fails is undefined; correct the constant";

/// A layout of times has no element.
pub(in crate::lints) static TIME_LAYOUT: Lint = Lint {
    name: "time-layout",
    group: Group::Correctness,
    summary: "a layout of times has no part of Go's reference time",
    page: include_str!("../pages/time-layout.md"),
};

const CIDR: Value<'static> = Value::String("192.0.2.0/24");
const ADDRESS: Value<'static> = Value::String("192.0.2.1");
const VERSION: Value<'static> = Value::String("1.0.0");
const EMPTY: Value<'static> = Value::String("");

/// The builtins of which some constant operands can be checked alone, with operands that they
/// accept.
const SAMPLES: &[(&str, [Value<'static>; 2])] = &[
    ("net.cidr_contains", [CIDR, ADDRESS]),
    ("net.cidr_intersects", [CIDR, CIDR]),
    ("net.cidr_overlap", [CIDR, ADDRESS]),
    ("semver.compare", [VERSION, VERSION]),
];

/// Checks a call with constant operands.
pub(super) fn check<'a>(evaluation: &mut Evaluation<'_, 'a, '_>, site: &CallSite<'_, 'a>) {
    if layout(evaluation, site) {
        return;
    }
    let Some((message, culprit)) = failing(evaluation, site) else {
        for index in 0..site.operands.len() {
            members(evaluation, site, index);
        }
        return;
    };
    let place = match culprit {
        Some(index) => operand_place(evaluation, site, index),
        None => site.span,
    };
    let reason = reason(site, message);
    let message = format!("this call of `{}` always fails: {reason}", site.builtin.name);
    let finding = Diagnostic::warning(&CALL_ALWAYS_FAILS, place, message);
    evaluation.findings.report(finding.with_help(HELP));
}

/// Returns the builtin's message if the call fails, and the index of the operand at fault.
fn failing<'a>(
    evaluation: &Evaluation<'_, 'a, '_>,
    site: &CallSite<'_, 'a>,
) -> Option<(&'a str, Option<usize>)> {
    attempts(evaluation, site).into_iter().find_map(|(operands, culprit)| {
        match call(evaluation.arena, site.builtin, &operands) {
            Called::Fails(message) => Some((message, culprit)),
            Called::Unknown | Called::Result(_) => None,
        }
    })
}

/// Returns the builtin's message without its name.
fn reason<'a>(site: &CallSite<'_, 'a>, message: &'a str) -> &'a str {
    let rest = message.strip_prefix(site.builtin.name);
    rest.map_or(message, |rest| rest.trim_start_matches([':', ' ']))
}

/// Reports the members of a constant collection for which a call fails, if an operand is each of
/// them.
pub(in crate::lints) fn members<'a>(
    evaluation: &mut Evaluation<'_, 'a, '_>,
    site: &CallSite<'_, 'a>,
    index: usize,
) {
    let Known { each_of: Some(collection), value: None, place, .. } = site.operands[index] else {
        return;
    };
    let mut operands = site.operands.to_vec();
    for member in strings(&collection).take(MEMBERS) {
        operands[index] = Known::of_value(member);
        let elements = site.elements.clone();
        let (builtin, span) = (site.builtin, site.span);
        let one = CallSite { builtin, operands: &operands, elements, span };
        let Some((message, _)) = failing(evaluation, &one) else { continue };
        let reason = reason(site, message);
        let call = operand_place(evaluation, site, index);
        let written = place.and_then(|place| evaluation.string_in(place, &member));
        let name = site.builtin.name;
        let message = format!("each call of `{name}` with `{member}` fails: {reason}");
        let finding = Diagnostic::warning(&CALL_ALWAYS_FAILS, written.unwrap_or(call), message);
        let finding = match written {
            Some(_) => finding.with_label(call, "called with each member"),
            None => finding,
        };
        evaluation.findings.report(finding.with_help(HELP));
    }
}

/// Iterates over the members of a collection that are strings; of an object, over its values.
fn strings<'v, 'a>(collection: &'v Value<'a>) -> impl Iterator<Item = Value<'a>> + use<'v, 'a> {
    let items = match collection {
        Value::Array(items) => items,
        Value::Set(set) => set.members(),
        _ => &[],
    };
    let values = match collection {
        Value::Object(object) => object.pairs(),
        _ => &[],
    };
    let all = items.iter().chain(values.iter().map(|(_, value)| value)).copied();
    all.filter(|member| matches!(member, Value::String(_)))
}

/// The operands of a call to try, and the index of the one at fault if the call fails.
type Attempt<'a> = (Vec<Value<'a>>, Option<usize>);

/// Returns the calls to try: with one constant operand and samples, then with all constants.
fn attempts<'a>(evaluation: &Evaluation<'_, 'a, '_>, site: &CallSite<'_, 'a>) -> Vec<Attempt<'a>> {
    let CallSite { builtin, operands, .. } = site;
    let constants: Vec<usize> =
        (0..operands.len()).filter(|index| operands[*index].value.is_some()).collect();
    let single = |constants: &[usize]| match constants {
        [single] => Some(*single),
        _ => None,
    };
    let mut attempts: Vec<Attempt<'a>> = Vec::new();
    if let Some((_, samples)) = SAMPLES.iter().find(|(name, _)| *name == builtin.name) {
        for index in &constants {
            let mut filled = samples.to_vec();
            if let (Some(place), Some(value)) = (filled.get_mut(*index), operands[*index].value) {
                *place = value;
                attempts.push((filled, Some(*index)));
            }
        }
    }
    let pattern: &[usize] = match builtin.pattern {
        LiteralPattern::Match | LiteralPattern::Glob => &[0],
        LiteralPattern::Search(index) => &[[0], [1], [2], [3]][index.min(3)],
        LiteralPattern::Template => &[0, 2, 3],
        LiteralPattern::Absent => &[],
    };
    if !pattern.is_empty() && pattern.iter().all(|index| constants.contains(index)) {
        let alone = filled(site, |index| pattern.contains(&index));
        attempts.extend(alone.map(|operands| (operands, pattern.first().copied())));
        if constants.len() > pattern.len() {
            let all = filled(site, |_| true);
            attempts.extend(all.map(|operands| (operands, None)));
        }
    }
    attempts.extend(zone(evaluation, site).map(|value| (vec![value], Some(0))));
    if constants.len() == operands.len() {
        let values = operands.iter().filter_map(|known| known.value).collect();
        attempts.push((values, single(&constants)));
    }
    attempts
}

/// Returns the constant operands that `keep` selects, with samples in place of the others.
fn filled<'a>(site: &CallSite<'_, 'a>, keep: impl Fn(usize) -> bool) -> Option<Vec<Value<'a>>> {
    let operands = site.operands.iter().zip(site.builtin.operands()).enumerate();
    let filled = operands.map(|(index, (known, declared))| {
        known.value.filter(|_| keep(index)).or_else(|| match Kinds::declared(declared) {
            Kinds::NUMBER => Some(Value::int(1)),
            kinds if kinds.meets(Kinds::STRING) => Some(EMPTY),
            kinds if kinds.meets(Kinds::NULL) => Some(Value::Null),
            _ => None,
        })
    });
    filled.collect()
}

/// Returns the operand of a function of time, `[ns, zone]`, with a constant zone and a sample of
/// the time.
fn zone<'a>(evaluation: &Evaluation<'_, 'a, '_>, site: &CallSite<'_, 'a>) -> Option<Value<'a>> {
    if !matches!(site.builtin.name, "time.clock" | "time.date" | "time.weekday" | "time.format") {
        return None;
    }
    let [time, rest @ ..] = site.elements.first()?.as_deref()? else { return None };
    let rest: Vec<Value<'a>> = rest.iter().map(|known| known.value).collect::<Option<_>>()?;
    let time = time.value.unwrap_or(Value::int(0));
    let whole: Vec<_> = std::iter::once(time).chain(rest).collect();
    Some(evaluation.arena.array(&whole))
}

/// Reports a layout in which nothing stands for a part of a time.
fn layout<'a>(evaluation: &mut Evaluation<'_, 'a, '_>, site: &CallSite<'_, 'a>) -> bool {
    /// 2009-02-13T23:31:30.123456789Z, which has no part in common with the reference time.
    const TIME: i64 = 1_234_567_890_123_456_789;
    let (layout, place) = match site.builtin.name {
        "time.parse_ns" => (site.operands.first().copied(), 0),
        "time.format" => {
            let elements = site.elements.first().and_then(Option::as_deref);
            (elements.and_then(|elements| elements.get(2)).copied(), 0)
        }
        _ => return false,
    };
    let Some(Value::String(text)) = layout.and_then(|layout| layout.value) else { return false };
    let Some(format) = lookup("time.format") else { return false };
    let operand = [Value::int(TIME), Value::String("UTC"), Value::String(text)];
    let operand = evaluation.arena.array(&operand);
    match call(evaluation.arena, format, &[operand]) {
        Called::Result(Some(Value::String(printed))) if printed == text => {}
        _ => return false,
    }
    let place = operand_place(evaluation, site, place);
    let message = format!("expected a layout in Go's notation, found `{text}`");
    let finding = Diagnostic::warning(&TIME_LAYOUT, place, message);
    let help = "write the time 2006-01-02T15:04:05Z07:00 as the layout should show it";
    evaluation.findings.report(finding.with_help(help));
    true
}
