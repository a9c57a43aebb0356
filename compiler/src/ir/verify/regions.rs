//! Checks that no value outlives its region, as Rust's borrow checker does in the generated code.
//!
//! Regions nest. A value has a depth: that of the innermost region whose memory it may refer to, or
//! 0. What runs in a context takes values of at most the context's depth, and its result has that
//! depth. A region has no memo cells, so a function that runs in one reaches no memoized function.

use std::collections::{HashMap, HashSet};

use ferrego_runtime::builtins::Form;

use crate::ir::{
    Block, Callee, Condition, ContextId, Expr, Function, FunctionId, Leaf, LocalId, Program,
    Replacement, Statement, Yield, visit,
};

/// Adds a sentence to `faults` for each value of `function` that outlives its region, and for each
/// call in a region that needs memo cells.
pub(super) fn check(program: &Program, function: &Function, faults: &mut Vec<String>) {
    let mut checker = Checker {
        name: &function.name,
        locals: HashMap::new(),
        program,
        contexts: HashMap::from([(ContextId(0), 0)]),
        regions: HashSet::new(),
        open: 0,
        sinks: Vec::new(),
        faults,
    };
    checker.block(&function.body);
}

struct Checker<'c> {
    name: &'c str,
    locals: HashMap<LocalId, usize>,
    program: &'c Program,
    contexts: HashMap<ContextId, usize>,
    /// The contexts without memo cells.
    regions: HashSet<ContextId>,
    /// The number of regions at this place.
    open: usize,
    /// The greatest depth of the values that each enclosing block takes, and of those it took.
    sinks: Vec<(usize, usize)>,
    faults: &'c mut Vec<String>,
}

