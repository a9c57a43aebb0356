//! A cache per evaluation of patterns that come at run time, keyed by the address of their text.

use std::rc::Rc;

use super::evaluation_cache::{Entry, EvaluationCache, PLACES};
use super::machine::Needs;
use super::pattern::{self, Own};
use crate::codegen_support::members;
use crate::codegen_support::memo::identity;
use crate::env::Env;
use crate::value::Value;

/// Returns `Some(true)` if `pattern` matches anywhere in `text`, or `None` if the pattern is
/// invalid.
pub(crate) fn is_match<'a>(env: &Env<'a>, pattern: &'a str, text: &str) -> Option<bool> {
    let Some(entry) = env.patterns().and_then(|known| known.find(pattern)) else {
        return first_match(env, pattern, text);
    };
    // Few texts pass this test.
    if entry.needs.refuse(text.as_bytes()) {
        return Some(false);
    }
    let told = pattern::kept(entry.handle, |pattern| pattern.is_match(text));
    told.or_else(|| first_match(env, pattern, text))
}

/// Returns `true` if one of a collection's members may be a pattern that matches in `text`. Returns
/// `false` only if each member is a valid pattern, none matches, and the evaluation is not strict.
#[inline]
pub(crate) fn may_match<'a>(env: &Env<'a>, patterns: &Value<'a>, text: &str) -> bool {
    match env.patterns().and_then(|known| known.together.get()) {
        Some((own, needs)) if own == identity(patterns) => !needs.refuse_at_once(text.as_bytes()),
        _ => first_may_match(env, patterns, text),
    }
}

/// Implements [`may_match`] for a collection that is not the last requested one.
#[cold]
fn first_may_match<'a>(env: &Env<'a>, patterns: &Value<'a>, text: &str) -> bool {
    // The cache holds no more patterns, and a loop over so many may end early.
    let are_few = patterns.len().is_some_and(|count| count <= PLACES);
    if env.strict || !are_few {
        return true;
    }
    let all = members(Some(*patterns)).map(|(_, member)| {
        let found = member.as_str().and_then(|source| met(env, source));
        found.map_or(Needs::NONE, |pattern| pattern.needs())
    });
    let needs = env.arena.place(all.reduce(Needs::or).unwrap_or(Needs::NONE));
    known(env).together.set(Some((identity(patterns), needs)));
    !needs.refuse_at_once(text.as_bytes())
}

/// Implements [`is_match`] for a pattern that is not cached, using its text.
#[cold]
fn first_match<'a>(env: &Env<'a>, source: &'a str, text: &str) -> Option<bool> {
    met(env, source).map(|pattern| pattern.is_match(text))
}

/// Compiles a pattern and caches it. Returns `None` if the pattern is invalid.
fn met<'a>(env: &Env<'a>, source: &'a str) -> Option<Rc<Own>> {
    let (handle, pattern) = pattern::found(source).ok()?;
    known(env).keep(source, || env.arena.place(Entry { needs: pattern.needs(), handle }));
    Some(pattern)
}

/// Returns the cache of the evaluation.
fn known<'a>(env: &Env<'a>) -> &'a EvaluationCache<'a> {
    env.patterns().unwrap_or_else(|| env.know(EvaluationCache::default()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    proptest! {
        #[test]
        fn patterns_that_are_known_answer_as_those_that_are_not(
            patterns in prop::collection::vec("[ab]{0,3}|\\^a+b?\\$|(?i:[ab]){1,2}|\\(", 1..12),
            texts in prop::collection::vec("[abAB]{0,4}|b{7,12}A|b{250,260}a", 1..6),
        ) {
            let arena = Arena::new();
            let (env, other) = (Env::new(&arena, &NoHost), Env::new(&arena, &NoHost));
            for text in texts.iter().chain(&texts) {
                for pattern in &patterns {
                    let operands = [pattern, text].map(|text| Value::String(text));
                    let expected = super::super::matches(&other, &operands).ok().flatten();
                    let told = is_match(&env, pattern, text);
                    prop_assert_eq!(told.map(Value::Bool), expected, "{} {}", pattern, text);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_is_said_only_where_no_pattern_matches(
            lists in prop::collection::vec(
                prop::collection::vec("[ab]{1,3}|\\^a+b?\\$|\\^[bc]{2,}|\\(|", 0..10), 1..4,
            ),
            texts in prop::collection::vec("[abc]{0,4}", 1..6), strict: bool,
        ) {
            let arena = Arena::new();
            let mut env = Env::new(&arena, &NoHost);
            env.strict = strict;
            let lists: Vec<Value<'_>> = lists.iter().map(|list| {
                Value::Array(arena.slice_with(list.len(), |index| Value::String(&list[index])))
            }).collect();
            for (text, list) in texts.iter().flat_map(|text| lists.iter().map(move |l| (text, l))) {
                if may_match(&env, list, text) {
                    continue;
                }
                prop_assert!(!strict);
                for (_, pattern) in members(Some(*list)) {
                    let told = super::super::matches(&env, &[pattern, Value::String(text)]);
                    prop_assert_eq!(told.ok().flatten(), Some(Value::Bool(false)));
                }
            }
        }
    }

    #[test]
    fn what_is_no_pattern_may_match() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let long = Value::String("^[a-z]{9}$");
        for (members, expected) in
            [(&[long][..], false), (&[long, Value::Null], true), (&[long; 9], true)]
        {
            let patterns = Value::Array(arena.slice(members));
            for _ in 0..2 {
                assert_eq!(may_match(&env, &patterns, "short"), expected, "{patterns}");
            }
        }
        assert!(may_match(&env, &long, "short"));
    }

    #[test]
    fn patterns_that_are_no_longer_kept_are_made_again() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let patterns: Vec<_> = (0..300).map(|number| format!("^[a-z]?{number}$")).collect();
        for text in ["7", "x8", "x"] {
            for (number, pattern) in patterns.iter().enumerate() {
                let expected = text.trim_start_matches('x') == number.to_string();
                assert_eq!(is_match(&env, pattern, text), Some(expected), "{pattern} {text}");
            }
        }
    }
}
