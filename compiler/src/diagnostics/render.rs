//! Diagnostics as text for people: place, message, the line at fault, a caret, advice.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Diagnostics};
use crate::source::{Place, Source};

impl Diagnostics {
    /// The faults as text, a blank line between them, with the lines of `sources` that they point to.
    ///
    /// Text that stands in a YAML document is shown there: file, line and column are the
    /// document's. `color` adds ANSI colours. A fault in a source that is not among `sources`
    /// shows its message alone.
    pub fn render(&self, sources: &[Source], color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut text = String::new();
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            let group = [group(diagnostic, sources)];
            text.push_str(&renderer.render(&group));
            text.push('\n');
        }
        text
    }
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a [Source]) -> Group<'a> {
    let title = Level::ERROR.primary_title(&*diagnostic.message).id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    if let Some(source) = sources.get(diagnostic.span.source.0 as usize) {
        let place = source.place(diagnostic.span);
        group = group.element(snippet(&place));
        if !place.exact {
            let within = Place::within(source, diagnostic.span);
            group = group.element(snippet(&within));
        }
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(&**help)),
        None => group,
    }
}

fn snippet<'a>(place: &Place<'a>) -> Snippet<'a, Annotation<'a>> {
    Snippet::source(place.text)
        .path(place.name)
        .annotation(AnnotationKind::Primary.span(first_line(place.text, &place.range)))
}

/// The part of `range` on its first line: a whole rule would hide the place under its text.
fn first_line(text: &str, range: &Range<usize>) -> Range<usize> {
    let marked = &text[range.clone()];
    let length = marked.find(['\n', '\r']).unwrap_or(marked.len());
    range.start..range.start + length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;
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
    fn a_fault_without_its_source_shows_its_message() {
        let diagnostic = Diagnostic::new(Code::Type, Span::default(), "undefined function f");
        let shown = Diagnostics::from(diagnostic).render(&[], false);
        assert_eq!(shown, "error[rego_type_error]: undefined function f\n");
    }
}
