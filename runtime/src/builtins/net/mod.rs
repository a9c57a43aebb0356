//! `net.cidr_*` (OPA's `topdown/cidr.go`). The host implements `net.lookup_ip_addr`.

mod address;
mod merge;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use self::address::Network;
use super::operand;
use super::row::{Builtin, row};
use crate::collections::SetBuilder;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::value::Value;

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(net::cidr_contains, "net.cidr_contains", "(string, string) => boolean", effect: Any, cost: Expensive),
    row!(net::cidr_contains_matches, "net.cidr_contains_matches", "(any<string, array[any<string, array[any]>], set[any<string, array[any]>], object[string: any<string, array[any]>]>, any<string, array[any<string, array[any]>], set[any<string, array[any]>], object[string: any<string, array[any]>]>) => set[array<any, any>]", effect: Any, cost: Expensive),
    row!(net::cidr_expand, "net.cidr_expand", "(string) => set[string]", effect: Any, cost: Expensive),
    row!(net::cidr_intersects, "net.cidr_intersects", "(string, string) => boolean", effect: Any, cost: Expensive),
    row!(net::cidr_is_valid, "net.cidr_is_valid", "(string) => boolean", effect: Any, cost: Expensive),
    row!(net::cidr_merge, "net.cidr_merge", "(any<array[any<string>], set[string]>) => set[string]", effect: Any, cost: Expensive),
    row!(net::cidr_contains, "net.cidr_overlap", "(string, string) => boolean", deprecated: true, effect: Any, cost: Expensive),
];

/// The maximum number of host bits for `net.cidr_expand`, which allows 2^24 addresses. OPA has no
/// limit except its timeout, which larger networks exceed.
const MAX_EXPANDED_BITS: u8 = 24;

/// Implements `net.cidr_contains(cidr, cidr_or_ip)`, which is `true` if the network contains the
/// address or the whole other network.
pub fn cidr_contains<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let held = contains(env, operand::at(operands, 1), operand::at(operands, 2))?;
    Ok(Some(Value::Bool(held)))
}

/// Implements `net.cidr_contains_matches(cidrs, cidrs_or_ips)`: the pairs of indexes of which the
/// first network contains the second network or address.
pub fn cidr_contains_matches<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let mut matches = SetBuilder::new(env.arena);
    for outer in candidates(operand::at(operands, 1)) {
        let outer = outer.term(env, 1)?;
        for inner in candidates(operand::at(operands, 2)) {
            env.charge(1)?;
            let inner = inner.term(env, 2)?;
            if contains(env, outer.term, inner.term)? {
                matches.insert(env.arena.array(&[outer.index, inner.index]));
            }
        }
    }
    Ok(Some(matches.finish()))
}

/// Implements `net.cidr_expand(cidr)`: the set of all addresses of the network.
pub fn cidr_expand<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let network = network(env, operand::at(operands, 1))?;
    if network.host_bits() > MAX_EXPANDED_BITS {
        return Err(BuiltinError {
            code: ErrorCode::Internal,
            message: "timed out before generating all IP addresses",
        });
    }
    let mut addresses = SetBuilder::new(env.arena);
    for index in 0..1_u32 << network.host_bits() {
        env.charge(1)?;
        let address: IpAddr = match network.first() {
            IpAddr::V4(first) => Ipv4Addr::from_bits(first.to_bits() | index).into(),
            IpAddr::V6(first) => Ipv6Addr::from_bits(first.to_bits() | u128::from(index)).into(),
        };
        addresses.insert(Value::String(env.arena.format(format_args!("{address}"))));
    }
    Ok(Some(addresses.finish()))
}

/// Implements `net.cidr_intersects(cidr1, cidr2)`, which is `true` if the networks share an
/// address.
pub fn cidr_intersects<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let one = network(env, operand::at(operands, 1))?;
    let other = network(env, operand::at(operands, 2))?;
    Ok(Some(Value::Bool(one.contains(other.first()) || other.contains(one.first()))))
}

/// Implements `net.cidr_is_valid(cidr)`, which is `true` if the value is a string in CIDR notation.
pub fn cidr_is_valid<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let valid = operand::text(env, operands, 1)?.and_then(Network::parse).is_some();
    Ok(Some(Value::Bool(valid)))
}

/// Implements `net.cidr_merge(addrs)`: the fewest networks that cover the given networks and
/// addresses.
pub fn cidr_merge<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let items = match operand::at(operands, 1) {
        Value::Array(items) => items,
        Value::Set(set) => set.members(),
        _ => return Err(env.fail(format_args!("operand must be an array"))),
    };
    let mut networks = Vec::with_capacity(items.len());
    for item in items {
        env.charge(1)?;
        networks.push(network_or_address(env, item)?);
    }
    let mut merged = SetBuilder::new(env.arena);
    for network in merge::merge(&networks) {
        env.charge(1)?;
        merged.insert(Value::String(env.arena.format(format_args!("{network}"))));
    }
    Ok(Some(merged.finish()))
}

/// Returns `true` if the network `outer` contains `inner`, an address or a network. OPA's errors
/// name operand 1 for both.
fn contains<'a>(
    env: &Env<'a>,
    outer: Value<'a>,
    inner: Value<'a>,
) -> Result<bool, BuiltinError<'a>> {
    let outer = network(env, outer)?;
    let text = operand::string(env, &[inner], 1)?;
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(outer.contains(address));
    }
    let Some(inner) = Network::parse(text) else {
        return Err(env.fail(format_args!(
            "not a valid textual representation of an IP address or CIDR: {text}"
        )));
    };
    Ok(outer.contains(inner.first()) && outer.contains(inner.last()))
}

