//! The test of a loop that an index serves.

use std::collections::HashSet;

use crate::ir::{Block, Call, Callee, Condition, Expr, LocalId, Statement, visit};

use super::call::CalledKeys;
use crate::passes::effects::Analysis;

/// A test that all members that come to anything must pass.
pub(super) struct Test<'p> {
    /// The statements that stand before it, from the loop inwards; of a loop only the header.
    pub(super) before: Vec<&'p Statement>,
    /// What it compares for a member.
    pub(super) own: Own<'p>,
    /// What with; it reads nothing that the loop binds.
    pub(super) wanted: Expr,
}

/// What a test compares for a member.
pub(super) enum Own<'p> {
    /// `own == wanted`
    Value(&'p Expr),
    /// `wanted in own`, and `set & own == set` with any member of the set.
    Members(&'p Expr),
    /// `own[…][wanted]`, by the keys that stand before what is wanted.
    Keys(&'p Expr, &'p [Expr]),
    /// What a called function compares with what is wanted.
    Called(Box<CalledKeys<'p>>),
}

impl Test<'_> {
    /// Whether an index is worth its making for one evaluation: each member has one key, which
    /// takes more than a look at the member itself.
    pub(super) fn is_worth(&self, member: LocalId) -> bool {
        match self.own {
            Own::Value(Expr::Local(local)) => *local != member,
            Own::Value(_) => true,
            _ => false,
        }
    }

    /// What the loops between bind, one local each.
    pub(super) fn loops(&self) -> impl Iterator<Item = LocalId> {
        self.before.iter().filter_map(|statement| match statement {
            Statement::Each { key, value, .. } => value.or(*key),
            _ => None,
        })
    }
}

/// The locals that an expression reads.
pub(super) fn locals(expr: &Expr) -> HashSet<LocalId> {
    let mut found = HashSet::new();
    visit::expression(expr, &mut |expr| {
        if let Expr::Local(local) = expr {
            found.insert(*local);
        }
    });
    found
}

/// The first test that serves in the body of a loop that binds `member`; `outside` are the locals
/// that are bound before the loop, which goes through a part of base documents or not.
pub(super) fn find<'p>(
    analysis: &Analysis<'_>,
    outside: &[LocalId],
    member: (Option<LocalId>, Option<LocalId>),
    body: &'p Block,
    of_data: bool,
) -> Option<Test<'p>> {
    let own = member.0.into_iter().chain(member.1).collect();
    // What is given to a function that gives keys counts as read as a whole, which matters for
    // the parts of input.
    let follows_calls = of_data;
    let mut finder = Finder { analysis, outside, own, before: Vec::new(), follows_calls };
    finder.block(body)
}

pub(super) struct Finder<'f, 'p> {
    pub(super) analysis: &'f Analysis<'f>,
    pub(super) outside: &'f [LocalId],
    /// The locals that depend on the member alone.
    pub(super) own: HashSet<LocalId>,
    pub(super) before: Vec<&'p Statement>,
    /// Whether a test is looked for in functions too.
    pub(super) follows_calls: bool,
}

impl<'p> Finder<'_, 'p> {
    /// A block whose end is reached only through all of its statements, which are gone through as
    /// long as what they do does not matter.
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
                Statement::Scope(body) if is_last => return self.block(body),
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

    /// Keeps a statement that binds; what it binds is the member's own if all that it reads is.
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

    /// Whether an expression is a function of the member alone.
    fn is_own(&self, expr: &Expr) -> bool {
        let effects = self.analysis.expr(expr);
        !effects.reads && !effects.asks && locals(expr).is_subset(&self.own)
    }

    /// The same of one that is not the same for all members.
    pub(super) fn is_of_member(&self, expr: &Expr) -> bool {
        self.is_own(expr) && !locals(expr).is_empty()
    }

    /// The same of a statement that binds locals of its own.
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

    /// What is defined only for a key that stands in the member.
    fn defined(&mut self, value: &'p Expr) -> Option<Test<'p>> {
        let Expr::Get { base, keys } = value else { return None };
        if !self.is_of_member(base) {
            return None;
        }
        let place = keys.iter().position(|key| !self.is_own(key))?;
        let wanted = self.outer(&keys[place])?;
        Some(self.test(Own::Keys(base, &keys[..place]), wanted))
    }

    /// What is true only for a value that stands in the member.
    fn true_call(&mut self, call: &'p Call) -> Option<Test<'p>> {
        match (call.callee, call.arguments.as_slice()) {
            (Callee::Builtin(builtin), [wanted, own])
                if builtin.name == "internal.member_2"
                    && call.mock.is_none()
                    && self.is_of_member(own) =>
            {
                let wanted = self.outer(wanted)?;
                Some(self.test(Own::Members(own), wanted))
            }
            _ => self.called(call),
        }
    }

    /// A test within an existence test; what is bound there is not bound after it.
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

    /// `set & own == set`, where the set is not the member's: if it has a least member, `own` has
    /// that too.
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

    /// The expression in terms of what is bound before the loop, if it asks the host nothing.
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

    /// The same of an operand, which may be a constant, and must be defined.
    pub(super) fn operand(&self, operand: &Expr) -> Option<Expr> {
        match operand {
            Expr::Constant(_) => Some(operand.clone()),
            Expr::Local(local) if !self.outside.contains(local) => {
                self.operand(self.always(*local)?)
            }
            _ => self.outer(operand),
        }
    }

    /// What a local was bound to since the loop began, where that is always defined.
    fn always(&self, wanted: LocalId) -> Option<&'p Expr> {
        self.before.iter().find_map(|statement| match statement {
            Statement::Let { local, value } if *local == wanted => Some(value),
            _ => None,
        })
    }

    /// What the local that an expression is was bound to since the loop began.
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
