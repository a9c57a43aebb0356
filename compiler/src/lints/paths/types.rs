//! Values whose type by the schemas does not fit their use.

use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::hir::{Constant, Ref, Root, Term};
use crate::lints::evaluate::Kinds;
use crate::lints::shapes::fields::Outcome;
use crate::lints::shapes::flow::{BuiltinCall, Comparison, Fallback, Lookup, Taken};
use crate::lints::shapes::{Alternative, Origin, Scalar, Shape, Shapes};
use crate::source::Span;
use crate::suggest::{closest, misspelled};

use super::reporter::Reporter;
use super::{IMPOSSIBLE_COMPARISON, IMPOSSIBLE_VALUE, WRONG_TYPE};

/// Reports a step into a value that has neither fields nor members, or only members.
pub(super) fn step(reporter: &mut Reporter<'_, '_>, shapes: &Shapes, step: &Taken<'_>) {
    if !shapes.is_of_schema(step.from) {
        return;
    }
    let found = shapes.types(step.from);
    let span = reporter.place(step.at);
    let (message, help) = match (step.field, step.outcome) {
        (Some(name), Outcome::Array) => (
            format!("expected an object with the field `{name}`, found an array"),
            "read the field of a member: `[_]` iterates over the array".to_owned(),
        ),
        (Some(name), _) => (
            format!("expected an object with the field `{name}`, found {found}"),
            "the schema gives the value a type without fields".to_owned(),
        ),
        (None, _) => (
            format!("expected an array or an object, found {found}"),
            "the schema gives the value a type without members".to_owned(),
        ),
    };
    reporter.report(Diagnostic::warning(&WRONG_TYPE, span, message).with_help(help));
}

/// Reports a key of a type that the keys of the collection never have.
pub(super) fn lookup(reporter: &mut Reporter<'_, '_>, shapes: &mut Shapes, lookup: Lookup) {
    let Lookup { collection, key, at } = lookup;
    let keys = shapes.each(collection).key;
    let (expected, found) = (shapes.types(keys), shapes.types(key));
    let of_schema = shapes.is_of_schema(collection) || shapes.is_of_schema(key);
    if !of_schema || [expected, found].contains(&Kinds::NONE) || expected.meets(found) {
        return;
    }
    let collection = shapes.types(collection);
    let message = format!("expected {expected} as a key of {collection}, found {found}");
    let finding = Diagnostic::warning(&WRONG_TYPE, reporter.place(at), message);
    let help = if collection == Kinds::OBJECT && found == Kinds::NUMBER {
        "the keys of an object are strings: `format_int(number, 10)` converts a whole number"
    } else {
        "a lookup of a key of another type is undefined"
    };
    reporter.report(finding.with_help(help));
}

/// Reports a default of `object.get` that the field never is: a number as a string, or a misspelled
/// constant. Other defaults of another type may stand for a missing field.
pub(super) fn fallback(reporter: &mut Reporter<'_, '_>, shapes: &Shapes, fallback: &Fallback<'_>) {
    let Term::Constant(Constant::String(text)) = fallback.default else { return };
    let span = reporter.places.argument(fallback.span, 2);
    let expected = shapes.types(fallback.field);
    let is_text = expected.meets(Kinds::STRING) || !shapes.is_of_schema(fallback.field);
    let (number, boolean) = (text.parse::<f64>().is_ok(), matches!(&**text, "true" | "false"));
    if !is_text
        && ((number && expected.meets(Kinds::NUMBER)) || boolean && expected.meets(Kinds::BOOLEAN))
    {
        let message = format!("expected {expected} as the default, found the string `{text}`");
        let finding = Diagnostic::warning(&WRONG_TYPE, span, message);
        let finding = finding.with_help(format!("write `{text}`")).with_fix(false, span, &**text);
        return reporter.report(finding);
    }
    let Some(values) = schema_values(shapes, fallback.field) else { return };
    if values.contains(text) {
        return;
    }
    if let Some(value) = misspelled(text, values.iter().map(|value| &**value)) {
        let finding = impossible(&values, text, span).with_help(format!("did you mean `{value}`?"));
        reporter.report(finding.with_fix(false, span, format!("\"{value}\"")));
    }
}

