//! Builds strings and collections where they are first read.
//!
//! ```text
//! let path = concat("/", parts)        # before: built for each text
//! test exists { each _, p in patterns { test regex.match(p, text); found } }
//! add {"msg": path}
//!
//! lazy path { make concat("/", parts) }   # after: built if the test holds
//! test exists { … }
//! bind path = force path
//! add {"msg": path}
//! ```
//!
//! A binding moves down past statements that do not read it. If it cannot fail and no loop comes
//! between, the binding itself moves. Otherwise it becomes a lazy value ([`Statement::Lazy`]),
//! which is made at most once.
//!
//! This is sound because neither the binding nor the statements it passes can stop the evaluation,
//! ask the host or make a context (`effects`). The value is forced before anything is yielded, so
//! that a solution is yielded only if the binding succeeded, as before. In a loop, a binding that
//! fails continues with the next pass; it fails in each, so that nothing is yielded. The pass never
//! moves a binding into a condition or a collection, where failing means something else. A strict
//! evaluation, which stops where a builtin fails, makes a lazy value at once.
//!
//! Lookups do not move: they are often undefined, and then save the evaluation of the rest.

mod constructor;
mod rest;

use constructor::Constructors;
use rest::{Need, Rest};

use crate::ir::{Block, CollectKind, Expr, Local, LocalId, Program, Statement, visit};
use crate::passes::effects::{self, Analysis};

/// Moves the bindings of `program` down to where they are first read.
pub(super) fn run(program: &mut Program) {
    let constructors = Constructors::default();
    effects::change(program, |analysis, function| {
        let mut pass = Pass { analysis, constructors: &constructors, locals: &mut function.locals };
        pass.block(&mut function.body);
    });
}

/// The pass over one function.
struct Pass<'s, 'p> {
    analysis: &'s Analysis<'p>,
    constructors: &'s Constructors,
    locals: &'s mut Vec<Local>,
}

impl Pass<'_, '_> {
    /// Processes the statements from the last to the first, so that a value that is built only for
    /// a lazy value can move with it.
    fn block(&mut self, block: &mut Block) {
        let mut rest = Rest::default();
        while let Some(mut statement) = block.0.pop() {
            visit::change_blocks(&mut statement, &mut |block| self.block(block));
            self.place(statement, &mut rest);
        }
        block.0 = rest.into_statements();
    }

    /// Inserts a statement at the start of `rest`, or where it is first needed in `rest`.
    fn place(&mut self, statement: Statement, rest: &mut Rest) {
        let Some(local) = self.moves(&statement) else {
            return rest.push(self.analysis, statement);
        };
        match rest.first_need(local) {
            Need::None => rest.push(self.analysis, statement),
            Need::LazyOnly(place) => rest.insert_into(self.analysis, place, statement),
            Need::Before { tested: false, .. } | Need::Within { tested: false, .. } => {
                rest.push(self.analysis, statement);
            }
            need @ (Need::Before { .. } | Need::Within { .. }) => {
                let (handle, point) = self.point(local, &statement);
                match need {
                    Need::Within { place, .. } => rest.insert_into(self.analysis, place, point),
                    Need::Before { place, .. } => rest.insert(self.analysis, place, point),
                    _ => {}
                }
                if let Some(handle) = handle {
                    rest.push(self.analysis, self.lazy(handle, local, statement));
                }
            }
            Need::Descent => {
                let mut statements = std::mem::take(rest).into_statements();
                self.descend(statement, local, &mut statements);
                for statement in statements.into_iter().rev() {
                    rest.push(self.analysis, statement);
                }
            }
        }
    }

    /// Returns the statement to insert at the only point that needs `local`: the statement itself,
    /// or if it can fail, one that forces a lazy value, and its handle.
    fn point(&self, local: LocalId, statement: &Statement) -> (Option<LocalId>, Statement) {
        if !self.analysis.statement(statement).fails {
            return (None, statement.clone());
        }
        let handle = self.handle();
        (Some(handle), Statement::Bind { local, value: Expr::Force(handle) })
    }

    fn handle(&self) -> LocalId {
        LocalId(u32::try_from(self.locals.len()).unwrap_or(u32::MAX))
    }

    /// Returns the lazy value that a statement becomes, and adds its local.
    fn lazy(&mut self, handle: LocalId, local: LocalId, statement: Statement) -> Statement {
        let name = self.locals[local.0 as usize].name.clone();
        let otherwise = format!("lazy_{name}");
        self.locals.push(Local::hint(name, otherwise));
        lazy(handle, statement)
    }

