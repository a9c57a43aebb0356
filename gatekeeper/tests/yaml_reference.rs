//! Tests that YAML is read and written as in Kubernetes and OPA.
//!
//! Without the oracle, the test replays `yaml/corpus.jsonl`, which holds recorded answers of the
//! oracle. If `FERREGO_ORACLE` names the program of `tests/oracle`, the test compares generated
//! texts as well. `FERREGO_YAML_TEXTS` sets their number (20,000 by default), and `FERREGO_CASES`
//! names a folder with further YAML files to mutate. `FERREGO_WRITE_CORPUS` rewrites the corpus.

#![cfg(feature = "documents")]
#![expect(
    clippy::expect_used,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::panic,
    reason = "a test"
)]

#[path = "yaml/generate.rs"]
mod generate;
#[path = "yaml/oracle.rs"]
mod oracle;
#[path = "yaml/readers.rs"]
mod readers;
#[path = "yaml/texts.rs"]
mod texts;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use generate::Generator;
use readers::{Answer, Question, Reader};
use serde_json::{Value, json};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/yaml/corpus.jsonl");

/// The number of questions per run of the oracle.
const BATCH: usize = 500;

#[test]
fn recorded_answers_hold() {
    let corpus = std::fs::read_to_string(CORPUS).expect("the corpus");
    let mut differences = Vec::new();
    for line in corpus.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let reader: Reader = serde_json::from_value::<String>(case["reader"].clone())
            .ok()
            .and_then(|name| Reader::of(&name))
            .expect("a reader");
        let text = case["text"].as_str().expect("a text").to_owned();
        let expected = match case.get("value") {
            Some(value) => Ok(value.clone()),
            None => Err(case["error"].as_str().unwrap_or_default().to_owned()),
        };
        compare(&Question { reader, text }, &expected, &mut differences);
    }
    assert!(corpus.lines().count() > 300);
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn generated_texts_read_as_in_the_oracle() {
    let Some(program) = std::env::var_os("FERREGO_ORACLE") else {
        // The test harness would capture output of `eprintln!`, so this writes to standard error
        // directly.
        let _ = writeln!(io::stderr(), "comparison with go-yaml left out: no FERREGO_ORACLE");
        return;
    };
    let count = std::env::var("FERREGO_YAML_TEXTS").ok().and_then(|count| count.parse().ok());
    let count: usize = count.unwrap_or(20_000);
    let mut seeds = generate::seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures"));
    if let Some(folder) = std::env::var_os("FERREGO_CASES") {
        let recorded = generate::seeds(Path::new(&folder));
        assert!(!recorded.is_empty(), "expected YAML in {}, found none", folder.display());
        seeds.extend(recorded);
    }
    let seed = std::env::var("FERREGO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut generator = Generator::new(seed, seeds);
    let mut differences = Vec::new();
    let mut accepted = 0;
    let mut asked = 0;
    while asked < count && differences.len() < 40 {
        let questions: Vec<Question> = (0..BATCH).map(|_| generator.question()).collect();
        let answers = oracle::ask(Path::new(&program), &questions);
        asked += questions.len();
        for (question, expected) in questions.iter().zip(&answers) {
            accepted += usize::from(expected.is_ok());
            compare(question, expected, &mut differences);
        }
    }
    println!("{asked} texts, {accepted} of them accepted, {} differences", differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn the_corpus_can_be_written() {
    let Some(program) = std::env::var_os("FERREGO_ORACLE") else { return };
    if std::env::var_os("FERREGO_WRITE_CORPUS").is_none() {
        return;
    }
    let mut questions = generate::handwritten();
    let mut generator = Generator::new(7, Vec::new());
    questions.extend((0..300).map(|_| generator.question()).filter(|one| one.text.len() < 300));
    let answers = oracle::ask(Path::new(&program), &questions);
    let mut lines = String::new();
    for (question, answer) in questions.iter().zip(&answers) {
        let mut case = json!({ "reader": question.reader.name(), "text": question.text });
        match answer {
            Ok(value) => case["value"] = value.clone(),
            Err(error) => case["error"] = json!(error),
        }
        let _ = writeln!(lines, "{case}");
    }
    std::fs::write(CORPUS, lines).expect("the corpus");
}

fn compare(question: &Question, expected: &Answer, differences: &mut Vec<String>) {
    let found = question.read();
    let agree = match (&found, expected) {
        (Ok(found), Ok(expected)) => {
            found == expected
                || (question.reader == Reader::Stream && nearly(found) == nearly(expected))
        }
        (Err(_), Err(_)) => true,
        (Err(error), Ok(_)) => question.reader.is_stricter(error),
        (Ok(_), Err(_)) => false,
    };
    if !agree {
        let Question { reader, text } = question;
        differences.push(format!("{reader:?} {text:?}\n found {found:?}\n expected {expected:?}"));
    }
}

/// Returns the value with numbers of 64 bits, as `gator` keeps them; ferrego keeps integers.
fn nearly(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(nearly).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), nearly(value))).collect()
        }
        other => other.clone(),
    }
}
