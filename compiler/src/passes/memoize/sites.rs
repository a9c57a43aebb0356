//! Finds the functions that are likely to be called again with the same argument.

use std::collections::{HashMap, HashSet};

use crate::ir::visit::{Visitor, descend};
use crate::ir::{Block, Call, Callee, ContextId, Expr, FunctionId, LocalId, Program, Statement};

/// Where a value comes from. Two values that come from one place may be the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Origin {
    Input,
    Data,
    Rule(FunctionId),
    /// A constant, by its text.
    Named(String),
    Parameter(FunctionId, LocalId),
    /// What stands at keys: the base and the keys.
    Of(Vec<Origin>),
    /// A key or a member of a collection.
    Key(Box<Origin>),
    Member(Box<Origin>),
    /// A place of its own.
    Own(usize),
}

/// A value's origin, and the loops that it depends on.
#[derive(Clone, Debug)]
struct Known {
    origin: Origin,
    /// How many of the loops around it change it, the outermost first.
    depth: usize,
}

/// The functions that are called in a loop which does not change their arguments, or at two places
/// with arguments that come from one.
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
    /// How many loops there are around the place.
    depth: usize,
    /// How many places of their own there are.
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
    /// Notes the origins of the locals that a statement binds for those after it.
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

    /// A call in another context finds nothing kept.
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
            // What a call gives, or an expression makes, is made anew each time.
            _ => return self.own(),
        };
        Known { origin, depth: 0 }
    }
}

/// What comes from parts.
fn of(parts: Vec<Known>) -> Known {
    let depth = parts.iter().map(|part| part.depth).max().unwrap_or(0);
    Known { origin: Origin::Of(parts.into_iter().map(|part| part.origin).collect()), depth }
}
