//! The reusable memory of evaluations.

mod known;
mod region;
mod text;
mod vec;

use core::cell::RefCell;
use std::time::Duration;

use bumpalo::Bump;

pub use known::{Known, Shared};
pub use region::Region;
pub use text::ArenaText;
pub use vec::ArenaVec;

use crate::budget::{Budget, Exceeded, Meter, Running};
use crate::location::Location;

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
    meter: Meter,
    /// The arenas of regions that have ended.
    #[expect(clippy::vec_box, reason = "a region moves the pointer, not the arena")]
    pool: RefCell<Vec<Box<Self>>>,
    /// The most bytes that a region of the evaluation took in this arena.
    peak: usize,
    /// The resets in a row before which little of the memory was used.
    idle: u8,
}

/// The bytes of a request from which on the arena asks the meter.
const LARGE: usize = 16 << 10;
/// The bytes that an arena keeps in any case.
const KEPT: usize = 1 << 20;
/// The resets after which an arena gives back memory that was not used before any of them.
const IDLE: u8 = 32;

impl Arena {
    /// Creates an empty arena. The first values allocate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Discards all values and keeps the memory for the next evaluation. Memory of which less than
    /// a quarter was used before the last 32 resets goes back to the heap. Both hold for the arenas
    /// in the pool, too.
    pub fn reset(&mut self) {
        if self.bump.allocated_bytes() > KEPT {
            self.shrink_if_idle();
        }
        self.bump.reset();
        self.peak = 0;
        for arena in self.pool.get_mut() {
            arena.reset();
        }
    }

    /// Gives back memory that has not been used for some time.
    #[cold]
    fn shrink_if_idle(&mut self) {
        let used = self.used().max(self.peak);
        self.idle = if used < self.bump.allocated_bytes() / 4 { self.idle + 1 } else { 0 };
        if self.idle == IDLE {
            self.idle = 0;
            self.bump = Bump::with_capacity((2 * used).max(KEPT));
        }
    }

    /// Returns the number of bytes taken from the heap and kept across [`Arena::reset`]. It includes
    /// the arenas in the pool, but not those of regions that have not ended.
    pub fn allocated_bytes(&self) -> usize {
        let pool = self.pool.borrow();
        let pooled: usize = pool.iter().map(|arena| arena.allocated_bytes()).sum();
        self.bump.allocated_bytes() + pooled
    }

    /// Returns the number of bytes that values take.
    #[inline]
    fn used(&self) -> usize {
        self.bump.allocated_bytes() - self.bump.chunk_capacity()
    }

