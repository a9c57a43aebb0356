//! Error messages for text that the grammar rejects. The wording is OPA's (`illegal` in its
//! parser), and the span is the first token that does not fit.

use pest::error::{Error, ErrorVariant, InputLocation};

use crate::diagnostics::Diagnostic;
use crate::source::Span;

use super::errors::{parse_error, span, too_deep};
use super::foreign;
use super::grammar::{Chunk, Rule};

/// Returns the diagnostic for a failed run of the grammar, and the offset of the failure in the
/// module.
pub(super) fn syntax_error(chunk: &Chunk<'_>, error: &Error<Rule>) -> (usize, Diagnostic) {
    let (InputLocation::Pos(position) | InputLocation::Span((position, _))) = error.location;
    let offset = chunk.absolute(position);
    let place = token_span(chunk, offset);
    match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => {
            (offset, Failure { chunk, place, expected: positives }.diagnostic())
        }
        ErrorVariant::CustomError { .. } => (offset, too_deep(place)),
    }
}

/// Returns the error `unexpected … token` with the note, which names the expected token.
pub(super) fn unexpected(chunk: &Chunk<'_>, place: Span, note: &str) -> Diagnostic {
    let message = match token_name(chunk, place.start as usize) {
        None => "illegal token".to_owned(),
        Some((name, kind)) if note.is_empty() => format!("unexpected {name} {kind}"),
        Some((name, kind)) => format!("unexpected {name} {kind}: {note}"),
    };
    parse_error(Span { end: token_span(chunk, place.start as usize).end, ..place }, message)
}

/// Returns the span of the token that follows `after`.
pub(super) fn next_token(chunk: &Chunk<'_>, after: Span) -> Span {
    let mut offset = after.end as usize;
    loop {
        let rest = rest(chunk, offset);
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        offset += blank;
        match rest[blank..].strip_prefix('#') {
            Some(comment) => offset += 1 + comment.find('\n').unwrap_or(comment.len()),
            None => return token_span(chunk, offset),
        }
    }
}

/// A failure of the grammar: the token at which it failed, and the rules that it tried there.
struct Failure<'c, 't> {
    chunk: &'c Chunk<'t>,
    place: Span,
    expected: &'c [Rule],
}

