//! Compiled patterns.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use regex::{CaptureLocations, Regex, RegexBuilder};

use super::cost::{self, NEST_LIMIT};
use super::machine::{Machine, Needs};
use super::pattern_error::PatternError;
use super::stack::with_room_for;
use super::translate::{Translation, translate};
use crate::builtins::cache::{Cache, Handle};

/// A compiled pattern in Go's syntax.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// The automaton for match tests, if the pattern is small.
    machine: Option<Arc<Machine>>,
    needs: Needs,
    /// The names of the groups from 1 on; empty for a group without a name.
    names: Box<[Box<str>]>,
}

/// The maximum size of a program in bytes. Go allows more than the crate's default.
const SIZE_LIMIT: usize = 256 << 20;

impl Pattern {
    /// Compiles `source`, which Go's `regexp.Compile` must accept.
    ///
    /// # Errors
    ///
    /// Returns Go's error, or an error with [`PatternError::is_limit`] if the engine cannot hold
    /// the pattern, or if building it exceeds the budget of the evaluation on this thread.
    pub fn new(source: &str) -> Result<Self, PatternError> {
        if !cost::charge_text(source) {
            return Err(PatternError::beyond_engine(source));
        }
        let Translation { pattern, names } = translate(source)?;
        if !cost::charge(&pattern) {
            return Err(PatternError::beyond_engine(&pattern));
        }
        Self::translated(&pattern, names.into())
    }

    /// Compiles a translated pattern, and charges nobody for it.
    pub(super) fn translated(pattern: &str, names: Box<[Box<str>]>) -> Result<Self, PatternError> {
        let too_large = || PatternError::beyond_engine(pattern);
        let (regex, machine) = with_room_for(pattern, || {
            let built =
                RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).nest_limit(NEST_LIMIT).build();
            built.map(|regex| (regex, Machine::new(pattern).map(Arc::new)))
        })
        .ok_or_else(too_large)?
        .map_err(|_| too_large())?;
        let needs = machine.as_ref().map_or(Needs::NONE, |machine| machine.needs());
        Ok(Self { regex, machine, needs, names })
    }

    /// Returns `true` if the pattern matches anywhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.told(text).unwrap_or_else(|| self.regex.is_match(text))
    }

    /// Tests for a match without scratch space. Returns `None` if only the engine can tell.
    #[inline]
    pub(super) fn told(&self, text: &str) -> Option<bool> {
        self.machine.as_ref()?.is_match(text)
    }

    /// Returns the necessary conditions for a text to match the pattern.
    pub(super) fn needs(&self) -> Needs {
        self.needs
    }

    /// Returns the number of groups, including the whole match. A compiled policy has no list of
    /// names if no group has a name.
    fn groups(&self) -> usize {
        self.regex.captures_len().max(self.names.len() + 1)
    }

    /// Returns `true` if the engine has dropped groups that never match, as in `(a){0}`.
    pub(in crate::builtins) fn lacks_groups(&self) -> bool {
        self.regex.captures_len() < self.names.len() + 1
    }

    /// Returns the matches in `text`, as Go's `FindAllString` finds them.
    pub fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.regex.find_iter(text).map(|found| found.as_str())
    }

    /// Calls `part` with the parts of `text` between matches, as Go's `Split` returns them.
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

    /// Returns the group `name` of a match. Of several groups with one name, returns the first one
    /// that took part in the match.
    pub(super) fn named<'t>(&self, groups: &Groups<'_, 't>, name: &str) -> Option<&'t str> {
        let mut numbers = (1..).zip(&self.names).filter(|(_, own)| own.as_ref() == name);
        numbers.find_map(|(number, _)| groups.get(number))
    }
}

/// A match with its groups; group 0 is the whole match.
pub(super) struct Groups<'m, 't> {
    text: &'t str,
    locations: &'m CaptureLocations,
    /// The number of groups in the pattern. The engine drops groups that never match, as in
    /// `(a){0}`.
    count: usize,
}

impl<'t> Groups<'_, 't> {
    pub(super) fn get(&self, number: usize) -> Option<&'t str> {
        self.locations.get(number).and_then(|(start, end)| self.text.get(start..end))
    }

    /// Returns the number of groups, including those that took no part in the match.
    pub(super) fn len(&self) -> usize {
        self.count
    }
}

