//! Operands that are meaningful only together.

use super::domain::Domain;
use super::generate::Generator;
use super::term::Term;
use super::{numbers, schemas, templates, texts, tokens};

/// Returns operands for a builtin whose operands depend on each other, and `None` for any other.
pub(super) fn operands(generator: &mut Generator, builtin: &str) -> Option<Vec<Term>> {
    match builtin {
        "numbers.range" => Some(range(generator)),
        "numbers.range_step" => {
            let mut operands = range(generator);
            operands.push(Term::Scalar(numbers::small(&mut generator.draw)));
            Some(operands)
        }
        "time.clock" | "time.date" | "time.weekday" => Some(vec![time(generator, false)]),
        "time.format" => Some(vec![time(generator, true)]),
        "time.diff" => Some(vec![time(generator, false), time(generator, false)]),
        "json.patch" => Some(patch(generator)),
        "io.jwt.encode_sign" => Some(signing(generator)),
        "io.jwt.decode_verify" => Some(verification(generator)),
        "min" | "max" | "sum" | "product" | "sort" => Some(vec![scalars(generator)]),
        "json.match_schema" if generator.draw.chance(80) => {
            Some(schemas::document_and_schema(generator))
        }
        "json.verify_schema" if generator.draw.chance(80) => {
            Some(vec![schemas::schema_operand(generator)])
        }
        "strings.render_template" => Some(templates::operands(generator)),
        "internal.template_string" => Some(vec![template_parts(generator)]),
        "sprintf" if generator.draw.chance(60) => {
            let format = generator.text(Domain::Texts(texts::FORMAT));
            let length = generator.draw.below(3) + 1;
            let values = (0..length).map(|_| generator.any(1)).collect();
            Some(vec![Term::Text(format), Term::Array(values)])
        }
        _ => None,
    }
}

/// Returns two ends that are close to each other, at any size.
fn range(generator: &mut Generator) -> Vec<Term> {
    const BASES: &[&str] = &[
        "9223372036854775800",
        "18446744073709551610",
        "-9223372036854775812",
        "1e28",
        "1e300",
        "0",
    ];
    const ENDS: &[&str] = &[
        "9223372036854775812",
        "18446744073709551620",
        "-9223372036854775800",
        "1.0e28",
        "10e299",
        "5",
    ];
    let index = generator.draw.below(BASES.len());
    let mut ends = [Term::scalar(BASES[index]), Term::scalar(ENDS[index])];
    if generator.draw.chance(30) {
        ends.reverse();
    }
    ends.to_vec()
}

fn time(generator: &mut Generator, layout: bool) -> Term {
    const TIMES: &[&str] = &[
        "0",
        "-1",
        "1709210096123456789",
        "9223372036854775807",
        "-9223372036854775808",
        "1e18",
        "1.5",
        "1e19",
        "1711846799999999999",
        "1711846800000000000",
        "1729991700000000000",
        "-2208988800000000000",
        "1.0",
        "1143331200000000000",
        "1325203200000000000",
        "9223372036854775808",
        "4102444800000000000",
    ];
    let ns = Term::scalar(generator.draw.pick(TIMES));
    let zone = if generator.draw.chance(95) {
        // A varied name may be another path to the same file of Go's time zones.
        Term::Text(generator.text(Domain::Only(texts::ZONE)))
    } else {
        generator.any(1)
    };
    match generator.draw.below(4) {
        0 => ns,
        1 | 2 if layout => {
            Term::Array(vec![ns, zone, Term::Text(generator.text(Domain::Texts(texts::LAYOUT)))])
        }
        _ => Term::Array(vec![ns, zone]),
    }
}

/// Returns the parts of a template string as the compiler builds them: strings, and sets with at
/// most one value.
fn template_parts(generator: &mut Generator) -> Term {
    let length = generator.draw.below(5);
    let part = |generator: &mut Generator| match generator.draw.below(4) {
        0 => Term::Set(Vec::new()),
        1 => Term::Text(generator.text(Domain::AnyNumber)),
        2 => Term::Scalar(numbers::number(&mut generator.draw)),
        _ => Term::Set(vec![generator.any(2)]),
    };
    Term::Array((0..length).map(|_| part(generator)).collect())
}

