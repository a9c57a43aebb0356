//! What `with` can change.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_runtime::Value;

use crate::program::{Callee, GroupId};

/// The documents and functions that a literal sees.
pub(super) struct Context<'a> {
    pub(super) input: Option<Value<'a>>,
    /// Values that modifiers put below `data`.
    pub(super) overlay: Option<Value<'a>>,
    /// Paths below `data` where only the overlay counts.
    pub(super) replaced: Vec<Vec<Arc<str>>>,
    /// Functions and what is called in their stead; the last of a function counts.
    pub(super) mocks: Vec<(Callee, Mock<'a>)>,
    /// Values found in this context, so that none is computed twice.
    memo: RefCell<Memo<'a>>,
}

type Memo<'a> = BTreeMap<(GroupId, Vec<Value<'a>>), Option<Value<'a>>>;

/// What stands for a function.
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
            memo: RefCell::default(),
        }
    }

    /// The same documents and functions with nothing computed yet.
    pub(super) fn fresh(&self) -> Self {
        Self {
            input: self.input,
            overlay: self.overlay,
            replaced: self.replaced.clone(),
            mocks: self.mocks.clone(),
            memo: RefCell::default(),
        }
    }

    /// What stands for `callee`.
    pub(super) fn mock(&self, callee: Callee) -> Option<Mock<'a>> {
        self.mocks.iter().rev().find(|(target, _)| *target == callee).map(|(_, mock)| *mock)
    }

    /// Whether a modifier replaced the document at `path` or one above it.
    pub(super) fn is_replaced(&self, path: &[Value<'a>]) -> bool {
        self.replaced.iter().any(|target| {
            target.len() <= path.len()
                && target.iter().zip(path).all(|(name, key)| key.as_str() == Some(name.as_ref()))
        })
    }

    /// What was computed before for rules with these arguments or keys: outside, whether it was.
    #[expect(clippy::option_option, reason = "undefined is an answer to remember too")]
    pub(super) fn remembered(
        &self,
        group: GroupId,
        arguments: &[Value<'a>],
    ) -> Option<Option<Value<'a>>> {
        self.memo.borrow().get(&(group, arguments.to_vec())).copied()
    }

    pub(super) fn remember(
        &self,
        group: GroupId,
        arguments: &[Value<'a>],
        value: Option<Value<'a>>,
    ) {
        self.memo.borrow_mut().insert((group, arguments.to_vec()), value);
    }
}
