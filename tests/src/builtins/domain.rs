//! The domain of each operand of a builtin, which is narrower than its declared type.

use super::texts::{self, Pool};
use super::tokens;

/// The domain of an operand.
#[derive(Clone, Copy, Debug)]
pub(super) enum Domain {
    /// Texts of a pool, and variations of them.
    Texts(Pool),
    /// Only texts of a pool. A variation might describe a value that is too large to compute.
    Only(Pool),
    /// Tokens of all algorithms.
    Tokens,
    /// Numbers with these texts, and small integers.
    Numbers(Pool),
    /// Numbers of any size and notation.
    AnyNumber,
}

const SMALL: Pool =
    &["0", "1", "-1", "2", "3", "5", "10", "100", "1.0", "1.5", "1e1", "-0", "1e20"];
const BASE: Pool = &["2", "8", "10", "16", "0", "1", "3", "36", "-2", "2.0", "1e1", "1.5"];
const SHIFT: Pool = &[
    "0", "1", "2", "8", "31", "63", "64", "65", "128", "1000", "-1", "1.0", "1e2", "1.5", "-1e30",
];
const INDEX: Pool = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "-2",
    "1.0",
    "1e0",
    "0.5",
    "100",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1e30",
    "2147483648",
    "-9223372036854775809",
];
const NANOSECONDS: Pool = &[
    "0",
    "1",
    "-1",
    "1e18",
    "1709210096000000000",
    "1709210096123456789",
    "-62135596800000000000",
    "1.5",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "1e19",
    "253402300800000000000",
    "1.0",
    "1700000000000000000",
    "951782400000000000",
    "-1000000000",
    "1719792000000000000",
    "1e400",
];
const DATE: Pool = &[
    "0",
    "1",
    "-1",
    "12",
    "13",
    "-13",
    "31",
    "366",
    "-366",
    "100",
    "292",
    "-292",
    "1.0",
    "1.5",
    "9223372036854775807",
    "-9223372036854775808",
    "2147483647",
    "9223372036854775808",
    "1e3",
    "100000",
    "-100000",
    "1000000000000",
];
const RANGE: Pool =
    &["0", "1", "-3", "7", "12", "5.0", "1e1", "1.5", "-0", "20", "-20", "0.1", "30"];

/// Returns the domain of the operand at `index` of `builtin`.
pub(super) fn of(builtin: &str, index: usize) -> Domain {
    numbers(builtin, index)
        .map(Domain::Numbers)
        .or_else(|| only(builtin, index).map(Domain::Only))
        .or_else(|| token(builtin, index))
        .or_else(|| pool(builtin, index).map(Domain::Texts))
        .unwrap_or(Domain::AnyNumber)
}

fn numbers(builtin: &str, index: usize) -> Option<Pool> {
    Some(match (builtin, index) {
        ("bits.lsh" | "bits.rsh", 1) => SHIFT,
        ("format_int", 1) => BASE,
        ("substring" | "array.slice", 1 | 2) => INDEX,
        ("regex.find_n" | "regex.find_all_string_submatch_n", 2) => SMALL,
        ("numbers.range" | "numbers.range_step", _) => RANGE,
        ("time.add_date", 1..) => DATE,
        (
            "time.add_date" | "time.clock" | "time.date" | "time.diff" | "time.format"
            | "time.weekday",
            _,
        )
        | ("providers.aws.sign_req", 2) => NANOSECONDS,
        _ => return None,
    })
}

fn only(builtin: &str, index: usize) -> Option<Pool> {
    match (builtin, index) {
        ("net.cidr_expand", _) => Some(texts::SMALL_CIDR),
        // OPA reports additional properties in random order, and a varied number may be too large.
        ("json.match_schema", 0) => Some(texts::DOCUMENT),
        ("json.match_schema", 1) | ("json.verify_schema", _) => Some(texts::SCHEMA),
        (jwt, 1) if jwt.starts_with("io.jwt.verify") => Some(tokens::KEYS),
        _ => None,
    }
}

fn token(builtin: &str, index: usize) -> Option<Domain> {
    let signing = builtin.starts_with("io.jwt.encode_sign");
    (builtin.starts_with("io.jwt.") && !signing && index == 0).then_some(Domain::Tokens)
}

fn pool(builtin: &str, index: usize) -> Option<Pool> {
    if builtin == "net.cidr_merge" {
        return Some(texts::MERGED_CIDR);
    }
    if builtin.starts_with("net.cidr") {
        return Some(texts::CIDR);
    }
    if builtin.starts_with("base64") {
        return Some(texts::BASE64);
    }
    Some(match (builtin, index) {
        ("to_number", _) => texts::NUMERIC,
        ("time.parse_rfc3339_ns", _) => texts::RFC3339,
        ("time.parse_ns", 0) => texts::LAYOUT,
        ("time.parse_ns", _) => texts::LAYOUT_VALUES,
        ("time.parse_duration_ns", _) => texts::DURATION,
        ("semver.compare" | "semver.is_valid", _) => texts::SEMVER,
        ("units.parse" | "units.parse_bytes", _) => texts::UNIT,
        ("glob.match", 2) => texts::GLOB_TEXT,
        ("glob.match" | "glob.quote_meta", _) => texts::GLOB,
        ("regex.globs_match", _) => texts::GLOBS,
        ("regex.replace", 0) | ("regex.template_match", 1) => texts::GENERAL,
        ("regex.replace", 2) => texts::REPLACEMENT,
        ("regex.template_match", 2 | 3) => &["{", "}", "<", ">", "{{", "", "é", "a", "("],
        ("regex.template_match", 0) => texts::REGEX_TEMPLATE,
        ("re_match" | "regex.match" | "regex.is_valid" | "regex.split", 0) => texts::REGEX,
        ("regex.find_n" | "regex.find_all_string_submatch_n", 0) | ("regex.replace", 1) => {
            texts::REGEX
        }
        ("hex.decode", _) => texts::HEX,
        ("json.unmarshal" | "json.is_valid", _) => texts::JSON,
        ("yaml.unmarshal" | "yaml.is_valid", _) => texts::YAML,
        ("urlquery.decode" | "urlquery.decode_object", _) => texts::QUERY,
        ("sprintf", 0) => texts::FORMAT,
        ("uuid.parse", _) => texts::UUID,
        ("strings.render_template", 0) => texts::TEMPLATE,
        ("json.patch" | "json.filter" | "json.remove", 1) => texts::POINTER,
        ("io.jwt.encode_sign_raw", 0) => tokens::HEADERS,
        ("io.jwt.encode_sign_raw", 1) => tokens::PAYLOADS,
        ("io.jwt.encode_sign_raw", 2) => tokens::SIGNING_KEYS,
        _ => return None,
    })
}

/// Returns `true` if an arbitrary number as this operand might describe a value that is too large
/// to compute.
pub(super) fn is_costly(builtin: &str, index: usize) -> bool {
    matches!((builtin, index), ("bits.lsh", 1))
        || builtin.starts_with("numbers.range")
        || builtin == "net.cidr_expand"
}