impl<'t> Failure<'_, 't> {
    fn diagnostic(&self) -> Diagnostic {
        if let Some(keyword) = self.keyword_as_rule_name() {
            let message = format!("{keyword} keyword cannot be used for rule name");
            return parse_error(self.place, message).with_help("give the rule another name");
        }
        let error = match self.statement() {
            Some(message) => parse_error(self.place, message),
            None => unexpected(self.chunk, self.place, &self.note()),
        };
        match self.help() {
            Some(help) => error.with_help(help),
            None => error,
        }
    }

    /// Returns the keyword in the place of a rule's name at the start of the line
    /// (`errKeywordRuleName`). The next token must be one that can only follow a name.
    fn keyword_as_rule_name(&self) -> Option<&'t str> {
        let line = self.before().rfind('\n').map_or(0, |end| end + 1);
        let start = if self.chunk.text[line..self.place.start as usize].trim().is_empty() {
            self.place.start as usize
        } else {
            line
        };
        let statement = rest(self.chunk, start);
        let (is_default, statement) = match statement.strip_prefix("default ") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, statement),
        };
        let length = token_length(statement);
        let keyword = &statement[..length];
        let next = statement[length..].trim_start();
        let next = &next[..token_length(next)];
        let assigns = matches!(next, ":=" | "=");
        let conditions = matches!(next, "if" | "contains") && self.chunk.keywords.has(next);
        let is_name = self.chunk.keywords.has(keyword)
            && match keyword {
                "every" | "if" | "in" | "some" | "as" => {
                    is_default || assigns || conditions || next == "("
                }
                "not" | "and" | "or" => is_default || assigns || conditions,
                "package" | "import" => is_default || assigns || next == "(",
                "contains" => conditions,
                _ => false,
            };
        is_name.then_some(keyword)
    }

    fn expects(&self, entry: Rule) -> bool {
        self.expected.contains(&entry)
    }

    fn text(&self) -> &'t str {
        let (start, end) = (self.place.start as usize, self.place.end as usize);
        self.chunk.text.get(start..end).unwrap_or_default()
    }

    fn before(&self) -> &'t str {
        self.chunk.text.get(..self.place.start as usize).unwrap_or_default().trim_end()
    }

    /// Returns OPA's message if it does not name the token.
    fn statement(&self) -> Option<&'static str> {
        if self.expects(Rule::close_group) {
            Some("non-terminated expression")
        } else if self.expects(Rule::close_interpolation) {
            Some("expected } to end template string expression")
        } else if self.expects(Rule::literal) && self.text() == "}" && self.before().ends_with('{')
        {
            Some("found empty body")
        } else {
            None
        }
    }

    /// Returns OPA's note about the expected token.
    fn note(&self) -> String {
        if self.expects(Rule::EOI) {
            return String::new();
        }
        self.note_on_names().or_else(|| self.note_on_lists()).unwrap_or_default()
    }

    fn note_on_names(&self) -> Option<String> {
        let after = |word| ends_with_word(self.before(), word);
        let note = if self.expects(Rule::strict_name) {
            if after("with") { "expected ident" } else { "expected var" }
        } else if self.expects(Rule::term) && after("not") && self.text() == "some" {
            "illegal negation of 'some'"
        } else if self.expects(Rule::term) && after("not") && self.text() == "every" {
            "illegal negation of 'every'"
        } else if self.expects(Rule::term) || self.expects(Rule::literal) {
            ""
        } else if self.expects(Rule::word) && self.before().ends_with('.') {
            "expected identifier"
        } else if self.expects(Rule::kw_as) {
            "expected as keyword"
        } else if self.expects(Rule::digits) {
            "expected number"
        } else if self.expects(Rule::body) && self.expects(Rule::comma) {
            "missing body"
        } else {
            return None;
        };
        Some(note.to_owned())
    }

    fn note_on_lists(&self) -> Option<String> {
        let first = self.expects(Rule::bar);
        let end = if self.expects(Rule::close_array) { "]" } else { "}" };
        Some(if self.expects(Rule::semicolon) {
            let hint = self.hint().unwrap_or_default();
            format!("expected \\n or ; or {end}{hint}")
        } else if self.expects(Rule::close_object) {
            "non-terminated object".to_owned()
        } else if self.expects(Rule::close_set) && first {
            "non-terminated set".to_owned()
        } else if self.expects(Rule::close_arguments) {
            r#"expected "," or ")""#.to_owned()
        } else if self.expects(Rule::close_set) || self.expects(Rule::close_array) {
            format!(r#"expected "," or "{end}""#)
        } else if self.expects(Rule::colon) {
            r#"expected ":""#.to_owned()
        } else if self.expects(Rule::close_index) {
            // OPA says `[` where it means `]`; the help corrects it.
            "expected [".to_owned()
        } else {
            return None;
        })
    }

    /// Returns OPA's hint if an import would make a name a keyword.
    fn hint(&self) -> Option<String> {
        let (keyword, example) = if ends_with_word(self.before(), "every") {
            ("every", "every x in xs { ... }")
        } else if self.text() == "in" && !self.chunk.keywords.has("in") && after_some(self.before())
        {
            ("in", "some x in xs")
        } else {
            self.missing_infix()?
        };
        Some(format!(" (hint: `import future.keywords.{keyword}` for `{example}` expressions)"))
    }

    /// Returns the keyword between two expressions that has not been imported, with an example of
    /// its use (`hintMissingInfixKeyword`).
    fn missing_infix(&self) -> Option<(&'static str, &'static str)> {
        let known = [("in", "x in xs"), ("and", "x and y"), ("or", "x or y")];
        let text = self.text();
        if text == "," {
            // `k, v in xs`
            let line = rest(self.chunk, self.place.end as usize).lines().next()?;
            return line.split(' ').any(|word| word == "in").then_some(known[0]);
        }
        known.into_iter().find(|(keyword, _)| *keyword == text && !self.chunk.keywords.has(keyword))
    }

    /// Returns `true` if the statement holds `if` or `contains` where these words are not keywords.
    fn reads_as_v1(&self) -> bool {
        let before = self.before();
        let start = before.rfind("\n\n").map_or(0, |blank| blank + 2);
        ["if", "contains"].iter().any(|keyword| {
            let spaced = |word: &str| word == *keyword && !self.chunk.keywords.has(word);
            before[start..].split([' ', '\t', '\n']).any(spaced)
        })
    }

    fn help(&self) -> Option<&'static str> {
        if self.expects(Rule::close_index) {
            return Some("end the index with `]`");
        }
        let place = foreign::Place {
            before: self.before(),
            token: self.text(),
            after: rest(self.chunk, self.place.end as usize),
        };
        if self.expects(Rule::close_arguments) && place.token != "," {
            return Some("separate the arguments by commas, and close them by `)`");
        }
        if self.expects(Rule::close_group) {
            return foreign::help(place);
        }
        let in_object = self.expects(Rule::close_object) || self.expects(Rule::close_set);
        if !self.expects(Rule::semicolon) && (in_object || self.expects(Rule::close_array)) {
            return foreign::element(place, in_object);
        }
        match self.text() {
            "in" if !self.chunk.keywords.has("in") => Some("add `import future.keywords.in`"),
            "" => Some("complete the last statement of the text, and close its brackets"),
            "else" => Some("put `else` after the first body of the rule, before any further body"),
            _ if self.reads_as_v1() => Some(
                "add `import future.keywords`; without it, `if` and `contains` are keywords only in v1",
            ),
            _ => foreign::help(place),
        }
    }
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