fn network<'a>(env: &Env<'a>, value: Value<'a>) -> Result<Network, BuiltinError<'a>> {
    let text = operand::string(env, &[value], 1)?;
    parse(env, text)
}

fn parse<'a>(env: &Env<'a>, text: &str) -> Result<Network, BuiltinError<'a>> {
    Network::parse(text).ok_or_else(|| env.fail(format_args!("invalid CIDR address: {text}")))
}

fn network_or_address<'a>(env: &Env<'a>, item: &Value<'a>) -> Result<Network, BuiltinError<'a>> {
    let Value::String(text) = item else {
        return Err(env.fail(format_args!("element must be string")));
    };
    match text.parse::<IpAddr>() {
        Ok(address) => merge::class_network(address)
            .ok_or_else(|| env.fail(format_args!("IPv6 invalid: needs prefix length"))),
        Err(_) => parse(env, text),
    }
}

/// A member of an operand of `net.cidr_contains_matches`.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    /// The identification of the member in the answer: an array's index, an object's key, or else
    /// the member itself.
    index: Value<'a>,
    /// The CIDR or address, or an array that begins with it, which [`Candidate::term`] unwraps.
    term: Value<'a>,
}

impl<'a> Candidate<'a> {
    fn term(self, env: &Env<'a>, position: usize) -> Result<Self, BuiltinError<'a>> {
        match self.term {
            Value::Array([first, ..]) => Ok(Candidate { term: *first, ..self }),
            Value::String(_) => Ok(self),
            _ => Err(env.fail(format_args!(
                "operand {position}: element must be string or non-empty array"
            ))),
        }
    }
}

/// Returns the members of an operand, or no members for a value that is neither string nor
/// collection.
fn candidates(operand: Value<'_>) -> Vec<Candidate<'_>> {
    let member = |index, term| Candidate { index, term };
    match operand {
        Value::String(_) => vec![member(operand, operand)],
        Value::Array(items) => {
            (0_i64..).zip(items).map(|(index, item)| member(Value::int(index), *item)).collect()
        }
        Value::Set(set) => set.members().iter().map(|item| member(*item, *item)).collect(),
        Value::Object(object) => {
            object.pairs().iter().map(|(key, value)| member(*key, *value)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::collections::ObjectBuilder;
    use crate::env::NoHost;

    fn strings<'a>(arena: &'a Arena, texts: &[&'static str]) -> Value<'a> {
        let texts: Vec<Value<'_>> = texts.iter().map(|text| Value::String(text)).collect();
        arena.array(&texts)
    }

    #[test]
    fn a_network_holds_addresses_and_networks() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let holds = |outer, inner| {
            cidr_contains(&env, &[Value::String(outer), Value::String(inner)])
                .map_err(|error| error.message)
        };
        let truth = |held| Ok(Some(Value::Bool(held)));
        assert_eq!(holds("10.0.0.0/8", "10.255.255.255"), truth(true));
        assert_eq!(holds("10.0.0.0/8", "10.1.0.0/16"), truth(true));
        assert_eq!(holds("10.1.0.0/16", "10.0.0.0/8"), truth(false));
        assert_eq!(holds("10.0.0.0/8", "fe80::1"), truth(false));
        assert_eq!(holds("bad", "10.0.0.1"), Err("invalid CIDR address: bad"));
        assert_eq!(
            holds("10.0.0.0/8", "bad"),
            Err("not a valid textual representation of an IP address or CIDR: bad")
        );
        assert_eq!(
            cidr_contains(&env, &[Value::String("::/0"), Value::Null]).map_err(|e| e.message),
            Err("operand 1 must be string but got null")
        );
    }

    #[test]
    fn matches_name_indexes_keys_and_members() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let mut outer = ObjectBuilder::new(&arena);
        outer.insert(Value::String("all"), strings(&arena, &["0.0.0.0/0", "note"]));
        outer.insert(Value::String("ten"), Value::String("10.0.0.0/8"));
        let outer = outer.finish();
        let inner = strings(&arena, &["10.0.0.1", "11.0.0.1"]);
        let pair = |key, index| arena.array(&[Value::String(key), Value::int(index)]);
        let mut expected = SetBuilder::new(&arena);
        for member in [pair("all", 0), pair("all", 1), pair("ten", 0)] {
            expected.insert(member);
        }
        assert_eq!(cidr_contains_matches(&env, &[outer, inner]), Ok(Some(expected.finish())));
        let error = cidr_contains_matches(&env, &[arena.array(&[Value::EMPTY_ARRAY]), inner]);
        assert_eq!(
            error.map_err(|error| error.message),
            Err("operand 1: element must be string or non-empty array")
        );
    }

    #[test]
    fn expansion_is_complete_and_limited() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let expand = |text| cidr_expand(&env, &[Value::String(text)]);
        let Ok(Some(Value::Set(addresses))) = expand("192.168.0.255/30") else {
            panic!("a network has addresses");
        };
        let texts: Vec<&str> = addresses.members().iter().filter_map(Value::as_str).collect();
        assert_eq!(texts, ["192.168.0.252", "192.168.0.253", "192.168.0.254", "192.168.0.255"]);
        assert_eq!(expand("::/0").map_err(|error| error.code), Err(ErrorCode::Internal));
    }

    #[test]
    fn merging_takes_addresses_of_ipv4_only() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let merge = |texts: &[&'static str]| cidr_merge(&env, &[strings(&arena, texts)]);
        let mut expected = SetBuilder::new(&arena);
        expected.insert(Value::String("10.0.0.0/8"));
        assert_eq!(merge(&["10.1.2.3", "10.9.0.0/16"]), Ok(Some(expected.finish())));
        assert_eq!(
            merge(&["::1"]).map_err(|error| error.message),
            Err("IPv6 invalid: needs prefix length")
        );
    }
}
