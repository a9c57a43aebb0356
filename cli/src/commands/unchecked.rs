//! Notices about documents that check nothing.

use ferrego_compiler::diagnostics::{Notice, Severity};
use ferrego_gatekeeper::fault::FaultCode;

/// The code of these notices.
pub(super) const CODE: &str = FaultCode::NothingChecked.as_str();

/// Makes errors of the warnings, as `--fail-on-empty` asks.
pub(super) fn refuse(notices: &mut [Notice]) {
    let unchecked = notices.iter_mut().filter(|notice| notice.code == CODE);
    unchecked.for_each(|notice| notice.severity = Severity::Error);
}
