//! Finds the test of a loop that an index can serve.

use std::collections::HashSet;

use ferrego_runtime::builtins::Reads;

use crate::ir::{Block, Call, Callee, Condition, Expr, LocalId, Statement, visit};

use super::call::CalledKeys;
use crate::passes::effects::Analysis;

/// A test that a member must pass to have any effect.
pub(super) struct Test<'p> {
    /// The statements before the test, from the loop inwards; of a nested loop, only the header
    /// matters.
    pub(super) before: Vec<&'p Statement>,
    /// The operand that depends on the member.
    pub(super) own: Own<'p>,
    /// The other operand. It reads no local that the loop binds.
    pub(super) wanted: Expr,
}

/// The operand of a test that depends on the member.
pub(super) enum Own<'p> {
    /// `own == wanted`
    Value(&'p Expr),
    /// `wanted in own`, and `set & own == set` with any member of the set.
    Members(&'p Expr),
    /// `own[…][wanted]`, with the keys before the wanted one.
    Keys(&'p Expr, &'p [Expr]),
    /// The keys that a called function compares with the wanted value.
    Called(Box<CalledKeys<'p>>),
}

impl Test<'_> {
    /// Returns `true` if building an index pays off within one evaluation. Each member must have a
    /// single key, which takes more than a read of the member itself.
    pub(super) fn is_worth(&self, member: LocalId) -> bool {
        match self.own {
            Own::Value(Expr::Local(local)) => *local != member,
            Own::Value(_) => true,
            _ => false,
        }
    }

    /// Returns the loops before the test, one local for each.
    pub(super) fn loops(&self) -> impl Iterator<Item = LocalId> {
        self.before.iter().filter_map(|statement| match statement {
            Statement::Each { key, value, .. } => value.or(*key),
            _ => None,
        })
    }
}

/// Returns the locals that an expression reads.
pub(super) fn locals(expr: &Expr) -> HashSet<LocalId> {
    let mut found = HashSet::new();
    visit::expression(expr, &mut |expr| {
        if let Expr::Local(local) = expr {
            found.insert(*local);
        }
    });
    found
}

/// Finds the first test that an index can serve in the body of a loop.
///
/// The loop binds `member`; `outside` are the locals that are bound before the loop. `of_data` is
/// `true` if the loop iterates a part of base documents.
pub(super) fn find<'p>(
    analysis: &Analysis<'_>,
    outside: &[LocalId],
    member: (Option<LocalId>, Option<LocalId>),
    body: &'p Block,
    of_data: bool,
) -> Option<Test<'p>> {
    let own = member.0.into_iter().chain(member.1).collect();
    // An argument of a function that returns keys counts as read as a whole, which would enlarge
    // the projection of `input`.
    let follows_calls = of_data;
    let mut finder = Finder { analysis, outside, own, before: Vec::new(), follows_calls };
    finder.block(body)
}

pub(super) struct Finder<'f, 'p> {
    pub(super) analysis: &'f Analysis<'f>,
    pub(super) outside: &'f [LocalId],
    /// The locals that depend only on the member.
    pub(super) own: HashSet<LocalId>,
    pub(super) before: Vec<&'p Statement>,
    /// `true` if tests in called functions count too.
    pub(super) follows_calls: bool,
}

