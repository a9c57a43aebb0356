//! Random JSON schemas with identities and references, and documents for them.

use super::generate::Generator;
use super::term::Term;
use crate::draw::Draw;

/// Levels of schemas.
const DEPTH: usize = 3;

const DRAFTS: &[&str] = &[
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-05/schema#",
    "HTTP://json-schema.org/draft-04/schema",
];
const IDS: &[&str] = &[
    "",
    "#",
    "#x",
    "#/x",
    "a",
    "a.json",
    "/a",
    "b/a",
    "../a",
    "http://h/p/q",
    "http://h/p/q#",
    "http://h",
    "http://h/p/q#x",
    "http://H/p/a%20b",
    "//h/a",
    "urn:a:b",
    "a b",
    ":",
    "file:/a",
    "?q",
    "%",
    "http://json-schema.org/draft-07/schema#",
    "http://h/p/q?r",
];
const REFERENCES: &[&str] = &[
    "#",
    "",
    "#x",
    "#/x",
    "#/not",
    "#/definitions/d",
    "#/properties/a",
    "#/items",
    "#/items/0",
    "#/anyOf/0",
    "#/anyOf/1",
    "#/anyOf/-1",
    "#/anyOf/a",
    "#/definitions/d~1e",
    "#/definitions%2Fd",
    "#/definitions/d%7E1e",
    "a",
    "a.json",
    "a#/not",
    "q",
    "q#x",
    "/a",
    "b/a",
    "../a#/not",
    "http://h/p/q",
    "http://h/p/q#/not",
    "http://h/p/q#x",
    "http://h/a",
    "http://h/a#/not/type",
    "urn:a:b",
    "urn:a:b#/not",
    "a%20b",
    "%",
    ":",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-04/schema#/definitions/positiveInteger",
    "http://json-schema.org/draft-07/schema#/properties/type",
    "http://json-schema.org/draft-07/schema#x",
    "?q",
    "#/const",
    "#/not/const",
];
const TYPES: &[&str] =
    &["array", "boolean", "integer", "number", "null", "object", "string", "string", "any"];
const PATTERNS: &[&str] = &["^a", "b$", ".", "", "(", "[0-9]+", "\\d", "\\pL"];
const FORMATS: &[&str] = &[
    "date",
    "time",
    "date-time",
    "hostname",
    "email",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "uuid",
    "regex",
    "json-pointer",
    "relative-json-pointer",
    "uri-template",
    "iri",
    "idn-email",
    "nope",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "0.5",
    "1.0",
    "1e2",
    "0.1",
    "-0",
    "10",
    "12345678901234567890",
    "1e6",
    "3456789",
    "100000",
    "0.00001",
    "99999.5",
    "0.1234567890123456789",
    "1e30",
    "-1250",
    "1e5000",
];
const KEYS: &[&str] = &["a", "b", "ab", "d", "x"];
const SCALARS: &[&str] =
    &["null", "true", "false", "0", "1", "2", "1.0", "2.5", "-1", "100", "0.3"];
const TEXTS: &[&str] = &[
    "",
    "a",
    "ab",
    "abc",
    "é",
    "1",
    "2020-01-31",
    "12:30:00Z",
    "2020-01-31T12:30:00Z",
    "a@b.c",
    "10.0.0.1",
    "::1",
    "http://h/a",
    "#",
    "00000000-0000-4000-8000-000000000000",
    "(",
    "/a~0",
    "0#",
    "{a}",
    "object",
];

/// A document and a schema (`json.match_schema`).
pub(super) fn document_and_schema(generator: &mut Generator) -> Vec<Term> {
    let document = value(&mut generator.draw, 2);
    let document = as_operand(generator, document);
    vec![document, schema_operand(generator)]
}

/// A schema as an object or as JSON.
pub(super) fn schema_operand(generator: &mut Generator) -> Term {
    let schema = schema(&mut generator.draw, DEPTH);
    as_operand(generator, schema)
}

/// Documents that are scalars must be JSON; so may others.
fn as_operand(generator: &mut Generator, term: Term) -> Term {
    match term {
        Term::Object(_) | Term::Array(_) if generator.draw.chance(50) => term,
        Term::Object(_) | Term::Array(_) if generator.draw.chance(4) => {
            Term::Text(generator.changed(&term.to_string()))
        }
        _ => Term::Text(term.to_string()),
    }
}

fn value(draw: &mut Draw, depth: usize) -> Term {
    match draw.below(if depth == 0 { 2 } else { 6 }) {
        0 => Term::scalar(draw.pick(SCALARS)),
        1 => Term::text(draw.pick(TEXTS)),
        2 | 3 => {
            let length = draw.below(4);
            Term::Array((0..length).map(|_| value(draw, depth - 1)).collect())
        }
        _ => object(draw, 3, |draw| value(draw, depth - 1)),
    }
}

/// An object with at most `most` members with distinct keys.
fn object(draw: &mut Draw, most: usize, mut member: impl FnMut(&mut Draw) -> Term) -> Term {
    let mut pairs: Vec<(Term, Term)> = Vec::new();
    for _ in 0..=draw.below(most) {
        let key = Term::text(draw.pick(KEYS));
        if pairs.iter().all(|(other, _)| *other != key) {
            pairs.push((key, member(draw)));
        }
    }
    Term::Object(pairs)
}

