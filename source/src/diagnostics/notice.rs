//! Faults that contain the text to which they point.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

pub use ferrego_schema::fault::Severity;

use super::code::Code;
use super::diagnostic::Diagnostic;
use super::escape::{Escaped, EscapedLines};
use crate::source::{Place, Source};
use crate::yaml::helm;

/// The number of bytes of a line that an excerpt keeps after the marked part.
const REST_OF_LINE: usize = 200;

/// A fault of any input, with the lines to which it points. It can be shown without its sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The severity.
    pub severity: Severity,
    /// The kind of fault; empty if the kind has no name.
    pub code: String,
    /// The message.
    pub message: String,
    /// The advice, if there is any.
    pub help: Option<String>,
    /// The places: first in the file and, if that is not exact, also in the module.
    pub excerpts: Vec<Excerpt>,
}

/// A line of a file with a marked part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The file's name.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column of the marked part in characters, from 1.
    pub column: u32,
    /// The line's text.
    text: String,
    /// The marked part of `text`.
    marked: Range<usize>,
    /// A few words on the place, if it is not the notice's own.
    label: Option<String>,
}

impl Excerpt {
    /// Returns the line on which `place` begins, with the part of `place` on that line marked.
    pub fn of(place: &Place<'_>) -> Self {
        let (line, column) = place.line_column();
        let Range { start, end } = place.range;
        let begin = place.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let rest = &place.text[start..];
        let mut length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let marked = (end - start).min(length);
        if length > marked + REST_OF_LINE {
            length = rest.floor_char_boundary(marked + REST_OF_LINE);
        }
        Self {
            file: place.name.into(),
            line,
            column,
            text: place.text[begin..start + length].to_owned(),
            marked: start - begin..start - begin + marked,
            label: None,
        }
    }

    /// Returns the place with at most `length` bytes of its line, for a caller that keeps many places.
    #[must_use]
    pub fn shortened(mut self, length: usize) -> Self {
        self.text.truncate(self.text.floor_char_boundary(length));
        self.text.shrink_to_fit();
        let end = self.text.len();
        self.marked = self.marked.start.min(end)..self.marked.end.min(end);
        self
    }

    /// Turns the place into one beside the notice's own, with a few words on what is there.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let (text, marked) = self.visible();
        let annotation = match &self.label {
            Some(label) => AnnotationKind::Context.span(marked).label(Escaped(label).to_string()),
            None => AnnotationKind::Primary.span(marked),
        };
        Snippet::source(text)
            .line_start(self.line as usize)
            .path(Escaped(&self.file).to_string())
            .annotation(annotation)
    }

    /// Returns the line and its marked part, both with escapes. The renderer aligns tabs.
    fn visible(&self) -> (String, Range<usize>) {
        let mut text = String::with_capacity(self.text.len());
        let Range { start, end } = self.marked;
        let ends = [&self.text[..start], &self.text[start..end], &self.text[end..]].map(|part| {
            for (number, piece) in part.split('\t').enumerate() {
                let tab = if number == 0 { "" } else { "\t" };
                // Writing to memory does not fail.
                let _ = write!(text, "{tab}{}", Escaped(piece));
            }
            text.len()
        });
        (text, ends[0]..ends[1])
    }
}

