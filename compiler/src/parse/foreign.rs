//! Help for the syntax of other languages, which authors write by habit.
//!
//! ```text
//! if container.tty {              # help: write the condition as a literal, without `if`
//! x = y ? 1 : 2                   # help: write a definition for each case, or `else`
//! ```
//!
//! The messages are OPA's, which name only the token that does not fit. The help shows the right form.

/// A failure of the grammar as text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'t> {
    /// The text before the token, without blanks at its end.
    pub(super) before: &'t str,
    /// The token that does not fit.
    pub(super) token: &'t str,
    /// The text after the token.
    pub(super) after: &'t str,
}

const ASSIGNMENT: &str = "write `name := value`; a name that a literal declares keeps its value";
const CONDITION: &str = "write the condition as a literal, without `if` and braces: a body holds only \
                         if all of its literals do";
pub(super) const ELSE: &str = "write `else := value if { … }`, or `else = value { … }` before v1";
const FUNCTION: &str = "write `name(arguments) if { … }`, or `name(arguments) { … }` before v1";
const ITERATION: &str =
    "write `some x in xs` without braces: the literals after it hold for one `x`";
const RETURN: &str = "write the value in the head: `name(arguments) := value if { … }`";
const VARIABLES: &str = "write another name for the result: variables do not change";

