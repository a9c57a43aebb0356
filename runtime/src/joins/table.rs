//! The table of an index: which members of a collection have a key.

use crate::context::Context;
use crate::value::Value;

use super::Join;
use super::hash::hash;

/// A member of a collection by its place, and the hash of one of its keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    hash: u32,
    row: u32,
}

impl Entry {
    pub(super) fn new(row: u32, hash: u32) -> Self {
        Self { hash, row }
    }
}

/// The hashes of a member's keys; `None` where these cannot be computed, so that there can be no
/// index.
pub(super) fn hashes<'a>(
    join: &Join,
    cx: &Context<'a>,
    (key, value): (Value<'a>, Value<'a>),
) -> Option<impl Iterator<Item = u32>> {
    let keys = (join.keys)(cx, key, value).ok()?;
    Some(keys.into_iter().map(|[key]| hash(&key)))
}

/// A table over memory of others: entries in buckets by the last bits of their hashes, in a bucket
/// in the order of members.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'t> {
    /// Where each bucket starts, and at last where the last one ends.
    starts: &'t [u32],
    entries: &'t [Entry],
}

impl<'t> Table<'t> {
    /// The table that was built in this memory.
    pub(super) fn over(starts: &'t [u32], entries: &'t [Entry]) -> Self {
        Self { starts, entries }
    }

    /// So many bucket bounds are needed for so many entries.
    pub(super) fn bounds(entries: usize) -> usize {
        entries.next_power_of_two() + 1
    }

    /// The table of `entries`, which stand in the order of members; `starts` are
    /// [`Table::bounds`] zeros, and `sorted` is as long as `entries`.
    pub(super) fn build(
        entries: &[Entry],
        starts: &'t mut [u32],
        sorted: &'t mut [Entry],
    ) -> Option<Self> {
        u32::try_from(entries.len()).ok()?;
        let last = starts.len().checked_sub(2)?;
        for entry in entries {
            starts[bucket(entry.hash, last) + 1] += 1;
        }
        for bucket in 1..starts.len() {
            starts[bucket] += starts[bucket - 1];
        }
        for entry in entries {
            let place = &mut starts[bucket(entry.hash, last)];
            sorted[*place as usize] = *entry;
            *place += 1;
        }
        // Each start has moved to its bucket's end, which is the next one's start.
        starts.copy_within(..=last, 1);
        starts[0] = 0;
        Some(Self { starts, entries: sorted })
    }

    /// The members that may have the key `wanted`.
    pub(super) fn find(&self, wanted: &Value<'_>) -> Matches<'t> {
        let hash = hash(wanted);
        let bucket = bucket(hash, self.starts.len() - 2);
        let range = self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
        Matches { entries: &self.entries[range], hash, last: None }
    }
}

/// The bucket of a hash, where `last` is one less than a power of two.
fn bucket(hash: u32, last: usize) -> usize {
    hash as usize & last
}

/// Places of members in ascending order, each once.
#[derive(Clone, Debug)]
pub struct Matches<'t> {
    entries: &'t [Entry],
    hash: u32,
    last: Option<u32>,
}

impl Iterator for Matches<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        loop {
            let (first, rest) = self.entries.split_first()?;
            self.entries = rest;
            if first.hash == self.hash && self.last != Some(first.row) {
                self.last = Some(first.row);
                return self.last;
            }
        }
    }
}
