//! The evaluation context of compiled policies: documents, memo cells, and what `with` replaced.

use core::cell::Cell;

use crate::answers::{Answers, Key};
use crate::arena::{self, ArenaVec};
use crate::bags::{BagBuilder, Bags, Order};
use crate::builtins::host;
use crate::collections::{ObjectBuilder, SetBuilder};
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode, EvalError, Location};
use crate::joins::{Indexes, Joins};
use crate::value::{Object, Value};

/// What a rule gives: a value, undefined, or what stops the evaluation.
pub type Eval<'a> = Result<Option<Value<'a>>, Box<EvalError>>;

/// A rule or package without parameters.
pub type RuleFn = for<'a> fn(&Context<'a>) -> Eval<'a>;

/// A function, its arguments in a slice.
pub type FunctionFn = for<'a> fn(&Context<'a>, &[Value<'a>]) -> Eval<'a>;

/// The evaluation of one policy on one input.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    env: &'a Env<'a>,
    input: Option<Value<'a>>,
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
        Self::with_order(env, input, data, None, cells, Order::Sorted)
    }

    /// As [`Context::new`], with the indexes that are kept with `data`, and with bags; see
    /// [`Context::answer`].
    pub(crate) fn indexed(
        env: Env<'a>,
        input: Option<Value<'a>>,
        data: Value<'a>,
        indexes: Option<&'a Indexes<'a>>,
        cells: usize,
    ) -> Self {
        // A strict evaluation may stop at any builtin, and so does more than the compiler knows.
        let order = if env.strict { Order::Sorted } else { Order::Any };
        Self::with_order(env, input, data, indexes, cells, order)
    }

    fn with_order(
        env: Env<'a>,
        input: Option<Value<'a>>,
        data: Value<'a>,
        indexes: Option<&'a Indexes<'a>>,
        cells: usize,
        order: Order,
    ) -> Self {
        let arena = env.arena;
        let memo = arena.slice_with(cells, |_| Cell::new(Memo::Empty));
        let (env, joins, bags) = arena.place((env, Joins::new(indexes), Bags::new(order)));
        Self { env, input, data, memo, replaced: &[], mocks: &[], joins, bags }
    }

    /// The answer that `evaluate` gives, found anew with sets where it has to be (see
    /// [`crate::bags`]).
    pub(crate) fn answer(&self, evaluate: RuleFn) -> Eval<'a> {
        let answer = evaluate(self);
        if self.bags.must_repeat(answer.is_err()) { self.answer_in_order(evaluate) } else { answer }
    }

    #[cold]
    fn answer_in_order(&self, evaluate: RuleFn) -> Eval<'a> {
        let mut context = self.with().context;
        context.bags = self.env.arena.place(Bags::new(Order::Sorted));
        evaluate(&context)
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

    /// `input`
    pub fn input(&self) -> Option<Value<'a>> {
        self.input
    }

    /// The value in `input` at a path of string keys.
    #[inline]
    pub fn input_path(&self, keys: &[&str]) -> Option<Value<'a>> {
        self.input.as_ref()?.path(keys)
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
        let place = answers.place(&key);
        if place.answers(&key) {
            return Ok(place.get());
        }
        let answer = compute(self)?;
        place.set(key, answer);
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

    /// Starts a context in which something is replaced.
    pub fn with(&self) -> With<'a> {
        let memo = self.env.arena.slice_with(self.memo.len(), |_| Cell::new(Memo::Empty));
        With { context: Self { memo, ..*self } }
    }

    /// Whether a `with` has put a base document at or above a rule.
    pub fn is_replaced(&self, slots: &[u32]) -> bool {
        slots.iter().any(|slot| self.replaced.contains(slot))
    }

    /// Calls a function that a `with` may have replaced. The replacement runs without mocks, as
    /// in OPA, so that it may call what it stands for.
    pub fn mocked(&self, slot: u32, arguments: &[Value<'a>], original: FunctionFn) -> Eval<'a> {
        let mock = self.mocks.iter().rev().find(|mock| mock.slot == slot);
        match mock.map(|mock| mock.by) {
            None => original(self, arguments),
            Some(MockBy::Value(value)) => Ok(Some(value)),
            Some(MockBy::Function(function)) => {
                let mut plain = self.with().context;
                plain.mocks = &[];
                function(&plain, arguments)
            }
        }
    }

    /// An array in the making.
    pub fn list(&self) -> List<'a> {
        List { items: self.env.arena.vec() }
    }

    /// A set in the making.
    pub fn set(&self) -> SetBuilder<'a> {
        SetBuilder::of(self.env.arena, self.env.arena.vec(), self.bags)
    }

    /// A bag in the making.
    pub fn bag(&self) -> BagBuilder<'a> {
        BagBuilder::new(self.env.arena, self.bags, None)
    }

    /// A bag in the making, of whose members nothing is read but what stands at `keys`.
    pub fn bag_read_at(&self, keys: &'static [&'static str]) -> BagBuilder<'a> {
        BagBuilder::new(self.env.arena, self.bags, Some(keys))
    }

    /// An object in the making.
    pub fn object(&self) -> ObjectBuilder<'a> {
        ObjectBuilder::new(self.env.arena)
    }

    /// A partial object of any depth in the making.
    pub fn document(&self) -> crate::document_rules::DocumentBuilder<'a> {
        crate::document_rules::DocumentBuilder::new(self.env.arena)
    }

    /// The same where all keys are constants.
    pub fn ground_document(&self) -> crate::document_rules::DocumentBuilder<'a> {
        crate::document_rules::DocumentBuilder::ground(self.env.arena)
    }

    /// Rows in the making.
    pub fn rows<const N: usize>(&self) -> ArenaVec<'a, [Value<'a>; N]> {
        self.env.arena.vec()
    }

    /// An array of `items`.
    pub fn array_of(&self, items: &[Value<'a>]) -> Value<'a> {
        self.env.arena.array(items)
    }

    /// A set of `members`.
    pub fn set_of(&self, members: &[Value<'a>]) -> Value<'a> {
        let room = self.env.arena.vec_with_capacity(members.len());
        let mut set = SetBuilder::of(self.env.arena, room, self.bags);
        for member in members {
            set.insert(*member);
        }
        set.finish()
    }

    /// An object of `pairs`.
    pub fn object_of(&self, pairs: &[(Value<'a>, Value<'a>)]) -> Value<'a> {
        let mut object = ObjectBuilder::with_capacity(self.env.arena, pairs.len());
        for (key, value) in pairs {
            object.insert(*key, *value);
        }
        object.finish()
    }

    /// An object of `pairs`, which the compiler has sorted and whose keys differ.
    pub fn sorted_object_of(&self, pairs: &[(Value<'a>, Value<'a>)]) -> Value<'a> {
        Value::Object(Object { pairs: self.env.arena.slice(pairs) })
    }

    /// A package as a document: the base document's members, and over them what rules give.
    pub fn package(
        &self,
        base: Option<Value<'a>>,
        children: &[(&'static str, Option<Value<'a>>)],
    ) -> Value<'a> {
        let mut object = self.object();
        if let Some(Value::Object(base)) = base {
            let is_rule =
                |key: &Value<'_>| children.iter().any(|(name, _)| key.as_str() == Some(name));
            for &(key, value) in base.pairs().iter().filter(|(key, _)| !is_rule(key)) {
                object.insert(key, value);
            }
        }
        for &(name, value) in children {
            if let Some(value) = value {
                object.insert(Value::String(name), value);
            }
        }
        object.finish()
    }
}

