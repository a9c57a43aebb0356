//! The faults that make a document unusable, as one error.

use std::fmt;

use super::Fault;

/// The faults of a document that cannot be used, warnings included.
///
/// ```
/// use ferrego_schema::Schema;
///
/// let faults = Schema::of_template(r#"{"type": "text"}"#, false).expect_err("an unknown type");
/// for fault in &faults {
///     println!("{}: {}", fault.path, fault.message);
/// }
/// # assert!(faults.to_string().contains("type"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

crate::list_of!(Faults, Fault);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if index > 0 { "; " } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{FaultCode, FieldPath};

    #[test]
    fn faults_are_listed_on_one_line() {
        let fault = |key| Fault::new(FaultCode::InvalidObject, FieldPath::of(&[key]), "required");
        let faults = Faults::from(vec![fault("a"), fault("b")]);
        assert_eq!(faults.to_string(), "invalid object: a: required; invalid object: b: required");
        assert_eq!(faults.iter().count(), faults.as_slice().len());
        assert_eq!(Faults::from(fault("a")).into_iter().next(), Some(fault("a")));
    }
}