/// A pattern as one thread caches it, with its scratch space. Since the scratch space is not
/// shared, no thread waits for another, and matching does not allocate repeatedly.
pub(in crate::builtins) struct Own {
    pattern: Pattern,
    /// The capture locations; taken while a match is in progress.
    locations: Cell<Option<CaptureLocations>>,
}

impl Own {
    /// Wraps a copy of `pattern`, which shares the program and has scratch space of its own.
    pub(super) fn new(pattern: Pattern) -> Self {
        Self { pattern, locations: Cell::new(None) }
    }

    /// Calls `see` with the place and the groups of each of the first `count` matches.
    pub(super) fn each_match<'t>(
        &self,
        text: &'t str,
        count: usize,
        mut see: impl FnMut((usize, usize), &Groups<'_, 't>),
    ) {
        let regex = &self.pattern.regex;
        let groups = self.pattern.groups();
        let kept = self.locations.take();
        let mut locations = kept.unwrap_or_else(|| regex.capture_locations());
        let (mut seen, mut start, mut last) = (0, 0, None);
        while seen < count && start <= text.len() {
            let Some(found) = regex.captures_read_at(&mut locations, text, start) else { break };
            let place = (found.start(), found.end());
            if found.is_empty() && last == Some(found.end()) {
                // An empty match directly after the previous match does not count.
                let next = text.get(start..).and_then(|rest| rest.chars().next());
                start += next.map_or(1, char::len_utf8);
                continue;
            }
            see(place, &Groups { text, locations: &locations, count: groups });
            (seen, start, last) = (seen + 1, place.1, Some(place.1));
        }
        self.locations.set(Some(locations));
    }
}

impl Deref for Own {
    type Target = Pattern;

    fn deref(&self) -> &Pattern {
        &self.pattern
    }
}

thread_local! {
    static PATTERNS: RefCell<Cache<Own>> = RefCell::default();
    static TEMPLATES: RefCell<Cache<Own>> = RefCell::default();
}

/// Returns the pattern `source`, compiled once per thread. Patterns often come from parameters,
/// which are the same at each evaluation.
pub(in crate::builtins) fn cached(source: &str) -> Result<Rc<Own>, PatternError> {
    found(source).map(|(_, own)| own)
}

/// Returns the pattern like [`cached`], with its handle in the thread's cache.
pub(super) fn found(source: &str) -> Result<(Handle, Rc<Own>), PatternError> {
    PATTERNS.with_borrow_mut(|cache| cache.find(source, compile))
}

/// Calls `see` with the pattern of `handle`. Returns `None` if the thread's cache no longer holds
/// it.
#[inline]
pub(super) fn kept<T>(handle: Handle, see: impl FnOnce(&Pattern) -> T) -> Option<T> {
    PATTERNS.with_borrow(|cache| cache.at(handle).map(|own| see(own)))
}

fn compile(source: &str) -> Result<Own, PatternError> {
    Pattern::new(source).map(Own::new)
}

/// Returns the pattern of a template of `regex.template_match`, cached under `key`.
pub(super) fn cached_template<E>(
    key: &str,
    make: impl FnOnce(&str) -> Result<Pattern, E>,
) -> Result<Rc<Own>, E> {
    TEMPLATES.with_borrow_mut(|cache| cache.get(key, |key| make(key).map(Own::new)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn matches_are_those_of_the_crate(
            pattern in "(a|b|é|x\\*|\\(b\\?\\)|\\(a\\*\\)|\\^|\\$|\\||\\[ab\\]\\?){0,6}",
            text in "[abxé]{0,8}",
            count in 0..6_usize,
        ) {
            let own = Own::new(Pattern::new(&pattern).expect("a pattern"));
            let mut found = Vec::new();
            own.each_match(&text, count, |place, groups| {
                let groups: Vec<_> = (0..groups.len()).map(|number| groups.get(number)).collect();
                found.push((place, groups));
            });
            let expected: Vec<_> = own
                .regex
                .captures_iter(&text)
                .take(count)
                .map(|captures| {
                    let whole = captures.get(0).expect("a match");
                    let groups = captures.iter().map(|group| group.map(|group| group.as_str()));
                    ((whole.start(), whole.end()), groups.collect())
                })
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
