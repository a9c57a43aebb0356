//! ferrego's answers.

use ferrego_compiler::yaml;
use ferrego_runtime::builtins::yaml as builtins;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env, json};
use serde_json::Value;

/// A value, or an error message.
pub(crate) type Answer = Result<Value, String>;

/// A reader or writer of YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// `sigs.k8s.io/yaml` on a text with one document.
    Document,
    /// The reader of `gator`, which splits documents at lines of `---`.
    Stream,
    /// The builtin `yaml.unmarshal`.
    Unmarshal,
    /// The builtin `yaml.is_valid`.
    IsValid,
    /// The builtin `yaml.marshal`, on a JSON text.
    Marshal,
}

#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) reader: Reader,
    pub(crate) text: String,
}

impl Reader {
    pub(crate) const ALL: [Self; 5] =
        [Self::Document, Self::Stream, Self::Unmarshal, Self::IsValid, Self::Marshal];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Stream => "stream",
            Self::Unmarshal => "yaml.unmarshal",
            Self::IsValid => "yaml.is_valid",
            Self::Marshal => "yaml.marshal",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reader| reader.name() == name)
    }

    /// Returns `true` for errors about mistakes that Kubernetes ignores.
    pub(crate) fn is_stricter(self, error: &str) -> bool {
        let of_files = [
            "duplicate key",
            "expected one document",
            "found a second byte order mark",
            // ferrego rejects them anywhere, while Kubernetes stops reading after the first
            // document.
            "control characters are not allowed",
        ];
        match self {
            Self::Document | Self::Stream => of_files.iter().any(|part| error.contains(part)),
            Self::Unmarshal | Self::IsValid | Self::Marshal => error.contains("byte order mark"),
        }
    }
}

impl Question {
    pub(crate) fn read(&self) -> Answer {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let text = ferrego_runtime::Value::String(arena.string(&self.text));
        let called = match self.reader {
            Reader::Document | Reader::Stream => return self.read_files(&arena),
            Reader::Unmarshal => builtins::unmarshal(&env, &[text]),
            Reader::IsValid => builtins::is_valid(&env, &[text]),
            Reader::Marshal => {
                let value = json::parse(&arena, self.text.as_bytes()).expect("JSON");
                builtins::marshal(&env, &[value])
            }
        };
        match called {
            Ok(Some(value)) => Ok(as_json(&value)),
            Ok(None) => Err("undefined".to_owned()),
            Err(error) => Err(format!("{error:?}")),
        }
    }

    fn read_files(&self, arena: &Arena) -> Answer {
        let nodes = yaml::load(&self.text).map_err(|fault| fault.message)?;
        let mut documents = Vec::new();
        for node in &nodes {
            documents.push(as_json(&node.value(arena).map_err(|fault| fault.message)?));
        }
        if self.reader == Reader::Document {
            return Ok(documents.into_iter().next().unwrap_or(Value::Null));
        }
        if documents.iter().any(|document| !document.is_object()) {
            return Err("not an object".to_owned());
        }
        documents.retain(|document| document.as_object().is_some_and(|object| !object.is_empty()));
        Ok(Value::Array(documents))
    }
}

fn as_json(value: &ferrego_runtime::Value<'_>) -> Value {
    serde_json::from_str(&json::to_string(value, json::Escape::Plain)).expect("JSON")
}
