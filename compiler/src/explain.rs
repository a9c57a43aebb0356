//! The pages that explain codes.

use std::fmt;

use crate::diagnostics::Code;
use crate::lints;
use crate::suggest::closest;

/// Iterates over all codes: those of errors, then the lints.
pub fn codes() -> impl Iterator<Item = Code> {
    Code::ALL.into_iter().chain(lints::all().map(Code::Lint))
}

/// Returns the page that explains a code, in Markdown.
///
/// A code is written as diagnostics show it in brackets, and may have hyphens in place of spaces.
///
/// # Errors
/// Returns an error if no diagnostic has this code.
///
/// ```
/// use ferrego_compiler::explain;
///
/// assert!(explain::page("rego_type_error")?.starts_with("# rego_type_error\n"));
/// assert!(explain::page("invalid-yaml")?.starts_with("# invalid yaml\n"));
/// assert!(explain::page("invalid-jaml").is_err());
/// # Ok::<(), explain::UnknownCode>(())
/// ```
pub fn page(code: &str) -> Result<&'static str, UnknownCode> {
    let spelled = |name: &str| name.replace(' ', "-").to_ascii_lowercase();
    let wanted = spelled(code);
    let found = codes().find(|known| spelled(known.as_str()) == wanted);
    found.map(Code::page).ok_or_else(|| UnknownCode {
        code: code.to_owned(),
        closest: closest(code, codes().map(Code::as_str)),
    })
}

/// A code that no diagnostic has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownCode {
    code: String,
    closest: Option<&'static str>,
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown code `{}`", self.code)?;
        match self.closest {
            Some(closest) => write!(f, "; did you mean `{closest}`?"),
            None => Ok(()),
        }
    }
}
