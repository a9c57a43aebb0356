//! Faults that carry their piece of text with them.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::Diagnostic;
use crate::source::{Place, Source};

/// How much of a line an excerpt keeps beyond what it marks.
const REST_OF_LINE: usize = 200;

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// What it is about cannot be used.
    Error,
    /// What it is about can be used, though something is odd.
    Warning,
}

/// A fault of any input, with the line that it is about: all that is needed to show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub severity: Severity,
    /// Of what kind it is; empty where there is no name for it.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do, where there is something to say.
    pub help: Option<String>,
    /// Where: first the place in the file, and where that is not exact, one in the module.
    pub excerpts: Vec<Excerpt>,
}

/// A line of a file with a part of it marked.
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
}

impl Excerpt {
    /// The line on which `place` begins; of the place, the part on that line is marked.
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
        }
    }

    /// The excerpt of a text that follows `lines` lines of its file.
    #[must_use]
    pub fn after(mut self, lines: u32) -> Self {
        self.line = self.line.saturating_add(lines);
        self
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        Snippet::source(&*self.text)
            .line_start(self.line as usize)
            .path(&*self.file)
            .annotation(AnnotationKind::Primary.span(self.marked.clone()))
    }
}

impl Notice {
    /// An error of the kind `code`, without a place.
    pub fn error(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code: code.into(),
            message: message.into(),
            help: None,
            excerpts: Vec::new(),
        }
    }

    /// The diagnostic with what it says of `sources`. Text that stands in a YAML document is
    /// shown there.
    pub fn of(diagnostic: &Diagnostic, sources: &[Source]) -> Self {
        let mut notice = Self::error(diagnostic.code.as_str(), &*diagnostic.message);
        notice.help.clone_from(&diagnostic.help);
        if let Some(source) = sources.get(diagnostic.span.source.0 as usize) {
            let place = source.place(diagnostic.span);
            notice.excerpts.push(Excerpt::of(&place));
            if !place.exact {
                notice.excerpts.push(Excerpt::of(&Place::within(source, diagnostic.span)));
            }
        }
        notice
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

    /// The notice as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Where it is, as `file:line:column`; the empty text where that is not known.
    pub fn place(&self) -> String {
        let mut text = String::new();
        if let Some(Excerpt { file, line, column, .. }) = self.excerpts.first() {
            // Writing to memory does not fail.
            let _ = write!(text, "{file}:{line}:{column}");
        }
        text
    }

    /// The notice as text that ends a line: message, the line at fault, a caret, advice. `color`
    /// adds ANSI colours.
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
        let mut title = level.primary_title(&*self.message);
        if !self.code.is_empty() {
            title = title.id(&*self.code);
        }
        let mut group = Group::with_title(title);
        for excerpt in &self.excerpts {
            group = group.element(excerpt.snippet());
        }
        match &self.help {
            Some(help) => group.element(Level::HELP.message(&**help)),
            None => group,
        }
    }
}
