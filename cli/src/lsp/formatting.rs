//! The formatting of documents, as `ferrego fmt` does it.

use std::ops::Range;

use ferrego_compiler::diagnostics::Notice;
use ferrego_compiler::format::Formatted;
use ferrego_compiler::frontend::inputs::FileKind;
use ferrego_compiler::ide::{Settings, names_template};

use super::documents::Document;
use crate::commands::formatted;

/// Returns the change that formats a document: a range of bytes and the new text; `None` if it is
/// formatted.
///
/// # Errors
/// Returns the message of the first error of a document that does not parse.
pub(super) fn change(
    document: &Document,
    settings: &Settings,
) -> Result<Option<(Range<usize>, String)>, String> {
    let Some((file, kind)) = document.file() else { return Ok(None) };
    if kind == FileKind::Yaml && !names_template(&document.text) {
        return Ok(None);
    }
    match formatted(kind, &file, &document.text, settings.version) {
        Ok(Formatted { text, .. }) => Ok(difference(&document.text, &text)),
        Err(notices) => Err(message(&notices)),
    }
}

fn message(notices: &[Notice]) -> String {
    let first = notices.first().map(|notice| notice.message.as_str());
    format!("expected a document without errors: {}", first.unwrap_or_default())
}

/// Returns the smallest range of whole lines that differs, with its new text. The lines around it
/// stay, and with them the cursor.
fn difference(before: &str, after: &str) -> Option<(Range<usize>, String)> {
    if before == after {
        return None;
    }
    let lines = |text: &str| text.split_inclusive('\n').map(str::len).collect::<Vec<_>>();
    let (old, new) = (lines(before), lines(after));
    let mut start = 0;
    for (own, other) in old.iter().zip(&new) {
        let range = start..start + own;
        if own != other || before.get(range.clone()) != after.get(range) {
            break;
        }
        start += own;
    }
    let mut end = 0;
    for (own, other) in old.iter().rev().zip(new.iter().rev()) {
        let (last, other_last) = (before.len() - end, after.len() - end);
        let is_within = end + own <= (before.len() - start).min(after.len() - start);
        if !is_within
            || own != other
            || before.get(last - own..last) != after.get(other_last - own..other_last)
        {
            break;
        }
        end += own;
    }
    let text = after.get(start..after.len() - end).unwrap_or_default();
    Some((start..before.len() - end, text.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_lines_that_differ_change() {
        assert_eq!(difference("a\nb\nc\n", "a\nb\nc\n"), None);
        assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), Some((2..4, "x\ny\n".to_owned())));
        assert_eq!(difference("a\na\n", "a\n"), Some((2..4, String::new())));
    }

    proptest! {
        #[test]
        fn the_change_makes_the_new_text(before in "[ab\n]{0,9}", after in "[ab\n]{0,9}") {
            let mut text = before.clone();
            if let Some((range, new)) = difference(&before, &after) {
                text.replace_range(range, &new);
            }
            prop_assert_eq!(text, after);
        }
    }
}