impl<'p> Finder<'_, 'p> {
    /// Searches a block whose end is reached only through all of its statements. The search ends at
    /// the first statement whose omission could be observed.
    pub(super) fn block(&mut self, block: &'p Block) -> Option<Test<'p>> {
        for (index, statement) in block.0.iter().enumerate() {
            let is_last = index + 1 == block.0.len();
            match statement {
                Statement::Test(condition) => {
                    if let Some(test) = self.condition(condition) {
                        return Some(test);
                    }
                }
                Statement::Each { key, value, of, body, .. } if is_last => {
                    return self.each((*key, *value), of, statement, body);
                }
                Statement::Scope { body, .. } if is_last => return self.block(body),
                Statement::Let { .. }
                | Statement::Destructure { .. }
                | Statement::Collect { .. }
                | Statement::First { .. } => self.binding(statement),
                Statement::Bind { value, .. } => {
                    if let Some(test) = self.defined(value) {
                        return Some(test);
                    }
                    self.binding(statement);
                }
                _ => return None,
            }
            if self.analysis.statement(statement).stops {
                return None;
            }
        }
        None
    }

    fn each(
        &mut self,
        (key, value): (Option<LocalId>, Option<LocalId>),
        of: &'p Expr,
        statement: &'p Statement,
        body: &'p Block,
    ) -> Option<Test<'p>> {
        if self.analysis.expr(of).stops {
            return None;
        }
        if self.is_own(of) {
            self.own.extend(key.into_iter().chain(value));
        }
        self.before.push(statement);
        self.block(body)
    }

    /// Records a statement that binds. Its local depends only on the member if all its operands do.
    fn binding(&mut self, statement: &'p Statement) {
        let bound: Vec<LocalId> = match statement {
            Statement::Let { local, value } | Statement::Bind { local, value } => {
                self.is_own(value).then_some(*local).into_iter().collect()
            }
            Statement::Destructure { items, of } if self.is_own(of) => items.clone(),
            Statement::Collect { local, .. } | Statement::First { local, .. }
                if self.is_own_statement(statement) =>
            {
                vec![*local]
            }
            _ => Vec::new(),
        };
        self.own.extend(bound);
        self.before.push(statement);
    }

    /// Returns `true` if an expression depends only on the member, or is constant.
    fn is_own(&self, expr: &Expr) -> bool {
        let effects = self.analysis.expr(expr);
        !effects.reads && !effects.asks && locals(expr).is_subset(&self.own)
    }

    /// Returns `true` if an expression depends only on the member, and is not constant.
    pub(super) fn is_of_member(&self, expr: &Expr) -> bool {
        self.is_own(expr) && !locals(expr).is_empty()
    }

    /// Returns `true` if a statement depends only on the member. It may bind locals of its own.
    fn is_own_statement(&self, statement: &Statement) -> bool {
        let effects = self.analysis.statement(statement);
        let mut read = HashSet::new();
        visit::statement(statement, &mut |expr| {
            if let Expr::Local(local) = expr {
                read.insert(*local);
            }
        });
        let mut bound = HashSet::new();
        visit::bound(statement, &mut |local| {
            bound.insert(local);
        });
        !effects.reads
            && !effects.asks
            && read.iter().all(|local| self.own.contains(local) || bound.contains(local))
    }

    fn condition(&mut self, condition: &'p Condition) -> Option<Test<'p>> {
        match condition {
            Condition::Equal(left, right) => self
                .equal(left, right)
                .or_else(|| self.equal(right, left))
                .or_else(|| self.defined(left))
                .or_else(|| self.defined(right)),
            Condition::Truthy(Expr::Call(call)) => self.true_call(call),
            Condition::Truthy(value) | Condition::Defined(value) => self.defined(value),
            Condition::Exists(block) => self.inner(block),
            _ => None,
        }
    }

    pub(super) fn test(&mut self, own: Own<'p>, wanted: Expr) -> Test<'p> {
        Test { before: std::mem::take(&mut self.before), own, wanted }
    }

    /// Returns the test of a value that is defined only if the member contains the wanted key.
    fn defined(&mut self, value: &'p Expr) -> Option<Test<'p>> {
        let Expr::Get { base, keys } = value else { return None };
        if !self.is_of_member(base) {
            return None;
        }
        let place = keys.iter().position(|key| !self.is_own(key))?;
        let wanted = self.outer(&keys[place])?;
        Some(self.test(Own::Keys(base, &keys[..place]), wanted))
    }

    /// Returns the test of a call that is true only if the member contains the wanted value.
    fn true_call(&mut self, call: &'p Call) -> Option<Test<'p>> {
        match (call.callee, call.arguments.as_slice()) {
            (Callee::Builtin(builtin), [wanted, own])
                if builtin.reads == Reads::Members
                    && call.mock.is_none()
                    && self.is_of_member(own) =>
            {
                let wanted = self.outer(wanted)?;
                Some(self.test(Own::Members(own), wanted))
            }
            _ => self.called(call),
        }
    }

    /// Searches an existence test. Its bindings are not bound after it.
    fn inner(&mut self, block: &'p Block) -> Option<Test<'p>> {
        let (own, before) = (self.own.clone(), self.before.len());
        let found = self.block(block);
        if found.is_none() {
            self.own = own;
            self.before.truncate(before);
        }
        found
    }

    fn equal(&mut self, own: &'p Expr, wanted: &'p Expr) -> Option<Test<'p>> {
        let (own, wanted) = if self.is_of_member(own) {
            (Own::Value(own), self.outer(wanted)?)
        } else {
            self.subset(own, wanted)?
        };
        Some(self.test(own, wanted))
    }

    /// Returns the operands of `set & own == set`, where the set does not depend on the member. If
    /// the set has a least member, `own` has that member too.
    fn subset(&self, common: &'p Expr, set: &'p Expr) -> Option<(Own<'p>, Expr)> {
        let Expr::Local(set) = set else { return None };
        let Expr::Call(call) = self.definition(common)? else { return None };
        let (Callee::Builtin(builtin), None) = (call.callee, call.mock) else { return None };
        let [Expr::Local(left), Expr::Local(right)] = call.arguments.as_slice() else {
            return None;
        };
        let own = match (left == set, right == set) {
            (true, false) => &call.arguments[1],
            (false, true) => &call.arguments[0],
            _ => return None,
        };
        if builtin.name != "and" || !self.is_own(own) {
            return None;
        }
        let least = ferrego_runtime::builtins::lookup("min")?;
        let mut call = call.clone();
        call.callee = Callee::Builtin(least);
        call.arguments = vec![self.outer(&Expr::Local(*set))?];
        Some((Own::Members(own), Expr::Call(call)))
    }

    /// Rewrites the expression in terms of locals that are bound before the loop. Returns `None` if
    /// that is not possible, if the expression is a constant, or if it asks the host.
    fn outer(&self, expr: &Expr) -> Option<Expr> {
        if self.analysis.expr(expr).asks {
            return None;
        }
        match expr {
            Expr::Local(local) if self.outside.contains(local) => Some(expr.clone()),
            Expr::Local(_) => self.outer(self.definition(expr)?),
            Expr::Get { base, keys } => {
                let base = Box::new(self.outer(base)?);
                Some(Expr::Get { base, keys: self.all_outer(keys)? })
            }
            Expr::Call(call) => {
                let mut call = call.clone();
                call.arguments = self.all_outer(&call.arguments)?;
                Some(Expr::Call(call))
            }
            Expr::Constant(_) => None,
            _ => {
                locals(expr).iter().all(|local| self.outside.contains(local)).then(|| expr.clone())
            }
        }
    }

    fn all_outer(&self, operands: &[Expr]) -> Option<Vec<Expr>> {
        operands.iter().map(|operand| self.operand(operand)).collect()
    }

    /// Rewrites an operand like [`Finder::outer`]. The operand may be a constant, and must always
    /// be defined.
    pub(super) fn operand(&self, operand: &Expr) -> Option<Expr> {
        match operand {
            Expr::Constant(_) => Some(operand.clone()),
            Expr::Local(local) if !self.outside.contains(local) => {
                self.operand(self.always(*local)?)
            }
            _ => self.outer(operand),
        }
    }

    /// Returns the value that a local was bound to since the loop began, if that is always defined.
    fn always(&self, wanted: LocalId) -> Option<&'p Expr> {
        self.before.iter().find_map(|statement| match statement {
            Statement::Let { local, value } if *local == wanted => Some(value),
            _ => None,
        })
    }

    /// Returns the value that an expression, a local, was bound to since the loop began.
    fn definition(&self, expr: &Expr) -> Option<&'p Expr> {
        let Expr::Local(wanted) = expr else { return None };
        self.before.iter().find_map(|statement| match statement {
            Statement::Let { local, value } | Statement::Bind { local, value }
                if local == wanted =>
            {
                Some(value)
            }
            _ => None,
        })
    }
}
