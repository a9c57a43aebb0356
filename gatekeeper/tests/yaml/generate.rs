//! Texts to compare: from a grammar that is nearly YAML's, and changed files.

use std::path::Path;

use serde_json::{Value, json};

use crate::readers::{Question, Reader};
use crate::texts::{PIECES, SCALARS};

pub(crate) struct Generator {
    state: u64,
    seeds: Vec<String>,
}

/// The texts of the YAML files below `folder` that are short enough to read many times.
pub(crate) fn seeds(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|name| name == "yaml" || name == "yml")
                && let Ok(text) = std::fs::read_to_string(&path)
                && text.len() < 4000
            {
                found.push(text);
            }
        }
    }
    found
}

/// One question for each scalar, reader and simple place of it.
pub(crate) fn handwritten() -> Vec<Question> {
    let mut questions = Vec::new();
    for scalar in SCALARS {
        for (reader, text) in [
            (Reader::Document, format!("k: {scalar}\n")),
            (Reader::Unmarshal, format!("- {scalar}\n")),
            (Reader::Stream, format!("k: {scalar}\n---\nl:\n- {scalar}\n")),
        ] {
            questions.push(Question { reader, text });
        }
        let text = json!([scalar, { *scalar: { "b": [] } }]).to_string();
        questions.push(Question { reader: Reader::Marshal, text });
    }
    questions
}

impl Generator {
    pub(crate) fn new(seed: u64, seeds: Vec<String>) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, seeds }
    }

    pub(crate) fn question(&mut self) -> Question {
        let reader = Reader::ALL[self.below(Reader::ALL.len())];
        let text = match reader {
            Reader::Marshal => self.json(0).to_string(),
            _ => self.text(),
        };
        // `go-yaml` drops characters behind a second byte order mark; ferrego refuses it.
        let text = text.trim_start_matches('\u{feff}').to_owned();
        // A document that begins with `---` lines is a question of the stream.
        let has_marker = text.lines().any(|line| line.starts_with("---"));
        let is_json = text.trim_start().starts_with('{');
        let reader = match reader {
            Reader::Document if has_marker => Reader::Unmarshal,
            // Streams that begin with a brace are JSON, which is not read here.
            Reader::Stream if is_json => Reader::Unmarshal,
            other => other,
        };
        Question { reader, text }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).expect("small");
        usize::try_from((self.next() >> 11) % bound).expect("small")
    }

    fn one_of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }

    fn text(&mut self) -> String {
        let mut text = match self.below(10) {
            0..4 if !self.seeds.is_empty() => {
                let index = self.below(self.seeds.len());
                self.part_of(index)
            }
            0..8 => self.block(0, 0),
            8 => (0..self.below(12)).map(|_| self.one_of(PIECES)).collect(),
            _ => (0..self.below(8))
                .map(|_| format!("{}{}", self.one_of(PIECES), self.one_of(SCALARS)))
                .collect(),
        };
        for _ in 0..self.below(4) {
            self.change(&mut text);
        }
        if self.below(20) == 0 {
            text = text.replace('\n', self.one_of(&["\r", "\r\n", "\u{85}"]));
        }
        text
    }

    /// Some lines of a file.
    fn part_of(&mut self, index: usize) -> String {
        let lines: Vec<String> = self.seeds[index].lines().map(str::to_owned).collect();
        let start = if self.below(2) == 0 { 0 } else { self.below(lines.len()) };
        let count = 1 + self.below(30);
        lines[start.min(lines.len())..].iter().take(count).map(|line| format!("{line}\n")).collect()
    }

    fn change(&mut self, text: &mut String) {
        let at = text.floor_char_boundary(self.below(text.len() + 1));
        match self.below(4) {
            0 => {
                let end = text.ceil_char_boundary((at + 1 + self.below(3)).min(text.len()));
                text.replace_range(at..end, "");
            }
            1 => {
                let piece = self.one_of(SCALARS);
                text.insert_str(at, piece);
            }
            2 if !text.is_empty() => {
                let end = text.ceil_char_boundary((at + self.below(20)).min(text.len()));
                let copy = text[at..end].to_owned();
                let to = text.floor_char_boundary(self.below(text.len()));
                text.insert_str(to, &copy);
            }
            _ => {
                let piece = self.one_of(PIECES);
                text.insert_str(at, piece);
            }
        }
    }

    /// A block of YAML whose lines are indented.
    fn block(&mut self, indent: usize, depth: usize) -> String {
        let space = " ".repeat(indent);
        let mut text = String::new();
        let kind = self.below(5);
        for index in 0..=self.below(3) {
            let properties = match self.below(12) {
                0 => "&a ",
                1 => "!!map ",
                2 => "&b\n",
                _ => "",
            };
            let value = if depth < 3 && self.below(3) == 0 {
                let step = self.below(4);
                format!("{properties}\n{}", self.block(indent + step, depth + 1))
            } else {
                let scalar = self.one_of(SCALARS);
                format!("{scalar}\n")
            };
            let comment = if self.below(8) == 0 { format!("{space}# c\n") } else { String::new() };
            text += &comment;
            text += &match kind {
                0 => format!("{space}- {value}"),
                1 => format!("{space}? {value}{space}: {}\n", self.one_of(SCALARS)),
                2 if depth == 0 && index == 0 => value,
                _ => {
                    let names = ["a", "b", "c", "'d'", "\"e\"", "1", "<<", "f g"];
                    let name = if self.below(6) == 0 {
                        self.one_of(SCALARS).to_owned()
                    } else {
                        format!("{}{index}", self.one_of(&names[..5]).trim_matches(['\'', '"']))
                    };
                    format!("{space}{name}: {value}")
                }
            };
        }
        text
    }

    fn json(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => {
                let numbers = [
                    "0",
                    "-0",
                    "1",
                    "-1",
                    "1.5",
                    "1e3",
                    "1000000",
                    "1e21",
                    "1e-7",
                    "0.1",
                    "-0.0",
                    "123456789012345678901",
                    "18446744073709551615",
                    "1e308",
                    "3.0",
                ];
                serde_json::from_str(self.one_of(&numbers)).unwrap_or(Value::Null)
            }
            3..6 => json!(self.string()),
            6 => (0..self.below(4)).map(|_| self.json(depth + 1)).collect(),
            _ => {
                let pairs = 0..self.below(4);
                Value::Object(pairs.map(|_| (self.key(), self.json(depth + 1))).collect())
            }
        }
    }

    /// A key without long numbers, between which `go-yaml`'s order is not transitive.
    fn key(&mut self) -> String {
        let key = self.string();
        let digits = key.bytes().filter(u8::is_ascii_digit).count();
        if digits > 15 { "k".to_owned() } else { key }
    }

    fn string(&mut self) -> String {
        let mut text = self.one_of(SCALARS).to_owned();
        for _ in 0..self.below(3) {
            match self.below(5) {
                0 => text += &"word ".repeat(self.below(30)),
                1 => text.push('\n'),
                2 => text.insert(0, ' '),
                3 => text += self.one_of(SCALARS),
                _ => text += self.one_of(PIECES),
            }
        }
        text
    }
}