impl Checker<'_> {
    fn block(&mut self, block: &Block) {
        let open = self.open;
        block.0.iter().for_each(|statement| self.statement(statement));
        self.open = open;
    }

    fn at_most(&mut self, depth: usize, expr: &Expr) {
        let own = self.expr(expr);
        if own > depth {
            self.faults.push(format!("{}: a value outlives its region: {expr:?}", self.name));
        }
    }

    fn all_at_most<'e>(&mut self, depth: usize, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.at_most(depth, expr));
    }

    fn context(&self, context: ContextId) -> usize {
        self.contexts.get(&context).copied().unwrap_or(0)
    }

    fn bind<'l>(&mut self, locals: impl IntoIterator<Item = &'l LocalId>, depth: usize) {
        self.locals.extend(locals.into_iter().map(|local| (*local, depth)));
    }

    fn sink(&mut self, most: usize, body: &Block) -> usize {
        self.sinks.push((most, 0));
        self.block(body);
        self.sinks.pop().map_or(0, |(_, depth)| depth)
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { local, value }
            | Statement::Bind { local, value }
            | Statement::LetOption { local, value } => {
                let depth = self.expr(value);
                self.bind([local], depth);
            }
            Statement::Lazy { local, before, value } => {
                self.block(before);
                let depth = self.expr(value);
                self.bind([local], depth);
            }
            Statement::Test(condition) => self.condition(condition),
            Statement::Destructure { items, of } => {
                let depth = self.expr(of);
                self.bind(items, depth);
            }
            Statement::Each { key, value, of, lookup, body } => {
                let depth = self.expr(of);
                if let Some(lookup) = lookup {
                    self.all_at_most(0, [of, &lookup.wanted]);
                }
                self.bind(key.iter().chain(value), depth);
                self.block(body);
            }
            Statement::Rows { locals, function, arguments, context, body } => {
                self.call(*function, *context);
                let depth = self.context(*context);
                self.all_at_most(depth, arguments);
                self.bind(locals.iter().flatten(), depth);
                self.block(body);
            }
            Statement::With { context, parent, replacements, .. } => {
                let depth = self.context(*parent);
                for replacement in replacements {
                    match replacement {
                        Replacement::Input(_, value)
                        | Replacement::Data(_, _, value)
                        | Replacement::FunctionValue(_, value) => self.at_most(depth, value),
                        Replacement::FunctionCall(..) => {}
                    }
                }
                self.contexts.insert(*context, depth);
            }
            Statement::Region { context } => {
                self.open += 1;
                self.contexts.insert(*context, self.open);
                self.regions.insert(*context);
            }
            Statement::Collect { local, context, body, .. } => {
                let depth = self.context(*context);
                self.sink(depth, body);
                self.bind([local], depth);
            }
            Statement::Single { local, body, .. } | Statement::First { local, body } => {
                let depth = self.sink(self.open, body);
                self.bind([local], depth);
            }
            Statement::Switch { on, arms } => {
                self.expr(on);
                for (_, body) in arms {
                    self.block(body);
                }
            }
            Statement::Walk { path, value, of, context, body } => {
                let depth = self.context(*context);
                self.at_most(depth, of);
                self.bind([path, value], depth);
                self.block(body);
            }
            Statement::WalkPath(_) => {}
            Statement::Fused { body, .. } | Statement::Scope { body, .. } => self.block(body),
            Statement::Yield(given) => self.yields(given),
        }
    }

    fn yields(&mut self, given: &Yield) {
        let most = match (given, self.sinks.last()) {
            (Yield::Return(_) | Yield::Row(_), _) | (_, None) => 0,
            (_, Some((most, _))) => *most,
        };
        for operand in given.operands() {
            self.at_most(most, operand);
            let depth = self.expr(operand);
            if let Some((_, greatest)) = self.sinks.last_mut() {
                *greatest = depth.max(*greatest);
            }
        }
        if let Yield::Entry { leaf: Leaf::Value(value) | Leaf::Member(value), .. } = given {
            self.at_most(most, value);
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Truthy(value)
            | Condition::Defined(value)
            | Condition::Collection(value)
            | Condition::ObjectOf(value, _) => {
                self.expr(value);
            }
            Condition::Equal(left, right)
            | Condition::Compare(_, left, right)
            | Condition::Key { of: left, key: right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            Condition::MayMatch(patterns, text) => {
                self.at_most(0, patterns);
                self.expr(text);
            }
            Condition::InPass(..) => {}
            Condition::Not(inner) => self.condition(inner),
            Condition::Exists(block) => self.block(block),
        }
    }

    /// Checks an expression and returns its depth.
    fn expr(&mut self, expr: &Expr) -> usize {
        match expr {
            Expr::Local(local)
            | Expr::Force(local)
            | Expr::OptionLocal(local)
            | Expr::WalkDepth(local) => self.locals.get(local).copied().unwrap_or(0),
            Expr::WalkKey(path, index) => {
                self.expr(index);
                self.locals.get(path).copied().unwrap_or(0)
            }
            Expr::Constant(_) => 0,
            Expr::Truth(condition) => {
                self.condition(condition);
                0
            }
            Expr::Input(context) | Expr::ReviewObject(context) | Expr::BaseData(context) => {
                self.context(*context)
            }
            Expr::Rule(rule, context) => {
                self.call(*rule, *context);
                self.context(*context)
            }
            Expr::Array(_) | Expr::Object(_) | Expr::Set(_) => self.literal(0, expr),
            Expr::InRegion(context, literal) => self.literal(self.context(*context), literal),
            Expr::Keep(context, value) => {
                self.expr(value);
                self.context(*context)
            }
            Expr::Get { base, keys } => {
                let base = self.expr(base);
                keys.iter().map(|key| self.expr(key)).fold(base, usize::max)
            }
            Expr::StorageGet { base, key } => self.expr(base).max(self.expr(key)),
            Expr::Package { base, children } => {
                self.at_most(0, base);
                self.all_at_most(0, children.iter().map(|(_, child)| child));
                0
            }
            Expr::Call(call) if matches!(call.form(), Form::Truth(_)) => {
                self.all_at_most(usize::MAX, &call.arguments);
                0
            }
            Expr::Call(call) => {
                if let Callee::Function(function) = call.callee {
                    self.call(function, call.context);
                }
                self.in_context(call.context, &call.arguments)
            }
            Expr::Format(format) => self.in_context(format.context, &format.values),
            Expr::Pattern(call) => self.in_context(call.context, &call.arguments),
        }
    }

    fn call(&mut self, callee: FunctionId, context: ContextId) {
        if self.regions.contains(&context) && reaches_memo(self.program, callee) {
            let callee = &self.program.function(callee).name;
            self.faults.push(format!("{}: a region without memo cells calls {callee}", self.name));
        }
    }

    fn in_context(&mut self, context: ContextId, operands: &[Expr]) -> usize {
        let depth = self.context(context);
        self.all_at_most(depth, operands);
        depth
    }

    fn literal(&mut self, depth: usize, literal: &Expr) -> usize {
        match literal {
            Expr::Array(items) | Expr::Set(items) => self.all_at_most(depth, items),
            Expr::Object(pairs) => {
                self.all_at_most(depth, pairs.iter().flat_map(|(key, value)| [key, value]));
            }
            _ => self.at_most(depth, literal),
        }
        depth
    }
}

/// Returns `true` if a function, or one that it calls, has a memo cell.
fn reaches_memo(program: &Program, callee: FunctionId) -> bool {
    let (mut next, mut seen) = (vec![callee], HashSet::new());
    while let Some(id) = next.pop() {
        let function = program.function(id);
        if function.memo.is_some() {
            return true;
        }
        if seen.insert(id) {
            visit::callees(&function.body, &mut |callee| next.push(callee));
        }
    }
    false
}
