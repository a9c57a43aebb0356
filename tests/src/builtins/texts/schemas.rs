//! JSON schemas, documents for them, and patches.

use super::Pool;

pub(in crate::builtins) const SCHEMA: Pool = &[
    "{}",
    "{\"type\": \"object\"}",
    "{\"type\": \"string\", \"minLength\": 2}",
    "{\"type\": [\"string\", \"null\"]}",
    "true",
    "{\"properties\": {\"a\": {\"type\": \"integer\"}}, \"required\": [\"a\"]}",
    "{\"enum\": [1, \"a\", null]}",
    "{\"enum\": []}",
    "{\"type\": \"array\", \"items\": {\"type\": \"number\", \"maximum\": 3}}",
    "{\"anyOf\": [{\"type\": \"string\"}, {\"minimum\": 2}]}",
    "{\"not\": {\"type\": \"null\"}}",
    "{\"const\": 1}",
    "{\"pattern\": \"^a\"}",
    "{\"pattern\": \"(\"}",
    "{\"type\": \"bogus\"}",
    "{",
    "1",
    "{\"uniqueItems\": true}",
    "{\"multipleOf\": 0.1}",
    "{\"format\": \"ipv4\"}",
    "{\"type\": 1}",
    "{\"minItems\": 1, \"maxItems\": 2}",
    "[]",
    "null",
];

/// Documents for schemas.
pub(in crate::builtins) const DOCUMENT: Pool = &[
    "null",
    "true",
    "1",
    "-0",
    "1.0",
    "1e3",
    "\"a\"",
    "\"abc\"",
    "[1, 2]",
    "[1, 1]",
    "{}",
    "{\"a\": 1}",
    "{\"a\": \"b\"}",
    "",
    "{",
    "[]",
    "2.5",
    "0.3",
    "{\"a\": 1, \"a\": 2}",
    "[null]",
    "\"1.2.3.4\"",
    "1 2",
    "12345678901234567890123",
];

pub(in crate::builtins) const POINTER: Pool = &[
    "a", "/a", "a/b", "/a/b", "/a/0", "/a/-", "", "/", "/a~1b", "/a~0b", "/a/1", "a/0/b", "/b",
    "/-", "//", "/a/00", "/0",
];

pub(in crate::builtins) const PATCH_OP: Pool =
    &["add", "remove", "replace", "move", "copy", "test", "bogus", "", "ADD"];
