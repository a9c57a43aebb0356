//! Prints the text of a policy in comments.

use crate::codegen::Printer;
use crate::ir::FunctionId;

/// The spaces for a tab.
const TAB: &str = "    ";

impl Printer<'_> {
    /// Returns the rule's path, and the text of each definition below its place.
    pub(super) fn comment(&self, function: usize) -> Vec<String> {
        let keys = FunctionId(u32::try_from(function).unwrap_or(u32::MAX));
        if let Some(join) = self.program.joins.iter().position(|join| join.keys == keys) {
            return vec![format!(" Returns the keys of a member for [`{}`].", self.joins[join])];
        }
        let function = &self.program.functions[function];
        let mut spans = function.sources.clone();
        spans.sort_by_key(|span| (span.source, span.start));
        let mut rego: Vec<String> = Vec::new();
        for span in spans {
            let Some(source) = self.source(span) else { continue };
            let Some(text) = source.text.get(span.start as usize..span.end as usize) else {
                continue;
            };
            if !rego.is_empty() {
                rego.push(String::new());
            }
            let (file, (line, _)) = self.place(span);
            rego.push(escaped(&format!(" # {file}:{line}")));
            rego.extend(text.lines().map(|line| escaped(&format!(" {}", line.trim_end()))));
        }
        let path = escaped(&format!(" `{}`", function.rule));
        if rego.is_empty() {
            return vec![path];
        }
        let fence = fence(&rego);
        let head = [path, String::new(), format!(" {fence}rego")];
        head.into_iter().chain(rego).chain([format!(" {fence}")]).collect()
    }
}

/// Returns the text as one line of a comment, with spaces for tabs.
///
/// rustc refuses a bare carriage return in a doc comment. A lint that denies by default refuses
/// characters that change the direction of the text after them. These and other invisible
/// characters become escapes.
pub(super) fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\t' {
            line.push_str(TAB);
        } else if is_refused(character) {
            line.extend(character.escape_unicode());
        } else {
            line.push(character);
        }
    }
    line
}

/// Returns `true` if rustc refuses the character in a comment or in a raw string.
pub(super) fn is_refused(character: char) -> bool {
    match character {
        '\t' => false,
        // Direction marks and controls, line separators, joiners, the byte order mark.
        '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => true,
        other => other.is_control(),
    }
}

/// Returns a fence for a block of code in Markdown that no line of the code closes.
pub(super) fn fence(lines: &[String]) -> String {
    const SHORTEST: usize = 3;
    let longest = lines.iter().flat_map(|line| line.split(|character| character != '`'));
    let longest = longest.map(str::len).max().unwrap_or_default();
    "`".repeat(SHORTEST.max(longest + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_the_backticks_of_the_code() {
        assert_eq!(fence(&["p := `raw`".to_owned()]), "```");
        assert_eq!(fence(&["p".to_owned(), "# ````rust".to_owned()]), "`````");
    }

    #[test]
    fn a_comment_stays_one_visible_line() {
        assert_eq!(escaped("p { x := \"größe\t日本\" }"), "p { x := \"größe    日本\" }");
        assert_eq!(escaped("a\rb\nc"), "a\\u{d}b\\u{a}c");
        assert_eq!(escaped("a\u{202e}b\u{2066}c\u{2069}"), "a\\u{202e}b\\u{2066}c\\u{2069}");
        assert_eq!(escaped("a\u{2028}b\u{0}c\u{85}"), "a\\u{2028}b\\u{0}c\\u{85}");
    }
}
