//! The faults of a schema.

use crate::fault::{Fault, FaultCode, FieldPath, Severity};
use crate::field_errors;

/// The faults that were found.
#[derive(Default)]
pub(super) struct Check {
    pub(super) faults: Vec<Fault>,
}

impl Check {
    pub(super) fn is_sound(&self) -> bool {
        self.faults.iter().all(|fault| fault.severity == Severity::Warning)
    }

    pub(super) fn say(&mut self, path: FieldPath, message: String) {
        self.faults.push(Fault::new(FaultCode::InvalidTemplate, path, message));
    }

    /// Reports a fault of a keyword, which may be missing, of the schema at `path`.
    pub(super) fn say_of(&mut self, path: &FieldPath, keyword: &str, message: String) {
        let fault = Fault::new(FaultCode::InvalidTemplate, path.key(keyword), message);
        self.faults.push(fault);
    }

    pub(super) fn say_missing(&mut self, path: &FieldPath, keyword: &str, why: &str) {
        let message = field_errors::required(why);
        let fault = Fault::new(FaultCode::InvalidTemplate, path.key(keyword), message);
        self.faults.push(fault.seen_at(path.clone()));
    }

    pub(super) fn warn(&mut self, path: FieldPath, message: String, help: &str) {
        let fault = Fault::new(FaultCode::InvalidTemplate, path, message);
        self.faults.push(fault.with_help(help).as_warning());
    }
}
