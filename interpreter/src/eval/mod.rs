//! Evaluation of a query.
//!
//! The evaluation is a search in continuation-passing style: every literal calls a continuation for
//! each of its solutions, and the continuation evaluates the literals after it.
//!
//! Memory follows what is alive, because [`region`] evaluates parts of a large evaluation in memory
//! of their own.

mod body;
mod call;
mod context;
mod document;
mod explain;
mod fingerprint;
mod frame;
mod free;
mod index;
mod merge;
mod partial;
mod reference;
mod region;
mod rules;
mod unify;
mod with;

use std::cell::{Cell, RefCell};

use ferrego_compiler::source::Span;
use ferrego_runtime::arena::Known;
use ferrego_runtime::budget::Exceeded;
use ferrego_runtime::{Env, ErrorCode, EvalError, Value};
use smallvec::SmallVec;

use crate::program::{GroupId, Program, Term};
use context::Context;
use explain::Printer;
pub(crate) use explain::{explain, prints};
use frame::Frame;
use region::Outer;

/// The decision of a continuation: whether the search continues after a solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Continue,
    Stop,
}

/// The outcome of a search.
type Outcome = Result<Flow, Box<EvalError>>;

/// A few values, such as the arguments of a call or the keys of a path.
type Values<'a> = SmallVec<[Value<'a>; 4]>;

/// A value, or `None` for undefined.
type Lookup<'a> = Result<Option<Value<'a>>, Box<EvalError>>;

/// A continuation that receives each value.
type EachValue<'k, 'a> = &'k mut dyn FnMut(Value<'a>) -> Outcome;

/// A continuation that is called for each solution of a literal.
type EachSolution<'k> = &'k mut dyn FnMut() -> Outcome;

/// The bindings of a solution: a function that returns the value of a term under them.
type Bindings<'k, 'm, 'a> = &'k dyn Fn(&'m Term) -> Option<Value<'a>>;

/// A continuation that receives the bindings of each solution of a body.
type EachBindings<'k, 'm, 'a> = &'k mut dyn FnMut(Bindings<'_, 'm, 'a>) -> Outcome;

/// The depth of nested rules at which an evaluation is abandoned. The compiler takes chains of up to
/// 10,000 rules.
const DEPTH_LIMIT: usize = 20_000;

/// The members that a loop visits between two looks at the clock.
const CHUNK: usize = 256;

/// The state of one evaluation, or of one of its regions.
struct Machine<'m, 'a> {
    program: &'m Program,
    env: &'m Env<'a>,
    data: Option<Value<'a>>,
    shared: &'m Shared,
    /// The machine outside of the region.
    outer: Option<&'m dyn Outer<'a>>,
    /// The bytes that the arena held at the beginning.
    start: usize,
    /// The values that do not change when they leave a region of this machine.
    known: RefCell<Known<'a>>,
}

/// The state that an evaluation shares with its regions.
#[derive(Default)]
struct Shared {
    /// The bytes that a machine takes before it begins regions.
    region_limit: usize,
    /// The first failure of a builtin. A strict evaluation reports it at its end.
    failure: RefCell<Option<Box<EvalError>>>,
    depth: Cell<usize>,
    /// The place of the literal that is evaluated.
    place: Cell<(Option<GroupId>, Span)>,
    /// The collector of the output of `print`, if it is wanted.
    printer: Option<Printer>,
}

/// Evaluates the document at `path` below `data`. A part of the evaluation that takes as many bytes
/// as `region_limit` evaluates its own parts in regions.
pub(crate) fn query<'a>(
    program: &Program,
    region_limit: usize,
    env: &Env<'a>,
    path: &[&str],
    input: Option<Value<'a>>,
    data: Option<Value<'a>>,
) -> Lookup<'a> {
    let shared = Shared { region_limit, ..Shared::default() };
    Machine::new(program, env, data, &shared).ask(path, input)
}

impl<'m, 'a> Machine<'m, 'a> {
    fn new(
        program: &'m Program,
        env: &'m Env<'a>,
        data: Option<Value<'a>>,
        shared: &'m Shared,
    ) -> Self {
        let (start, known) = (env.arena.taken(), RefCell::default());
        Self { program, env, data, shared, outer: None, start, known }
    }

    /// Evaluates the document at `path` below `data`.
    fn ask(&self, path: &[&str], input: Option<Value<'a>>) -> Lookup<'a> {
        let operands: Vec<Term> = path.iter().map(|name| Term::String((*name).into())).collect();
        let mut answer = None;
        let running = self.env.arena.begin(self.env.budget);
        let (context, frame) = (Context::new(input), Frame::new(0, None));
        let tree = Some(&self.program.tree);
        let searched = self.document(&context, &frame, tree, &[], &operands, &mut |value| {
            answer = Some(value);
            Ok(Flow::Stop)
        });
        let exceeded = running.finish();
        match (searched, exceeded) {
            (Err(error), Some(_)) if error.code == ErrorCode::Cancel => return Err(error),
            // Any other error may come from a comparison that was stopped.
            (_, Some((exceeded, _))) => return Err(self.over_budget(exceeded)),
            (searched, None) => searched?,
        };
        match self.shared.failure.take() {
            Some(failure) if self.env.strict => Err(failure),
            _ => Ok(answer),
        }
    }

    /// Builds an error at `span` in the rules of `group`.
    #[expect(clippy::unnecessary_box_returns, reason = "evaluation errors travel in boxes")]
    fn error(
        &self,
        code: ErrorCode,
        message: &str,
        group: Option<GroupId>,
        span: Span,
    ) -> Box<EvalError> {
        let (file, (line, column)) = self.program.place(span);
        let rule = group.map_or_else(String::new, |id| self.program.groups[id].name());
        Box::new(EvalError { code, message: message.to_owned(), rule, file, line, column })
    }

    /// Takes steps from the budget of the evaluation. An error names the place of the literal that
    /// is evaluated.
    fn charge(&self, steps: usize) -> Result<(), Box<EvalError>> {
        self.env.arena.charge(steps).map_err(|exceeded| self.over_budget(exceeded))
    }

    /// Looks at the clock in a loop that was charged when it began: before each member at an `index`
    /// that is a multiple of [`CHUNK`].
    fn look(&self, index: usize) -> Result<(), Box<EvalError>> {
        if index > 0 && index.is_multiple_of(CHUNK) {
            self.env.arena.look().map_err(|exceeded| self.over_budget(exceeded))?;
        }
        Ok(())
    }

    #[expect(clippy::unnecessary_box_returns, reason = "evaluation errors travel in boxes")]
    fn over_budget(&self, exceeded: Exceeded) -> Box<EvalError> {
        let (group, span) = self.shared.place.get();
        self.error(ErrorCode::Cancel, exceeded.message(), group, span)
    }

    /// Runs `work` one level deeper. Returns an error at [`DEPTH_LIMIT`].
    fn deeper<T>(
        &self,
        group: GroupId,
        work: impl FnOnce() -> Result<T, Box<EvalError>>,
    ) -> Result<T, Box<EvalError>> {
        let depth = self.shared.depth.get();
        if depth >= DEPTH_LIMIT {
            let message = "rules are nested too deeply";
            return Err(self.error(ErrorCode::Internal, message, Some(group), Span::default()));
        }
        self.shared.depth.set(depth + 1);
        let result = work();
        self.shared.depth.set(depth);
        result
    }
}
