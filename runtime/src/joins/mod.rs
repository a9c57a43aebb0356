//! Loops whose members are found by an index, where their body goes on only for members with a
//! value that is known before the loop.
//!
//! Generated code asks [`Context::matching`] for the members of a collection that may have the
//! value: others are left out, none is added and the order stays, so that an index changes no
//! answer however coarse its hashes are. The body still tests for itself.
//!
//! An index is kept with the data where the evaluation has [`Indexes`] of them, and with the
//! evaluation otherwise, where it is made when a collection is gone through for the second time.

mod hash;
mod local;
mod shared;
mod table;
#[cfg(test)]
mod tests;

use core::fmt;

use crate::context::Context;
use crate::generated::{Members, Rows, members};
use crate::value::Value;

pub(crate) use local::Joins;
pub use shared::{IndexedDocument, Indexes, Slots};
use table::{Matches, Table};

/// Collections with fewer members are gone through: that takes less time than to make an index
/// and to look into it.
const FEW: usize = 16;

/// The same where the index is made already.
const FEW_KEPT: usize = 4;

/// Gives what the test of a loop compares for one member: by the key and the value that the loop
/// binds, and by nothing else.
pub type Keys = for<'a> fn(&Context<'a>, Value<'a>, Value<'a>) -> Rows<'a, 1>;

/// A loop that is served by an index. It is a static, and its address tells it from all others.
pub struct Join {
    keys: Keys,
    kept: Kept,
}

/// Where an index may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// With the evaluation alone.
    No,
    /// With the data.
    WithData,
    /// With the data, for members that each hold many objects: it changes with any of them.
    AboveData,
}

impl Join {
    /// A loop whose members have these keys.
    pub const fn new(keys: Keys) -> Self {
        Self { keys, kept: Kept::No }
    }

    /// The same, where the members are a part of the data, which may keep the index.
    pub const fn of_data(keys: Keys) -> Self {
        Self { keys, kept: Kept::WithData }
    }

    /// The same, where the members hold what the data is changed by: an index takes time to make
    /// whenever anything has changed, so it is made where a collection is asked for again and
    /// again.
    pub const fn above_data(keys: Keys) -> Self {
        Self { keys, kept: Kept::AboveData }
    }

    /// Whether a look into an index may take less time than going through so many members.
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
    /// The members of `of` that may have the key that `wanted` gives, with the indices, keys or
    /// members that lead to them; all where no index serves.
    ///
    /// A strict evaluation goes through all: there, what stands before the test may stop it.
    #[inline]
    pub fn matching(
        &self,
        join: &'static Join,
        of: impl Into<Option<Value<'a>>>,
        wanted: impl FnOnce() -> crate::context::Eval<'a>,
    ) -> Matching<'a> {
        let of = of.into();
        let all = Matching::All(members(of));
        let Some(of) = of.filter(|of| of.len().is_some_and(|length| join.serves(length))) else {
            return all;
        };
        if let Some(table) = self.table(join, of)
            && let Ok(Some(wanted)) = wanted()
        {
            return Matching::Some(of, table.find(&wanted));
        }
        all
    }

    /// The index of a collection, where there is one or it is to be made now.
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

/// The members of a collection, or those of them that an index finds.
pub enum Matching<'a> {
    /// All members.
    All(Members<'a>),
    /// Those that an index finds.
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

/// The member at a place, as a loop binds it.
fn member<'a>(of: &Value<'a>, row: u32) -> Option<(Value<'a>, Value<'a>)> {
    let place = row as usize;
    match of {
        Value::Array(items) => items.get(place).map(|item| (Value::int(i64::from(row)), *item)),
        Value::Object(object) => object.pairs.get(place).copied(),
        Value::Set(set) => set.members.get(place).map(|member| (*member, *member)),
        _ => None,
    }
}

/// Whether both are one collection in one place of memory.
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
