//! Discards the memory of loop bodies and functions when they end.
//!
//! The arena of an evaluation frees nothing before the end, so that the list of each iteration
//! stays:
//!
//! ```text
//! each _, x in input["xs"]                    each _, x in input["xs"]
//!   collect array all                           region -> @1
//!     each _, y in input["xs"]                  collect array all @1
//!       add format("%s-%s", x, y["name"])         each _, y in input["xs"]
//!   test is_in("a-b", all)                          add format("%s-%s", x, y["name"]) @1
//!   bind msg = format("%v", count(all))         test is_in("a-b", all)
//!   add {"msg": msg}                            bind msg = format("%v", count(all) @1) @1
//!                                               add {"msg": keep(msg)}
//! ```
//!
//! A region is an arena of its own, which ends with its block. The pass finds the values of the
//! block that escape (`escape`), makes those outside, and all others in the region (`place`). A
//! string, number or boolean of a region that escapes is copied. A collection that escapes is built
//! outside: a copy could be as large as the input.
//!
//! A region pays if the block takes memory that the policy's text does not bound: by a loop, by a
//! function with a loop, or by a builtin with large operands. All other blocks stay as they are. The
//! body of a loop comes first. The body of a function gets a region if a call of it stays outside of
//! regions and may run many times.
//!
//! Rust's borrow checker proves the placement: a value of a region that escapes without a copy does
//! not compile. Some calls stay outside, because the evaluation keeps their results: memoized rules
//! and functions, functions that call them, and lookups in hash indexes. Their arguments escape.

mod analysis;
mod escape;
mod facts;
mod kinds;
mod large;
mod place;
mod repeated;
#[cfg(test)]
mod tests;

use crate::ir::{
    Block, ContextId, Expr, LocalId, Program, Statement,
    visit::{MutVisitor, Visitor, descend, descend_mut},
};

use self::analysis::Analysis;
use self::escape::Bindings;
use self::facts::Growth;
use self::kinds::{Kind, Kinds};
use self::large::{Members, SmallRules};
use self::place::Placement;

/// Puts the bodies of loops and functions of `program` into regions where that pays.
pub(super) fn run(program: &mut Program) {
    let small = SmallRules::of(program);
    let facts = facts::of(program, &small);
    let mut functions = program.functions.clone();
    for function in &mut functions {
        let (kinds, _) = Kinds::of(function, &mut |callee| facts[callee.0 as usize].kind);
        let analysis = Analysis { program, facts: &facts, kinds: &kinds };
        let next = next_context(&function.body);
        let members = Members::of_policy(&function.body, &small);
        Loops { analysis: &analysis, members, next }.block(&mut function.body);
    }
    program.functions = functions;
    let repeated = repeated::functions(program);
    let mut functions = program.functions.clone();
    for (function, is_repeated) in functions.iter_mut().zip(repeated) {
        if is_repeated && !function.parameters.is_empty() {
            let (kinds, _) = Kinds::of(function, &mut |callee| facts[callee.0 as usize].kind);
            let analysis = Analysis { program, facts: &facts, kinds: &kinds };
            let context = next_context(&function.body);
            let of_policy = Members::of_policy(&function.body, &small);
            let parameters = function.parameters.clone();
            change(&analysis, context, &mut function.body, &of_policy, parameters);
        }
    }
    program.functions = functions;
}

/// Returns a context that a block does not use yet.
fn next_context(block: &Block) -> ContextId {
    struct Contexts(u32);
    impl Visitor for Contexts {
        fn statement(&mut self, statement: &Statement) {
            if let Statement::With { context, .. } | Statement::Region { context } = statement {
                self.0 = self.0.max(context.0);
            }
            descend::statement(self, statement);
        }
    }
    let mut contexts = Contexts(0);
    contexts.block(block);
    ContextId(contexts.0 + 1)
}

/// A visitor that puts the bodies of loops into regions, innermost first.
struct Loops<'l> {
    analysis: &'l Analysis<'l>,
    members: Members<'l>,
    next: ContextId,
}

