//! The oracle's answers.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::readers::{Answer, Question, Reader};

/// Runs `program` and returns its answers to all questions.
pub(crate) fn ask(program: &Path, questions: &[Question]) -> Vec<Answer> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle starts");
    let mut input = child.stdin.take().expect("a pipe");
    let lines: String = questions.iter().map(|question| format!("{}\n", line(question))).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()).expect("it reads"));
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let answers = output.lines().zip(questions).map(|(line, question)| {
        let answer: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        assert!(answer.get("fault").is_none(), "{question:?}: {answer}");
        parse(question.reader, &answer)
    });
    let answers: Vec<Answer> = answers.collect();
    writer.join().expect("the questions are written");
    child.wait().expect("the oracle ends");
    assert_eq!(answers.len(), questions.len());
    answers
}

fn line(Question { reader, text }: &Question) -> Value {
    // Files are read line by line, and the last line ends with a line break.
    let end = if *reader == Reader::Document && !text.ends_with('\n') { "\n" } else { "" };
    let bytes = BASE64.encode(format!("{text}{end}").as_bytes());
    match reader {
        Reader::Document => json!({ "op": "yaml", "bytes": bytes, "reader": "document" }),
        Reader::Stream => json!({ "op": "yaml", "bytes": bytes, "reader": "stream" }),
        Reader::Unmarshal | Reader::IsValid => {
            let call = json!({ "builtin": reader.name(), "operands": [operand(&json!(text).to_string())] });
            json!({ "op": "call", "calls": [call] })
        }
        Reader::Marshal => {
            let call = json!({ "builtin": reader.name(), "operands": [operand(text)] });
            json!({ "op": "call", "calls": [call] })
        }
    }
}

/// Converts a JSON text to a Rego term, in which byte order marks are escaped.
fn operand(json: &str) -> String {
    json.replace('\u{feff}', "\\ufeff")
}

fn parse(reader: Reader, answer: &Value) -> Answer {
    if let Reader::Document | Reader::Stream = reader {
        if let Some(error) = answer["error"].as_str() {
            return Err(error.to_owned());
        }
        let documents = answer["documents"].as_array().cloned().unwrap_or_default();
        return Ok(match reader {
            Reader::Document => documents.into_iter().next().unwrap_or(Value::Null),
            _ => Value::Array(documents),
        });
    }
    let answer = &answer["answers"][0];
    match answer["typed"].as_str() {
        Some(term) => {
            let text = as_json(term);
            Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}")))
        }
        None => Err(answer["error"].as_str().unwrap_or("undefined").to_owned()),
    }
}

/// Converts a Rego term to JSON. Rego's strings have further escapes.
fn as_json(term: &str) -> String {
    let mut text = String::new();
    let mut characters = term.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        let digits = |count: usize, characters: &mut std::str::Chars<'_>| {
            let digits: String = characters.by_ref().take(count).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).expect("digits")).expect("a character")
        };
        let escaped = match characters.next() {
            Some('a') => '\u{7}',
            Some('v') => '\u{b}',
            Some('x') => digits(2, &mut characters),
            Some('U') => digits(8, &mut characters),
            other => {
                text.push('\\');
                text.extend(other);
                continue;
            }
        };
        let quoted = json!(escaped.to_string()).to_string();
        text.push_str(quoted.trim_matches('"'));
    }
    text
}
