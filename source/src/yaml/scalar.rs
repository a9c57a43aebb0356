//! The types of scalars.

use std::sync::Arc;

use ferrego_runtime::builtins::yaml::syntax::ScalarStyle;
use ferrego_runtime::builtins::yaml::{self, YamlError};

/// The rules by which plain scalars are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// The rules of `kubectl` and the API server, which follow YAML 1.1: `yes` is a boolean
    /// (`go-yaml` 2).
    #[default]
    Kubernetes,
    /// The rules of `gator verify` for all files that a suite names: `yes`, `on`, `y` and the like
    /// are strings (`go-yaml` 3).
    Gator,
}

/// A scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text, escapes and folding resolved.
    pub text: Arc<str>,
    /// The style in which it is written.
    pub style: Style,
    /// The tag, if one is written: `tag:yaml.org,2002:str` for `!!str`.
    pub tag: Option<Arc<str>>,
}

/// The style in which a scalar is written.
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

/// The type of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// The empty text, `~` or `null`.
    Null,
    /// `true`, `false` and the further names of YAML 1.1.
    Bool(bool),
    /// An integer or a float in any of YAML's forms.
    Number,
    /// Any other text.
    String,
}

impl Style {
    pub(super) fn of(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::Plain => Self::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Self::Quoted,
            ScalarStyle::Literal => Self::Literal,
            ScalarStyle::Folded => Self::Folded,
        }
    }
}

impl Scalar {
    /// Returns the text, if the scalar is a string.
    pub fn as_str(&self) -> Option<&str> {
        let is_quoted = self.style != Style::Plain && self.tag.is_none();
        (is_quoted || self.plain() == Plain::String).then_some(&*self.text)
    }

    /// Returns the scalar as `dialect` reads it.
    ///
    /// # Errors
    /// Returns an error if the scalar's tag does not allow the text.
    pub(super) fn resolve(&self, dialect: Dialect) -> Result<yaml::Scalar<'_>, YamlError> {
        let style = match self.style {
            Style::Plain => ScalarStyle::Plain,
            Style::Quoted => ScalarStyle::DoubleQuoted,
            Style::Literal => ScalarStyle::Literal,
            Style::Folded => ScalarStyle::Folded,
        };
        let schema = match dialect {
            Dialect::Kubernetes => yaml::Schema::Kubernetes,
            Dialect::Gator => yaml::Schema::Gator,
        };
        yaml::resolve(&self.text, style, self.tag.as_deref(), schema)
    }

    /// Returns the scalar's type. The tag decides it. Without a tag, a scalar that is not plain is
    /// a string, and the text decides the type of a plain one.
    pub fn plain(&self) -> Plain {
        match self.resolve(Dialect::Kubernetes) {
            Ok(yaml::Scalar::Null) => Plain::Null,
            Ok(yaml::Scalar::Bool(truth)) => Plain::Bool(truth),
            Ok(yaml::Scalar::Int(_) | yaml::Scalar::Unsigned(_) | yaml::Scalar::Float(_)) => {
                Plain::Number
            }
            Ok(yaml::Scalar::Text(_) | yaml::Scalar::Timestamp(_)) | Err(_) => Plain::String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Plain {
        Scalar { text: text.into(), style: Style::Plain, tag: None }.plain()
    }

    #[test]
    fn plain_scalars_have_their_yaml_1_1_type() {
        let numbers = ["0", "-1", "+12", "1_000", "0x1F", "0b1", "0o7", "1.5", "1.", ".5", "1e3"];
        for text in numbers.into_iter().chain(["1.5E-7", ".inf", "-.Inf", ".nan"]) {
            assert_eq!(plain(text), Plain::Number, "{text}");
        }
        for text in
            ["v1", ".", "-", "1.2.3", "0x", "1e", "e3", "_1", "1-2", "yEs", "nil", "..", "é"]
        {
            assert_eq!(plain(text), Plain::String, "{text}");
        }
        assert_eq!(plain("yes"), Plain::Bool(true));
        assert_eq!(plain("off"), Plain::Bool(false));
        assert_eq!(plain(""), Plain::Null);
    }

    #[test]
    fn quotes_and_tags_make_strings() {
        let scalar = |style, tag: Option<&str>| Scalar {
            text: "5".into(),
            style,
            tag: tag.map(|tag| format!("tag:yaml.org,2002:{tag}").into()),
        };
        assert_eq!(scalar(Style::Plain, None).as_str(), None);
        assert_eq!(scalar(Style::Plain, Some("str")).as_str(), Some("5"));
        assert_eq!(scalar(Style::Quoted, None).as_str(), Some("5"));
        assert_eq!(scalar(Style::Quoted, Some("int")).as_str(), None);
    }
}
