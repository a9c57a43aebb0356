//! A stable sort that does not allocate on the heap.
//!
//! Passes over many items charge the evaluation. If it exceeds its budget, they end early, and the
//! items have any order.

use core::cmp::Ordering;

use crate::arena::{Arena, ArenaVec};
use crate::budget::{CHUNK, visit};

/// The greatest length of a slice that is sorted by insertion.
pub(super) const RUN: usize = 20;

/// The length of the parts of a long slice that are sorted in runs between two charges.
const BLOCK: usize = 16 * RUN;

/// Sorts in place and stably. Unlike `slice::sort_by`, it does not allocate on the heap. For short
/// or sorted slices, which are the common case in reviews, it does not allocate at all.
pub(crate) fn sort_stable<T: Copy>(
    arena: &Arena,
    items: &mut [T],
    compare: impl Fn(&T, &T) -> Ordering + Copy,
) {
    if is_sorted(items, compare) {
        return;
    }
    for block in items.chunks_mut(BLOCK) {
        if block.len() > RUN && !visit(block.len()) {
            return;
        }
        block.chunks_mut(RUN).for_each(|run| insertion_sort(run, compare));
    }
    if items.len() <= RUN {
        return;
    }
    let mut scratch = arena.scratch(items.len());
    let mut width = RUN;
    while width < items.len() {
        scratch.clear();
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut scratch, compare);
        }
        items.copy_from_slice(&scratch);
        width *= 2;
    }
}

/// Drops each item for which `same` returns `true` with the item before it.
pub(super) fn dedup<T>(items: &mut ArenaVec<'_, T>, mut same: impl FnMut(&mut T, &mut T) -> bool) {
    if items.len() <= CHUNK {
        return items.dedup_by(same);
    }
    let (mut compared, mut continues): (usize, bool) = (0, true);
    items.dedup_by(|later, first| {
        compared += 1;
        if compared.is_multiple_of(CHUNK) {
            continues = visit(CHUNK);
        }
        continues && same(later, first)
    });
}

/// Returns `true` if the items are in order, or if the evaluation exceeds its budget.
fn is_sorted<T>(items: &[T], compare: impl Fn(&T, &T) -> Ordering) -> bool {
    let mut rest = items;
    // Each part begins with the last item of the part before it.
    while rest.len() > CHUNK {
        let (part, _) = rest.split_at(CHUNK);
        if !visit(CHUNK) {
            return true;
        }
        if !part.is_sorted_by(|a, b| compare(a, b).is_le()) {
            return false;
        }
        rest = rest.get(CHUNK - 1..).unwrap_or_default();
    }
    rest.is_sorted_by(|a, b| compare(a, b).is_le())
}

fn insertion_sort<T: Copy>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    for end in 1..items.len() {
        let item = items[end];
        let mut place = end;
        while place > 0 && compare(&items[place - 1], &item).is_gt() {
            items[place] = items[place - 1];
            place -= 1;
        }
        items[place] = item;
    }
}

fn merge<T: Copy>(
    mut left: &[T],
    mut right: &[T],
    merged: &mut ArenaVec<'_, T>,
    compare: impl Fn(&T, &T) -> Ordering,
) {
    let mut compared: usize = 0;
    while let ([first, lefts @ ..], [second, rights @ ..]) = (left, right) {
        compared += 1;
        if compared.is_multiple_of(CHUNK) && !visit(CHUNK) {
            break;
        }
        if compare(first, second).is_le() {
            merged.push(*first);
            left = lefts;
        } else {
            merged.push(*second);
            right = rights;
        }
    }
    merged.extend_from_slice_copy(left);
    merged.extend_from_slice_copy(right);
}
