//! Looks up in a hash index the members of a loop whose key must equal a known value.
//!
//! ```text
//! each _, other in data["inventory"]…              # before: every object is visited
//!   test other["spec"]["host"] == host
//!
//! each _, other in data["inventory"]… with keys host   # after: only those with the host
//!   test other["spec"]["host"] == host
//! ```
//!
//! The pass finds such a test in a loop, and builds a function that returns the compared value of
//! one member. It attaches both to the loop, which then asks the runtime for the members that may
//! pass (`ferrego_runtime::codegen_support::hash_join`).
//!
//! This is sound because the test remains and members keep their order: an index leaves out only
//! members that would fail the test. Statements before the test are not evaluated for those
//! members, so they may only bind and test, and may not stop the evaluation (`effects`). The
//! compared value depends only on the member (`test`), so that an index may live as long as the
//! collection.

mod find;
mod keys;
mod origin;
mod test;

use std::collections::HashSet;

use crate::ir::{
    Block, Condition, Expr, Function, FunctionId, IndexLifetime, Join, JoinId, LocalId, Lookup,
    Program, Statement, visit,
};
use crate::passes::effects::Analysis;
use crate::source::Span;
use origin::Origins;
use test::{Own, Test};

/// Attaches lookups to the loops of `program` that an index serves, and adds the functions that
/// return its keys.
pub(super) fn run(program: &mut Program) {
    let analysis = Analysis::new(program);
    let (mut found, mut added) = (Vec::new(), Vec::new());
    for function in &program.functions {
        let mut search = Search {
            analysis: &analysis,
            function,
            origins: Origins::default(),
            loops: Vec::new(),
            bound: function.parameters.clone(),
            served: HashSet::new(),
            found: Vec::new(),
            place: function.sources.first().copied().unwrap_or(function.at),
            added: &mut added,
        };
        search.block(&function.body);
        found.push(search.found);
    }
    for (index, found) in found.into_iter().enumerate() {
        for Found { at, wanted, join } in found {
            let lookup = Lookup { join: JoinId(program.joins.len()), wanted };
            program.joins.push(join);
            note(&mut program.functions[index].body, at, lookup);
        }
    }
    program.functions.extend(added);
}

/// A loop that an index serves, identified by the local that it binds.
struct Found {
    at: LocalId,
    wanted: Expr,
    join: Join,
}

/// The search for loops in one function.
struct Search<'s, 'p> {
    analysis: &'s Analysis<'p>,
    function: &'p Function,
    origins: Origins,
    /// For each enclosing loop, the number of locals that were bound before it.
    loops: Vec<usize>,
    /// The bound locals, in order of binding.
    bound: Vec<LocalId>,
    /// The loops within a loop that an index serves, identified by the locals that they bind.
    served: HashSet<LocalId>,
    found: Vec<Found>,
    /// The innermost definition.
    place: Span,
    /// The functions that the pass adds to the program.
    added: &'s mut Vec<Function>,
}

