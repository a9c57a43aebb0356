//! Notices as one error.

use std::fmt;

use super::Notice;

/// The notices about an input that cannot be used.
///
/// ```
/// use ferrego_source::diagnostics::{Notice, Notices};
///
/// let notices = Notices::from(Notice::error("missing objects", "expected an object"));
/// assert_eq!(notices.to_string(), "missing objects: expected an object");
/// assert_eq!(notices.render(false), "error[missing objects]: expected an object\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Renders the notices like [`Notice::render`], with a blank line between them.
    pub fn render(&self, color: bool) -> String {
        self.iter().map(|notice| notice.render(color)).collect::<Vec<_>>().join("\n")
    }
}

ferrego_schema::list_of!(Notices, Notice);

/// Writes a line for each notice.
impl fmt::Display for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, notice) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{notice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Notices {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_notice_has_a_line() {
        let notices: Notices = [Notice::error("a", "first"), Notice::error("", "second\nof two")]
            .into_iter()
            .collect();
        assert_eq!(notices.to_string(), "a: first\nsecond\\nof two");
        assert_eq!(notices.as_slice().len(), 2);
        assert_eq!(notices.render(false).matches("error").count(), 2);
        assert_eq!(notices.into_iter().count(), 2);
    }
}
