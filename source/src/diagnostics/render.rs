//! Renders diagnostics as text: place, message, the line at fault, a caret, advice.

use super::diagnostic::Diagnostics;
use super::notice::Notice;
use crate::source::Source;

impl Diagnostics {
    /// Renders the faults as text, with a blank line between them and with their lines of
    /// `sources`.
    ///
    /// Text from a YAML document is shown in the document: file, line and column are the
    /// document's. `color` adds ANSI colors. If the source of a fault is not in `sources`, only its
    /// message is shown.
    pub fn render(&self, sources: &[Source], color: bool) -> String {
        let notices = self.notices(sources);
        notices.iter().map(|notice| notice.render(color)).collect::<Vec<_>>().join("\n")
    }

    /// Returns the faults, each with its line of `sources`.
    pub fn notices(&self, sources: &[Source]) -> Vec<Notice> {
        self.0.iter().map(|diagnostic| Notice::of(diagnostic, sources)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Code, Diagnostic};
    use crate::source::{RegoVersion, SourceId, Span};

    fn source(text: &str) -> Source {
        Source { name: "p.rego".into(), text: text.into(), version: RegoVersion::V1, origin: None }
    }

    fn render(text: &str, start: u32, end: u32) -> String {
        let span = Span { source: SourceId(0), start, end };
        let diagnostic =
            Diagnostic::new(Code::UnsafeVar, span, "var x is unsafe").with_help("bind x");
        Diagnostics::from(diagnostic).render(&[source(text)], false)
    }

    #[test]
    fn shows_place_line_caret_and_help() {
        let text = "package p\n\nq if x == 1\n";
        let expected = "\
error[rego_unsafe_var_error]: var x is unsafe
 --> p.rego:3:6
  |
3 | q if x == 1
  |      ^
  |
  = help: bind x
";
        assert_eq!(render(text, 16, 17), expected);
    }

    #[test]
    fn survives_any_span() {
        let text = "é\nb";
        for start in 0..8 {
            for end in 0..8 {
                assert!(render(text, start, end).contains("p.rego:"), "{start}..{end}");
            }
        }
        assert!(render("", 0, 9).contains("p.rego:1:1"));
    }

    #[test]
    fn marks_the_first_line_of_a_long_span() {
        let shown = render("package p\nq if {\n  x\n}\n", 10, 22);
        assert!(shown.contains("2 | q if {\n  | ^^^^^^"), "{shown}");
        assert!(!shown.contains("4 |"), "{shown}");
    }

    #[test]
    fn shows_the_message_without_a_source() {
        let diagnostic = Diagnostic::new(Code::Type, Span::default(), "undefined function f");
        let shown = Diagnostics::from(diagnostic).render(&[], false);
        assert_eq!(shown, "error[rego_type_error]: undefined function f\n");
    }
}
