//! Explanations: a second evaluation that records the literals which decide.
//!
//! For example, the rule below has one definition. For an object without labels, its explanation
//! names the first literal that fails, and the longest part of its reference that exists:
//!
//! ```text
//! allow { input.review.object.metadata.labels.app == "web" }
//!
//! `input.review.object.metadata` has no member "labels"
//! ```
//!
//! The explanation asks the machine that evaluates for every answer: [`search`] runs each body with
//! [`Machine::literal`], and notes the literals without solutions. It therefore cannot disagree
//! with the evaluation, and an evaluation without explanation does nothing for it.

mod every;
mod facts;
mod print;
mod reference;
mod rule;
mod search;
mod steps;
mod text;

use std::cell::{Cell, RefCell};

use ferrego_runtime::{Env, Value};

use super::context::Context;
use super::frame::Frame;
use super::{Machine, Shared};
use crate::explanation::Explanation;
use crate::program::{GroupId, GroupKind, Program, Variable};

pub(super) use print::Printer;
pub(crate) use print::prints;

/// The depth of rules and bodies within rules that are explained.
const DEPTH: usize = 4;

/// The most steps of an explanation.
const STEPS: usize = 400;

/// The state of one explanation.
struct Explainer<'x, 'm, 'a> {
    machine: &'x Machine<'m, 'a>,
    /// The number of steps for which there is room.
    room: Cell<usize>,
    is_cut: Cell<bool>,
    /// The rules that are explained, each of which is explained once.
    explained: RefCell<Vec<(GroupId, Vec<Value<'a>>)>>,
}

/// A point of a search: the bindings of a branch and the documents that it sees.
#[derive(Clone, Copy)]
struct Scene<'x, 'm, 'a> {
    explainer: &'x Explainer<'x, 'm, 'a>,
    machine: &'x Machine<'m, 'a>,
    context: &'x Context<'a>,
    frame: &'x Frame<'m, 'a>,
    variables: &'m [Variable],
    depth: usize,
}

/// Explains the document at `path` below `data`.
pub(crate) fn explain<'a>(
    program: &Program,
    env: &Env<'a>,
    path: &[&str],
    input: Option<Value<'a>>,
    data: Option<Value<'a>>,
) -> Explanation {
    // A literal is explained with the bindings of its frame, which a region would discard.
    let shared = Shared { region_limit: usize::MAX, ..Shared::default() };
    let machine = Machine::new(program, env, data, &shared);
    let explainer = Explainer {
        machine: &machine,
        room: Cell::new(STEPS),
        is_cut: Cell::new(false),
        explained: RefCell::default(),
    };
    let context = Context::new(input);
    let is_document =
        |id: &GroupId| !matches!(program.groups[*id].kind, GroupKind::Function { .. });
    let group = program.group_at(path).filter(is_document);
    let running = env.arena.begin(env.budget);
    let rule = group.map(|id| explainer.top(&context, id));
    let exceeded = running.finish().map(|(exceeded, _)| exceeded.message().to_owned());
    let failure = shared.failure.take().filter(|_| env.strict);
    let stopped = exceeded.or_else(|| failure.map(|failure| failure.to_string()));
    Explanation { rule, stopped, is_cut: explainer.is_cut.get() }
}

impl Explainer<'_, '_, '_> {
    /// Takes the room of one step. Returns `false` if there is none.
    fn takes_step(&self) -> bool {
        let room = self.room.get();
        self.room.set(room.saturating_sub(1));
        if room == 0 {
            self.is_cut.set(true);
        }
        room > 0
    }
}