/// An array in the making.
#[derive(Debug)]
pub struct List<'a> {
    items: ArenaVec<'a, Value<'a>>,
}

impl<'a> List<'a> {
    /// Adds an item at the end.
    pub fn push(&mut self, item: Value<'a>) {
        arena::push(&mut self.items, item);
    }

    /// The array.
    pub fn finish(self) -> Value<'a> {
        Value::Array(self.items.into_bump_slice())
    }
}

/// A context in the making, for the `with` modifiers of one literal.
pub struct With<'a> {
    context: Context<'a>,
}

impl<'a> With<'a> {
    /// `with input.path as value`
    #[must_use]
    pub fn input(mut self, path: &[&'static str], value: Value<'a>) -> Self {
        self.context.input = Some(self.replace(self.context.input, path, value));
        self
    }

    /// `with data.path as value`
    #[must_use]
    pub fn data(mut self, path: &[&'static str], slot: u32, value: Value<'a>) -> Self {
        self.context.data = self.replace(Some(self.context.data), path, value);
        self.context.replaced = self.extended(self.context.replaced, slot);
        self
    }

    /// `with f as value`
    #[must_use]
    pub fn function_value(mut self, slot: u32, value: Value<'a>) -> Self {
        let mock = Mock { slot, by: MockBy::Value(value) };
        self.context.mocks = self.extended(self.context.mocks, mock);
        self
    }

    /// `with f as g`
    #[must_use]
    pub fn function(mut self, slot: u32, function: FunctionFn) -> Self {
        let mock = Mock { slot, by: MockBy::Function(function) };
        self.context.mocks = self.extended(self.context.mocks, mock);
        self
    }

    /// The context.
    pub fn finish(self) -> Context<'a> {
        self.context
    }

    fn extended<T: Copy>(&self, items: &'a [T], item: T) -> &'a [T] {
        let mut all = self.context.env.arena.vec_with_capacity(items.len() + 1);
        all.extend_from_slice(items);
        all.push(item);
        all.into_bump_slice()
    }

    /// `whole` with `value` at `path`: objects on the way are copied, anything else on the way
    /// gives way to an object (`mergeTermWithValues` in OPA's `topdown/input.go`).
    fn replace(
        &self,
        whole: Option<Value<'a>>,
        path: &[&'static str],
        value: Value<'a>,
    ) -> Value<'a> {
        let [key, rest @ ..] = path else { return value };
        let object = match whole {
            Some(Value::Object(object)) => object,
            _ => Object { pairs: &[] },
        };
        let inner = self.replace(object.get_str(key), rest, value);
        let mut copy = self.context.object();
        object.pairs.iter().for_each(|&(key, value)| copy.insert(key, value));
        copy.insert(Value::String(key), inner);
        copy.finish()
    }
}
