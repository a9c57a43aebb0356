//! Names with `*` at either end (Gatekeeper's `pkg/wildcard`).

use std::fmt;

/// A name, or a prefix, suffix or part of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wildcard {
    Exact(Box<str>),
    Prefix(Box<str>),
    Suffix(Box<str>),
    Part(Box<str>),
}

impl fmt::Display for Wildcard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => write!(f, "{name}"),
            Self::Prefix(name) => write!(f, "{name}*"),
            Self::Suffix(name) => write!(f, "*{name}"),
            Self::Part(name) if name.is_empty() => f.write_str("*"),
            Self::Part(name) => write!(f, "*{name}*"),
        }
    }
}

impl Wildcard {
    pub(crate) fn new(text: &str) -> Self {
        let after = text.strip_prefix('*');
        match (after, after.unwrap_or(text).strip_suffix('*')) {
            // `*` alone is both the leading and the trailing star.
            (Some(part), None) if part.is_empty() => Self::Part(part.into()),
            (Some(_), Some(part)) => Self::Part(part.into()),
            (Some(suffix), None) => Self::Suffix(suffix.into()),
            (None, Some(prefix)) => Self::Prefix(prefix.into()),
            (None, None) => Self::Exact(text.into()),
        }
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        match self {
            Self::Exact(own) => **own == *name,
            Self::Prefix(prefix) => name.starts_with(&**prefix),
            Self::Suffix(suffix) => name.ends_with(&**suffix),
            Self::Part(part) => name.contains(&**part),
        }
    }

    /// Returns `true` if the wildcard matches all names that the API server may generate from
    /// `generate_name`. Their end is not known, so a wildcard that constrains the end does not
    /// match.
    pub(super) fn matches_generated(&self, generate_name: &str) -> bool {
        match self {
            Self::Exact(_) | Self::Suffix(_) => false,
            Self::Prefix(_) | Self::Part(_) => self.matches(generate_name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_at_the_ends() {
        for (wildcard, yes, no) in [
            ("kube", &["kube"][..], &["kube-system", ""][..]),
            ("kube-*", &["kube-", "kube-system"], &["kube", "my-kube-x"]),
            ("*-system", &["-system", "kube-system"], &["system-x", "system"]),
            ("*mid*", &["mid", "a-mid-b"], &["mi", ""]),
            ("*", &["", "anything"], &[]),
            ("**", &["", "anything"], &[]),
            ("a*b", &["a*b"], &["ab", "axb"]),
        ] {
            let wildcard = Wildcard::new(wildcard);
            assert!(yes.iter().all(|name| wildcard.matches(name)), "{wildcard:?}");
            assert!(!no.iter().any(|name| wildcard.matches(name)), "{wildcard:?}");
        }
    }

    #[test]
    fn the_end_of_generated_names_is_unknown() {
        assert!(Wildcard::new("pod-*").matches_generated("pod-"));
        assert!(Wildcard::new("*od*").matches_generated("pod-"));
        assert!(!Wildcard::new("*-").matches_generated("pod-"));
        assert!(!Wildcard::new("pod-").matches_generated("pod-"));
    }
}