impl MutVisitor for Loops<'_> {
    fn statement(&mut self, statement: &mut Statement) {
        descend_mut::statement(self, statement);
        if !self.members.is_large_loop(statement) {
            // The loop has as many iterations as the policy's text says.
            return;
        }
        let locals = facts::loop_locals(statement);
        if let Statement::Each { body, .. }
        | Statement::Rows { body, .. }
        | Statement::Walk { body, .. } = statement
            && change(self.analysis, self.next, body, &self.members, locals)
        {
            self.next.0 += 1;
        }
    }
}

/// Puts the values of a block into a region if that pays. `of_policy` holds the small locals of the
/// function, and `locals` the variables of the loop or the parameters. Returns `true` if it pays.
fn change(
    analysis: &Analysis<'_>,
    region: ContextId,
    block: &mut Block,
    of_policy: &Members<'_>,
    locals: Vec<LocalId>,
) -> bool {
    if !may_pay(analysis, block) {
        return false;
    }
    let bindings = Bindings::of(block, analysis);
    let members = of_policy.with(block, locals);
    let all = Placement::run(&mut block.clone(), region, analysis, &members, None);
    let escapes = bindings.escapes(&all.short, &members);
    let mut placed = block.clone();
    let pays = Placement::run(&mut placed, region, analysis, &members, Some(&escapes)).pays;
    if pays {
        begin(region, &mut placed);
        *block = placed;
    }
    pays
}

/// Returns `true` if a block may take memory that the policy's text does not bound.
fn may_pay(analysis: &Analysis<'_>, block: &Block) -> bool {
    struct Search<'s> {
        analysis: &'s Analysis<'s>,
        found: bool,
    }
    impl Visitor for Search<'_> {
        fn statement(&mut self, statement: &Statement) {
            self.found |= facts::is_loop(statement) || matches!(statement, Statement::With { .. });
            descend::statement(self, statement);
        }

        fn expr(&mut self, expr: &Expr) {
            self.found |= match expr {
                Expr::Format(_) => true,
                Expr::Pattern(call) => Kind::of_builtin(call.builtin) != Kind::Scalar,
                Expr::Call(call) => match call.callee {
                    crate::ir::Callee::Builtin(builtin) => {
                        call.mock.is_some() || facts::allocates(builtin)
                    }
                    crate::ir::Callee::Function(id) => {
                        call.mock.is_some() || self.analysis.facts(id).growth != Growth::None
                    }
                },
                Expr::Rule(id, _) => self.analysis.facts(*id).growth != Growth::None,
                _ => false,
            };
            descend::expr(self, expr);
        }
    }
    let mut search = Search { analysis, found: false };
    search.block(block);
    search.found
}

/// Begins a region in front of the first statement that uses it, in the innermost scope that holds
/// all of these statements.
fn begin(region: ContextId, block: &mut Block) {
    let Some(first) = block.0.iter().position(|statement| uses(statement, region)) else { return };
    let is_alone = !block.0[first + 1..].iter().any(|statement| uses(statement, region));
    match &mut block.0[first] {
        Statement::Scope { body, .. } if is_alone => begin(region, body),
        _ => block.0.insert(first, Statement::Region { context: region }),
    }
}

/// Returns `true` if a statement uses a context.
fn uses(statement: &Statement, context: ContextId) -> bool {
    struct Uses(ContextId, bool);
    impl Visitor for Uses {
        fn statement(&mut self, statement: &Statement) {
            self.1 |= match statement {
                Statement::Rows { context, .. }
                | Statement::With { parent: context, .. }
                | Statement::Collect { context, .. }
                | Statement::Walk { context, .. } => *context == self.0,
                _ => false,
            };
            descend::statement(self, statement);
        }

        fn expr(&mut self, expr: &Expr) {
            self.1 |= match expr {
                Expr::InRegion(context, _)
                | Expr::Keep(context, _)
                | Expr::Input(context)
                | Expr::ReviewObject(context)
                | Expr::BaseData(context)
                | Expr::Rule(_, context) => *context == self.0,
                Expr::Call(call) => call.context == self.0,
                Expr::Format(format) => format.context == self.0,
                Expr::Pattern(call) => call.context == self.0,
                _ => false,
            };
            descend::expr(self, expr);
        }
    }
    let mut uses = Uses(context, false);
    uses.statement(statement);
    uses.1
}