impl Notice {
    /// Returns an error of the kind `code`, without a place.
    pub fn error(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code: code.into(),
            message: message.into(),
            help: None,
            excerpts: Vec::new(),
        }
    }

    /// Returns the notice of a diagnostic, with the lines in `sources` to which it points. Text
    /// from a YAML document is shown in the document.
    pub fn of(diagnostic: &Diagnostic, sources: &[Source]) -> Self {
        let mut notice = Self::error(diagnostic.code.as_str(), &*diagnostic.message);
        notice.severity = diagnostic.severity;
        notice.help.clone_from(&diagnostic.help);
        if let Some(source) = sources.get(diagnostic.span.source.0 as usize) {
            notice = notice.read_from(&source.text);
            let place = source.place(diagnostic.span);
            let excerpt = Excerpt::of(&place);
            if notice.help.is_none() && helm::has_action(&excerpt.text) {
                notice.help = Some(helm::HELP.to_owned());
            }
            notice.excerpts.push(excerpt);
            if !place.exact {
                notice.excerpts.push(Excerpt::of(&Place::within(source, diagnostic.span)));
            }
        }
        for label in &diagnostic.labels {
            if let Some(source) = sources.get(label.span.source.0 as usize) {
                let excerpt = Excerpt::of(&source.place(label.span));
                notice.excerpts.push(excerpt.labelled(&*label.message));
            }
        }
        notice
    }

    /// If `text` is a Helm template, and therefore not YAML, advises to render it first.
    #[must_use]
    pub fn read_from(mut self, text: &str) -> Self {
        if self.code == Code::Yaml.as_str() && helm::has_action(text) {
            self.help = Some(helm::HELP.to_owned());
        }
        self
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, excerpt: Excerpt) -> Self {
        self.excerpts.push(excerpt);
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Turns the notice into a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Returns the place as `file:line:column`, or an empty text if the place is not known.
    pub fn place(&self) -> String {
        let mut text = String::new();
        if let Some(Excerpt { file, line, column, .. }) = self.excerpts.first() {
            // Writing to memory does not fail.
            let _ = write!(text, "{}:{line}:{column}", Escaped(file));
        }
        text
    }

    /// Renders the notice as lines of text: the message, the line at fault, a caret, the advice.
    /// `color` adds ANSI colors.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.decor_style(DecorStyle::Ascii).render(&[self.group()]);
        text.push('\n');
        text
    }

    fn group(&self) -> Group<'_> {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut title = level.primary_title(EscapedLines(&self.message).to_string());
        if !self.code.is_empty() {
            title = title.id(Escaped(&self.code).to_string());
        }
        let mut group = Group::with_title(title);
        for excerpt in &self.excerpts {
            group = group.element(excerpt.snippet());
        }
        match &self.help {
            Some(help) => group.element(Level::HELP.message(EscapedLines(help).to_string())),
            None => group,
        }
    }
}

/// Writes the place, if it is known, the kind and the message on one line.
impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&*self.place(), &*self.code] {
            if !part.is_empty() {
                write!(f, "{}: ", Escaped(part))?;
            }
        }
        Escaped(&self.message).fmt(f)
    }
}

impl std::error::Error for Notice {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Generates text by which a document may try to deceive the reader of a report.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("\u{1b}[2K".to_owned()),
            Just("\nerror: no".to_owned()),
            Just("\n\t".to_owned()),
            "[\\u{0}-\\u{a0}]",
            "[\\u{2000}-\\u{206f}]",
            any::<char>().prop_map(String::from),
            "[a-z ]{1,5}",
        ];
        proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_notice_shows_no_hidden_character(
            texts in [hostile(), hostile(), hostile(), hostile(), hostile()],
            ends in [any::<prop::sample::Index>(), any::<prop::sample::Index>()],
        ) {
            let [file, text, code, message, help] = &texts;
            let mut ends = ends.map(|end| text.floor_char_boundary(end.index(text.len() + 1)));
            ends.sort_unstable();
            let place = Place::in_text(file, text, ends[0]..ends[1]);
            let notice = Notice::error(code, message).with_help(help).at(Excerpt::of(&place));
            let shown = notice.render(false);
            let hidden = |c: &char| super::super::escape::is_hidden(*c) && !"\n\t".contains(*c);
            prop_assert_eq!(shown.chars().find(hidden), None, "{:?}", shown);
            prop_assert_eq!(notice.place().chars().find(hidden), None);
            // Every line of the report begins with its title, a gutter or an indent.
            for line in shown.lines().skip(1) {
                let starts = line.is_empty() || line.starts_with(|c: char| c == ' ' || c.is_ascii_digit());
                prop_assert!(starts, "{:?}", shown);
            }
        }
    }
}
