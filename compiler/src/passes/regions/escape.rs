//! The escape analysis: finds the values of a block that must outlive its region.
//!
//! A value escapes if it is yielded to a collection outside of the block, returned, or passed to
//! code that runs outside of the region. All that it may refer to escapes as well: the members of a
//! collection, the base of a path, the collection of a loop variable. The analysis stops at
//! booleans, numbers and strings, which are cheap to copy.

use std::collections::{HashMap, HashSet};

use crate::ir::{
    Block, Callee, Condition, ContextId, Expr, LocalId, Program, Replacement, Statement, Yield,
    visit::{self, Visitor, descend},
};
use crate::passes::regions::analysis::Analysis;
use crate::passes::regions::kinds::of_expr;
use crate::passes::regions::large::Members;

/// The parts of a block that escape.
#[derive(Debug, Default)]
pub(super) struct Escapes {
    /// The locals whose values are made outside of the region.
    pub(super) locals: HashSet<LocalId>,
    /// The contexts of `with` that are made outside of the region.
    pub(super) contexts: HashSet<ContextId>,
    /// The locals whose values are copied.
    pub(super) copied: HashSet<LocalId>,
}

/// The origin of a local.
enum Origin {
    /// A part of the value of an expression, or the value itself.
    Part(Expr),
    /// One of the values that a block yields, or a collection of them.
    Yields(Vec<Expr>),
    /// A value of a row.
    Row(Vec<Expr>, ContextId),
    /// A value or key of a walk, with its path and its value.
    Step(Expr, ContextId, [LocalId; 2]),
}

/// The bindings of a block.
pub(super) struct Bindings<'a> {
    analysis: &'a Analysis<'a>,
    origins: HashMap<LocalId, Origin>,
    /// The parents and replacements of the contexts that a `with` makes.
    contexts: HashMap<ContextId, (ContextId, Vec<Expr>)>,
    /// The contexts of the regions in the block.
    regions: HashSet<ContextId>,
    /// The operands of the nodes in each context but the caller's.
    operands: HashMap<ContextId, Vec<Expr>>,
    /// The expressions whose values must outlive the region.
    escaping: Vec<Expr>,
    /// The values that the enclosing collections and single values have so far.
    yields: Vec<Vec<Expr>>,
}

impl<'a> Bindings<'a> {
    /// Returns the bindings of a block.
    pub(super) fn of(block: &Block, analysis: &'a Analysis<'a>) -> Self {
        let mut bindings = Self {
            analysis,
            origins: HashMap::new(),
            contexts: HashMap::new(),
            regions: HashSet::new(),
            operands: HashMap::new(),
            escaping: Vec::new(),
            yields: Vec::new(),
        };
        bindings.block(block);
        bindings
    }

    /// Returns the parts that escape. `in_region` holds the locals whose values would be made in
    /// the region if none escaped.
    pub(super) fn escapes(&self, in_region: &HashSet<LocalId>, members: &Members<'_>) -> Escapes {
        let mut search = Search {
            bindings: self,
            members,
            in_region,
            found: Escapes::default(),
            locals: Vec::new(),
            contexts: Vec::new(),
        };
        for expr in &self.escaping {
            search.needs(expr);
        }
        search.finish()
    }

    /// Records the operands of a node in a context.
    fn in_context(&mut self, context: ContextId, operands: &[Expr]) {
        if context == ContextId(0) || self.regions.contains(&context) {
            return;
        }
        if self.contexts.contains_key(&context) {
            self.operands.entry(context).or_default().extend_from_slice(operands);
        } else {
            self.escaping.extend_from_slice(operands);
        }
    }

    fn stays_outside(&self, callee: Callee) -> bool {
        matches!(callee, Callee::Function(function) if self.analysis.stays_outside(function))
    }

    fn program(&self) -> &'a Program {
        self.analysis.program
    }

    fn with_yields(&mut self, local: LocalId, body: &Block) {
        self.yields.push(Vec::new());
        self.block(body);
        let yields = self.yields.pop().unwrap_or_default();
        self.origins.insert(local, Origin::Yields(yields));
    }

    fn yielded(&mut self, given: &Yield) {
        let operands = given.operands().into_iter().cloned();
        match (given, self.yields.last_mut()) {
            (Yield::Return(_) | Yield::Row(_), _) | (_, None) => self.escaping.extend(operands),
            (_, Some(yields)) => yields.extend(operands),
        }
    }
}

