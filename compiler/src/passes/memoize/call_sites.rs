//! Finds the functions that are likely to be called again with the same argument.

use std::collections::{HashMap, HashSet};

use crate::ir::visit::{Visitor, descend};
use crate::ir::{Block, Call, Callee, ContextId, Expr, FunctionId, LocalId, Program, Statement};

/// The origin of a value. Two values with one origin may be the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Origin {
    Input,
    Data,
    Rule(FunctionId),
    /// A constant, identified by its text.
    Named(String),
    Parameter(FunctionId, LocalId),
    /// The value at a path: the origins of the base and of the keys.
    Of(Vec<Origin>),
    /// A key of a collection.
    Key(Box<Origin>),
    Member(Box<Origin>),
    /// A unique origin.
    Own(usize),
}

/// The origin of a value, and the loops that it depends on.
#[derive(Clone, Debug)]
struct Known {
    origin: Origin,
    /// The number of enclosing loops that change the value, counted from the outermost.
    depth: usize,
}

/// Returns the functions that are likely to be called repeatedly with the same arguments. Either a
/// loop contains the call and does not change its arguments, or two calls have arguments with the
/// same origins.
pub(super) fn repeated(program: &Program) -> Vec<FunctionId> {
    let mut sites = Sites::default();
    for (index, function) in program.functions.iter().enumerate() {
        let Ok(index) = u32::try_from(index) else { continue };
        let parameter = |local: &LocalId| {
            let origin = Origin::Parameter(FunctionId(index), *local);
            (*local, Known { origin, depth: 0 })
        };
        sites.known = function.parameters.iter().map(parameter).collect();
        sites.depth = 0;
        sites.block(&function.body);
    }
    let mut repeated: Vec<_> = sites.repeated.into_iter().collect();
    repeated.sort();
    repeated
}

#[derive(Default)]
struct Sites {
    known: HashMap<LocalId, Known>,
    /// The number of enclosing loops.
    depth: usize,
    /// The number of unique origins so far.
    own: usize,
    seen: HashSet<(FunctionId, Vec<Origin>)>,
    repeated: HashSet<FunctionId>,
}

impl Visitor for Sites {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Each { key, value, of, body, .. } => {
                descend::header(self, statement);
                self.each((*key, *value), of, body);
            }
            Statement::Rows { locals, body, .. } => {
                descend::header(self, statement);
                self.depth += 1;
                locals.iter().flatten().for_each(|local| self.bind_own(*local));
                self.block(body);
                self.depth -= 1;
            }
            Statement::Walk { value, body, .. } => {
                descend::header(self, statement);
                self.depth += 1;
                self.bind_own(*value);
                self.block(body);
                self.depth -= 1;
            }
            // The bindings come before the value that reads them.
            Statement::Lazy { before, value, .. } => {
                self.block(before);
                self.expr(value);
            }
            _ => descend::statement(self, statement),
        }
        self.bind(statement);
    }

    fn expr(&mut self, expr: &Expr) {
        descend::expr(self, expr);
        if let Expr::Call(call) = expr {
            self.site(call);
        }
    }
}

impl Sites {
    /// Records the origins of the locals that a statement binds for the statements after it.
    fn bind(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { local, value }
            | Statement::Bind { local, value }
            | Statement::LetOption { local, value } => {
                let known = self.origin(value);
                self.known.insert(*local, known);
            }
            Statement::Destructure { items, of } => {
                let of = self.origin(of);
                for (index, item) in items.iter().enumerate() {
                    let key = Origin::Named(format!("item {index}"));
                    let origin = Origin::Of(vec![of.origin.clone(), key]);
                    self.known.insert(*item, Known { origin, depth: of.depth });
                }
            }
            Statement::Collect { local, .. }
            | Statement::Single { local, .. }
            | Statement::First { local, .. }
            | Statement::Lazy { local, .. }
            | Statement::WalkPath(local) => self.bind_own(*local),
            _ => {}
        }
    }

    fn each(&mut self, (key, value): (Option<LocalId>, Option<LocalId>), of: &Expr, body: &Block) {
        let of = Box::new(self.origin(of).origin);
        self.depth += 1;
        let depth = self.depth;
        if let Some(key) = key {
            self.known.insert(key, Known { origin: Origin::Key(of.clone()), depth });
        }
        if let Some(value) = value {
            self.known.insert(value, Known { origin: Origin::Member(of), depth });
        }
        self.block(body);
        self.depth -= 1;
    }

    /// Records a call. A call in another context has other memos and does not count.
    fn site(&mut self, call: &Call) {
        let Callee::Function(function) = call.callee else { return };
        if call.context != ContextId(0) {
            return;
        }
        let arguments: Vec<_> = call.arguments.iter().map(|one| self.origin(one)).collect();
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0);
        let origins = arguments.into_iter().map(|argument| argument.origin).collect();
        if !self.seen.insert((function, origins)) || depth < self.depth {
            self.repeated.insert(function);
        }
    }

    fn bind_own(&mut self, local: LocalId) {
        let known = self.own();
        self.known.insert(local, known);
    }

    fn own(&mut self) -> Known {
        self.own += 1;
        Known { origin: Origin::Own(self.own), depth: self.depth }
    }

    fn origin(&mut self, expr: &Expr) -> Known {
        let origin = match expr {
            Expr::Local(local) | Expr::OptionLocal(local) => match self.known.get(local) {
                Some(known) => return known.clone(),
                None => return self.own(),
            },
            Expr::Constant(constant) => Origin::Named(format!("{constant:?}")),
            Expr::Input(ContextId(0)) => Origin::Input,
            Expr::BaseData(ContextId(0)) => Origin::Data,
            Expr::Rule(function, ContextId(0)) => Origin::Rule(*function),
            Expr::Get { base, keys } => {
                let mut parts = vec![self.origin(base)];
                parts.extend(keys.iter().map(|key| self.origin(key)));
                return of(parts);
            }
            // A call or a constructor makes a new value each time.
            _ => return self.own(),
        };
        Known { origin, depth: 0 }
    }
}

/// Returns the origin of a value at a path.
fn of(parts: Vec<Known>) -> Known {
    let depth = parts.iter().map(|part| part.depth).max().unwrap_or(0);
    Known { origin: Origin::Of(parts.into_iter().map(|part| part.origin).collect()), depth }
}
