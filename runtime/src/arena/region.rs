//! Memory for values that die before the evaluation ends.

use super::{Arena, Shared};
use crate::value::Value;

/// A part of an evaluation whose values are discarded when it ends, such as an iteration of a loop.
///
/// The values of a region live in an arena of their own, which [`Arena::region`] takes from the pool
/// of the outer arena, and which goes back to that pool when the region is dropped. Once the pool
/// holds an arena large enough, a region does not allocate from the heap. [`Arena::keep`] copies a
/// value that must outlive the region. If a value leaves the region otherwise, the program does not
/// compile:
///
/// ```
/// use ferrego_runtime::{Arena, Value};
///
/// let arena = Arena::new();
/// let mut lengths = arena.vec();
/// for name in ["web", "db"] {
///     let region = arena.region();
///     let upper = Value::String(region.arena().string(&name.to_uppercase()));
///     lengths.push(arena.keep(&upper));
/// } // discards `upper`, but not its copy
/// assert_eq!(lengths[1], Value::from("DB"));
/// ```
///
/// ```compile_fail,E0597
/// use ferrego_runtime::{Arena, Value};
///
/// let arena = Arena::new();
/// let mut lengths = arena.vec();
/// for name in ["web", "db"] {
///     let region = arena.region();
///     let upper = Value::String(region.arena().string(&name.to_uppercase()));
///     lengths.push(upper);
/// }
/// ```
///
/// A region is not free: it costs a few hundred instructions. If the outer arena holds less than
/// 64 KiB, the region uses its memory.
///
/// Regions nest: [`Region::arena`] has a pool of its own. A region may be entered while another one
/// of its outer arena is in use.
///
/// Inside an evaluation, a region starts with the budget that its outer arena has left, and takes
/// its steps from that budget when it ends. The memory of a region counts while it exists. If the
/// region and its outer arena charge in turn, the evaluation can exceed its limit by what one region
/// takes.
#[derive(Debug)]
pub struct Region<'o> {
    outer: &'o Arena,
    /// The arena of the region; `None` if the outer arena holds little.
    arena: Option<Box<Arena>>,
    /// The steps that the budget had left when the region began.
    lent: u64,
}

/// The bytes that an outer arena may hold while regions share its memory.
pub(super) const SHARED: usize = 64 << 10;

impl<'o> Region<'o> {
    #[inline]
    fn new(outer: &'o Arena) -> Self {
        if outer.used() < SHARED {
            return Self { outer, arena: None, lent: 0 };
        }
        Self::separate(outer)
    }

    fn separate(outer: &'o Arena) -> Self {
        let arena = outer.pool.borrow_mut().pop().unwrap_or_default();
        let lent = outer.meter.lend(outer.used(), &arena.meter, arena.used());
        Self { outer, arena: Some(arena), lent }
    }

    /// Returns the arena of the region, or the outer arena if that holds little.
    #[inline]
    pub fn arena(&self) -> &Arena {
        self.arena.as_deref().unwrap_or(self.outer)
    }
}

impl Drop for Region<'_> {
    fn drop(&mut self) {
        if let Some(mut arena) = self.arena.take() {
            self.outer.meter.settle(self.lent, &arena.meter);
            arena.discard();
            self.outer.pool.borrow_mut().push(arena);
        }
    }
}

impl Arena {
    /// Begins a region: a part of the evaluation whose values are discarded when it ends.
    pub fn region(&self) -> Region<'_> {
        Region::new(self)
    }

    /// Begins a region like [`Arena::region`] that has memory of its own, however little the arena
    /// holds.
    pub fn separate_region(&self) -> Region<'_> {
        Region::separate(self)
    }

    /// Copies a value, with everything in it, into the arena. The copy outlives the region of the
    /// value. If it exceeds the budget, the copy is empty and the evaluation fails.
    #[inline]
    pub fn keep(&self, value: &Value<'_>) -> Value<'_> {
        value.copy_to(self)
    }

    /// Copies a value like [`Arena::keep`], except the parts that `shared` finds.
    pub fn keep_with<'a>(&'a self, value: &Value<'_>, shared: &dyn Shared<'a>) -> Value<'a> {
        value.copy_with(self, shared)
    }

    /// Discards all values at the end of a region, and notes how much memory they took.
    fn discard(&mut self) {
        self.peak = self.peak.max(self.used());
        self.bump.reset();
    }
}
