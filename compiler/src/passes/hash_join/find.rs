//! Finds the test of a loop that an index can serve, also in a function that the loop calls.

use std::collections::{HashMap, HashSet};

use ferrego_runtime::builtins::Reads;

use super::keys;
use super::test::{CalledKeys, Own, Test, locals};
use crate::ir::{
    Block, Call, Callee, Condition, ContextId, Expr, LocalId, ReturnKind, Statement, visit,
};
use crate::passes::effects::Analysis;

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

/// The search for a test in the body of a loop.
struct Finder<'f, 'p> {
    analysis: &'f Analysis<'f>,
    outside: &'f [LocalId],
    /// The locals that depend only on the member.
    own: HashSet<LocalId>,
    before: Vec<&'p Statement>,
    /// `true` if tests in called functions count too.
    follows_calls: bool,
}

impl<'p> Finder<'_, 'p> {
    /// Searches a block whose end is reached only through all of its statements. The search ends at
    /// the first statement whose omission could be observed.
    fn block(&mut self, block: &'p Block) -> Option<Test<'p>> {
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
    fn is_of_member(&self, expr: &Expr) -> bool {
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

    fn test(&mut self, own: Own<'p>, wanted: Expr) -> Test<'p> {
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

    /// Returns a test in the called function that must hold for the call to hold. Calls within that
    /// function are not followed.
    fn called(&mut self, call: &'p Call) -> Option<Test<'p>> {
        let Callee::Function(id) = call.callee else { return None };
        if !self.follows_calls || call.mock.is_some() || call.context != ContextId(0) {
            return None;
        }
        let function = self.analysis.program.function(id);
        if function.returns != ReturnKind::Maybe
            || function.keyed
            || function.memo.is_some()
            || function.replaceable.is_some()
            || call.arguments.iter().any(|argument| self.analysis.expr(argument).stops)
        {
            return None;
        }
        let arguments = || function.parameters.iter().copied().zip(&call.arguments);
        let own: Vec<(LocalId, &Expr)> =
            arguments().filter(|(_, argument)| self.is_of_member(argument)).collect();
        let outer: HashMap<LocalId, Expr> = arguments()
            .filter_map(|(parameter, argument)| Some((parameter, self.operand(argument)?)))
            .collect();
        let (parameters, arguments): (Vec<LocalId>, Vec<&Expr>) = own.into_iter().unzip();
        let outside: Vec<LocalId> = outer.keys().copied().collect();
        let mut finder = Finder {
            analysis: self.analysis,
            outside: &outside,
            own: parameters.iter().copied().collect(),
            before: Vec::new(),
            follows_calls: false,
        };
        let test = finder.block(&function.body)?;
        let wanted = substituted(&test.wanted, &outer)?;
        if matches!(wanted, Expr::Constant(_)) {
            return None;
        }
        let parameters: Vec<_> = parameters.into_iter().map(Some).collect();
        let place = function.sources.first().copied().unwrap_or(function.at);
        let keys = keys::function(function, &parameters, &test, None, place);
        Some(self.test(Own::Called(Box::new(CalledKeys { keys, arguments })), wanted))
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
    fn operand(&self, operand: &Expr) -> Option<Expr> {
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

/// Substitutes expressions for the locals of an expression.
fn substituted(expr: &Expr, by: &HashMap<LocalId, Expr>) -> Option<Expr> {
    let all = |operands: &[Expr]| {
        operands.iter().map(|operand| substituted(operand, by)).collect::<Option<Vec<_>>>()
    };
    match expr {
        Expr::Local(local) => by.get(local).cloned(),
        Expr::Get { base, keys } => {
            Some(Expr::Get { base: Box::new(substituted(base, by)?), keys: all(keys)? })
        }
        Expr::Call(call) => {
            let call = Call { arguments: all(&call.arguments)?, ..(**call).clone() };
            Some(Expr::Call(Box::new(call)))
        }
        _ => locals(expr).is_empty().then(|| expr.clone()),
    }
}
