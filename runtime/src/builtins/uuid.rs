//! `uuid.parse` (OPA's `topdown/uuid.go` and `github.com/google/uuid`).

use super::operand;
use super::row::{Builtin, row};
use crate::collections::ObjectBuilder;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] =
    &[row!(uuid::parse, "uuid.parse", "(string) => object[string: any]", effect: Any)];

/// The time from the UUID epoch, 15 October 1582, to 1970, in units of 100 ns.
const UNIX_EPOCH: i64 = 122_192_928_000_000_000;

/// Implements `uuid.parse(uuid)`: the parts of a UUID. Undefined if the string is not a UUID.
pub fn parse<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let Some(uuid) = bytes(operand::string(env, operands, 1)?) else {
        return Ok(None);
    };
    let mut parts = ObjectBuilder::new(env.arena);
    let mut part = |name, value| parts.insert(Value::String(name), value);
    let version = uuid[6] >> 4;
    part("version", Value::int(version.into()));
    part("variant", Value::String(variant(uuid[8])));
    if version == 1 || version == 2 {
        let [node @ .., n1, n2, n3, n4, n5, n6] = uuid;
        let mac = format_args!("{n1:02x}-{n2:02x}-{n3:02x}-{n4:02x}-{n5:02x}-{n6:02x}");
        part("nodeid", Value::String(env.arena.format(mac)));
        part("macvariables", Value::String(mac_variables(n1)));
        part("time", Value::int(unix_ns(&uuid)));
        let sequence = u16::from_be_bytes([node[8], node[9]]) & 0x3fff;
        part("clocksequence", Value::int(sequence.into()));
    }
    if version == 2 {
        let id = u32::from_be_bytes([uuid[0], uuid[1], uuid[2], uuid[3]]);
        part("id", Value::int(id.into()));
        part("domain", Value::String(domain(env, uuid[9])));
    }
    Ok(Some(parts.finish()))
}

/// Parses a UUID in the forms that Google's parser accepts: the usual form, alone, after
/// `urn:uuid:`, or between any two characters; or 32 hexadecimal digits.
fn bytes(text: &str) -> Option<[u8; 16]> {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    let text = text.as_bytes();
    let digits: Vec<u8> = match text.len() {
        32 => text.to_vec(),
        36 => without_dashes(text, &DASHES)?,
        38 => without_dashes(&text[1..37], &DASHES)?,
        45 if text[..9].eq_ignore_ascii_case(b"urn:uuid:") => without_dashes(&text[9..], &DASHES)?,
        _ => return None,
    };
    let mut uuid = [0; 16];
    for (byte, pair) in uuid.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(uuid)
}

fn without_dashes(text: &[u8], dashes: &[usize]) -> Option<Vec<u8>> {
    if dashes.iter().any(|&place| text.get(place) != Some(&b'-')) {
        return None;
    }
    let digits = text.iter().enumerate().filter(|(place, _)| !dashes.contains(place));
    Some(digits.map(|(_, &byte)| byte).collect())
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn variant(byte: u8) -> &'static str {
    match byte {
        0x80..0xc0 => "RFC4122",
        0xc0..0xe0 => "Microsoft",
        0xe0.. => "Future",
        _ => "Reserved",
    }
}

fn mac_variables(byte: u8) -> &'static str {
    match byte & 0b11 {
        0b11 => "local:multicast",
        0b01 => "global:multicast",
        0b10 => "local:unicast",
        _ => "global:unicast",
    }
}

fn domain<'a>(env: &Env<'a>, byte: u8) -> &'a str {
    match byte {
        0 => "Person",
        1 => "Group",
        2 => "Org",
        other => env.arena.format(format_args!("Domain{other}")),
    }
}

/// Returns the time of versions 1 and 2. The product wraps around at the ends of the range, as Go's
/// does.
fn unix_ns(uuid: &[u8; 16]) -> i64 {
    let low = i64::from(u32::from_be_bytes([uuid[0], uuid[1], uuid[2], uuid[3]]));
    let middle = i64::from(u16::from_be_bytes([uuid[4], uuid[5]]));
    let high = i64::from(u16::from_be_bytes([uuid[6], uuid[7]]) & 0x0fff);
    let ticks = (low | middle << 32 | high << 48) - UNIX_EPOCH;
    ticks.wrapping_mul(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    fn part(uuid: &str, name: &str) -> Option<String> {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let parts = parse(&env, &[Value::String(env.arena.string(uuid))]).ok()??;
        Some(match parts.get_str(name)? {
            Value::Number(number) => number.as_i64()?.to_string(),
            other => other.as_str()?.to_owned(),
        })
    }

    #[test]
    fn parts_of_a_version_1_uuid() {
        let uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
        for (name, value) in [
            ("version", "1"),
            ("variant", "RFC4122"),
            ("time", "886630433151182400"),
            ("clocksequence", "180"),
            ("nodeid", "00-c0-4f-d4-30-c8"),
            ("macvariables", "global:unicast"),
        ] {
            assert_eq!(part(uuid, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(part(uuid, "domain"), None);
    }

    #[test]
    fn other_versions_and_forms() {
        let version = |uuid| part(uuid, "version");
        assert_eq!(version("{00000000-0000-4000-8000-000000000000}").as_deref(), Some("4"));
        assert_eq!(version("URN:uuid:00000000-0000-5000-8000-000000000000").as_deref(), Some("5"));
        assert_eq!(version("0000000000003000C000000000000000").as_deref(), Some("3"));
        assert_eq!(
            part("0000000000003000C000000000000000", "variant").as_deref(),
            Some("Microsoft")
        );
        assert_eq!(
            part("000003e8-48b9-21ee-b2ff-325096b39f47", "domain").as_deref(),
            Some("Domain255")
        );
        for bad in ["", "é", "00000000-0000-4000-8000-00000000000g", "00000000000040008000"] {
            assert_eq!(version(bad), None, "{bad}");
        }
        assert_eq!(version("éé00000000000000000000000000000000000"), None);
    }
}