impl Visitor for Bindings<'_> {
    fn statement(&mut self, statement: &Statement) {
        descend::header(self, statement);
        match statement {
            Statement::Let { local, value }
            | Statement::Bind { local, value }
            | Statement::LetOption { local, value }
            | Statement::Lazy { local, value, .. } => {
                self.origins.insert(*local, Origin::Part(value.clone()));
            }
            Statement::Destructure { items, of } => {
                let origins = items.iter().map(|item| (*item, Origin::Part(of.clone())));
                self.origins.extend(origins);
            }
            Statement::Each { key, value, of, lookup, .. } => {
                if let Some(lookup) = lookup {
                    self.escaping.extend([of.clone(), lookup.wanted.clone()]);
                }
                let locals = key.iter().chain(value);
                let origins = locals.map(|local| (*local, Origin::Part(of.clone())));
                self.origins.extend(origins);
            }
            Statement::Rows { locals, function, arguments, context, .. } => {
                if self.analysis.stays_outside(*function) {
                    self.escaping.extend_from_slice(arguments);
                }
                self.in_context(*context, arguments);
                let row = || Origin::Row(arguments.clone(), *context);
                self.origins.extend(locals.iter().flatten().map(|local| (*local, row())));
            }
            Statement::With { context, parent, replacements, .. } => {
                let values = replacements.iter().filter_map(|replacement| match replacement {
                    Replacement::Input(_, value)
                    | Replacement::Data(_, _, value)
                    | Replacement::FunctionValue(_, value) => Some(value.clone()),
                    Replacement::FunctionCall(..) => None,
                });
                let values: Vec<_> = values.collect();
                self.in_context(*parent, &values);
                self.contexts.insert(*context, (*parent, values));
            }
            Statement::Region { context } => {
                self.regions.insert(*context);
            }
            Statement::Walk { path, value, of, context, .. } => {
                self.in_context(*context, std::slice::from_ref(of));
                for local in [*path, *value] {
                    let origin = Origin::Step(of.clone(), *context, [*path, *value]);
                    self.origins.insert(local, origin);
                }
            }
            Statement::Collect { local, body, .. }
            | Statement::Single { local, body, .. }
            | Statement::First { local, body } => return self.with_yields(*local, body),
            Statement::Yield(given) => self.yielded(given),
            _ => {}
        }
        descend::blocks(self, statement);
    }

    fn condition(&mut self, condition: &Condition) {
        if let Condition::MayMatch(patterns, _) = condition {
            self.escaping.push(patterns.clone());
        }
        descend::condition(self, condition);
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Call(call) => {
                if self.stays_outside(call.callee) {
                    self.escaping.extend_from_slice(&call.arguments);
                }
                self.in_context(call.context, &call.arguments);
            }
            Expr::Format(format) => self.in_context(format.context, &format.values),
            Expr::Pattern(call) => self.in_context(call.context, &call.arguments),
            Expr::Package { base, children } => {
                let children = children.iter().map(|(_, child)| child);
                self.escaping.extend(children.chain([&**base]).cloned());
            }
            Expr::Get { base, keys } => {
                if let Expr::Rule(function, _) = **base
                    && self.program().function(function).keyed
                {
                    self.escaping.extend(keys.first().cloned());
                }
            }
            _ => {}
        }
        descend::expr(self, expr);
    }
}

/// The search for all that escapes, with the parts that are not visited yet.
struct Search<'s> {
    bindings: &'s Bindings<'s>,
    members: &'s Members<'s>,
    in_region: &'s HashSet<LocalId>,
    found: Escapes,
    locals: Vec<LocalId>,
    contexts: Vec<ContextId>,
}

