//! The reusable memory of evaluations.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

/// A growable vector in arena memory.
pub type ArenaVec<'a, T> = BumpVec<'a, T>;

/// Memory for the values of one evaluation at a time.
///
/// Values borrow the arena. When none is alive, [`Arena::reset`] discards them and keeps the
/// memory, so that a steady state does not allocate from the heap. An arena serves one thread at a
/// time: it is `Send`, but not `Sync`.
///
/// ```
/// use ferrego_runtime::{Arena, Value};
///
/// let mut arena = Arena::new();
/// let names = arena.array(&["web".into(), "db".into()]);
/// assert_eq!(names[1], Value::from("db"));
/// arena.reset(); // `names` cannot be used after this
/// ```
#[derive(Debug, Default)]
pub struct Arena {
    bump: Bump,
}

impl Arena {
    /// Creates an empty arena. The first values allocate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Discards all values and keeps the memory for the next evaluation.
    pub fn reset(&mut self) {
        self.bump.reset();
    }

    /// Returns the number of bytes taken from the heap and kept across [`Arena::reset`].
    pub fn allocated_bytes(&self) -> usize {
        self.bump.allocated_bytes()
    }

    /// Copies `text` into the arena.
    pub fn string(&self, text: &str) -> &str {
        self.bump.alloc_str(text)
    }

    /// Copies `items` into the arena.
    pub fn slice<T: Copy>(&self, items: &[T]) -> &[T] {
        self.bump.alloc_slice_copy(items)
    }

    /// Moves `value` into the arena. Its destructor does not run, so it must own nothing.
    pub fn alloc<T: Copy>(&self, value: T) -> &T {
        self.bump.alloc(value)
    }

    /// Moves `value` into the arena. Its destructor does not run.
    pub fn place<T>(&self, value: T) -> &T {
        self.bump.alloc(value)
    }

    /// Returns a slice in the arena of `length` values made by `make`.
    pub fn slice_with<T>(&self, length: usize, make: impl FnMut(usize) -> T) -> &[T] {
        self.bump.alloc_slice_fill_with(length, make)
    }

    /// Returns an empty vector in the arena.
    pub fn vec<T>(&self) -> ArenaVec<'_, T> {
        BumpVec::new_in(&self.bump)
    }

    /// Returns an empty vector in the arena with room for `capacity` items.
    pub fn vec_with_capacity<T>(&self, capacity: usize) -> ArenaVec<'_, T> {
        BumpVec::with_capacity_in(capacity, &self.bump)
    }

    /// Returns an empty string buffer in the arena.
    pub fn text(&self) -> bumpalo::collections::String<'_> {
        bumpalo::collections::String::new_in(&self.bump)
    }

    /// Returns an empty string buffer in the arena with room for `capacity` bytes.
    pub fn text_with_capacity(&self, capacity: usize) -> bumpalo::collections::String<'_> {
        bumpalo::collections::String::with_capacity_in(capacity, &self.bump)
    }

    /// Formats into the arena: `arena.format(format_args!("{x}"))`.
    pub fn format(&self, arguments: core::fmt::Arguments<'_>) -> &str {
        use core::fmt::Write as _;
        let mut text = self.text();
        // Writing to memory fails only if a `Display` implementation fails, and none does.
        let _ = text.write_fmt(arguments);
        text.into_bump_str()
    }
}

/// The initial capacity of a vector, reserved when its first item is added.
const FEW: usize = 4;

/// Appends an item. If the vector is full, it first doubles its capacity.
#[inline]
pub(crate) fn push<T>(items: &mut ArenaVec<'_, T>, item: T) {
    if items.len() == items.capacity() {
        grow(items);
    }
    items.push(item);
}

#[inline(never)]
fn grow<T>(items: &mut ArenaVec<'_, T>) {
    if items.capacity() == 0 {
        *items = BumpVec::with_capacity_in(FEW, items.bump());
        return;
    }
    items.reserve_exact(items.len());
}