/// Reports an operand of a type that a builtin does not accept.
pub(super) fn call(reporter: &mut Reporter<'_, '_>, shapes: &Shapes, call: &BuiltinCall<'_>) {
    for (index, (declared, shape)) in
        call.builtin.operands().zip(call.arguments.iter().copied()).enumerate()
    {
        let (expected, found) = (Kinds::declared(declared), shapes.types(shape));
        if found == Kinds::NONE || expected.meets(found) || !shapes.is_of_schema(shape) {
            continue;
        }
        let span = reporter.places.argument(call.span, index);
        let name =
            if call.builtin.infix.is_empty() { call.builtin.name } else { call.builtin.infix };
        let (expected, found) = (expected.to_string(), found.to_string());
        let message = format!("expected {expected} as an operand of `{name}`, found {found}");
        let finding = Diagnostic::warning(&WRONG_TYPE, span, message);
        let is_array = found == "an array" && expected.ends_with("a set");
        let help = if is_array {
            "make a set of the array: `{member | member := array[_]}`"
        } else {
            "the schema gives the value a type for which the call is undefined"
        };
        reporter.report(finding.with_help(help));
    }
    members(reporter, shapes, call);
}

/// Reports members of a collection whose type a builtin does not accept, such as numbers that
/// `concat` joins.
fn members(reporter: &mut Reporter<'_, '_>, shapes: &Shapes, call: &BuiltinCall<'_>) {
    for (index, (declared, shape)) in
        call.builtin.operands().zip(call.arguments.iter().copied()).enumerate()
    {
        let Some(expected) = Kinds::of_members(declared) else { continue };
        let written: Vec<(Shape, Span)> = match call.values {
            values @ [_, ..] if index == 1 => {
                let place = |item| reporter.places.item(call.span, index, item);
                values.iter().enumerate().map(|(item, shape)| (*shape, place(item))).collect()
            }
            _ => match *shapes.get(shape) {
                [Alternative::Array(of, _) | Alternative::Set(of, _)] => {
                    vec![(of, reporter.places.argument(call.span, index))]
                }
                _ => continue,
            },
        };
        for (shape, span) in written {
            let found = shapes.types(shape);
            if found == Kinds::NONE || expected.meets(found) || !shapes.is_of_schema(shape) {
                continue;
            }
            let name = call.builtin.name;
            let message = format!("expected {expected} as a member for `{name}`, found {found}");
            let finding = Diagnostic::warning(&WRONG_TYPE, span, message);
            let help = if expected == Kinds::STRING && found.within(Kinds::NUMBER) {
                "use `sprintf`, or convert the number with `format_int(number, 10)`"
            } else {
                "the schema gives the value a type for which the call is undefined"
            };
            reporter.report(finding.with_help(help));
        }
    }
}

/// Reports a comparison that does not depend on the values.
pub(super) fn comparison(
    reporter: &mut Reporter<'_, '_>,
    shapes: &mut Shapes,
    comparison: &Comparison<'_>,
) {
    let [left, right] = comparison.shapes;
    if comparison.operator == "internal.member_2" {
        return membership(reporter, shapes, comparison);
    }
    if different_types(reporter, shapes, comparison, [left, right]) {
        return;
    }
    for (index, shape) in [(1, left), (0, right)] {
        let span = reporter.places.argument(comparison.span, index);
        if let Term::Constant(Constant::String(text)) = comparison.terms[index] {
            impossible_value(reporter, shapes, shape, text, span);
        } else if let Some(texts) = shapes.constants(comparison.shapes[index])
            && let Some(values) = schema_values(shapes, shape)
            && !texts.iter().any(|text| values.contains(text))
            && let Some(text) = texts.first()
        {
            // An argument has the constants of all calls. A correction belongs there, not here.
            let finding = impossible(&values, text, span);
            reporter.report(finding.with_help("by its schema, the value is never this string"));
        }
    }
}

/// Reports a comparison of values whose types differ. Returns `true` if there is one.
fn different_types(
    reporter: &mut Reporter<'_, '_>,
    shapes: &Shapes,
    comparison: &Comparison<'_>,
    of: [Shape; 2],
) -> bool {
    let types = of.map(|shape| shapes.types(shape));
    let of_schema = of.iter().any(|shape| shapes.is_of_schema(*shape));
    // A comparison with null tests for null, whatever the schema says.
    if !of_schema
        || types.iter().any(|types| [Kinds::NONE, Kinds::NULL].contains(types))
        || types[0].meets(types[1])
        || tests_any_field(comparison.terms)
    {
        return false;
    }
    let [left, right] = types;
    let help = match comparison.operator {
        "equal" | "internal.member_2" => "values of different types are never equal",
        "neq" => "values of different types always differ",
        _ => "the order of values of different types depends on their types alone",
    };
    let message = format!("expected operands of one type, found {left} and {right}");
    let span = reporter.places.whole(comparison.span);
    let finding = Diagnostic::warning(&IMPOSSIBLE_COMPARISON, span, message);
    reporter.report(finding.with_help(help));
    true
}

