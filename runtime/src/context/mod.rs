//! The evaluation context of compiled policies: documents, memo cells, and what `with` replaced.

mod collect;
mod input;
mod with;

use core::cell::Cell;

use crate::answers::{Answers, Key};
use crate::bags::{Bags, Order};
use crate::builtins::host;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode, EvalError, Location};
use crate::joins::{Indexes, Joins};
use crate::value::Value;
pub use collect::List;
pub(crate) use input::Input;
pub use with::With;

/// What a rule gives: a value, undefined, or what stops the evaluation.
pub type Eval<'a> = Result<Option<Value<'a>>, Box<EvalError>>;

/// What a rule gives that is always defined.
pub type Always<'a> = Result<Value<'a>, Box<EvalError>>;

/// How a document is found.
#[derive(Clone, Copy, Debug)]
pub enum Evaluate {
    /// It is always defined.
    Always(for<'a> fn(&Context<'a>) -> Always<'a>),
    /// It may be undefined.
    Maybe(for<'a> fn(&Context<'a>) -> Eval<'a>),
}

impl Evaluate {
    /// The document.
    #[inline]
    fn document<'a>(self, cx: &Context<'a>) -> Eval<'a> {
        match self {
            // This takes the answer apart: what is copied as a whole right after it was written
            // stalls.
            Self::Always(evaluate) => Ok(Some(evaluate(cx)?)),
            Self::Maybe(evaluate) => evaluate(cx),
        }
    }
}

/// A function, its arguments in a slice.
pub type FunctionFn = for<'a> fn(&Context<'a>, &[Value<'a>]) -> Eval<'a>;

/// The evaluation of one policy on one input.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    env: &'a Env<'a>,
    input: &'a Input<'a>,
    data: Value<'a>,
    memo: &'a [Cell<Memo<'a>>],
    replaced: &'a [u32],
    mocks: &'a [Mock<'a>],
    joins: &'a Joins<'a>,
    bags: &'a Bags,
}

/// What a memo cell holds.
#[derive(Clone, Copy, Debug)]
enum Memo<'a> {
    Empty,
    Answers(&'a Answers<'a>),
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

/// The rule that generated code belongs to, for the errors that it raises.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Full path, `data.pkg.rule`.
    pub path: &'static str,
    /// The source's name.
    pub file: &'static str,
}

impl Rule {
    /// A line of the rule's source.
    pub const fn line(&self, line: u32) -> Location {
        Location { rule: self.path, file: self.file, line }
    }
}

impl<'a> Context<'a> {
    /// A context for a policy with `cells` memo cells, whose bags are sets.
    pub fn new(env: Env<'a>, input: Option<Value<'a>>, data: Value<'a>, cells: usize) -> Self {
        let (env, input) = env.arena.place((env, Input::of(input)));
        Self::with_order(env, input, data, None, cells, Order::Sorted)
    }

    /// As [`Context::new`], with the indexes that are kept with `data`, and with bags; see
    /// [`Context::answer`].
    #[inline]
    pub(crate) fn indexed(
        env: &'a Env<'a>,
        input: &'a Input<'a>,
        data: Value<'a>,
        indexes: Option<&'a Indexes<'a>>,
        cells: usize,
    ) -> Self {
        // A strict evaluation may stop at any builtin, and so does more than the compiler knows.
        let order = if env.strict { Order::Sorted } else { Order::Any };
        Self::with_order(env, input, data, indexes, cells, order)
    }

