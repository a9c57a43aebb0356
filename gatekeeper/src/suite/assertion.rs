//! The assertions of a case about the violations of its object (`pkg/gator/verify/assertion.go`).

use ferrego_runtime::Value;
use ferrego_runtime::builtins::regex::Pattern;

use super::fields::Fields;
use crate::fault::{Fault, FieldPath};

/// An assertion about the number of violations.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The number of violations that the assertion expects.
    pub expected: Expected,
    /// The pattern of the messages that count; if it is `None`, all messages count.
    message: Option<(String, Pattern)>,
    /// The path of the assertion in the suite's document.
    pub place: FieldPath,
}

/// An expected number of violations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// At least one: `yes`, or no value.
    Some,
    /// None: `no`.
    None,
    /// Exactly this number.
    Exactly(usize),
}

const WANTED: &str = "if set, must be a nonnegative integer, \"yes\", or \"no\"";

impl Assertion {
    /// Reads an item of `assertions`.
    pub(super) fn read(value: Value<'_>, place: FieldPath) -> (Option<Self>, Vec<Fault>) {
        let mut fields = Fields::new(value, place);
        let expected = match fields.get("violations") {
            None => Some(Expected::Some),
            Some(value) => Expected::read(&value),
        };
        if expected.is_none() {
            let path = fields.path().key("violations");
            fields.fault(path, WANTED);
        }
        let message = fields.text("message").map(|text| (Pattern::new(&text), text));
        let message = match message {
            Some((Ok(pattern), text)) => Some((text, pattern)),
            Some((Err(error), _)) => {
                let path = fields.path().key("message");
                fields.fault(path, format!("message contains invalid regular expression: {error}"));
                None
            }
            None => None,
        };
        fields.warn_of_unknown();
        let place = fields.path().clone();
        let assertion = expected.map(|expected| Self { expected, message, place });
        (assertion, fields.faults)
    }

    /// Checks the messages of the violations. Returns Gatekeeper's error message if the assertion
    /// does not hold.
    pub fn check(&self, messages: &[&str]) -> Option<String> {
        let matches = |text: &&&str| match &self.message {
            Some((_, pattern)) => pattern.is_match(text),
            None => true,
        };
        let count = messages.iter().filter(matches).count();
        let want = match self.expected {
            Expected::Some if count == 0 => "at least 1".to_owned(),
            Expected::None if count > 0 => "none".to_owned(),
            Expected::Exactly(want) if want != count => format!("exactly {want}"),
            _ => return None,
        };
        let containing = match &self.message {
            Some((source, _)) => format!(" containing {source:?}"),
            None => String::new(),
        };
        let messages = messages.iter().map(|message| format!("{message:?}"));
        let messages = messages.collect::<Vec<_>>().join(", ");
        Some(format!(
            "unexpected number of violations: got {count} violations{containing} but want {want}: \
             got messages [{messages}]"
        ))
    }
}

impl Expected {
    /// Reads the value of `violations`. As in gator, it is an `int32`, `yes` or `no`. Since gator
    /// reads `on` as another string, and a boolean is an error, both are rejected.
    fn read(value: &Value<'_>) -> Option<Self> {
        const MOST: usize = i32::MAX as usize;
        match value {
            Value::String("yes") => Some(Self::Some),
            Value::String("no") => Some(Self::None),
            Value::Number(_) => value.as_index().filter(|most| *most <= MOST).map(Self::Exactly),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::{Arena, json};

    use super::*;

    fn check(assertion: &str, messages: &[&str]) -> Result<(), String> {
        let arena = Arena::new();
        let value = json::parse(&arena, assertion.as_bytes()).expect("JSON");
        let (assertion, faults) = Assertion::read(value, FieldPath::default());
        match (assertion, faults.first()) {
            (_, Some(fault)) => Err(fault.to_string()),
            (Some(assertion), None) => assertion.check(messages).map_or(Ok(()), Err),
            (None, None) => Err("neither assertion nor fault".to_owned()),
        }
    }

    #[test]
    fn violations_are_counted_as_gator_does() {
        let two = ["no é here", "no b here"];
        for (assertion, messages, holds) in [
            ("{}", &two[..], true),
            ("{}", &[], false),
            (r#"{"violations": "yes"}"#, &two, true),
            (r#"{"violations": "no"}"#, &[], true),
            (r#"{"Violations": "no"}"#, &two, false),
            (r#"{"violations": 2}"#, &two, true),
            (r#"{"violations": 0}"#, &[], true),
            (r#"{"violations": 1, "message": "\\sb\\b"}"#, &two, true),
            (r#"{"violations": 1, "message": "no \\w here"}"#, &two, true),
            (r#"{"violations": "no", "message": "^b"}"#, &two, true),
            (r#"{"message": "here$"}"#, &two, true),
            (r#"{"violations": null, "message": "x"}"#, &two, false),
        ] {
            assert_eq!(check(assertion, messages).is_ok(), holds, "{assertion}");
        }
    }

    #[test]
    fn what_does_not_hold_is_told_in_gators_words() {
        let told = |assertion, messages: &[&str]| check(assertion, messages).expect_err("a fault");
        let expected = "unexpected number of violations: got 1 violations but want exactly 3: got \
                        messages [\"a\"]";
        assert_eq!(told(r#"{"violations": 3}"#, &["a"]), expected);
        let expected = "unexpected number of violations: got 0 violations containing \"x\" but want \
                        at least 1: got messages []";
        assert_eq!(told(r#"{"message": "x"}"#, &[]), expected);
    }

    #[test]
    fn other_values_are_faults() {
        for assertion in [
            r#"{"violations": -1}"#,
            r#"{"violations": 1.5}"#,
            r#"{"violations": "3"}"#,
            r#"{"violations": "Yes"}"#,
            r#"{"violations": "on"}"#,
            r#"{"violations": true}"#,
            r#"{"violations": 2147483648}"#,
            r#"{"violations": []}"#,
            r#"{"message": 5}"#,
            r#"{"message": "(?=x)"}"#,
            r#"{"mesage": "x"}"#,
            "7",
        ] {
            let fault = check(assertion, &["x"]).expect_err("a fault");
            assert!(fault.starts_with("invalid suite"), "{assertion}: {fault}");
        }
    }
}
