//! Diagnostics with their places in a file.

use std::sync::Arc;

use super::Location;
use super::map::TextMap;
use crate::diagnostics::Diagnostic;
use crate::source::{Source, Span};

/// A diagnostic with its place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The diagnostic.
    pub diagnostic: Diagnostic,
    /// The place. Of a diagnostic over several lines, it is the part on the first.
    pub location: Location,
    /// Other places, each with a few words on it.
    pub related: Vec<(Location, String)>,
    /// The replacements of its fix; empty without one, or if YAML does not hold the text as it is.
    pub changes: Vec<Change>,
}

/// The replacement of a part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The replaced part.
    pub location: Location,
    /// The text in its place.
    pub text: String,
}

impl Finding {
    /// Returns a diagnostic with its places. One whose source is unknown is at the beginning of the
    /// file `name`.
    pub(super) fn of(
        diagnostic: &Diagnostic,
        sources: &[Source],
        name: &Arc<str>,
        text: &Arc<str>,
    ) -> Self {
        let unknown = || Location { name: name.clone(), text: text.clone(), range: 0..0 };
        let location = place(diagnostic.span, sources).unwrap_or_else(unknown);
        let related = diagnostic
            .labels
            .iter()
            .filter_map(|label| Some((place(label.span, sources)?, label.message.clone())));
        let changes = changes(diagnostic, sources).unwrap_or_default();
        let related = related.collect();
        Self { diagnostic: diagnostic.clone(), location, related, changes }
    }
}

fn place(span: Span, sources: &[Source]) -> Option<Location> {
    let source = sources.get(span.source.0 as usize)?;
    let place = source.place(span);
    let (name, text) = match &source.origin {
        Some(origin) => (&origin.name, &origin.text),
        None => (&source.name, &source.text),
    };
    let mut range = place.range.clone();
    let rest = text.get(range.start..).unwrap_or_default();
    let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
    range.end = range.end.min(range.start + line);
    if range.is_empty() {
        // Editors show nothing for an empty range.
        let first = rest[..line].chars().next().map_or(0, char::len_utf8);
        range.end = range.start + if place.exact { first } else { line };
    }
    Some(Location { name: name.clone(), text: text.clone(), range })
}

/// Returns the replacements of a fix, or `None` if one of them has no exact place.
fn changes(diagnostic: &Diagnostic, sources: &[Source]) -> Option<Vec<Change>> {
    let fix = diagnostic.fix.as_ref()?;
    let change = |edit: &crate::diagnostics::Edit| {
        let source = sources.get(edit.span.source.0 as usize)?;
        // A text of several lines would need the indentation of the YAML.
        if source.origin.is_some() && edit.text.contains('\n') {
            return None;
        }
        let range = TextMap::of(source).range(edit.span)?;
        let (name, text) = match &source.origin {
            Some(origin) => (&origin.name, &origin.text),
            None => (&source.name, &source.text),
        };
        let location = Location { name: name.clone(), text: text.clone(), range };
        Some(Change { location, text: edit.text.clone() })
    };
    fix.edits.iter().map(change).collect()
}