/// Returns the help for a token that another language has in this place.
pub(super) fn help(place: Place<'_>) -> Option<&'static str> {
    operator(place).or_else(|| keyword(place)).or_else(|| bracket(place))
}

fn operator(Place { before, token, after }: Place<'_>) -> Option<&'static str> {
    let ends = |end: &str| before.ends_with(end);
    match token {
        "&" if ends("&") => Some("put each condition on a line of its own"),
        "|" if ends("|") => Some("write one rule for each alternative"),
        "=" if ends("==") || ends("!=") => Some("write `==` or `!=`, which compare types, too"),
        "=" if ["+", "-", "*", "/", "%"].iter().any(|operator| ends(operator)) => Some(VARIABLES),
        "+" if ends("+") => Some(VARIABLES),
        "-" if ends("-") => Some(VARIABLES),
        ">" if ends("<") => Some("write `!=`"),
        ">" if ends("=") => Some("write `>=` for a comparison"),
        "?" => Some("write a definition for each case, or `else`: Rego has no `?`"),
        "'" => Some("write strings in double quotes or in backquotes"),
        "/" if ends("/") || after.starts_with(['/', '*']) => Some("write comments after `#`"),
        "*" if ends("[") => Some("write `[_]`, which iterates over all members"),
        _ => None,
    }
}

fn keyword(Place { before, token, after }: Place<'_>) -> Option<&'static str> {
    let line = before.rsplit('\n').next().unwrap_or(before).trim();
    // A statement may follow its brace on the same line.
    let line = line.rsplit(['{', ';']).next().unwrap_or(line).trim();
    let first = line.split([' ', '(']).next().unwrap_or(line);
    match token {
        "for" => return Some("write `[x | some x in xs]`"),
        "and" => return Some("put each condition on a line of its own"),
        "or" => return Some("write one rule for each alternative"),
        "some" | "every" if line.ends_with("not") => {
            return Some("put the iteration in a rule of its own, and negate the rule");
        }
        "not" if after.trim_start().starts_with("in ") => return Some("write `not x in xs`"),
        "if" if line.is_empty() => return Some(CONDITION),
        "if" if line.ends_with(":=") || line.ends_with('=') => {
            return Some("write the value between `:=` and `if`");
        }
        _ => {}
    }
    match first {
        "for" | "foreach" | "while" => Some(ITERATION),
        "return" => Some(RETURN),
        "let" | "var" | "const" => Some(ASSIGNMENT),
        "if" | "when" | "unless" => Some(CONDITION),
        "def" | "func" | "function" | "fn" | "rule" => Some(FUNCTION),
        "elseif" | "elif" | "elsif" => Some(ELSE),
        "some" if token == ":=" => {
            Some("write `some x in xs`, or assign in a literal after `some x`")
        }
        "some" if is_name(token) && !line.contains(" in ") => Some("write `some x in xs`"),
        "import" if token.starts_with('"') => Some("write the path without quotes"),
        "every" if token == ":" || is_name(token) => Some("write `every x in xs { … }`"),
        _ => None,
    }
}

fn bracket(Place { before, token, .. }: Place<'_>) -> Option<&'static str> {
    let line = before.rsplit('\n').next().unwrap_or(before);
    let opens = |open: char, close: char| line.matches(open).count() > line.matches(close).count();
    match token {
        ":" if line.trim_end().ends_with(')') || is_name(line.trim()) => {
            Some("write a body in braces: `if { … }`, or `{ … }` before v1")
        }
        "," if opens('(', ')') => Some("write a set `{…}` or an array `[…]`"),
        "," => Some("separate literals by `;` or a new line"),
        "{" if before.ends_with('\n') || line.contains("==") => {
            Some("write `:=` before the value of a rule")
        }
        "{" => Some("close the body before this rule by `}`"),
        "}" => Some("remove the `}`, or open the body by `{` after the head"),
        _ => None,
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns the help for a failure after an element of a list or an object.
pub(super) fn element(place: Place<'_>, object: bool) -> Option<&'static str> {
    let known = help(place);
    known.or_else(|| match place.token {
        ":=" | "=" => Some("write `key: value` in an object"),
        _ if !is_name(place.token) && !place.token.starts_with(['"', '`']) && !object => None,
        _ if object => Some("write `{key: value}` for an object, and commas between elements"),
        _ => Some("write a comma between elements, or close the brackets before the next literal"),
    })
}

/// Returns the help for a rule whose name is a word of another language, or a later keyword.
pub(crate) fn rule_name(name: &str) -> Option<&'static str> {
    match name {
        "elseif" | "elif" | "elsif" => Some(ELSE),
        "def" | "func" | "function" | "fn" | "rule" => Some(FUNCTION),
        "if" => Some("add `import future.keywords.if`; without it, `if` is a keyword only in v1"),
        _ => None,
    }
}

/// Returns the value or function that a name of another language means.
pub(crate) fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "None" | "nil" | "NULL" | "undefined" => "null",
        "len" | "length" | "size" | "strlen" => "count",
        "toLower" | "tolower" | "to_lower" | "lowercase" => "lower",
        "toUpper" | "toupper" | "to_upper" | "uppercase" => "upper",
        "hasPrefix" | "starts_with" | "startsWith" => "startswith",
        "hasSuffix" | "ends_with" | "endsWith" => "endswith",
        "typeof" | "type" => "type_name",
        "printf" | "format" | "fmt" => "sprintf",
        "parseInt" | "atoi" | "int" | "number" => "to_number",
        "join" => "concat",
        "match" | "matches" => "regex.match",
        "append" | "push" => "array.concat",
        "abs_value" => "abs",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(before: &str, token: &str, after: &str) -> Option<&'static str> {
        help(Place { before, token, after })
    }

    #[test]
    fn words_of_other_languages_have_the_right_form() {
        assert_eq!(of("p {\n\tfor", "c", " in cs {"), Some(ITERATION));
        assert_eq!(of("f(x) {\n\treturn", "x", ""), Some(RETURN));
        assert_eq!(of("p {", "if", " x {"), Some(CONDITION));
        assert_eq!(of("p {\n\tlet", "x", " = 1"), Some(ASSIGNMENT));
        assert_eq!(of("p {\n\tx not_a", "b", ""), None);
    }

    #[test]
    fn operators_of_other_languages_have_the_right_form() {
        assert_eq!(of("x ==", "=", " 1"), Some("write `==` or `!=`, which compare types, too"));
        assert_eq!(of("x +", "=", " 1"), Some(VARIABLES));
        assert_eq!(of("x[", "*", "]"), Some("write `[_]`, which iterates over all members"));
        assert_eq!(of("x", "=", " 1"), None);
    }
}