    /// Begins an evaluation, which may take as much as `budget` says, until [`Running::finish`].
    #[doc(hidden)]
    #[inline]
    pub fn begin(&self, budget: Budget) -> Running<'_> {
        self.meter.begin(budget, self.used())
    }

    /// Takes the steps of a loop from the budget of the evaluation, if the loop is short and the
    /// evaluation need not look at the clock before it.
    #[inline]
    pub(crate) fn takes(&self, steps: usize) -> bool {
        self.meter.takes(steps as u64)
    }

    /// Takes steps from the budget of the evaluation.
    ///
    /// # Errors
    /// Returns the limit that the evaluation exceeds.
    #[doc(hidden)]
    #[inline]
    pub fn charge(&self, steps: usize) -> Result<(), Exceeded> {
        self.meter.charge(steps as u64, || self.used())
    }

    /// Fails if the evaluation has less than `time` left, before work that cannot be stopped.
    ///
    /// # Errors
    /// Returns the limit that the evaluation exceeds.
    #[cold]
    pub(crate) fn leaves(&self, time: Duration) -> Result<(), Exceeded> {
        self.meter.leaves(time)
    }

    /// Looks at the clock and at the memory of the evaluation, for a long loop that was charged when
    /// it began.
    ///
    /// # Errors
    /// Returns the limit that the evaluation exceeds.
    #[doc(hidden)]
    #[cold]
    pub fn look(&self) -> Result<(), Exceeded> {
        self.meter.look(self.used())
    }

    /// Returns the number of bytes that values take, and that an engine keeps outside of the arena.
    #[doc(hidden)]
    #[inline]
    pub fn taken(&self) -> usize {
        self.used().saturating_add(self.meter.held.get())
    }

    /// Counts bytes that an engine keeps for the evaluation outside of the arena.
    #[doc(hidden)]
    pub fn hold(&self, bytes: usize) {
        self.meter.hold(bytes);
    }

    /// Notes the place at which the evaluation exceeded its budget, for code that goes on.
    pub(crate) fn note(&self, place: Location) {
        self.meter.note(place);
    }

    /// Returns `true` if the budget of the evaluation has room for a value of `bytes`. If not, the
    /// evaluation is over, and a value in place of the large one only has to be of the right type.
    #[inline]
    fn admits(&self, bytes: usize) -> bool {
        bytes < LARGE || self.meter.admits(bytes, self.used())
    }

    /// Returns `true` if the budget of the evaluation has room for so many items, like
    /// [`Arena::admits`].
    #[inline]
    fn admits_items<T>(&self, count: usize) -> bool {
        let few = const { LARGE / if size_of::<T>() == 0 { 1 } else { size_of::<T>() } };
        count < few || self.admits(count.saturating_mul(size_of::<T>()))
    }

    /// Copies `text` into the arena. If it exceeds the budget, the copy is empty and the evaluation
    /// fails.
    pub fn string(&self, text: &str) -> &str {
        if self.admits(text.len()) { self.bump.alloc_str(text) } else { "" }
    }

    /// Copies `items` into the arena. If they exceed the budget, the copy is empty and the
    /// evaluation fails.
    pub fn slice<T: Copy>(&self, items: &[T]) -> &[T] {
        if self.admits_items::<T>(items.len()) { self.bump.alloc_slice_copy(items) } else { &[] }
    }

    /// Moves `value` into the arena. Its destructor does not run, so it must own nothing.
    pub fn alloc<T: Copy>(&self, value: T) -> &T {
        self.bump.alloc(value)
    }

    /// Moves `value` into the arena. Its destructor does not run.
    pub fn place<T>(&self, value: T) -> &T {
        self.bump.alloc(value)
    }

    /// Returns a slice in the arena of `length` values made by `make`. If they exceed the budget,
    /// the slice is empty and the evaluation fails.
    #[inline]
    pub fn slice_with<T>(&self, length: usize, make: impl FnMut(usize) -> T) -> &[T] {
        if !self.admits_items::<T>(length) {
            return &[];
        }
        self.bump.alloc_slice_fill_with(length, make)
    }

    /// Returns a slice like [`Arena::slice_with`], whose length is known from the policy and not
    /// limited.
    pub(crate) fn cells<T>(&self, length: usize, make: impl FnMut(usize) -> T) -> &[T] {
        self.bump.alloc_slice_fill_with(length, make)
    }

    /// Returns an empty vector in the arena.
    #[inline]
    pub fn vec<T>(&self) -> ArenaVec<'_, T> {
        ArenaVec::new(self)
    }

    /// Returns an empty vector in the arena with room for `capacity` items. If that exceeds the
    /// budget, it has no room and the evaluation fails.
    #[inline]
    pub fn vec_with_capacity<T>(&self, capacity: usize) -> ArenaVec<'_, T> {
        ArenaVec::with_capacity(self, capacity)
    }

    /// Returns an empty vector with room for `capacity` items, which an algorithm over a collection
    /// of that size needs. It is not limited, because the collection is.
    pub(crate) fn scratch<T>(&self, capacity: usize) -> ArenaVec<'_, T> {
        ArenaVec::scratch(self, capacity)
    }

    /// Returns an empty string buffer in the arena.
    #[inline]
    pub fn text(&self) -> ArenaText<'_> {
        ArenaText::new(self)
    }

    /// Returns an empty string buffer in the arena with room for `capacity` bytes. If that exceeds
    /// the budget, it has no room and the evaluation fails.
    #[inline]
    pub fn text_with_capacity(&self, capacity: usize) -> ArenaText<'_> {
        ArenaText::with_capacity(self, capacity)
    }

    /// Formats into the arena: `arena.format(format_args!("{x}"))`.
    pub fn format(&self, arguments: core::fmt::Arguments<'_>) -> &str {
        use core::fmt::Write as _;
        let mut text = self.text();
        // Writing fails only if the text exceeds the budget, or if a `Display` implementation
        // fails, and none does.
        let _ = text.write_fmt(arguments);
        text.into_bump_str()
    }
}

#[cfg(test)]
mod tests;
