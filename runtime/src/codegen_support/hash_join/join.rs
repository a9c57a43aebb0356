//! Loops that an index serves, and the members that they iterate.

use core::fmt;

use super::hash::hash;
use super::shared::{FEW_KEPT, LoopId, Place, Shared};
use super::table::{Entry, Matches, Table};
use crate::arena::Arena;
use crate::budget::{Budget, CHUNK};
use crate::codegen_support::members::{Members, charged_members, members};
use crate::context::{Context, Rows};
use crate::env::{Env, NoHost};
use crate::location::{LineColumn, Rule};
use crate::value::Value;

/// The length from which an index is built. A shorter collection is scanned faster than an index is
/// built and searched.
pub(super) const FEW: usize = 16;

/// Returns the keys of one member: the values that the loop's test compares. They depend only on
/// the key and the value that the loop binds.
pub type Keys = for<'a> fn(&Context<'a>, Value<'a>, Value<'a>) -> Rows<'a, 1>;

/// A loop that an index serves. It is a static, identified by its address.
pub struct Join {
    pub(super) keys: Keys,
    kept: Kept,
}

/// The place where an index may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// With the evaluation only.
    No,
    /// With the data.
    WithData,
    /// With the data, for members that each hold many objects. A change of any object invalidates
    /// the index.
    AboveData,
}

impl Join {
    /// Creates the join of a loop whose members have the keys that `keys` returns.
    pub const fn new(keys: Keys) -> Self {
        Self { keys, kept: Kept::No }
    }

    /// Creates the join of a loop over a part of the data, which may keep the index.
    pub const fn of_data(keys: Keys) -> Self {
        Self { keys, kept: Kept::WithData }
    }

    /// Creates the join of a loop whose members hold the objects by which the data changes. Each
    /// such change makes the index expensive to build again. It is therefore built only for a
    /// collection that is used repeatedly.
    pub const fn above_data(keys: Keys) -> Self {
        Self { keys, kept: Kept::AboveData }
    }

    /// Returns the identity of the loop.
    fn id(&'static self) -> LoopId {
        LoopId::of(self)
    }

    /// Returns `true` if an index lookup may be faster than a scan of `length` members.
    const fn serves(&self, length: usize) -> bool {
        length >= if matches!(self.kept, Kept::WithData) { FEW_KEPT } else { FEW }
    }
}

impl fmt::Debug for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Join").finish_non_exhaustive()
    }
}

impl<'a> Context<'a> {
    /// Returns the members of `of` that may have the key that `wanted` returns, each with its index
    /// or key. If no index serves, returns all members.
    ///
    /// A strict evaluation scans all members, because an expression before the test may stop it.
    /// If the scan exceeds the budget of the evaluation, it has no members, and the evaluation
    /// fails at its end.
    #[inline]
    pub fn matching(
        &self,
        rule: &'static Rule,
        at: LineColumn,
        join: &'static Join,
        of: impl Into<Option<Value<'a>>>,
        wanted: impl FnOnce() -> crate::context::Eval<'a>,
    ) -> Matching<'a> {
        let of = of.into();
        let arena = self.env().arena;
        let length = of.and_then(|of| of.len()).unwrap_or_default();
        if let Some(of) = of
            && join.serves(length)
            && let Some(table) = self.table(join, of)
            && let Ok(Some(wanted)) = wanted()
        {
            let found = table.find(&wanted);
            let entries = found.len();
            return match arena.charge(entries) {
                Ok(()) if entries <= CHUNK => Matching::Some(of, found),
                Ok(()) => Matching::Many(of, found, Looks { arena, rule, at, left: CHUNK }),
                Err(_) => self.nothing(rule, at),
            };
        }
        match charged_members(arena, rule, at, of) {
            Ok(members) => Matching::All(members),
            Err(_) => self.nothing(rule, at),
        }
    }

    /// Returns no members, and notes the place of a scan that exceeds the budget.
    #[cold]
    fn nothing(&self, rule: &Rule, at: LineColumn) -> Matching<'a> {
        self.env().arena.note(rule.at(at));
        Matching::All(members(None))
    }

    /// Returns the index of a collection, if it exists or is due to be built.
    fn table(&self, join: &'static Join, of: Value<'a>) -> Option<Table<'a>> {
        if self.env().strict {
            return None;
        }
        let shared = self.joins().shared.filter(|_| join.kept != Kept::No);
        match shared.and_then(|shared| shared.find(&of)) {
            Some(place) => place.table(join.id(), join.kept == Kept::AboveData, |place| {
                built_alone(join, place, self.memo_cells())
            }),
            None if of.len()? < FEW || join.kept == Kept::AboveData => None,
            None => self.joins().table(join.id(), of, self.env().arena, || built(join, of, self)),
        }
    }
}

