//! What scalars mean.

use ferrego_runtime::builtins::yaml;

use super::Dialect;

/// A scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text, escapes and folding resolved.
    pub text: String,
    /// How it is written.
    pub style: Style,
    /// The core schema's tag where one is written: `str` for `!!str`.
    pub tag: Option<String>,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// The type that a scalar has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Nothing, `~`, `null`.
    Null,
    /// `true`, `false` and the further names of YAML 1.1.
    Bool(bool),
    /// An integer or a float in any of YAML's forms.
    Number,
    /// Anything else.
    String,
}

impl Scalar {
    /// The text, if the scalar is a string.
    pub fn as_str(&self) -> Option<&str> {
        (self.plain() == Plain::String).then_some(&*self.text)
    }

    /// The scalar as the rules of `dialect` read it.
    pub(super) fn meaning(&self, dialect: Dialect) -> yaml::Scalar<'_> {
        match self.plain() {
            Plain::String => yaml::Scalar::Text(&self.text),
            Plain::Bool(_) if dialect == Dialect::Gator && !self.is_bool_to_gator() => {
                yaml::Scalar::Text(&self.text)
            }
            _ => yaml::resolve(&self.text),
        }
    }

    fn is_bool_to_gator(&self) -> bool {
        self.tag.is_some()
            || ["true", "false"].iter().any(|word| self.text.eq_ignore_ascii_case(word))
    }

    /// The scalar's type: by its tag, else a string unless it is plain, else by its text.
    pub fn plain(&self) -> Plain {
        match self.tag.as_deref() {
            Some("str" | "binary") => Plain::String,
            None if self.style != Style::Plain => Plain::String,
            _ => resolve(&self.text),
        }
    }
}

/// The type of a plain scalar, as Kubernetes reads it.
fn resolve(text: &str) -> Plain {
    match yaml::resolve(text) {
        yaml::Scalar::Null => Plain::Null,
        yaml::Scalar::Bool(truth) => Plain::Bool(truth),
        yaml::Scalar::Int(_) | yaml::Scalar::Unsigned(_) | yaml::Scalar::Float(_) => Plain::Number,
        yaml::Scalar::Text(_) => Plain::String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_their_yaml_1_1_type() {
        let numbers = ["0", "-1", "+12", "1_000", "0x1F", "0b1", "0o7", "1.5", "1.", ".5", "1e3"];
        for text in numbers.into_iter().chain(["1.5E-7", ".inf", "-.Inf", ".nan"]) {
            assert_eq!(resolve(text), Plain::Number, "{text}");
        }
        for text in
            ["v1", ".", "-", "1.2.3", "0x", "1e", "e3", "_1", "1-2", "yEs", "nil", "..", "é"]
        {
            assert_eq!(resolve(text), Plain::String, "{text}");
        }
        assert_eq!(resolve("yes"), Plain::Bool(true));
        assert_eq!(resolve("off"), Plain::Bool(false));
        assert_eq!(resolve(""), Plain::Null);
    }

    #[test]
    fn quotes_and_tags_make_strings() {
        let scalar = |style, tag: Option<&str>| Scalar {
            text: "5".to_owned(),
            style,
            tag: tag.map(str::to_owned),
        };
        assert_eq!(scalar(Style::Plain, None).as_str(), None);
        assert_eq!(scalar(Style::Plain, Some("str")).as_str(), Some("5"));
        assert_eq!(scalar(Style::Quoted, None).as_str(), Some("5"));
        assert_eq!(scalar(Style::Quoted, Some("int")).as_str(), None);
    }
}