/// Returns `true` for a comparison such as `object[field] == false`, by which a helper tells a field
/// that is `false` from one that is missing, whatever the field's type is.
fn tests_any_field(terms: [&Term; 2]) -> bool {
    let is_any_field = |term: &Term| match term {
        Term::Ref(Ref { root: Root::Var(_), operands, .. }) => {
            matches!(operands[..], [Term::Var(_)])
        }
        _ => false,
    };
    let is_boolean = |term: &Term| matches!(term, Term::Constant(Constant::Bool(_)));
    terms.iter().any(|term| is_any_field(term)) && terms.iter().any(|term| is_boolean(term))
}

/// Reports `value in collection` if the collection cannot have the value.
fn membership(reporter: &mut Reporter<'_, '_>, shapes: &mut Shapes, comparison: &Comparison<'_>) {
    let [value, collection] = comparison.shapes;
    let each = shapes.each(collection);
    if each.scalar {
        if shapes.is_of_schema(collection) {
            let found = shapes.types(collection);
            let message = format!("expected a collection after `in`, found {found}");
            let span = reporter.places.argument(comparison.span, 1);
            let finding = Diagnostic::warning(&WRONG_TYPE, span, message);
            reporter.report(finding.with_help("`contains` finds a part of a string"));
        }
        return;
    }
    if different_types(reporter, shapes, comparison, [value, each.value]) {
        return;
    }
    match comparison.terms {
        [_, Term::Constant(Constant::Array(items) | Constant::Set(items))] => {
            for (item, constant) in items.iter().enumerate() {
                if let Constant::String(text) = constant {
                    let span = reporter.places.item(comparison.span, 1, item);
                    impossible_value(reporter, shapes, value, text, span);
                }
            }
        }
        [Term::Constant(Constant::String(text)), _] => {
            let span = reporter.places.argument(comparison.span, 0);
            impossible_value(reporter, shapes, each.value, text, span);
        }
        _ => {}
    }
}

/// Returns the strings of which a value is one, by its schema. A default of the policy is one of
/// them.
fn schema_values(shapes: &Shapes, shape: Shape) -> Option<Vec<Arc<str>>> {
    let mut values: Vec<Arc<str>> = Vec::new();
    let mut of_schema = false;
    for alternative in &*shapes.get(shape) {
        match alternative {
            Alternative::Texts(id, origin) => {
                of_schema |= *origin == Origin::Schema;
                let texts: Rc<[Arc<str>]> = shapes.get_texts(*id);
                values.extend(texts.iter().cloned());
            }
            Alternative::Scalar(Scalar::Null, _) => {}
            _ => return None,
        }
    }
    (of_schema && !values.is_empty()).then_some(values)
}

/// Reports a string that a value never is, because it is one of others.
fn impossible_value(
    reporter: &mut Reporter<'_, '_>,
    shapes: &Shapes,
    shape: Shape,
    text: &str,
    span: Span,
) {
    if is_int_or_string(shapes, shape) && is_integer(text) {
        let message = format!("expected a number or a name, found the number `{text}` as a string");
        let finding = Diagnostic::warning(&IMPOSSIBLE_VALUE, span, message);
        return reporter.report(
            finding
                .with_help(format!("Kubernetes refuses such a name; write `{text}`"))
                .with_fix(false, span, text),
        );
    }
    let Some(values) = schema_values(shapes, shape) else { return };
    if values.iter().any(|value| **value == *text) {
        return;
    }
    let finding = impossible(&values, text, span);
    reporter.report(match closest(text, values.iter().map(|value| &**value)) {
        Some(value) if !value.is_empty() => finding
            .with_help(format!("did you mean `{value}`?"))
            .with_fix(false, span, format!("\"{value}\"")),
        _ => finding.with_help("by its schema, the value is never this string"),
    });
}

/// Returns `true` if values of the shape are ports or other values that are an integer or a name.
/// Parameters are not, because their schema accepts any string.
fn is_int_or_string(shapes: &Shapes, shape: Shape) -> bool {
    let is = |scalar| Alternative::Scalar(scalar, Origin::Schema);
    *shapes.get(shape) == [is(Scalar::Integer), is(Scalar::String)]
}

fn is_integer(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn impossible(values: &[Arc<str>], text: &str, span: Span) -> Diagnostic {
    let mut shown: Vec<String> = Vec::new();
    for value in values.iter().filter(|value| !value.is_empty()) {
        let quoted = format!("`{value}`");
        if !shown.contains(&quoted) {
            shown.push(quoted);
        }
    }
    let list = shown.join(", ");
    let message = format!("expected one of {list}, found `{text}`");
    Diagnostic::warning(&IMPOSSIBLE_VALUE, span, message)
}
