//! Patterns that are literals of a compiled policy, which translates them at compile time and holds
//! them in statics.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::functions;
use super::pattern::{Own, Pattern};
use super::pattern_error::PatternError;
use super::texts::Texts;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::Value;

/// A pattern in the syntax of the `regex` crate. All threads share the program, which is compiled
/// at its first use. Each thread has its own scratch space.
#[derive(Debug)]
pub struct Regex {
    pattern: &'static str,
    names: &'static [&'static str],
    shared: OnceLock<Result<Shared, PatternError>>,
}

#[derive(Debug)]
struct Shared {
    pattern: Pattern,
    /// The index of the pattern in the lists of the threads.
    place: usize,
}

/// The index for the next pattern.
static NEXT_PLACE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static OWN: RefCell<Vec<Option<Rc<Own>>>> = const { RefCell::new(Vec::new()) };
}

impl Regex {
    /// Creates a pattern from its translation and the names of its groups from 1 on. The name of a
    /// group without a name is empty.
    pub const fn new(pattern: &'static str, names: &'static [&'static str]) -> Self {
        Self { pattern, names, shared: OnceLock::new() }
    }

    fn shared<'a>(&self, env: &Env<'a>) -> Result<&Shared, BuiltinError<'a>> {
        let shared = self.shared.get_or_init(|| self.compile()).as_ref();
        shared.map_err(|error| error.in_call(env))
    }

    /// Returns this thread's copy of the pattern.
    fn own<'a>(&self, env: &Env<'a>) -> Result<Rc<Own>, BuiltinError<'a>> {
        let shared = self.shared(env)?;
        Ok(OWN.with_borrow_mut(|own| {
            if own.len() <= shared.place {
                own.resize(shared.place + 1, None);
            }
            let made = || Rc::new(Own::new(shared.pattern.clone()));
            match own.get_mut(shared.place) {
                Some(kept) => Rc::clone(kept.get_or_insert_with(made)),
                None => made(),
            }
        }))
    }

    #[cold]
    fn compile(&self) -> Result<Shared, PatternError> {
        let names = self.names.iter().map(|&name| name.into()).collect();
        let pattern = Pattern::translated(self.pattern, names)?;
        Ok(Shared { pattern, place: NEXT_PLACE.fetch_add(1, Ordering::Relaxed) })
    }
}

/// A pattern that can be tested for a match.
pub trait Matcher {
    /// Tests for a match anywhere in `text` without scratch space. Returns `None` if that is not
    /// possible.
    fn told(&self, text: &str) -> Option<bool>;

    /// Returns `true` if the pattern matches anywhere in `text`.
    fn is_match<'a>(&self, env: &Env<'a>, text: &str) -> Result<bool, BuiltinError<'a>>;
}

impl Matcher for Regex {
    #[inline]
    fn told(&self, text: &str) -> Option<bool> {
        self.shared.get()?.as_ref().ok()?.pattern.told(text)
    }

    fn is_match<'a>(&self, env: &Env<'a>, text: &str) -> Result<bool, BuiltinError<'a>> {
        match self.shared(env)?.pattern.told(text) {
            Some(told) => Ok(told),
            None => Ok(self.own(env)?.is_match(text)),
        }
    }
}

impl Matcher for Texts {
    #[inline]
    fn told(&self, text: &str) -> Option<bool> {
        Some(self.matches(text))
    }

    fn is_match<'a>(&self, _: &Env<'a>, text: &str) -> Result<bool, BuiltinError<'a>> {
        Ok(self.matches(text))
    }
}

/// Implements `regex.match(pattern, text)`, `re_match` and `regex.template_match`.
pub fn matches<'a>(env: &Env<'a>, regex: &impl Matcher, text: Value<'a>) -> BuiltinResult<'a> {
    let text = string(env, 2, text)?;
    Ok(Some(Value::Bool(regex.is_match(env, text)?)))
}

/// Implements `regex.split(pattern, text)`.
pub fn split<'a>(env: &Env<'a>, regex: &Regex, text: Value<'a>) -> BuiltinResult<'a> {
    let text = string(env, 2, text)?;
    Ok(Some(functions::parts(env, &*regex.own(env)?, text)))
}

