//! The fields of references as OPA's messages show them (`Ref.String`).

/// The words that cannot follow a dot: the keywords of version 1 (`KeywordsV1`).
const KEYWORDS: [&str; 15] = [
    "as", "contains", "default", "else", "every", "false", "if", "import", "in", "not", "null",
    "package", "some", "true", "with",
];

/// Adds one field of a reference: `.a` or `["a b"]`.
pub(crate) fn push_field(text: &mut String, field: &str) {
    if is_identifier(field) && !KEYWORDS.contains(&field) {
        text.push('.');
        text.push_str(field);
    } else {
        text.push('[');
        text.push_str(&quote(field));
        text.push(']');
    }
}

/// Returns `true` if the text can name a variable (`IsVarCompatibleString`).
fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|rest| rest.is_ascii_alphanumeric() || rest == '_')
}

/// Returns the text in quotation marks.
pub(crate) fn quote(text: &str) -> String {
    format!("{text:?}")
}

#[cfg(test)]
mod tests {
    use super::push_field;

    #[test]
    fn keywords_and_other_texts_are_in_brackets() {
        for (field, expected) in [
            ("a_1", "data.a_1"),
            ("_", "data._"),
            ("and", "data.and"),
            ("in", "data[\"in\"]"),
            ("1a", "data[\"1a\"]"),
            ("", "data[\"\"]"),
            ("a b", "data[\"a b\"]"),
        ] {
            let mut text = "data".to_owned();
            push_field(&mut text, field);
            assert_eq!(text, expected);
        }
    }
}
