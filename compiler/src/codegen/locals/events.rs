//! The bindings of a function's locals and the reads of its options, in the order of the code.

use std::collections::HashMap;

use crate::codegen::operator::is_certain;
use crate::ir::visit::{Visitor, descend};
use crate::ir::{Block, Condition, Expr, Function, LocalId, Statement};

/// An event that decides which names are visible.
pub(super) enum Event {
    /// A part of the code begins, whose bindings end with it.
    Open,
    /// The part ends that began last.
    Close,
    /// A local is bound; `option` is the option or lazy value that it binds. A binding that can
    /// fail is enclosed in braces.
    Bind { local: LocalId, option: Option<LocalId>, can_fail: bool },
    /// A local is read.
    Read(LocalId),
}

/// The events of a function.
#[derive(Default)]
pub(super) struct Events {
    pub(super) all: Vec<Event>,
    /// For each event, the end of the part that contains it.
    ends: Vec<usize>,
    /// The places of the reads of each local.
    reads: HashMap<LocalId, Vec<usize>>,
    /// The places where variables of each name are bound.
    variables: HashMap<String, Vec<usize>>,
    /// The collections and single values under construction, to which yields add.
    sinks: Vec<LocalId>,
}

impl Events {
    /// Collects the events of a function, whose locals have the names `bases`.
    pub(super) fn of(function: &Function, bases: &[String]) -> Self {
        let mut events = Self::default();
        for &parameter in &function.parameters {
            events.bind(parameter);
        }
        events.block(&function.body);
        events.ends = vec![events.all.len(); events.all.len()];
        let mut open = Vec::new();
        for (at, event) in events.all.iter().enumerate().rev() {
            events.ends[at] = open.last().copied().unwrap_or(events.all.len());
            match event {
                Event::Close => open.push(at),
                Event::Open => {
                    open.pop();
                }
                Event::Read(local) => events.reads.entry(*local).or_default().push(at),
                Event::Bind { local, .. } => {
                    let index = local.0 as usize;
                    if function.locals[index].otherwise.is_none() {
                        events.variables.entry(bases[index].clone()).or_default().push(at);
                    }
                }
            }
        }
        events
    }

    /// Returns the option or lazy value that is bound at `at`.
    pub(super) fn option(&self, at: usize) -> Option<LocalId> {
        match self.all[at] {
            Event::Bind { option, .. } => option,
            _ => None,
        }
    }

    /// Returns `true` if the binding at `at` can fail.
    pub(super) fn can_fail(&self, at: usize) -> bool {
        matches!(self.all[at], Event::Bind { can_fail: true, .. })
    }

    /// Returns `true` if a local is not read while the one that is bound at `at` is visible.
    pub(super) fn is_past(&self, at: usize, local: LocalId) -> bool {
        self.reads.get(&local).is_none_or(|reads| self.within(at, reads).is_empty())
    }

    /// Returns `true` if a variable `name` is bound while the local that is bound at `at` is
    /// visible, unless the variable hides that local.
    pub(super) fn is_variable(&self, at: usize, local: LocalId, name: &str) -> bool {
        let Some(places) = self.variables.get(name) else { return false };
        self.within(at, places).iter().any(|&place| match self.all[place] {
            Event::Bind { option, .. } => option != Some(local),
            _ => false,
        })
    }

    /// Returns the places between `at` and the end of its part. All places are sorted from the last
    /// to the first.
    fn within<'e>(&self, at: usize, places: &'e [usize]) -> &'e [usize] {
        let first = places.partition_point(|&place| place >= self.ends[at]);
        let last = places.partition_point(|&place| place > at);
        places.get(first..last).unwrap_or_default()
    }

    fn bind(&mut self, local: LocalId) {
        self.all.push(Event::Bind { local, option: None, can_fail: false });
    }

    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        self.all.push(Event::Open);
        visit(self);
        self.all.push(Event::Close);
    }
}

impl Visitor for Events {
    fn block(&mut self, block: &Block) {
        self.inside(|events| descend::block(events, block));
    }

    fn expr(&mut self, expr: &Expr) {
        if let Expr::Local(local)
        | Expr::OptionLocal(local)
        | Expr::Force(local)
        | Expr::WalkDepth(local)
        | Expr::WalkKey(local, _) = expr
        {
            self.all.push(Event::Read(*local));
        }
        descend::expr(self, expr);
    }

    fn condition(&mut self, condition: &Condition) {
        if let Condition::InPass(pass, _) = condition {
            self.all.push(Event::Read(*pass));
        }
        descend::condition(self, condition);
    }

    fn statement(&mut self, statement: &Statement) {
        if let Statement::Lazy { local, before, value } = statement {
            // The closure does not see the local.
            self.inside(|events| {
                descend::block(events, before);
                events.expr(value);
            });
            return self.bind(*local);
        }
        descend::header(self, statement);
        if let Statement::Yield(_) = statement {
            self.all.extend(self.sinks.last().map(|&sink| Event::Read(sink)));
        }
        match statement {
            Statement::Bind { local, value } => {
                let option = match value {
                    Expr::OptionLocal(option) | Expr::Force(option) => Some(*option),
                    _ => None,
                };
                let can_fail = !is_certain(value);
                self.all.push(Event::Bind { local: *local, option, can_fail });
            }
            Statement::Let { local, .. }
            | Statement::LetOption { local, .. }
            | Statement::Collect { local, .. }
            | Statement::Single { local, .. }
            | Statement::First { local, .. }
            | Statement::WalkPath(local) => self.bind(*local),
            Statement::Destructure { items, .. } => {
                for item in items {
                    self.bind(*item);
                }
            }
            _ => {}
        }
        let is_sink = match statement {
            Statement::Collect { local, .. } | Statement::Single { local, .. } => {
                self.sinks.push(*local);
                true
            }
            _ => false,
        };
        self.inside(|events| {
            let mut bind = |local: &LocalId| events.bind(*local);
            match statement {
                Statement::Each { key, value, .. } => key.iter().chain(value).for_each(&mut bind),
                Statement::Rows { locals, .. } => locals.iter().flatten().for_each(&mut bind),
                Statement::Walk { value, .. } => bind(value),
                Statement::Fused { pass, .. } => bind(pass),
                _ => {}
            }
            descend::blocks(events, statement);
        });
        if is_sink {
            self.sinks.pop();
        }
    }
}
