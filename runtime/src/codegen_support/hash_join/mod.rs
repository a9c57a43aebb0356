//! Hash indexes for loops that keep only the members with a key that is known before the loop.
//!
//! In `other := data.inventory[_]; other.host == input.host`, for example, `other.host` is the key
//! of a member, and `input.host` is the key to look up.
//!
//! Generated code calls [`Context::matching`] for the members of a collection that may have the
//! key. The index may leave out members with other keys; it adds none, and keeps the order. The
//! body still tests each member. Thus an index cannot change an answer, however often its hashes
//! collide.
//!
//! If the evaluation has [`Indexes`] of the data, an index is kept there. Otherwise it is kept with
//! the evaluation, and built when a loop iterates the same collection for the second time.

mod hash;
mod local;
mod shared;
mod table;
#[cfg(test)]
mod tests;

use core::fmt;

use crate::codegen_support::{Members, Rows, members};
use crate::context::{Context, Rule};
use crate::error::EvalError;
use crate::value::Value;

pub(crate) use local::Joins;
pub use shared::{IndexedDocument, Indexes, Slots};
use table::{Matches, Table};

/// The length from which an index is built. A shorter collection is scanned faster than an index is
/// built and searched.
const FEW: usize = 16;

/// The length from which an index serves that is already built.
const FEW_KEPT: usize = 4;

/// Returns the keys of one member: the values that the loop's test compares. They depend only on
/// the key and the value that the loop binds.
pub type Keys = for<'a> fn(&Context<'a>, Value<'a>, Value<'a>) -> Rows<'a, 1>;

/// A loop that an index serves. It is a static, identified by its address.
pub struct Join {
    keys: Keys,
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
    ///
    /// # Errors
    /// Returns an error that names the rule and the line if the scan exceeds the budget of the
    /// evaluation.
    #[inline]
    pub fn matching(
        &self,
        rule: &Rule,
        line: u32,
        join: &'static Join,
        of: impl Into<Option<Value<'a>>>,
        wanted: impl FnOnce() -> crate::context::Eval<'a>,
    ) -> Result<Matching<'a>, Box<EvalError>> {
        let of = of.into();
        let length = of.and_then(|of| of.len()).unwrap_or_default();
        if let Some(of) = of
            && join.serves(length)
            && let Some(table) = self.table(join, of)
            && let Ok(Some(wanted)) = wanted()
        {
            let found = table.find(&wanted);
            self.charge(rule, line, found.len())?;
            return Ok(Matching::Some(of, found));
        }
        self.charge(rule, line, length)?;
        Ok(Matching::All(members(of)))
    }

    /// Returns the index of a collection, if it exists or is due to be built.
    fn table(&self, join: &'static Join, of: Value<'a>) -> Option<Table<'a>> {
        if self.env().strict {
            return None;
        }
        let shared = self.joins().shared.filter(|_| join.kept != Kept::No);
        match shared.and_then(|shared| shared.find(&of)) {
            Some(place) => place.table(join, self.memo_cells()),
            None if of.len()? < FEW || join.kept == Kept::AboveData => None,
            None => self.joins().table(join, of, self),
        }
    }
}

/// An iterator over the members of a collection: all of them, or those that an index finds.
pub enum Matching<'a> {
    /// All members.
    All(Members<'a>),
    /// The members that an index finds.
    Some(Value<'a>, Matches<'a>),
}

impl<'a> Iterator for Matching<'a> {
    type Item = (Value<'a>, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Matching::All(members) => members.next(),
            Matching::Some(of, rows) => rows.next().and_then(|row| member(of, row)),
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

/// Returns `true` if both are one collection at one address.
fn is_same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => core::ptr::eq::<[Value<'_>]>(*a, *b),
        (Value::Object(a), Value::Object(b)) => {
            core::ptr::eq::<[(Value<'_>, Value<'_>)]>(a.pairs, b.pairs)
        }
        (Value::Set(a), Value::Set(b)) => core::ptr::eq::<[Value<'_>]>(a.members, b.members),
        _ => false,
    }
}
