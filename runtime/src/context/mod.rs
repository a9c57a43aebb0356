//! The evaluation context of compiled policies: documents, memo cells, and the replacements of
//! `with`.

mod collect;
mod input;
mod memo;
mod region;
mod scan;
mod with;

use core::cell::Cell;

use crate::arena::ArenaVec;
use crate::builtins::host;
use crate::codegen_support::hash_join::local::Joins;
use crate::codegen_support::hash_join::shared::Indexes;
use crate::codegen_support::memo::FunctionMemo;
use crate::codegen_support::multiset_order::{Multisets, Order};
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode, EvalError};
pub use crate::location::{LineColumn, Rule};
use crate::value::Value;
pub use collect::List;
pub(crate) use input::Input;
pub use region::Region;
pub use with::With;

/// The result of a rule: a value, undefined (`None`), or the error that stops the evaluation.
///
/// ```
/// use ferrego_runtime::{Eval, Value};
///
/// /// Returns `true` if the rule is defined and neither `false` nor the evaluation stopped.
/// fn holds(outcome: Eval<'_>) -> bool {
///     outcome.is_ok_and(|value| value.is_some_and(|value| value != Value::from(false)))
/// }
///
/// assert!(holds(Ok(Some(Value::from(1)))));
/// assert!(!holds(Ok(None)));
/// ```
pub type Eval<'a> = Result<Option<Value<'a>>, Box<EvalError>>;

/// The result of a rule that is always defined.
pub type Always<'a> = Result<Value<'a>, Box<EvalError>>;

/// The result of a rule that is only tested: whether it holds.
pub type Truth = Result<bool, Box<EvalError>>;

/// The result of a reference that iterates packages: one row for each match.
pub type Rows<'a, const N: usize> = Result<ArenaVec<'a, [Value<'a>; N]>, Box<EvalError>>;

/// The function that evaluates a document.
#[derive(Clone, Copy, Debug)]
pub enum Evaluate {
    /// A function whose result is always defined.
    Always(for<'a> fn(&Context<'a>) -> Always<'a>),
    /// A function whose result may be undefined.
    Maybe(for<'a> fn(&Context<'a>) -> Eval<'a>),
}

impl Evaluate {
    /// Evaluates the document.
    #[inline]
    fn document<'a>(self, cx: &Context<'a>) -> Eval<'a> {
        match self {
            // `?` takes the result apart. Copying it as a whole right after it was written in parts
            // would stall the processor.
            Self::Always(evaluate) => Ok(Some(evaluate(cx)?)),
            Self::Maybe(evaluate) => evaluate(cx),
        }
    }
}

/// A Rego function, which takes its arguments as a slice.
pub type FunctionFn = for<'a> fn(&Context<'a>, &[Value<'a>]) -> Eval<'a>;

/// The evaluation of one policy on one input.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    env: &'a Env<'a>,
    input: &'a Input<'a>,
    data: Value<'a>,
    /// The memo cells; none in a region.
    memo: &'a [Cell<Memo<'a>>],
    /// The number of memo cells outside of regions.
    cells: usize,
    replaced: &'a [u32],
    mocks: &'a [Mock<'a>],
    joins: &'a Joins<'a>,
    multisets: &'a Multisets,
}

/// The content of a memo cell.
#[derive(Clone, Copy, Debug)]
enum Memo<'a> {
    Empty,
    Function(&'a FunctionMemo<'a>),
    Undefined,
    Value(Value<'a>),
}

/// A function that a `with` replaced.
#[derive(Clone, Copy)]
struct Mock<'a> {
    slot: u32,
    by: MockBy<'a>,
}

#[derive(Clone, Copy)]
enum MockBy<'a> {
    Value(Value<'a>),
    Function(FunctionFn),
}

impl<'a> Context<'a> {
    /// Creates a context for a policy with `cells` memo cells. All its multisets are sets.
    pub fn new(env: Env<'a>, input: Option<Value<'a>>, data: Value<'a>, cells: usize) -> Self {
        let (env, input) = env.arena.place((env, Input::of(input)));
        Self::with_order(env, input, data, None, cells, Order::Sorted)
    }

