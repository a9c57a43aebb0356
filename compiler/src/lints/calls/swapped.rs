//! Builtins whose operands are in the wrong order.

use ferrego_runtime::Value;

use super::operand_place;
use crate::diagnostics::{Diagnostic, Edit, Fix, Group, Lint};
use crate::lints::calls::site::CallSite;
use crate::lints::evaluate::{Evaluation, Known, Origin};

/// A builtin has its operands in the wrong order.
pub(in crate::lints) static SWAPPED_OPERANDS: Lint = Lint {
    name: "swapped-operands",
    group: Group::Suspicious,
    summary: "a builtin has its operands in the wrong order",
    page: include_str!("../pages/swapped-operands.md"),
};

/// The order of two operands, by their index, with names for messages.
struct Order {
    /// The operand that varies.
    text: (usize, &'static str),
    /// The operand that is usually constant.
    constant: (usize, &'static str),
    /// Returns `true` if a constant in the place of the text is misplaced.
    misplaced: fn(&Value<'_>) -> bool,
}

/// The order of the operands of `in`, the first of which is several constants.
const OF_LIST: Order =
    Order { text: (0, "a member"), constant: (1, "the collection"), misplaced: is_strings };

/// Returns the order of a builtin's operands.
fn order(name: &str) -> Option<Order> {
    let after = |text, constant, misplaced| {
        Some(Order { text: (0, text), constant: (1, constant), misplaced })
    };
    match name {
        "contains" | "indexof" | "indexof_n" | "strings.count" => {
            after("the text", "the part", is_part)
        }
        "startswith" | "trim_prefix" => after("the text", "the prefix", is_text),
        "endswith" | "trim_suffix" => after("the text", "the suffix", is_text),
        "trim" | "trim_left" | "trim_right" => after("the text", "the characters", is_text),
        "strings.any_prefix_match" | "strings.any_suffix_match" => {
            after("the text", "its possible parts", |_| true)
        }
        "replace" => after("the text", "the old part", is_text),
        "internal.member_2" => Some(Order {
            text: (1, "a collection"),
            constant: (0, "the member"),
            misplaced: |value| value.len().is_none(),
        }),
        "split" => after("the text", "the separator", is_separator),
        "regex.match" | "re_match" | "regex.find_n" => Some(Order {
            text: (1, "the text"),
            constant: (0, "the pattern"),
            misplaced: is_pattern,
        }),
        "glob.match" => {
            Some(Order { text: (2, "the text"), constant: (0, "the pattern"), misplaced: is_glob })
        }
        _ => None,
    }
}

/// Reports a constant in the place of the text whose counterpart is not constant. Returns `true` if
/// it is reported.
pub(super) fn check(evaluation: &mut Evaluation<'_, '_, '_>, site: &CallSite<'_, '_>) -> bool {
    let list = |known: &Known<'_>| known.value.is_some_and(|value| value.len() > Some(1));
    let is_list =
        site.builtin.name == "internal.member_2" && site.operands.first().is_some_and(list);
    let order = if is_list { Some(OF_LIST) } else { order(site.builtin.name) };
    let Some(Order { text, constant, misplaced }) = order else { return false };
    let written = |known: &Known<'_>| known.value.is_some() && known.origin != Origin::Compared;
    let (Some(first), Some(second)) = (site.operands.get(text.0), site.operands.get(constant.0))
    else {
        return false;
    };
    let swapped =
        written(first) && !written(second) && first.value.is_some_and(|value| misplaced(&value));
    if !swapped {
        return false;
    }
    let (place, other) =
        (operand_place(evaluation, site, text.0), operand_place(evaluation, site, constant.0));
    let name = if site.builtin.infix.is_empty() { site.builtin.name } else { site.builtin.infix };
    let subject = evaluation.subject;
    let at_same_place = place.start == other.start;
    let message = format!(
        "`{name}` expects {} here, found {} `{}`",
        text.1,
        constant.1,
        if at_same_place {
            first.value.map_or_else(Default::default, |value| value.to_string().into())
        } else {
            subject.quoted(place)
        }
    );
    let mut finding =
        Diagnostic::warning(&SWAPPED_OPERANDS, place, message).with_help("swap the operands");
    if at_same_place {
        // The operands of `in` have no places of their own.
        evaluation.findings.report(finding);
        return true;
    }
    finding = finding.with_label(other, format!("{} goes here", constant.1));
    let edits = vec![
        Edit { span: place, text: subject.text(other).to_owned() },
        Edit { span: other, text: subject.text(place).to_owned() },
    ];
    finding.fix = Some(Box::new(Fix { edits, safe: false }));
    evaluation.findings.report(finding);
    true
}

fn is_text(value: &Value<'_>) -> bool {
    value.as_str().is_some()
}

/// Returns `true` for a set or an array of strings.
fn is_strings(value: &Value<'_>) -> bool {
    let items = match value {
        Value::Array(items) => items,
        Value::Set(set) => set.members(),
        _ => &[],
    };
    !items.is_empty() && items.iter().all(is_text)
}

/// Returns `true` unless the text is a list or an alphabet, in which an author looks a part up.
fn is_part(value: &Value<'_>) -> bool {
    const ALPHABET: usize = 8;
    let Some(text) = value.as_str() else { return false };
    let mut letters: Vec<char> = text.chars().collect();
    let length = letters.len();
    letters.sort_unstable();
    letters.dedup();
    let is_list = text.contains([',', ';', '|', ' ']);
    let is_alphabet = length >= ALPHABET
        && letters.len() == length
        && letters.iter().all(|letter| letter.is_alphanumeric());
    !is_list && !is_alphabet
}

fn is_separator(value: &Value<'_>) -> bool {
    value.as_str().is_some_and(|text| text.len() <= 2 && !text.contains(char::is_alphanumeric))
}

/// Returns `true` if the text is written as a regular expression.
fn is_pattern(value: &Value<'_>) -> bool {
    value.as_str().is_some_and(|text| {
        let parts = [".*", ".+", "[", "\\", "(", "?:", "]+", "|"];
        text.starts_with('^') || text.ends_with('$') || parts.iter().any(|part| text.contains(part))
    })
}

fn is_glob(value: &Value<'_>) -> bool {
    value.as_str().is_some_and(|text| text.contains('*'))
}
