//! `net.cidr_merge`, which computes the fewest networks that cover the given addresses.
//!
//! The order, and the rule for adjacent ranges, are those of OPA's `mergeCIDRs`: IPv4 addresses
//! take part as IPv6-mapped addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::address::Network;

/// The mapped form of `0.0.0.0`.
const FIRST_MAPPED: u128 = 0xffff_0000_0000;

/// The addresses from `first` to `last`, as IPv6 numbers.
struct Range {
    first: u128,
    last: u128,
    /// The network as given, until it is merged with another one.
    network: Option<Network>,
}

/// Merges networks that are adjacent or overlap. Any other network is returned unchanged.
pub(super) fn merge(networks: &[Network]) -> Vec<Network> {
    let mut ranges: Vec<Range> = networks.iter().map(Range::of).collect();
    ranges.sort_by_key(|range| (range.last, range.first));
    // From the last range down, each range absorbs the ranges before it that it touches.
    let mut merged: Vec<Range> = Vec::new();
    for range in ranges.into_iter().rev() {
        match merged.last_mut() {
            Some(later) if before(later.first) <= range.last => {
                later.first = later.first.min(range.first);
                later.network = None;
            }
            _ => merged.push(range),
        }
    }
    merged.iter().flat_map(Range::networks).collect()
}

impl Range {
    fn of(network: &Network) -> Self {
        let (first, last) = (number(network.first()), number(network.last()));
        Range { first, last, network: Some(*network) }
    }

    fn networks(&self) -> Vec<Network> {
        match self.network {
            Some(network) => vec![network],
            None => cover(self.first, self.last),
        }
    }
}

/// Returns the predecessor of `address`, or `address` itself if it is the lowest of its family.
fn before(address: u128) -> u128 {
    if address == FIRST_MAPPED { address } else { address.saturating_sub(1) }
}

/// Returns the fewest networks that contain exactly the addresses from `first` to `last`.
fn cover(first: u128, last: u128) -> Vec<Network> {
    let mut networks = Vec::new();
    let mut next = first;
    loop {
        // The largest block that starts here is bounded by the alignment and by the end.
        let mut bits = next.trailing_zeros();
        while bits > 0 && block_end(next, bits) > last {
            bits -= 1;
        }
        networks.push(network(next, bits));
        let end = block_end(next, bits);
        if end >= last {
            return networks;
        }
        next = end + 1;
    }
}

/// Returns the last address of the block of 2^`bits` addresses that starts at `first`.
fn block_end(first: u128, bits: u32) -> u128 {
    first | !u128::MAX.checked_shl(bits).unwrap_or(0)
}

fn network(first: u128, host_bits: u32) -> Network {
    let prefix = u8::try_from(128_u32.saturating_sub(host_bits)).unwrap_or(u8::MAX);
    Network::new(Ipv6Addr::from_bits(first).into(), prefix)
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Returns the network of a single address without a prefix length: that of its historic class
/// (`net.IP.DefaultMask`). Returns `None` for IPv6, which has no classes.
pub(super) fn class_network(address: IpAddr) -> Option<Network> {
    let IpAddr::V4(address) = address.to_canonical() else {
        return None;
    };
    Some(Network::new(address.into(), class_prefix(address)))
}

fn class_prefix(address: Ipv4Addr) -> u8 {
    match address.octets()[0] {
        0..0x80 => 8,
        0x80..0xc0 => 16,
        _ => 24,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(networks: &[&str]) -> Vec<String> {
        let networks: Vec<Network> =
            networks.iter().map(|text| Network::parse(text).expect("a network")).collect();
        let mut texts: Vec<String> = merge(&networks).iter().map(Network::to_string).collect();
        texts.sort();
        texts
    }

    #[test]
    fn neighbors_and_overlaps_merge() {
        assert_eq!(merged(&["10.0.0.0/25", "10.0.0.128/25"]), ["10.0.0.0/24"]);
        assert_eq!(merged(&["10.0.0.0/8", "10.1.0.0/16", "11.0.0.0/8"]), ["10.0.0.0/7"]);
        assert_eq!(merged(&["fe80::/65", "fe80:0:0:0:8000::/65"]), ["fe80::/64"]);
        assert_eq!(merged(&["10.0.0.0/25", "10.0.1.0/25"]), ["10.0.0.0/25", "10.0.1.0/25"]);
    }

    #[test]
    fn an_uneven_range_takes_several_networks() {
        assert_eq!(
            merged(&["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/25"]),
            ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/25"]
        );
    }

    #[test]
    fn whole_families() {
        assert_eq!(merged(&["0.0.0.0/1", "128.0.0.0/1"]), ["0.0.0.0/0"]);
        assert_eq!(merged(&["::/1", "8000::/1"]), ["::/0"]);
        assert_eq!(merged(&["::/0", "10.0.0.0/8"]), ["::/0"]);
    }

    #[test]
    fn a_single_address_stands_for_its_class() {
        let network = class_network(IpAddr::from([172, 16, 3, 4])).expect("IPv4 has classes");
        assert_eq!(network.to_string(), "172.16.3.4/16");
        assert_eq!(network.first().to_string(), "172.16.0.0");
        assert!(class_network(IpAddr::from([0; 16])).is_none());
        assert_eq!(number(IpAddr::from([255; 4])), FIRST_MAPPED | 0xffff_ffff);
    }
}