/// Implements `regex.find_n(pattern, text, count)`.
pub fn find_n<'a>(
    env: &Env<'a>,
    regex: &Regex,
    text: Value<'a>,
    count: Value<'a>,
) -> BuiltinResult<'a> {
    let (text, count) = text_and_count(env, text, count)?;
    Ok(Some(functions::found(env, &*regex.own(env)?, text, count)))
}

/// Implements `regex.find_all_string_submatch_n(pattern, text, count)`.
pub fn find_all_string_submatch_n<'a>(
    env: &Env<'a>,
    regex: &Regex,
    text: Value<'a>,
    count: Value<'a>,
) -> BuiltinResult<'a> {
    let (text, count) = text_and_count(env, text, count)?;
    Ok(Some(functions::found_groups(env, &*regex.own(env)?, text, count)))
}

/// Implements `regex.replace(text, pattern, template)`.
pub fn replace<'a>(
    env: &Env<'a>,
    regex: &Regex,
    text: Value<'a>,
    template: Value<'a>,
) -> BuiltinResult<'a> {
    let text = string(env, 1, text)?;
    let template = string(env, 3, template)?;
    Ok(Some(functions::replaced(env, &*regex.own(env)?, text, template)))
}

fn text_and_count<'a>(
    env: &Env<'a>,
    text: Value<'a>,
    count: Value<'a>,
) -> Result<(&'a str, usize), BuiltinError<'a>> {
    let operands = [Value::Null, text, count];
    Ok((string(env, 2, text)?, functions::count(env, &operands)?))
}

/// Returns the string operand whose position in Rego is `position`.
fn string<'a>(
    env: &Env<'a>,
    position: usize,
    value: Value<'a>,
) -> Result<&'a str, BuiltinError<'a>> {
    value.as_str().ok_or_else(|| env.operand(position, "string", &value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    static WORDS: Regex = Regex::new("([a-z]+)=([0-9]+)", &["k", ""]);
    static BROKEN: Regex = Regex::new("(", &[]);
    static START: Texts = Texts::start(&["ab", "b"]);

    fn outcome(result: BuiltinResult<'_>) -> String {
        match result {
            Ok(value) => value.map(|value| value.to_string()).unwrap_or_default(),
            Err(error) => error.message.to_owned(),
        }
    }

    fn check() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let (text, all) = (Value::String("a=1 bc=23"), Value::int(-1));
        assert_eq!(outcome(matches(&env, &WORDS, text)), "true");
        assert_eq!(outcome(matches(&env, &START, text)), "false");
        assert_eq!(outcome(split(&env, &WORDS, text)), r#"["", " ", ""]"#);
        assert_eq!(outcome(find_n(&env, &WORDS, text, Value::int(1))), r#"["a=1"]"#);
        let groups = r#"[["a=1", "a", "1"], ["bc=23", "bc", "23"]]"#;
        assert_eq!(outcome(find_all_string_submatch_n(&env, &WORDS, text, all)), groups);
        let replaced = replace(&env, &WORDS, text, Value::String("$2=$k"));
        assert_eq!(outcome(replaced), r#""1=a 23=bc""#);
    }

    #[test]
    fn functions_answer_as_with_a_pattern_at_run_time() {
        check();
        check();
        std::thread::spawn(check).join().expect("no panic");
    }

    #[test]
    fn groups_are_counted_without_names() {
        static UNNAMED: Regex = Regex::new("(a)(b)?", &[]);
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let groups = find_all_string_submatch_n(&env, &UNNAMED, Value::String("a"), Value::int(-1));
        assert_eq!(outcome(groups), r#"[["a", "a", ""]]"#);
    }

    #[test]
    fn errors_count_operands_as_rego_does() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let (null, text) = (Value::Null, Value::String("a"));
        let second = "operand 2 must be string but got null";
        assert_eq!(outcome(matches(&env, &WORDS, null)), second);
        assert_eq!(outcome(find_n(&env, &WORDS, null, null)), second);
        let count = "operand 3 must be number but got null";
        assert_eq!(outcome(find_n(&env, &WORDS, text, null)), count);
        let template = "operand 3 must be string but got null";
        assert_eq!(outcome(replace(&env, &WORDS, text, null)), template);
        let first = "operand 1 must be string but got null";
        assert_eq!(outcome(replace(&env, &WORDS, null, text)), first);
        let broken = "expected a smaller regular expression, found `(…`";
        assert_eq!(outcome(matches(&env, &BROKEN, text)), broken);
    }
}