    /// A context whose parts are written where they stay: this is most of what a policy takes that
    /// finds nothing to look at.
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
        let memo = arena.slice_with(cells, |_| Cell::new(Memo::Empty));
        let (joins, bags) = arena.place((Joins::new(indexes), Bags::new(order)));
        Self { env, input, data, memo, replaced: &[], mocks: &[], joins, bags }
    }

    /// The answer that `evaluate` gives, found anew with sets where it has to be (see
    /// [`crate::bags`]).
    #[inline]
    pub(crate) fn answer(&self, evaluate: Evaluate) -> Eval<'a> {
        match evaluate.document(self) {
            Ok(answer) if !self.bags.must_repeat(false) => Ok(answer),
            Err(error) if !self.bags.must_repeat(true) => Err(error),
            _ => self.answer_in_order(evaluate),
        }
    }

    #[cold]
    fn answer_in_order(&self, evaluate: Evaluate) -> Eval<'a> {
        let mut context = self.with().finish();
        context.bags = self.env.arena.place(Bags::new(Order::Sorted));
        evaluate.document(&context)
    }

    pub(crate) fn joins(&self) -> &'a Joins<'a> {
        self.joins
    }

    pub(crate) fn memo_cells(&self) -> usize {
        self.memo.len()
    }

    /// What builtins see.
    pub fn env(&self) -> &'a Env<'a> {
        self.env
    }

    /// The base documents below `data`.
    pub fn data(&self) -> Value<'a> {
        self.data
    }

    /// The base document at a path of string keys.
    #[inline]
    pub fn data_path(&self, keys: &[&str]) -> Option<Value<'a>> {
        self.data.path(keys)
    }

    /// The answer of a rule that may be undefined, computed once.
    #[inline]
    pub fn memo(&self, cell: usize, compute: impl FnOnce(&Self) -> Eval<'a>) -> Eval<'a> {
        match self.memo[cell].get() {
            Memo::Value(value) => Ok(Some(value)),
            Memo::Undefined => Ok(None),
            Memo::Empty | Memo::Answers(_) => {
                let answer = compute(self)?;
                self.memo[cell].set(answer.map_or(Memo::Undefined, Memo::Value));
                Ok(answer)
            }
        }
    }

    /// The answer of a rule that is always defined, computed once.
    #[inline]
    pub fn memo_value(
        &self,
        cell: usize,
        compute: impl FnOnce(&Self) -> Result<Value<'a>, Box<EvalError>>,
    ) -> Result<Value<'a>, Box<EvalError>> {
        if let Memo::Value(value) = self.memo[cell].get() {
            return Ok(value);
        }
        let value = compute(self)?;
        self.memo[cell].set(Memo::Value(value));
        Ok(value)
    }

    /// The answer of a function, computed once for arguments that come again soon. Arguments are
    /// the same if they are so in memory: equal ones may differ in what is printed of them.
    #[inline]
    pub fn remember<const N: usize>(
        &self,
        cell: usize,
        arguments: [Value<'a>; N],
        compute: impl FnOnce(&Self) -> Eval<'a>,
    ) -> Eval<'a> {
        let key = Key::of(arguments);
        let answers = match self.memo[cell].get() {
            Memo::Answers(answers) => answers,
            _ => self.first_answers(cell),
        };
        if let Some(answer) = answers.get(&key) {
            return Ok(answer.get());
        }
        let answer = compute(self)?;
        answers.keep(key, answer);
        Ok(answer)
    }

    #[cold]
    fn first_answers(&self, cell: usize) -> &'a Answers<'a> {
        let answers = self.env.arena.place(Answers::new());
        self.memo[cell].set(Memo::Answers(answers));
        answers
    }

    /// The result of a builtin: its failures are undefined, or stop a strict evaluation.
    #[inline]
    pub fn builtin(
        &self,
        rule: &Rule,
        line: u32,
        name: &str,
        result: BuiltinResult<'a>,
    ) -> Eval<'a> {
        match result {
            Ok(value) => Ok(value),
            Err(fault) => self.failed(rule, line, name, &fault),
        }
    }

    /// Whether a builtin gives true, or anything but false: its failures are false, or stop a
    /// strict evaluation.
    #[inline]
    pub fn holds(
        &self,
        rule: &Rule,
        line: u32,
        name: &str,
        result: BuiltinResult<'a>,
    ) -> Result<bool, Box<EvalError>> {
        match result {
            Ok(value) => Ok(value.is_some_and(|value| value.is_truthy())),
            Err(fault) => self.failed(rule, line, name, &fault).map(|_| false),
        }
    }

    #[cold]
    fn failed(&self, rule: &Rule, line: u32, name: &str, fault: &BuiltinError<'a>) -> Eval<'a> {
        if !fault.stops(self.env.strict) {
            return Ok(None);
        }
        let message = format!("{name}: {}", fault.message);
        Err(EvalError::new(fault.code, message, &rule.line(line)))
    }

    /// Calls a host builtin; one that the host does not offer stops the evaluation.
    pub fn host(&self, rule: &Rule, line: u32, name: &str, operands: &[Value<'a>]) -> Eval<'a> {
        if let Some(result) = host::call(self.env, name, operands) {
            return self.builtin(rule, line, name, result);
        }
        let message = format!("{name}: the host of this evaluation does not offer it");
        Err(EvalError::new(ErrorCode::Builtin, message, &rule.line(line)))
    }
}