/// An iterator over the members of a collection: all of them, or those that an index finds.
pub enum Matching<'a> {
    /// All members.
    All(Members<'a, 'a>),
    /// The members that an index finds.
    Some(Value<'a>, Matches<'a>),
    /// The members that an index finds, if they are many, with the looks at the clock.
    Many(Value<'a>, Matches<'a>, Looks<'a>),
}

/// The looks at the clock of a loop over many members that an index finds.
pub struct Looks<'a> {
    arena: &'a Arena,
    rule: &'static Rule,
    at: LineColumn,
    /// The members up to the next look.
    left: usize,
}

impl Looks<'_> {
    /// Returns the next member. Returns `None` also if the evaluation exceeds its budget.
    #[cold]
    #[inline(never)]
    fn next<'v>(
        &mut self,
        of: &Value<'v>,
        rows: &mut Matches<'_>,
    ) -> Option<(Value<'v>, Value<'v>)> {
        self.count()?;
        rows.next().and_then(|row| member(of, row))
    }

    /// Counts a member. Returns `None` if the evaluation exceeds its budget.
    fn count(&mut self) -> Option<()> {
        if self.left == 0 {
            if self.arena.look().is_err() {
                self.arena.note(self.rule.at(self.at));
                return None;
            }
            self.left = CHUNK;
        }
        self.left -= 1;
        Some(())
    }
}

impl<'a> Iterator for Matching<'a> {
    type Item = (Value<'a>, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Matching::All(members) => members.next(),
            Matching::Some(of, rows) => rows.next().and_then(|row| member(of, row)),
            Matching::Many(of, rows, looks) => looks.next(of, rows),
        }
    }
}

impl fmt::Debug for Matching<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Matching::All(_)) { "All" } else { "Some" })
    }
}

/// Returns the member at position `row`, as a loop binds it.
fn member<'a>(of: &Value<'a>, row: u32) -> Option<(Value<'a>, Value<'a>)> {
    let place = row as usize;
    match of {
        Value::Array(items) => items.get(place).map(|item| (Value::int(i64::from(row)), *item)),
        Value::Object(object) => object.pairs.get(place).copied(),
        Value::Set(set) => set.members.get(place).map(|member| (*member, *member)),
        _ => None,
    }
}

/// Returns the hashes of a member's keys, or `None` if the keys cannot be computed. In that case
/// the collection cannot have an index.
fn hashes<'a>(
    join: &Join,
    cx: &Context<'a>,
    (key, value): (Value<'a>, Value<'a>),
) -> Option<impl Iterator<Item = u32>> {
    let keys = (join.keys)(cx, key, value).ok()?;
    Some(keys.into_iter().map(|[key]| hash(&key)))
}

/// Builds an index in the arena of the evaluation.
fn built<'a>(join: &Join, of: Value<'a>, cx: &Context<'a>) -> Option<Table<'a>> {
    let arena: &'a Arena = cx.env().arena;
    // If the budget is exceeded, the scan without the index fails.
    arena.charge(of.len()?).ok()?;
    let mut found = arena.vec_with_capacity(of.len()?);
    for (row, member) in (0..).zip(members(Some(of))) {
        if row as usize % CHUNK == CHUNK - 1 {
            arena.look().ok()?;
        }
        found.extend(hashes(join, cx, member)?.map(|hash| Entry::new(row, hash)));
    }
    let mut starts = arena.scratch(Table::bounds(found.len()));
    starts.resize(Table::bounds(found.len()), 0);
    let mut sorted = arena.scratch(found.len());
    sorted.resize(found.len(), Entry::default());
    Table::build(&found, starts.into_bump_slice_mut(), sorted.into_bump_slice_mut())
}

/// Builds an index that does not depend on the evaluation.
fn built_alone(join: &'static Join, place: &Place<'_>, cells: usize) -> Option<Shared> {
    // Each later evaluation uses the index, so the limits of this one must not cut a comparison
    // short.
    let unlimited = Arena::new();
    let running = unlimited.begin(Budget::UNLIMITED);
    let mut arena = Arena::new();
    let built = place.build(join.id(), |member, into| {
        arena.reset();
        into.extend(hashes(join, &alone(&arena, cells), member)?);
        Some(())
    });
    running.finish();
    built
}

/// Creates a context for computing the keys of a member, which depend only on that member.
fn alone(arena: &Arena, cells: usize) -> Context<'_> {
    Context::new(Env::new(arena, &NoHost), None, Value::EMPTY_OBJECT, cells)
}
