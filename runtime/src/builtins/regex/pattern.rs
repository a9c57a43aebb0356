//! Compiled patterns.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex::{Captures, Regex, RegexBuilder};

use super::translate::{PatternError, translate};

/// A pattern of Go's syntax, ready to match. Programs that match a literal pattern often keep it.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// Names of the groups from 1; empty where there is none.
    names: Box<[Box<str>]>,
}

/// What the engine may take for one program. Go allows more than the crate does by default.
const SIZE_LIMIT: usize = 256 << 20;

impl Pattern {
    /// Compiles `source`, which Go's `regexp.Compile` must accept.
    ///
    /// # Errors
    ///
    /// Go's errors, and `expression too large` for what the engine cannot hold.
    pub fn new(source: &str) -> Result<Self, PatternError> {
        let translation = translate(source)?;
        let regex = RegexBuilder::new(&translation.pattern)
            .size_limit(SIZE_LIMIT)
            .nest_limit(4000)
            .build()
            .map_err(|_| PatternError::new("expression too large", source))?;
        Ok(Self { regex, names: translation.names.into() })
    }

    /// Whether the pattern matches anywhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The matches in `text`, as Go's `FindAllString` finds them.
    pub fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.regex.find_iter(text).map(|found| found.as_str())
    }

    /// The parts of `text` between matches, as Go's `Split` cuts them.
    pub fn split<'t>(&self, text: &'t str, mut part: impl FnMut(&'t str)) {
        let (mut start, mut end) = (0, 0);
        if text.is_empty() && !self.regex.as_str().is_empty() {
            return part("");
        }
        for found in self.regex.find_iter(text) {
            end = found.start();
            if found.end() != 0 {
                part(text.get(start..end).unwrap_or_default());
            }
            start = found.end();
        }
        if end != text.len() {
            part(text.get(start..).unwrap_or_default());
        }
    }

    /// The matches with their groups.
    pub fn captures_iter<'p, 't: 'p>(
        &'p self,
        text: &'t str,
    ) -> impl Iterator<Item = Captures<'t>> + use<'p, 't> {
        self.regex.captures_iter(text)
    }

    /// The group `name` of a match: of several of one name the first that took part.
    pub(super) fn named<'t>(&self, captures: &Captures<'t>, name: &str) -> Option<&'t str> {
        let numbers = (1..).zip(&self.names).filter(|(_, own)| own.as_ref() == name);
        numbers.filter_map(|(number, _)| captures.get(number)).map(|group| group.as_str()).next()
    }
}

/// How many patterns a thread keeps, as OPA does.
const CACHE_SIZE: usize = 100;

type Cache = HashMap<Box<str>, Rc<Pattern>>;

thread_local! {
    static PATTERNS: RefCell<Cache> = RefCell::new(Cache::new());
    static TEMPLATES: RefCell<Cache> = RefCell::new(Cache::new());
}

/// The pattern `source`, compiled once a thread: patterns often come from parameters, and the
/// same ones at each evaluation.
pub(in crate::builtins) fn cached(source: &str) -> Result<Rc<Pattern>, PatternError> {
    PATTERNS.with_borrow_mut(|cache| fetch(cache, source, Pattern::new))
}

/// The same for the templates of `regex.template_match`, under a key of their own.
pub(super) fn cached_template<E>(
    key: &str,
    make: impl FnOnce(&str) -> Result<Pattern, E>,
) -> Result<Rc<Pattern>, E> {
    TEMPLATES.with_borrow_mut(|cache| fetch(cache, key, make))
}

fn fetch<E>(
    cache: &mut Cache,
    key: &str,
    make: impl FnOnce(&str) -> Result<Pattern, E>,
) -> Result<Rc<Pattern>, E> {
    if let Some(pattern) = cache.get(key) {
        return Ok(Rc::clone(pattern));
    }
    let pattern = Rc::new(make(key)?);
    if cache.len() >= CACHE_SIZE
        && let Some(any) = cache.keys().next().cloned()
    {
        cache.remove(&any);
    }
    cache.insert(key.into(), Rc::clone(&pattern));
    Ok(pattern)
}
