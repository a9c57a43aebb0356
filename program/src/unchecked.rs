//! Notices about documents that check nothing.

use ferrego_gatekeeper::fault::FaultCode;
use ferrego_source::diagnostics::{Notice, Severity};

/// The code of the notices about documents that check nothing.
pub const CODE: &str = FaultCode::NothingChecked.as_str();

/// The code of the notices about constraints that judge no object, beside others that may.
pub const UNMATCHED: &str = "unmatched constraint";

/// Turns the warnings about documents that check nothing into errors, for `--fail-on-empty`.
pub fn refuse(notices: &mut [Notice]) {
    let unchecked = notices.iter_mut().filter(|notice| [CODE, UNMATCHED].contains(&&*notice.code));
    unchecked.for_each(|notice| notice.severity = Severity::Error);
}
