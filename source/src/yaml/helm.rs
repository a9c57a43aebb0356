//! Recognizes Helm templates, which are not YAML until they are rendered.
//!
//! ```yaml
//! metadata:
//!   name: {{ .Release.Name }}
//! {{- if .Values.labels }}
//! ```

/// The advice for a document that is a template.
pub const HELP: &str = "the document is a Helm template: render it first, with `helm template`";

/// The words with which an action may begin.
const ACTION_KEYWORDS: [&str; 14] = [
    "block", "define", "else", "end", "if", "include", "lookup", "quote", "range", "required",
    "template", "toYaml", "tpl", "with",
];

/// Texts that occur only in charts. Templates of other languages in strings, such as those of
/// alerts, must remain.
const CHART: [&str; 5] = [".Values.", ".Release.", ".Chart.", "include \"", "template \""];

/// Returns `true` if the text has an action, such as `{{ .Values.name }}` or `{{- if x }}`.
pub fn has_action(text: &str) -> bool {
    actions(text).any(|action| {
        action.starts_with(['.', '$', '/']) || {
            let end = action.find(|character: char| !character.is_ascii_alphanumeric());
            ACTION_KEYWORDS.contains(&&action[..end.unwrap_or(action.len())])
        }
    })
}

/// Returns `true` if a string of a document is meant to be filled in by a chart.
pub fn is_from_chart(text: &str) -> bool {
    text.contains("{{")
        && actions(text).any(|action| CHART.iter().any(|word| action.contains(word)))
}

/// Returns the texts between `{{` and `}}` on a line, without leading dashes and blanks.
fn actions(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split("{{").skip(1)).filter_map(|rest| {
        let (action, _) = rest.split_once("}}")?;
        Some(action.trim_start_matches('-').trim_start())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_actions() {
        for (text, action, chart) in [
            ("name: {{ .Values.name }}", true, true),
            ("{{- if .Values.x }}\na: 1\n{{- end }}", true, true),
            ("labels: {{- include \"x.labels\" . | nindent 4 }}", true, true),
            ("{{- range $name, $value := .x }}", true, false),
            ("summary: \"{{ $labels.instance }} is down\"", true, false),
            ("name: \"{{workflow.name}}\"", false, false),
            ("p := {{x} | x := input.y[_]}", false, false),
            ("p := {{1}}", false, false),
            ("a: {b: {c: 1}}", false, false),
            ("{{ .x\n}}", false, false),
        ] {
            assert_eq!((has_action(text), is_from_chart(text)), (action, chart), "{text}");
        }
    }
}
