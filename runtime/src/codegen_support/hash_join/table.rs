//! The hash table of an index: it finds the members of a collection by key.

use crate::value::Value;

use super::hash::hash;

/// The position of a member in a collection, and the hash of one of its keys.
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

/// A hash table over borrowed memory. The low bits of an entry's hash choose its bucket. Within a
/// bucket, entries are in the order of members.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'t> {
    /// The start of each bucket, followed by the end of the last bucket.
    starts: &'t [u32],
    entries: &'t [Entry],
}

impl<'t> Table<'t> {
    /// Returns the table that was built in this memory.
    pub(super) fn over(starts: &'t [u32], entries: &'t [Entry]) -> Self {
        Self { starts, entries }
    }

    /// Returns the length of `starts` for a number of entries.
    pub(super) fn bounds(entries: usize) -> usize {
        entries.next_power_of_two() + 1
    }

    /// Builds the table of `entries`, which are in the order of members. `starts` must be
    /// [`Table::bounds`] zeros, and `sorted` as long as `entries`.
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
        // Each start has moved to the end of its bucket, which is the start of the next one.
        starts.copy_within(..=last, 1);
        starts[0] = 0;
        Some(Self { starts, entries: sorted })
    }

    /// Returns the members that may have the key `wanted`.
    pub(super) fn find(&self, wanted: &Value<'_>) -> Matches<'t> {
        let hash = hash(wanted);
        let bucket = bucket(hash, self.starts.len() - 2);
        let range = self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
        Matches { entries: &self.entries[range], hash, last: None }
    }
}

/// Returns the bucket of a hash, where `last` is one less than a power of two.
fn bucket(hash: u32, last: usize) -> usize {
    hash as usize & last
}

/// An iterator over the positions of members, in ascending order and without duplicates.
#[derive(Clone, Debug)]
pub struct Matches<'t> {
    entries: &'t [Entry],
    hash: u32,
    last: Option<u32>,
}

impl Matches<'_> {
    /// Returns the number of entries to compare.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
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
