//! Moves the values of a block that do not escape into the memory of a region.

mod exprs;

use std::collections::HashSet;

use crate::ir::{
    Block, Condition, ContextId, Expr, FunctionId, LocalId, Replacement, Statement, Yield,
};
use crate::passes::regions::analysis::Analysis;
use crate::passes::regions::escape::Escapes;
use crate::passes::regions::facts::Growth;
use crate::passes::regions::kinds::{Kind, of_expr};
use crate::passes::regions::large::Members;

/// The context that a function has from its caller, outside of every region.
const OUTSIDE: ContextId = ContextId(0);

/// The placement of the values of one block.
pub(super) struct Placement<'p> {
    analysis: &'p Analysis<'p>,
    members: &'p Members<'p>,
    /// The parts that stay outside; `None` to move all that can be moved.
    escapes: Option<&'p Escapes>,
    /// The context of the region.
    region: ContextId,
    /// The locals whose values may refer to the memory of a region.
    short: HashSet<LocalId>,
    /// The contexts in whose memory values do not outlive the region.
    contexts: HashSet<ContextId>,
    /// The enclosing blocks with yields, innermost last.
    sinks: Vec<Sink>,
    /// The number of enclosing loops in the block over values that may be as large as the input.
    large_loops: usize,
    /// `true` if the result of the next call leaves the region as a copy.
    is_copied: bool,
    /// `true` if the region holds an amount of memory that the policy's text does not bound.
    pays: bool,
}

/// A collection or single value in the block.
#[derive(Clone, Copy)]
struct Sink {
    is_outside: bool,
    /// `true` if a value may refer to the memory of a region.
    is_short: bool,
}

/// The result of a placement.
pub(super) struct Placed {
    /// The locals whose values may refer to the memory of a region.
    pub(super) short: HashSet<LocalId>,
    /// `true` if the region holds an amount of memory that the policy's text does not bound.
    pub(super) pays: bool,
}

impl<'p> Placement<'p> {
    /// Moves the values of `block` into the region with the context `region`, except those that
    /// escape.
    pub(super) fn run(
        block: &mut Block,
        region: ContextId,
        analysis: &'p Analysis<'p>,
        members: &'p Members<'p>,
        escapes: Option<&'p Escapes>,
    ) -> Placed {
        let mut placement = Self {
            analysis,
            members,
            escapes,
            region,
            short: HashSet::new(),
            contexts: HashSet::from([region]),
            sinks: Vec::new(),
            large_loops: 0,
            is_copied: false,
            pays: false,
        };
        placement.block(block);
        Placed { short: placement.short, pays: placement.pays }
    }

    fn escapes(&self, local: LocalId) -> bool {
        self.escapes.is_some_and(|escapes| escapes.locals.contains(&local))
    }

    /// Records that the region holds a value.
    fn holds(&mut self, growth: Growth) {
        self.pays |= self.large_loops > 0 || growth == Growth::Any;
    }

    /// Records that the region holds the result of a call with operands that are placed.
    fn holds_result(&mut self, expr: &Expr) {
        let is_large = match expr {
            Expr::Call(call) => self.members.takes_large(call),
            Expr::Format(format) => self.members.any_is_large(&format.values),
            Expr::Pattern(call) => self.members.any_is_large(&call.arguments),
            _ => false,
        };
        self.holds(if is_large { Growth::Any } else { Growth::Operands });
    }

    /// Moves a node of the caller's context into the region.
    fn move_in(&self, context: &mut ContextId) {
        if *context == OUTSIDE {
            *context = self.region;
        }
    }

    fn kind(&self, expr: &Expr) -> Kind {
        of_expr(expr, self.analysis.kinds, |callee| self.analysis.facts(callee).kind)
    }

