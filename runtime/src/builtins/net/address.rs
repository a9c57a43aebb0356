//! Addresses and networks by the rules of Go's `net` package, in which an IPv4 address equals its
//! IPv6-mapped form.

use core::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::internal::memmem;

/// The number of bits of an IPv6 address before a mapped IPv4 address.
const MAPPED_PREFIX: u8 = 96;

/// A network as `net.ParseCIDR` returns it: the address masked by the prefix length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Network {
    base: IpAddr,
    prefix: u8,
}

impl Network {
    /// Parses a network in CIDR notation.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = memmem::split_once(text, "/")?;
        let address: IpAddr = address.parse().ok()?;
        // `parse` alone would accept a sign.
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let prefix = prefix.parse::<u8>().ok()?;
        (prefix <= width(address)).then(|| Network::new(masked(address, prefix), prefix))
    }

    /// Creates a network. If `base` has bits beyond the prefix, `Display` prints them.
    pub(super) fn new(base: IpAddr, prefix: u8) -> Self {
        match base.to_canonical() {
            canonical @ IpAddr::V4(_) if base.is_ipv6() => {
                Network { base: canonical, prefix: prefix.saturating_sub(MAPPED_PREFIX) }
            }
            _ => Network { base, prefix },
        }
    }

    /// Returns the first address.
    pub(super) fn first(&self) -> IpAddr {
        masked(self.base, self.prefix)
    }

    /// Returns the last address.
    pub(super) fn last(&self) -> IpAddr {
        match self.base {
            IpAddr::V4(base) => (base | !mask_v4(self.prefix)).into(),
            IpAddr::V6(base) => (base | !mask_v6(self.prefix)).into(),
        }
    }

    /// Returns `true` if `address` is in the network. An address of the other family never is.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.base.is_ipv4() && masked(address, self.prefix) == self.first()
    }

    /// Returns the number of bits that vary within the network.
    pub(super) fn host_bits(&self) -> u8 {
        width(self.base) - self.prefix
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => (address & mask_v4(prefix)).into(),
        IpAddr::V6(address) => (address & mask_v6(prefix)).into(),
    }
}

fn mask_v4(prefix: u8) -> Ipv4Addr {
    let host = 32_u32.saturating_sub(prefix.into());
    Ipv4Addr::from_bits(u32::MAX.checked_shl(host).unwrap_or(0))
}

fn mask_v6(prefix: u8) -> Ipv6Addr {
    let host = 128_u32.saturating_sub(prefix.into());
    Ipv6Addr::from_bits(u128::MAX.checked_shl(host).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_addresses_are_read_as_go_reads_them() {
        for good in ["10.0.0.0/8", "10.1.2.3/024", "::/0", "fe80::1/128", "0.0.0.0/0"] {
            assert!(Network::parse(good).is_some(), "{good}");
        }
        for bad in ["10.0.0.0", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/33", "10.0.0.01/8", "a/8"] {
            assert!(Network::parse(bad).is_none(), "{bad}");
        }
        assert!(Network::parse("fe80::1%eth0/64").is_none());
    }

    #[test]
    fn a_mapped_network_is_an_ipv4_network() {
        let network = Network::parse("::ffff:10.1.0.0/112").expect("a network");
        assert_eq!(network.to_string(), "10.1.0.0/16");
        assert!(network.contains(IpAddr::from([10, 1, 255, 255])));
        assert!(!network.contains(IpAddr::from([10, 2, 0, 0])));
        let short = Network::parse("::ffff:10.1.0.0/64").expect("a network");
        assert_eq!(short.to_string(), "::/64");
        assert!(!short.contains(IpAddr::from([10, 1, 0, 0])));
    }

    #[test]
    fn first_and_last_address() {
        let network = Network::parse("192.168.1.77/24").expect("a network");
        assert_eq!(network.first().to_string(), "192.168.1.0");
        assert_eq!(network.last().to_string(), "192.168.1.255");
        let all = Network::parse("::/0").expect("a network");
        assert_eq!(all.last(), IpAddr::V6(Ipv6Addr::from_bits(u128::MAX)));
        assert_eq!(all.host_bits(), 128);
    }
}
