//! The versions of Gatekeeper, with their versions of OPA.

use std::fmt;
use std::str::FromStr;

/// A minor version of OPA: `(1, 13)` is OPA 1.13.
pub(super) type Opa = (u32, u32);

/// The minor versions of Gatekeeper 3 with the version of OPA in the `go.mod` of their last patch
/// release.
const RELEASES: [(u32, Opa); 9] = [
    (15, (0, 60)),
    (16, (0, 63)),
    (17, (0, 67)),
    (18, (0, 68)),
    (19, (1, 3)),
    (20, (1, 7)),
    (21, (1, 10)),
    (22, (1, 13)),
    (23, (1, 17)),
];

/// A version of Gatekeeper that templates must run on, such as 3.22. Patch versions do not count.
///
/// ```
/// use ferrego_compiler::lints::GatekeeperVersion;
///
/// let version: GatekeeperVersion = "v3.22.1".parse()?;
/// assert_eq!(version.to_string(), "3.22");
/// assert!("3.2".parse::<GatekeeperVersion>().is_err());
/// # Ok::<(), ferrego_compiler::lints::UnknownVersion>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GatekeeperVersion {
    minor: u32,
    opa: Opa,
}

impl GatekeeperVersion {
    /// Returns the version of OPA.
    pub(super) fn opa(self) -> Opa {
        self.opa
    }

    /// Returns the first known version with at least this version of OPA.
    pub(super) fn first_with(opa: Opa) -> Option<Self> {
        let (minor, opa) = *RELEASES.iter().find(|(_, own)| *own >= opa)?;
        Some(Self { minor, opa })
    }
}

impl FromStr for GatekeeperVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        let unknown = || UnknownVersion { text: text.to_owned() };
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.');
        let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
        let (major, minor) = (number(numbers.next()), number(numbers.next()));
        let is_patch = |part: &str| part.parse::<u32>().is_ok();
        if major != Some(3) || !numbers.next().is_none_or(is_patch) || numbers.next().is_some() {
            return Err(unknown());
        }
        let release = RELEASES.iter().find(|(own, _)| Some(*own) == minor);
        release.map(|&(minor, opa)| Self { minor, opa }).ok_or_else(unknown)
    }
}

impl fmt::Display for GatekeeperVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}", self.minor)
    }
}

/// A text that is not a known version of Gatekeeper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVersion {
    text: String,
}

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [(first, _), .., (last, _)] = RELEASES;
        write!(
            f,
            "expected a version of Gatekeeper from 3.{first} to 3.{last}, found `{}`",
            self.text
        )
    }
}

impl std::error::Error for UnknownVersion {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_versions_are_read() {
        for text in ["3.15", "v3.23", "3.22.2"] {
            assert!(text.parse::<GatekeeperVersion>().is_ok(), "{text}");
        }
        for text in ["", "3", "3.14", "3.24", "4.22", "3.22.x", "3.22.1.1", "3.22-beta.0"] {
            let error = text.parse::<GatekeeperVersion>().expect_err(text);
            let expected = "expected a version of Gatekeeper from 3.15 to 3.23, found";
            assert_eq!(error.to_string(), format!("{expected} `{text}`"));
        }
    }

    #[test]
    fn versions_of_opa_grow() {
        assert!(RELEASES.is_sorted_by(|a, b| a.0 + 1 == b.0 && a.1 < b.1));
    }
}
