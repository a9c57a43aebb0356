//! Finds tests in a function that the loop calls.

use std::collections::HashMap;

use crate::ir::{Call, Callee, ContextId, Expr, Function, LocalId, ReturnKind};

use super::keys;
use super::test::{Finder, Own, Test, locals};

/// A function of the arguments that depend on the member. It yields the keys that the called
/// function compares with the wanted value.
pub(super) struct CalledKeys<'p> {
    /// The function.
    pub(super) keys: Function,
    /// The arguments of the function.
    pub(super) arguments: Vec<&'p Expr>,
}

impl<'p> Finder<'_, 'p> {
    /// Returns a test in the called function that must hold for the call to hold. Calls within that
    /// function are not followed.
    pub(super) fn called(&mut self, call: &'p Call) -> Option<Test<'p>> {
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
        let keys = keys::function(function, &parameters, &test, None);
        Some(self.test(Own::Called(Box::new(CalledKeys { keys, arguments })), wanted))
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