    /// Creates a context like [`Context::new`], but with the indexes that are kept with `data`, and
    /// with unsorted multisets; see [`Context::answer`].
    #[inline]
    pub(crate) fn indexed(
        env: &'a Env<'a>,
        input: &'a Input<'a>,
        data: Value<'a>,
        indexes: Option<&'a Indexes<'a>>,
        cells: usize,
    ) -> Self {
        // In a strict evaluation any builtin may stop, which the compiler does not take into
        // account.
        let order = if env.strict { Order::Sorted } else { Order::Any };
        Self::with_order(env, input, data, indexes, cells, order)
    }

    /// Creates a context and writes its parts where they stay. This is most of the cost of a policy
    /// that does not apply to the input.
    #[inline]
    fn with_order(
        env: &'a Env<'a>,
        input: &'a Input<'a>,
        data: Value<'a>,
        indexes: Option<&'a Indexes<'a>>,
        cells: usize,
        order: Order,
    ) -> Self {
        let arena = env.arena;
        let memo = arena.cells(cells, |_| Cell::new(Memo::Empty));
        let (joins, multisets) = arena.place((Joins::new(indexes), Multisets::new(order)));
        Self { env, input, data, memo, cells, replaced: &[], mocks: &[], joins, multisets }
    }

    /// Returns the result of `evaluate`. If an unsorted multiset may have changed it, the result is
    /// computed again with sets (see [`crate::codegen_support::multiset`]).
    #[inline]
    pub(crate) fn answer(&self, evaluate: Evaluate) -> Eval<'a> {
        match evaluate.document(self) {
            Ok(answer) if !self.multisets.must_repeat(false) => Ok(answer),
            Err(error) if !self.multisets.must_repeat(true) => Err(error),
            _ => self.answer_in_order(evaluate),
        }
    }

    #[cold]
    fn answer_in_order(&self, evaluate: Evaluate) -> Eval<'a> {
        let mut context = self.with().finish();
        context.multisets = self.env.arena.place(Multisets::new(Order::Sorted));
        evaluate.document(&context)
    }

    pub(crate) fn joins(&self) -> &'a Joins<'a> {
        self.joins
    }

    pub(crate) fn memo_cells(&self) -> usize {
        self.cells
    }

    /// Returns the environment that builtins access.
    pub fn env(&self) -> &'a Env<'a> {
        self.env
    }

    /// Returns the base documents below `data`.
    pub fn data(&self) -> Value<'a> {
        self.data
    }

    /// Returns the base document at a path of string keys.
    #[inline]
    pub fn data_path(&self, keys: &[&str]) -> Option<Value<'a>> {
        self.data.path(keys)
    }

    /// Returns the result of a builtin. If the builtin failed, the result is undefined, or an error
    /// in a strict evaluation.
    #[inline]
    pub fn builtin(
        &self,
        rule: &Rule,
        at: LineColumn,
        name: &str,
        result: BuiltinResult<'a>,
    ) -> Eval<'a> {
        match result {
            Ok(value) => Ok(value),
            Err(fault) => self.failed(rule, at, name, &fault),
        }
    }

    /// Returns `true` if a builtin returned a value other than `false`. If the builtin failed, the
    /// result is `false`, or an error in a strict evaluation.
    #[inline]
    pub fn holds(
        &self,
        rule: &Rule,
        at: LineColumn,
        name: &str,
        result: BuiltinResult<'a>,
    ) -> Result<bool, Box<EvalError>> {
        match result {
            Ok(value) => Ok(value.is_some_and(|value| value.is_truthy())),
            Err(fault) => self.failed(rule, at, name, &fault).map(|_| false),
        }
    }

    #[cold]
    fn failed(
        &self,
        rule: &Rule,
        at: LineColumn,
        name: &str,
        fault: &BuiltinError<'a>,
    ) -> Eval<'a> {
        if !fault.stops(self.env.strict) {
            return Ok(None);
        }
        let message = format!("{name}: {}", fault.message);
        Err(EvalError::new(fault.code, message, &rule.at(at)))
    }

    /// Calls a host builtin. If the host does not offer it, the evaluation stops.
    pub fn host(
        &self,
        rule: &Rule,
        at: LineColumn,
        name: &str,
        operands: &[Value<'a>],
    ) -> Eval<'a> {
        if let Some(result) = host::call(self.env, name, operands) {
            return self.builtin(rule, at, name, result);
        }
        let message = format!("{name}: the host of this evaluation does not offer it");
        Err(EvalError::new(ErrorCode::Builtin, message, &rule.at(at)))
    }
}