/// Returns a collection of numbers, or of few kinds of scalars.
fn scalars(generator: &mut Generator) -> Term {
    let mixed = generator.draw.chance(30);
    let length = generator.draw.below(6);
    let items = (0..length)
        .map(|_| match generator.draw.below(if mixed { 6 } else { 1 }) {
            1 => Term::scalar("null"),
            2 => Term::scalar("false"),
            3 => Term::text("a"),
            4 => generator.any(1),
            _ => Term::Scalar(numbers::number(&mut generator.draw)),
        })
        .collect();
    if generator.draw.chance(50) { Term::Array(items) } else { Term::Set(items) }
}

fn patch(generator: &mut Generator) -> Vec<Term> {
    const TARGETS: &[&str] = &["{}", "[1, 2]", "null"];
    let target = match generator.draw.below(3) {
        0 => Term::Object(vec![
            (Term::text("a"), Term::Array(vec![Term::scalar("1"), Term::Object(Vec::new())])),
            (Term::text("b"), Term::Object(vec![(Term::text("c"), Term::Set(Vec::new()))])),
        ]),
        1 => Term::scalar(generator.draw.pick(TARGETS)),
        _ => generator.any(3),
    };
    let length = generator.draw.below(3) + 1;
    let operations = (0..length).map(|_| operation(generator)).collect();
    vec![target, Term::Array(operations)]
}

fn operation(generator: &mut Generator) -> Term {
    let mut path = || {
        if generator.draw.chance(75) {
            return Term::Text(generator.text(Domain::Texts(texts::POINTER)));
        }
        let length = generator.draw.below(3);
        Term::Array((0..length).map(|_| generator.any(0)).collect())
    };
    let (path, from) = (path(), path());
    let operation = generator.draw.pick(texts::PATCH_OP);
    let mut pairs = vec![(Term::text("op"), Term::text(operation)), (Term::text("path"), path)];
    if matches!(operation, "move" | "copy") || generator.draw.chance(10) {
        pairs.push((Term::text("from"), from));
    }
    if matches!(operation, "add" | "replace" | "test") || generator.draw.chance(10) {
        pairs.push((Term::text("value"), generator.any(1)));
    }
    if generator.draw.chance(6) {
        pairs.remove(generator.draw.below(pairs.len()));
    }
    Term::Object(pairs)
}

/// Converts the object in a JSON text to a term.
fn object(text: &str) -> Term {
    fn term(value: &serde_json::Value) -> Term {
        match value {
            serde_json::Value::String(text) => Term::text(text),
            serde_json::Value::Array(items) => Term::Array(items.iter().map(term).collect()),
            serde_json::Value::Object(fields) => Term::Object(
                fields.iter().map(|(name, value)| (Term::text(name), term(value))).collect(),
            ),
            scalar => Term::Scalar(scalar.to_string()),
        }
    }
    serde_json::from_str(text).map_or_else(|_| Term::text(text), |value| term(&value))
}

fn signing(generator: &mut Generator) -> Vec<Term> {
    [tokens::HEADERS, tokens::PAYLOADS, tokens::SIGNING_KEYS]
        .map(|pool| object(generator.draw.pick(pool)))
        .to_vec()
}

fn verification(generator: &mut Generator) -> Vec<Term> {
    const FIELDS: &[&str] = &["secret", "cert", "alg", "iss", "aud", "time", "bogus"];
    let token = Term::Text(generator.text(Domain::Tokens));
    let mut pairs = Vec::new();
    for field in FIELDS {
        let chance = if matches!(*field, "secret" | "time") { 60 } else { 20 };
        if !generator.draw.chance(chance) {
            continue;
        }
        let value = match *field {
            "secret" if generator.draw.chance(80) => Term::text("secret"),
            "cert" | "secret" => Term::text(generator.draw.pick(tokens::KEYS)),
            "alg" => Term::text(generator.draw.pick(&["HS256", "RS256", "ES256", "EdDSA", "x"])),
            "time" => {
                Term::scalar(generator.draw.pick(&["0", "1e18", "4102444800000000001", "1.5"]))
            }
            "iss" => Term::text(generator.draw.pick(&["us", "them"])),
            _ => Term::text(generator.draw.pick(&["x", "y", "z"])),
        };
        pairs.push((Term::text(field), value));
    }
    vec![token, Term::Object(pairs)]
}