impl Search<'_> {
    fn finish(mut self) -> Escapes {
        let bindings = self.bindings;
        loop {
            if let Some(local) = self.locals.pop() {
                match bindings.origins.get(&local) {
                    Some(Origin::Part(of)) => self.needs(of),
                    Some(Origin::Yields(values)) => self.need_all(values),
                    Some(Origin::Row(arguments, context)) => {
                        self.need_all(arguments);
                        self.needs_context(*context);
                    }
                    Some(Origin::Step(of, context, locals)) => {
                        self.needs(of);
                        self.needs_context(*context);
                        self.found.locals.extend(locals);
                    }
                    None => {}
                }
            } else if let Some(context) = self.contexts.pop() {
                if let Some((parent, values)) = bindings.contexts.get(&context) {
                    self.needs_context(*parent);
                    self.need_all(values);
                }
                if let Some(operands) = bindings.operands.get(&context) {
                    self.need_all(operands);
                }
            } else {
                return self.found;
            }
        }
    }

    fn need_all(&mut self, exprs: &[Expr]) {
        for expr in exprs {
            self.needs(expr);
        }
    }

    /// Records that the value of an expression escapes.
    fn needs(&mut self, expr: &Expr) {
        match expr {
            Expr::Local(local) | Expr::Force(local) | Expr::OptionLocal(local) => {
                self.needs_local(*local);
            }
            Expr::Array(items) | Expr::Set(items) => self.need_all(items),
            Expr::Object(pairs) => {
                for (key, value) in pairs {
                    self.needs(key);
                    self.needs(value);
                }
            }
            Expr::InRegion(_, value) => self.needs(value),
            Expr::Get { base, keys } => {
                self.needs(base);
                self.need_all(keys);
            }
            Expr::StorageGet { base, key } => {
                self.needs(base);
                self.needs(key);
            }
            Expr::Input(context) | Expr::ReviewObject(context) | Expr::BaseData(context) => {
                self.needs_context(*context);
            }
            Expr::WalkKey(path, _) => self.needs_local(*path),
            Expr::Rule(_, context) if !self.is_copied(expr) => self.needs_context(*context),
            Expr::Call(call) if !self.is_copied(expr) => {
                self.need_all(&call.arguments);
                self.needs_context(call.context);
            }
            Expr::Pattern(call) if !self.is_copied(expr) => {
                self.need_all(&call.arguments);
                self.needs_context(call.context);
            }
            // A package escapes in any case.
            Expr::Package { .. }
            | Expr::Constant(_)
            | Expr::Truth(_)
            | Expr::WalkDepth(_)
            | Expr::Rule(..)
            | Expr::Call(_)
            | Expr::Format(_)
            | Expr::Pattern(_)
            | Expr::Keep(..) => {}
        }
    }

    fn is_copied(&self, expr: &Expr) -> bool {
        let analysis = self.bindings.analysis;
        of_expr(expr, analysis.kinds, |callee| analysis.facts(callee).kind).is_copied()
    }

    /// Returns `true` if a value is a member of a collection in the block whose members are as large
    /// as those of the loop.
    fn is_member(&self, value: &Expr) -> bool {
        let Expr::Call(call) = value else { return false };
        let is_member = call.builtin().is_some_and(|builtin| builtin.member);
        let [Expr::Local(of)] = call.arguments.as_slice() else { return false };
        let Some(Origin::Yields(members)) = self.bindings.origins.get(of) else { return false };
        is_member && !self.members.any_is_large(members)
    }

    fn needs_local(&mut self, local: LocalId) {
        let Some(origin) = self.bindings.origins.get(&local) else { return };
        // A string that is made of values from outside is made outside, too.
        let is_copied = match origin {
            Origin::Part(value) => {
                (self.is_copied(&Expr::Local(local)) || self.is_member(value))
                    && mentions(value, self.in_region)
            }
            _ => self.is_copied(&Expr::Local(local)),
        };
        if is_copied {
            self.copies(local);
        } else if self.found.locals.insert(local) {
            self.locals.push(local);
        }
    }

    /// Records that the value of a local is copied, with the strings that are a part of it.
    fn copies(&mut self, local: LocalId) {
        let mut parts = vec![local];
        while let Some(part) = parts.pop() {
            if !self.found.copied.insert(part) {
                continue;
            }
            let operands = match self.bindings.origins.get(&part) {
                Some(Origin::Part(Expr::Format(format))) => format.values.as_slice(),
                Some(Origin::Part(Expr::Call(call))) if call.builtin().is_some() => {
                    call.arguments.as_slice()
                }
                Some(Origin::Part(value)) => std::slice::from_ref(value),
                _ => continue,
            };
            for operand in operands {
                visit::expression(operand, &mut |expr| {
                    if let Expr::Local(text) | Expr::Force(text) = expr
                        && self.is_copied(expr)
                    {
                        parts.push(*text);
                    }
                });
            }
        }
    }

    fn needs_context(&mut self, context: ContextId) {
        if self.bindings.contexts.contains_key(&context) && self.found.contexts.insert(context) {
            self.contexts.push(context);
        }
    }
}

/// Returns `true` if an expression reads one of `locals`.
fn mentions(expr: &Expr, locals: &HashSet<LocalId>) -> bool {
    let mut found = false;
    visit::expression(expr, &mut |expr| {
        if let Expr::Local(local)
        | Expr::Force(local)
        | Expr::OptionLocal(local)
        | Expr::WalkDepth(local)
        | Expr::WalkKey(local, _) = expr
        {
            found |= locals.contains(local);
        }
    });
    found
}
