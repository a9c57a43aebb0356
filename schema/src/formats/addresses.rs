//! Addresses: `ipv4`, `ipv6`, `cidr` and `mac`.
//!
//! Kubernetes reads `ipv4` and `cidr` with the parser of Go 1.16 (`k8s.io/utils/net`), which allows
//! leading zeros: `010.0.0.1` is an `ipv4`. It reads `ipv6` with the parser of today's Go.

use std::net::Ipv6Addr;

/// The numbers at which Go's old parser gives up.
const BIG: u32 = 0x00ff_ffff;

/// Returns `true` if the text is an IPv4 address, or an IPv6 address that ends in one.
pub(super) fn is_ipv4(text: &str) -> bool {
    match text.find(['.', ':']) {
        Some(at) if text[at..].starts_with('.') => is_old_ipv4(text),
        Some(_) => text.contains('.') && is_old_ipv6(text),
        None => false,
    }
}

/// Returns `true` if the text is an IPv6 address without a zone.
pub(super) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

/// Returns `true` if the text is an address with the length of a prefix.
pub(super) fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let Some((bits, "")) = leading_number(bits, 10) else { return false };
    is_old_ipv4(address) && bits <= 32 || is_old_ipv6(address) && bits <= 128
}

/// Returns `true` if Go's `net.ParseMAC` accepts the text: 6, 8 or 20 bytes in groups of one byte
/// (`:`, `-`) or two (`.`), or without separators.
pub(super) fn is_mac(text: &str) -> bool {
    let separator = text.chars().find(|letter| !letter.is_ascii_hexdigit());
    let (bytes, width) = match separator {
        Some(letter @ (':' | '-')) => (text.split(letter).collect::<Vec<_>>(), 2),
        Some('.') => (text.split('.').collect(), 4),
        Some(_) => return false,
        None => (vec![text], text.len()),
    };
    let is_group =
        |group: &&str| group.len() == width && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    matches!(bytes.len() * width, 12 | 16 | 40) && bytes.iter().all(is_group)
}

fn is_old_ipv4(text: &str) -> bool {
    let is_octet = |octet| matches!(leading_number(octet, 10), Some((0..=255, "")));
    text.split('.').count() == 4 && text.split('.').all(is_octet)
}

fn is_old_ipv6(text: &str) -> bool {
    let (mut ellipsis, mut rest) = match text.strip_prefix("::") {
        Some("") => return true,
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut groups = 0;
    while groups < 8 {
        let Some((0..=0xffff, after)) = leading_number(rest, 16) else { return false };
        if after.starts_with('.') {
            if !ellipsis && groups != 6 || groups > 6 || !is_old_ipv4(rest) {
                return false;
            }
            (groups, rest) = (groups + 2, "");
            break;
        }
        groups += 1;
        rest = after;
        if rest.is_empty() {
            break;
        }
        match rest.strip_prefix(':') {
            None | Some("") => return false,
            Some(after) => rest = after,
        }
        if let Some(after) = rest.strip_prefix(':') {
            if ellipsis {
                return false;
            }
            (ellipsis, rest) = (true, after);
            if rest.is_empty() {
                break;
            }
        }
    }
    // An ellipsis replaces at least one group.
    rest.is_empty() && ellipsis == (groups < 8)
}

/// Returns the number at the start of the text, and the text after it.
fn leading_number(text: &str, radix: u32) -> Option<(u32, &str)> {
    let end = text.find(|letter: char| !letter.is_digit(radix)).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let mut number = 0;
    for digit in digits.chars() {
        number = number * radix + digit.to_digit(radix)?;
        if number >= BIG {
            return None;
        }
    }
    (end > 0).then_some((number, rest))
}