fn schema(draw: &mut Draw, depth: usize) -> Term {
    if draw.chance(6) {
        return Term::scalar(draw.pick(&["true", "false", "true", "1", "null"]));
    }
    let mut members: Vec<(Term, Term)> = Vec::new();
    if depth == DEPTH && draw.chance(25) {
        members.push((Term::text("$schema"), Term::text(draw.pick(DRAFTS))));
    }
    for _ in 0..draw.below(4) {
        for (key, value) in keyword(draw, depth) {
            if members.iter().all(|(other, _)| *other != Term::text(key)) {
                members.push((Term::text(key), value));
            }
        }
    }
    Term::Object(members)
}

/// A keyword, or several that belong together.
fn keyword(draw: &mut Draw, depth: usize) -> Vec<(&'static str, Term)> {
    let below = depth.saturating_sub(1);
    if draw.chance(3) {
        return vec![(draw.pick(KEYWORDS), value(draw, 1))];
    }
    let single = match draw.below(if depth == 0 { 12 } else { 21 }) {
        0 => ("$id", Term::text(draw.pick(IDS))),
        1 => (draw.pick(&["id", "$id", "title"]), Term::text(draw.pick(IDS))),
        2 | 3 => ("$ref", Term::text(draw.pick(REFERENCES))),
        4 | 5 => ("type", types(draw)),
        6 => ("const", value(draw, 1)),
        7 => ("enum", Term::Array((0..3).map(|_| value(draw, 1)).collect())),
        8 => (draw.pick(&["format"]), Term::text(draw.pick(FORMATS))),
        9 => ("pattern", Term::text(draw.pick(PATTERNS))),
        10 => return bounds(draw),
        11 => ("required", Term::Array(vec![Term::text(draw.pick(KEYS)), Term::text("b")])),
        12 => ("properties", object(draw, 2, |draw| schema(draw, below))),
        13 => ("definitions", definitions(draw, below)),
        14 => ("items", items(draw, below)),
        15 => ("patternProperties", pattern_properties(draw, below)),
        16 => (draw.pick(&["dependencies"]), dependencies(draw, below)),
        17 => (draw.pick(&["allOf", "anyOf", "oneOf"]), several(draw, below)),
        18 => {
            let condition = ("if", schema(draw, below));
            return vec![condition, ("then", schema(draw, below)), ("else", schema(draw, below))];
        }
        19 => {
            let keywords = ["additionalProperties", "additionalItems", "contains", "propertyNames"];
            (draw.pick(&keywords), schema(draw, below))
        }
        _ => ("not", schema(draw, below)),
    };
    vec![single]
}

const KEYWORDS: &[&str] = &[
    "$id",
    "$ref",
    "$schema",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "definitions",
    "dependencies",
    "else",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "propertyNames",
    "required",
    "then",
    "title",
    "type",
    "uniqueItems",
    "description",
];

fn types(draw: &mut Draw) -> Term {
    if draw.chance(70) {
        return Term::text(draw.pick(TYPES));
    }
    Term::Array((0..2).map(|_| Term::text(draw.pick(TYPES))).collect())
}

fn bounds(draw: &mut Draw) -> Vec<(&'static str, Term)> {
    let number = |draw: &mut Draw| Term::scalar(draw.pick(NUMBERS));
    match draw.below(7) {
        0 => vec![("minimum", number(draw)), ("exclusiveMinimum", Term::scalar("true"))],
        1 => vec![("maximum", number(draw)), ("exclusiveMaximum", number(draw))],
        2 => vec![("exclusiveMinimum", number(draw))],
        3 => vec![("minLength", number(draw)), ("maxLength", number(draw))],
        4 => vec![("minItems", number(draw)), ("uniqueItems", Term::scalar("true"))],
        5 => vec![("minProperties", number(draw)), ("maxProperties", number(draw))],
        _ => vec![("multipleOf", number(draw)), ("minimum", number(draw))],
    }
}

fn several(draw: &mut Draw, depth: usize) -> Term {
    let length = draw.below(3) + 1;
    Term::Array((0..length).map(|_| schema(draw, depth)).collect())
}

fn items(draw: &mut Draw, depth: usize) -> Term {
    if draw.chance(50) { schema(draw, depth) } else { several(draw, depth) }
}

fn definitions(draw: &mut Draw, depth: usize) -> Term {
    let key = draw.pick(&["d", "d", "d/e"]);
    Term::Object(vec![(Term::text(key), schema(draw, depth))])
}

fn pattern_properties(draw: &mut Draw, depth: usize) -> Term {
    Term::Object(vec![(Term::text(draw.pick(PATTERNS)), schema(draw, depth))])
}

fn dependencies(draw: &mut Draw, depth: usize) -> Term {
    let dependency = if draw.chance(50) {
        schema(draw, depth)
    } else {
        Term::Array(vec![Term::text(draw.pick(KEYS))])
    };
    Term::Object(vec![(Term::text(draw.pick(KEYS)), dependency)])
}