    /// Inserts a statement at the start of `rest`, or at the points in the blocks of `rest` that
    /// need it.
    fn descend(&mut self, statement: Statement, local: LocalId, rest: &mut Vec<Statement>) {
        let handle = self.handle();
        let asked = Statement::Bind { local, value: Expr::Force(handle) };
        let mut descent =
            Descent { analysis: self.analysis, local, point: &asked, found: Found::default() };
        let mut placed = rest.clone();
        descent.place(&mut placed, false, false);
        let found = descent.found;
        if !found.gains {
            return rest.insert(0, statement);
        }
        if !found.in_loop && found.points == 1 && !self.analysis.statement(&statement).fails {
            let mut descent = Descent {
                analysis: self.analysis,
                local,
                point: &statement,
                found: Found::default(),
            };
            descent.place(rest, false, false);
            return;
        }
        placed.insert(0, self.lazy(handle, local, statement));
        *rest = placed;
    }

    /// Returns the local that a statement binds, if the statement builds a value and may move.
    fn moves(&self, statement: &Statement) -> Option<LocalId> {
        let effects = self.analysis.statement(statement);
        if effects.stops || effects.asks {
            return None;
        }
        match statement {
            Statement::Let { local, value } | Statement::Bind { local, value } => {
                self.constructors.is_constructor(self.analysis.program, value).then_some(*local)
            }
            Statement::Collect {
                local,
                kind: CollectKind::Array | CollectKind::Set | CollectKind::Multiset,
                ..
            } => Some(*local),
            _ => None,
        }
    }
}

fn lazy(handle: LocalId, statement: Statement) -> Statement {
    match statement {
        Statement::Let { value, .. } | Statement::Bind { value, .. } => {
            Statement::Lazy { local: handle, before: Block::default(), value }
        }
        other => {
            let value = match &other {
                Statement::Collect { local, .. } => Expr::Local(*local),
                _ => Expr::Force(handle),
            };
            Statement::Lazy { local: handle, before: Block(vec![other]), value }
        }
    }
}

/// The points to which a binding would move.
#[derive(Clone, Copy, Default)]
struct Found {
    /// The number of points.
    points: usize,
    /// `true` if a point is in a loop.
    in_loop: bool,
    /// `true` if a test comes before a point.
    gains: bool,
}

/// The descent through the statements after a binding.
struct Descent<'d> {
    analysis: &'d Analysis<'d>,
    local: LocalId,
    /// The statement to insert where the binding is needed.
    point: &'d Statement,
    found: Found,
}

impl Descent<'_> {
    /// Inserts the point before the first statement that needs it, on each way through a block.
    fn place(&mut self, block: &mut Vec<Statement>, in_loop: bool, mut tested: bool) {
        for index in 0..block.len() {
            let read_after = block[index + 1..]
                .iter()
                .any(|statement| visit::statement_reads(statement, self.local));
            match &mut block[index] {
                statement if is_passed(self.analysis, statement) && !self.is_read(statement) => {
                    tested |= matches!(statement, Statement::Test(_));
                }
                Statement::Each { of, lookup, body, .. }
                    if !self.stops(of)
                        && !self.reads(of)
                        && !lookup.iter().any(|lookup| self.reads(&lookup.wanted)) =>
                {
                    self.place(&mut body.0, true, tested);
                }
                Statement::Scope { body, .. } => self.place(&mut body.0, in_loop, tested),
                Statement::Lazy { before, .. } if !read_after => {
                    self.note(in_loop, tested);
                    return before.0.insert(0, self.point.clone());
                }
                _ => {
                    self.note(in_loop, tested);
                    return block.insert(index, self.point.clone());
                }
            }
        }
    }

    fn note(&mut self, in_loop: bool, tested: bool) {
        self.found.points += 1;
        self.found.in_loop |= in_loop;
        self.found.gains |= tested;
    }

    fn is_read(&self, statement: &Statement) -> bool {
        visit::statement_reads(statement, self.local)
    }

    fn reads(&self, expr: &Expr) -> bool {
        visit::expression_reads(expr, self.local)
    }

    fn stops(&self, expr: &Expr) -> bool {
        let effects = self.analysis.expr(expr);
        effects.stops || effects.asks
    }
}

/// Returns `true` if a statement has no observable effect: it yields nothing, and cannot stop the
/// evaluation.
fn is_passed(analysis: &Analysis<'_>, statement: &Statement) -> bool {
    let effects = analysis.statement(statement);
    !effects.stops && !effects.asks && !gives(statement)
}

fn gives(statement: &Statement) -> bool {
    match statement {
        Statement::Yield(_) => true,
        Statement::Each { body, .. }
        | Statement::Rows { body, .. }
        | Statement::Scope { body, .. } => body.0.iter().any(gives),
        Statement::Switch { arms, .. } => arms.iter().any(|(_, body)| body.0.iter().any(gives)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
