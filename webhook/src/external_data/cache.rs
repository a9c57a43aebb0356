//! The answers of a provider that are used again.
//!
//! All answers have the same time to live, so the order in which they were inserted is the order in
//! which they expire. The oldest ones make room for new ones.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrego_gatekeeper::external_data::Answer;
use ferrego_runtime::json;

/// The largest number of answers.
const ENTRIES: usize = 10_000;

/// The most bytes of all answers.
const BYTES: usize = 16 << 20;

/// The bytes of an answer besides its text.
const OVERHEAD: usize = 1024;

/// A cache of answers by key.
pub(super) struct Cache {
    /// The time to live; zero keeps no answers.
    ttl: Duration,
    answers: HashMap<Arc<str>, Entry>,
    /// The keys in the order of their insertion, each with its number.
    order: VecDeque<(u64, Arc<str>)>,
    bytes: usize,
    /// The number of the next answer.
    next: u64,
}

struct Entry {
    answer: Answer,
    number: u64,
    bytes: usize,
    inserted: Instant,
}

impl Cache {
    pub(super) fn new(ttl: Duration) -> Self {
        let (answers, order) = (HashMap::new(), VecDeque::new());
        Self { ttl, answers, order, bytes: 0, next: 0 }
    }

    /// Returns the answer to `key`, unless it has expired.
    pub(super) fn get(&self, key: &str, now: Instant) -> Option<&Answer> {
        let entry = self.answers.get(key)?;
        self.is_alive(entry, now).then_some(&entry.answer)
    }

    /// Keeps the answer to `key`.
    pub(super) fn insert(&mut self, key: Arc<str>, answer: Answer, now: Instant) {
        let Some(bytes) = size(&key, &answer) else { return };
        if self.ttl.is_zero() {
            return;
        }
        let number = self.next;
        self.next += 1;
        self.order.push_back((number, Arc::clone(&key)));
        let entry = Entry { answer, number, bytes, inserted: now };
        self.bytes += bytes;
        if let Some(replaced) = self.answers.insert(key, entry) {
            self.bytes -= replaced.bytes;
        }
        self.make_room(now);
    }

    /// Removes the oldest answers: those that have expired, and those beyond the limits.
    fn make_room(&mut self, now: Instant) {
        while let Some((number, key)) = self.order.front() {
            let entry = self.answers.get(key).filter(|entry| entry.number == *number);
            let is_kept = entry.is_some_and(|entry| self.is_alive(entry, now))
                && self.order.len() <= ENTRIES
                && self.bytes <= BYTES;
            if is_kept {
                return;
            }
            // A key that was inserted again has a newer place in the order.
            if let Some(entry) = entry {
                self.bytes -= entry.bytes;
                self.answers.remove(&**key);
            }
            self.order.pop_front();
        }
    }

    fn is_alive(&self, entry: &Entry, now: Instant) -> bool {
        now.saturating_duration_since(entry.inserted) <= self.ttl
    }
}

/// Returns about the bytes of an answer, or `None` if it is too large to be kept.
fn size(key: &str, answer: &Answer) -> Option<usize> {
    const LARGEST: usize = BYTES / 16;
    let text = match answer {
        Answer::Value(value) => json::size(&value.value(), LARGEST)?,
        Answer::Error(error) => error.len(),
    };
    let bytes = OVERHEAD + 2 * key.len() + 4 * text;
    (bytes <= LARGEST).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> Answer {
        Answer::Error(text.into())
    }

    fn has(cache: &Cache, key: &str, now: Instant) -> bool {
        cache.get(key, now).is_some()
    }

    #[test]
    fn answers_expire() {
        let (mut cache, start) = (Cache::new(Duration::from_secs(10)), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        cache.insert("a".into(), error("x"), start);
        cache.insert("b".into(), error("x"), at(5));
        assert!(has(&cache, "a", at(10)) && !has(&cache, "a", at(11)));
        cache.insert("a".into(), error("y"), at(12));
        assert!(has(&cache, "a", at(22)) && has(&cache, "b", at(15)));
        cache.insert("c".into(), error("x"), at(16));
        assert_eq!((cache.answers.len(), cache.order.len()), (2, 2));
    }

    #[test]
    fn a_time_to_live_of_zero_keeps_nothing() {
        let mut cache = Cache::new(Duration::ZERO);
        let now = Instant::now();
        cache.insert("a".into(), error("x"), now);
        assert!(!has(&cache, "a", now));
    }

    #[test]
    fn the_oldest_answers_make_room() {
        let (mut cache, now) = (Cache::new(Duration::from_mins(1)), Instant::now());
        for number in 0..ENTRIES + 5 {
            cache.insert(number.to_string().into(), error("x"), now);
        }
        assert_eq!(cache.answers.len(), ENTRIES);
        assert!(!has(&cache, "4", now) && has(&cache, "5", now));
        let long = "x".repeat(BYTES / 100);
        for number in 0..200 {
            cache.insert(format!("long {number}").into(), error(&long), now);
        }
        assert!(cache.bytes <= BYTES, "{}", cache.bytes);
        let sum: usize = cache.answers.values().map(|entry| entry.bytes).sum();
        assert_eq!(cache.bytes, sum);
        cache.insert("huge".into(), error(&"x".repeat(BYTES)), now);
        assert!(!has(&cache, "huge", now));
    }
}