impl<'p> Search<'_, 'p> {
    fn block(&mut self, block: &'p Block) {
        let bound = self.bound.len();
        for statement in &block.0 {
            self.statement(statement);
        }
        self.bound.truncate(bound);
    }

    fn statement(&mut self, statement: &'p Statement) {
        match statement {
            Statement::Let { local, value }
            | Statement::Bind { local, value }
            | Statement::LetOption { local, value } => {
                self.origins.bind(*local, self.origins.of(value));
                self.bound.push(*local);
            }
            Statement::Test(condition) => self.condition(condition),
            Statement::Destructure { items, .. } => self.bound.extend(items),
            Statement::Each { key, value, of, body, .. } => self.each(*key, *value, of, body),
            Statement::Rows { locals, body, .. } => {
                self.inside(locals.iter().flatten().copied(), body);
            }
            Statement::Walk { value, body, .. } => self.inside([*value].into_iter(), body),
            Statement::Switch { arms, .. } => arms.iter().for_each(|(_, body)| self.block(body)),
            Statement::With { .. }
            | Statement::Region { .. }
            | Statement::WalkPath(_)
            | Statement::Yield(_) => {}
            Statement::Collect { local, body, .. }
            | Statement::Single { local, body, .. }
            | Statement::First { local, body } => {
                self.block(body);
                self.bound.push(*local);
            }
            Statement::Lazy { local, before, .. } => {
                self.block(before);
                self.bound.push(*local);
            }
            Statement::Fused { body, .. } => self.block(body),
            Statement::Scope { body, at } => {
                let outer = std::mem::replace(&mut self.place, *at);
                self.block(body);
                self.place = outer;
            }
        }
    }

    fn condition(&mut self, condition: &'p Condition) {
        match condition {
            Condition::Not(inner) => self.condition(inner),
            Condition::Exists(block) => self.block(block),
            _ => {}
        }
    }

    fn inside(&mut self, locals: impl Iterator<Item = LocalId>, body: &'p Block) {
        let bound = self.bound.len();
        self.loops.push(bound);
        self.bound.extend(locals);
        self.block(body);
        self.loops.pop();
        self.bound.truncate(bound);
    }

    fn each(
        &mut self,
        key: Option<LocalId>,
        value: Option<LocalId>,
        of: &'p Expr,
        body: &'p Block,
    ) {
        let path = self.origins.of(of);
        let lifetime = match &path {
            None => self.is_repeated(of).then_some(IndexLifetime::Evaluation),
            Some(path) => origin::lifetime(path),
        };
        if let (Some(at), Some(lifetime)) = (value.or(key), lifetime)
            && !self.served.contains(&at)
            && let Some(test) =
                find::find(self.analysis, &self.bound, (key, value), body, path.is_some())
            && (path.is_some() || test.is_worth(at))
        {
            if lifetime != IndexLifetime::AboveData {
                self.served.extend(test.loops());
            }
            let keys = self.keys((key, value), &test);
            self.found.push(Found { at, wanted: test.wanted, join: Join { keys, lifetime } });
        }
        self.origins.bind_member(value, path);
        self.inside(key.into_iter().chain(value), body);
    }

    /// Adds the function that returns the keys of a member.
    fn keys(&mut self, member: (Option<LocalId>, Option<LocalId>), test: &Test<'_>) -> FunctionId {
        let called = match &test.own {
            Own::Called(called) => Some(self.add(called.keys.clone())),
            _ => None,
        };
        self.add(keys::function(self.function, &[member.0, member.1], test, called, self.place))
    }

    fn add(&mut self, function: Function) -> FunctionId {
        let id = self.analysis.program.functions.len() + self.added.len();
        self.added.push(function);
        FunctionId(u32::try_from(id).unwrap_or(u32::MAX))
    }

    /// Returns `true` if a loop over `of` may iterate the same collection more than once.
    ///
    /// This is so if a loop encloses it and `of` reads only locals that are bound before that loop.
    /// It is also so if no loop encloses it, its function has parameters, and `of` reads no local.
    /// A collection in the policy's text is short and never counts.
    fn is_repeated(&self, of: &Expr) -> bool {
        if matches!(of, Expr::Constant(_) | Expr::Array(_) | Expr::Set(_)) {
            return false;
        }
        let outside = match self.loops.last() {
            Some(&outside) => &self.bound[..outside],
            None if self.function.parameters.is_empty() => return false,
            None => &[],
        };
        test::locals(of).iter().all(|local| outside.contains(local))
    }
}

/// Attaches a lookup to the loop that binds `at`.
fn note(block: &mut Block, at: LocalId, lookup: Lookup) {
    let mut lookup = Some(lookup);
    note_in_block(block, at, &mut lookup);
}

fn note_in_block(block: &mut Block, at: LocalId, noted: &mut Option<Lookup>) {
    for statement in &mut block.0 {
        match statement {
            Statement::Each { key, value, lookup, .. } if value.or(*key) == Some(at) => {
                *lookup = noted.take().map(Box::new);
                return;
            }
            _ => visit::change_blocks(statement, &mut |inner| note_in_block(inner, at, noted)),
        }
    }
}