/// Returns `true` if `text` ends in `some` and the names that it declares.
fn after_some(text: &str) -> bool {
    let names =
        text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ',' | ' '));
    text[names.len()..].split([' ', ',']).any(|word| word == "some")
}

/// Returns the module's text from `offset` on.
fn rest<'t>(chunk: &Chunk<'t>, offset: usize) -> &'t str {
    chunk.text.get(offset..).unwrap_or_default()
}

/// Returns the span of the token at `offset`.
fn token_span(chunk: &Chunk<'_>, offset: usize) -> Span {
    let length = token_length(rest(chunk, offset));
    span(chunk.source(), offset, offset + length)
}

fn token_length(rest: &str) -> usize {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first = rest.chars().next();
    match first {
        None => 0,
        Some(c) if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
        Some(_) if [":=", "==", "!=", "<=", ">="].iter().any(|token| rest.starts_with(token)) => 2,
        Some(c @ ('"' | '`')) => rest[1..].find([c, '\n']).map_or(rest.len(), |end| end + 2),
        Some(c) => c.len_utf8(),
    }
}

/// Returns OPA's name for the token at `offset`, and `token` or `keyword`. Returns `None` if the
/// text is not a token of Rego.
fn token_name<'t>(chunk: &Chunk<'t>, offset: usize) -> Option<(&'t str, &'static str)> {
    let rest = rest(chunk, offset);
    let text = &rest[..token_length(rest)];
    let name = match text {
        "" => "eof",
        ":=" => "assign",
        "==" => "equal",
        "!=" => "neq",
        "<=" => "lte",
        ">=" => "gte",
        "=" => "eq",
        "<" => "lt",
        ">" => "gt",
        "+" => "plus",
        "-" => "minus",
        "*" => "mul",
        "/" => "div",
        "%" => "rem",
        "&" => "and",
        "|" => "or",
        "[" | "]" | "{" | "}" | "(" | ")" | "," | ":" | ";" | "." => text,
        " " | "\t" | "\r" | "\n" => "whitespace",
        "$" => "template-string-part",
        _ if text.starts_with(['"', '`']) => "string",
        _ if text.starts_with(|c: char| c.is_ascii_digit()) => "number",
        _ if chunk.keywords.has(text) => return Some((text, "keyword")),
        _ if text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => "identifier",
        _ => return None,
    };
    Some((name, "token"))
}