    fn block(&mut self, block: &mut Block) {
        for statement in &mut block.0 {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &mut Statement) {
        let is_large = self.members.is_large_loop(statement);
        match statement {
            Statement::Let { local, value }
            | Statement::Bind { local, value }
            | Statement::LetOption { local, value } => self.bind(*local, value),
            Statement::Lazy { local, before, value } => {
                self.block(before);
                self.bind(*local, value);
            }
            Statement::Test(condition) => self.condition(condition),
            Statement::Destructure { items, of } => {
                self.place(of, items.iter().any(|item| self.escapes(*item)));
                self.mark(items.iter(), of);
            }
            Statement::Each { key, value, of, lookup, body } => {
                let locals: Vec<_> = key.iter().chain(value.iter()).copied().collect();
                let is_outside =
                    lookup.is_some() || locals.iter().any(|&local| self.escapes(local));
                self.place(of, is_outside);
                if let Some(lookup) = lookup {
                    self.outside(&mut lookup.wanted);
                }
                self.mark(locals.iter(), of);
                self.loop_body(is_large, body);
            }
            Statement::Rows { locals, function, arguments, context, body } => {
                let escapes = locals.iter().flatten().any(|&local| self.escapes(local));
                self.rows(*function, arguments, context, escapes);
                if self.contexts.contains(context) {
                    self.short.extend(locals.iter().flatten());
                }
                self.loop_body(is_large, body);
            }
            Statement::With { context, parent, replacements, .. } => {
                self.with(*context, parent, replacements);
            }
            Statement::Region { context } => {
                self.contexts.insert(*context);
            }
            Statement::Collect { local, context, body, .. } => self.collect(*local, context, body),
            Statement::Single { local, body, .. } | Statement::First { local, body } => {
                let is_outside = self.escapes(*local);
                if self.sink(is_outside, body) {
                    self.short.insert(*local);
                }
            }
            Statement::Switch { on, arms } => {
                self.inside(on);
                for (_, body) in arms {
                    self.block(body);
                }
            }
            Statement::Walk { path, value, of, context, body } => {
                let escapes = self.escapes(*path) || self.escapes(*value);
                self.walk([*path, *value], of, context, escapes);
                self.loop_body(is_large, body);
            }
            Statement::WalkPath(path) => {
                if self.short.contains(path) {
                    self.holds(Growth::Constant);
                }
            }
            Statement::Fused { body, .. } | Statement::Scope { body, .. } => self.block(body),
            Statement::Yield(given) => self.yields(given),
        }
    }

    fn loop_body(&mut self, is_large: bool, body: &mut Block) {
        self.large_loops += usize::from(is_large);
        self.block(body);
        self.large_loops -= usize::from(is_large);
    }

    fn bind(&mut self, local: LocalId, value: &mut Expr) {
        self.is_copied = self.escapes.is_some_and(|escapes| escapes.copied.contains(&local));
        self.place(value, self.escapes(local));
        self.is_copied = false;
        self.mark([local].iter(), value);
    }

    /// Records that locals hold parts of a value.
    fn mark<'l>(&mut self, locals: impl Iterator<Item = &'l LocalId>, of: &Expr) {
        if self.is_short(of) {
            self.short.extend(locals);
        }
    }

    fn rows(
        &mut self,
        function: FunctionId,
        arguments: &mut [Expr],
        context: &mut ContextId,
        escapes: bool,
    ) {
        if escapes || self.analysis.stays_outside(function) || self.is_foreign(*context) {
            for argument in arguments {
                self.outside(argument);
            }
        } else {
            for argument in arguments {
                self.inside(argument);
            }
            self.move_in(context);
            self.holds(Growth::Any);
        }
    }

    fn with(
        &mut self,
        context: ContextId,
        parent: &mut ContextId,
        replacements: &mut [Replacement],
    ) {
        let escapes = self.escapes.is_some_and(|escapes| escapes.contexts.contains(&context));
        let is_outside = escapes || self.is_foreign(*parent);
        for replacement in replacements {
            match replacement {
                Replacement::Input(_, value)
                | Replacement::Data(_, _, value)
                | Replacement::FunctionValue(_, value) => self.place(value, is_outside),
                Replacement::FunctionCall(..) => {}
            }
        }
        if !is_outside {
            self.move_in(parent);
            self.contexts.insert(context);
            self.holds(Growth::Any);
        }
    }

    fn collect(&mut self, local: LocalId, context: &mut ContextId, body: &mut Block) {
        let is_outside = self.escapes(local);
        if !is_outside {
            self.move_in(context);
            let is_large = self.members.has_large_loop(body);
            self.holds(if is_large { Growth::Any } else { Growth::Constant });
        }
        self.sink(is_outside, body);
        if self.contexts.contains(context) {
            self.short.insert(local);
        }
    }

    /// Visits a block with yields. Returns `true` if a yielded value may refer to the memory of a
    /// region.
    fn sink(&mut self, is_outside: bool, body: &mut Block) -> bool {
        self.sinks.push(Sink { is_outside, is_short: false });
        self.block(body);
        self.sinks.pop().is_some_and(|sink| sink.is_short)
    }

    fn walk(
        &mut self,
        locals: [LocalId; 2],
        of: &mut Expr,
        context: &mut ContextId,
        escapes: bool,
    ) {
        let is_outside = escapes || self.is_foreign(*context);
        self.place(of, is_outside);
        if !is_outside {
            self.move_in(context);
            self.short.extend(locals);
        }
    }

    fn yields(&mut self, given: &mut Yield) {
        let leaves = matches!(given, Yield::Return(_) | Yield::Row(_));
        let is_outside = leaves || self.sinks.last().is_none_or(|sink| sink.is_outside);
        let mut is_short = false;
        for operand in given.operands_mut() {
            self.place(operand, is_outside);
            is_short |= self.is_short(operand);
        }
        if let Some(sink) = self.sinks.last_mut() {
            sink.is_short |= is_short;
        }
    }

    fn condition(&mut self, condition: &mut Condition) {
        match condition {
            Condition::Truthy(value)
            | Condition::Defined(value)
            | Condition::Collection(value)
            | Condition::ObjectOf(value, _) => self.inside(value),
            Condition::Equal(left, right)
            | Condition::Compare(_, left, right)
            | Condition::Key { of: left, key: right, .. } => {
                self.inside(left);
                self.inside(right);
            }
            Condition::MayMatch(patterns, text) => {
                self.outside(patterns);
                self.inside(text);
            }
            Condition::InPass(..) => {}
            Condition::Not(inner) => self.condition(inner),
            Condition::Exists(block) => self.block(block),
        }
    }

    /// Returns `true` if a context is made outside of the block, by a `with`.
    fn is_foreign(&self, context: ContextId) -> bool {
        context != OUTSIDE && !self.contexts.contains(&context)
    }
}
