//! The part of the evaluation's state that `with` can change.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_runtime::Value;

use super::fingerprint;
use crate::program::{Callee, GroupId};

/// The documents and functions that a literal sees.
pub(super) struct Context<'a> {
    pub(super) input: Option<Value<'a>>,
    /// The values that modifiers put below `data`.
    pub(super) overlay: Option<Value<'a>>,
    /// The paths below `data` that show only the overlay.
    pub(super) replaced: Vec<Vec<Arc<str>>>,
    /// Functions and their replacements. If a function occurs twice, the last replacement applies.
    pub(super) mocks: Vec<(Callee, Mock<'a>)>,
    /// `true` in a region, if the context outside has the same documents and functions.
    pub(super) is_inner: bool,
    /// The values of rules in this context, memoized per argument.
    memo: RefCell<Memo<'a>>,
}

/// The memoized values of groups.
type Memo<'a> = BTreeMap<GroupId, Answers<'a, 'a>>;

/// The memoized values of a group. The inner option is `None` if a value is undefined.
struct Answers<'k, 'a> {
    /// The value without arguments or keys.
    #[expect(clippy::option_option, reason = "undefined is an answer to remember too")]
    whole: Option<Option<Value<'a>>>,
    /// The values for arguments or keys, by their fingerprint first, which decides most comparisons.
    by_arguments: BTreeMap<(u64, Vec<Value<'k>>), Option<Value<'a>>>,
}

/// Finds an entry of a memo. The arguments may live shorter than the memo.
#[expect(clippy::option_option, reason = "undefined is an answer to remember too")]
fn find<'x, 'a>(
    memo: &BTreeMap<GroupId, Answers<'x, 'a>>,
    group: GroupId,
    arguments: &[Value<'x>],
) -> Option<Option<Value<'a>>> {
    let answers = memo.get(&group)?;
    if arguments.is_empty() {
        return answers.whole;
    }
    answers.by_arguments.get(&entry(arguments)).copied()
}

/// Returns the key of arguments in a memo.
fn entry<'k>(arguments: &[Value<'k>]) -> (u64, Vec<Value<'k>>) {
    (fingerprint::of(arguments), arguments.to_vec())
}

/// The replacement of a function.
#[derive(Clone, Copy)]
pub(super) enum Mock<'a> {
    Value(Value<'a>),
    Function(Callee),
}

impl<'a> Context<'a> {
    pub(super) fn new(input: Option<Value<'a>>) -> Self {
        Self {
            input,
            overlay: None,
            replaced: Vec::new(),
            mocks: Vec::new(),
            is_inner: false,
            memo: RefCell::default(),
        }
    }

    /// Returns the context of a region, with the same documents and functions, and an empty memo.
    pub(super) fn inner<'s>(&self) -> Context<'s>
    where
        'a: 's,
    {
        Context {
            input: self.input,
            overlay: self.overlay,
            replaced: self.replaced.clone(),
            mocks: self.mocks.clone(),
            is_inner: true,
            memo: RefCell::default(),
        }
    }

    /// Returns a context with the same documents and functions, and an empty memo.
    pub(super) fn fresh(&self) -> Self {
        Self {
            input: self.input,
            overlay: self.overlay,
            replaced: self.replaced.clone(),
            mocks: self.mocks.clone(),
            is_inner: false,
            memo: RefCell::default(),
        }
    }

    /// Returns the replacement of `callee`, if it has one.
    pub(super) fn mock(&self, callee: Callee) -> Option<Mock<'a>> {
        self.mocks.iter().rev().find(|(target, _)| *target == callee).map(|(_, mock)| *mock)
    }

    /// Returns `true` if a modifier replaces the document at `path` or at a prefix of it.
    pub(super) fn is_replaced(&self, path: &[Value<'a>]) -> bool {
        self.replaced.iter().any(|target| {
            target.len() <= path.len()
                && target.iter().zip(path).all(|(name, key)| key.as_str() == Some(name.as_ref()))
        })
    }

    /// Returns the memoized result for a group with these arguments or keys. The outer option is
    /// `None` without an entry. The inner option is `None` if the result is undefined.
    #[expect(clippy::option_option, reason = "undefined is an answer to remember too")]
    pub(super) fn remembered(
        &self,
        group: GroupId,
        arguments: &[Value<'_>],
    ) -> Option<Option<Value<'a>>> {
        find(&self.memo.borrow(), group, arguments)
    }

    pub(super) fn remember(
        &self,
        group: GroupId,
        arguments: &[Value<'a>],
        value: Option<Value<'a>>,
    ) {
        let mut memo = self.memo.borrow_mut();
        let answers = memo
            .entry(group)
            .or_insert_with(|| Answers { whole: None, by_arguments: BTreeMap::new() });
        if arguments.is_empty() {
            answers.whole = Some(value);
        } else {
            answers.by_arguments.insert(entry(arguments), value);
        }
    }
}
