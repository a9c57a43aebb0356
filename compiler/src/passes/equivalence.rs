//! Compares and merges equivalent statements.

use crate::ir::{Block, Call, Callee, Condition, Expr, LocalId, Statement, visit};

/// Returns `true` if two statements are equal up to the names of the locals that they bind.
/// Statements of kinds that are not compared here count as different.
pub(super) fn statements(one: &Statement, other: &Statement) -> bool {
    match (one, other) {
        (Statement::Let { value: a, .. }, Statement::Let { value: b, .. })
        | (Statement::Bind { value: a, .. }, Statement::Bind { value: b, .. })
        | (
            Statement::Each { of: a, lookup: None, .. },
            Statement::Each { of: b, lookup: None, .. },
        ) => exprs(a, b),
        (Statement::Test(a), Statement::Test(b)) => conditions(a, b),
        (
            Statement::Destructure { items: a, of: from },
            Statement::Destructure { items: b, of: other_from },
        ) => a.len() == b.len() && exprs(from, other_from),
        (
            Statement::Rows { function: a, arguments: with, context: within, .. },
            Statement::Rows { function: b, arguments: other_with, context: other_within, .. },
        ) => a == b && within == other_within && all(with, other_with),
        _ => false,
    }
}

/// Merges the bindings of `other`, an equivalent statement, into `one`. Returns each local of
/// `other` with the local that replaces it.
pub(super) fn unite(one: &mut Statement, other: &Statement) -> Vec<(LocalId, LocalId)> {
    match (one, other) {
        (Statement::Let { local, .. }, Statement::Let { local: own, .. })
        | (Statement::Bind { local, .. }, Statement::Bind { local: own, .. }) => {
            vec![(*own, *local)]
        }
        (Statement::Destructure { items, .. }, Statement::Destructure { items: own, .. }) => {
            own.iter().copied().zip(items.iter().copied()).collect()
        }
        (
            Statement::Each { key, value, .. },
            Statement::Each { key: own_key, value: own_value, .. },
        ) => {
            [unite_one(key, *own_key), unite_one(value, *own_value)].into_iter().flatten().collect()
        }
        (Statement::Rows { locals, .. }, Statement::Rows { locals: own, .. }) => {
            locals.iter_mut().zip(own).filter_map(|(one, own)| unite_one(one, *own)).collect()
        }
        _ => Vec::new(),
    }
}

/// Merges one local of a loop's header. If `one` binds no local yet, it binds `own`.
fn unite_one(one: &mut Option<LocalId>, own: Option<LocalId>) -> Option<(LocalId, LocalId)> {
    let own = own?;
    Some((own, *one.get_or_insert(own)))
}

/// Replaces the first local of each pair by the second in some statements.
pub(super) fn rename(statements: &mut Vec<Statement>, names: &[(LocalId, LocalId)]) {
    let mut block = Block(std::mem::take(statements));
    visit::change_block(&mut block, &mut |expr| {
        if let Expr::Local(local) | Expr::Force(local) | Expr::OptionLocal(local) = expr
            && let Some((_, name)) = names.iter().find(|(own, _)| own == local)
        {
            *local = *name;
        }
    });
    *statements = block.0;
}

fn all(one: &[Expr], other: &[Expr]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| exprs(one, other))
}

fn exprs(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Local(a), Expr::Local(b)) => a == b,
        (Expr::Constant(a), Expr::Constant(b)) => a == b,
        (Expr::Array(a), Expr::Array(b)) | (Expr::Set(a), Expr::Set(b)) => all(a, b),
        (Expr::Object(a), Expr::Object(b)) => {
            let pairs = |((key, value), (own_key, own_value)): (&(Expr, Expr), &(Expr, Expr))| {
                exprs(key, own_key) && exprs(value, own_value)
            };
            a.len() == b.len() && a.iter().zip(b).all(pairs)
        }
        (Expr::Truth(a), Expr::Truth(b)) => conditions(a, b),
        (Expr::Input(a), Expr::Input(b)) | (Expr::BaseData(a), Expr::BaseData(b)) => a == b,
        (Expr::Get { base: a, keys }, Expr::Get { base: b, keys: own_keys }) => {
            exprs(a, b) && all(keys, own_keys)
        }
        (Expr::Rule(a, within), Expr::Rule(b, own_within)) => a == b && within == own_within,
        (Expr::Call(a), Expr::Call(b)) => calls(a, b),
        _ => false,
    }
}

fn calls(one: &Call, other: &Call) -> bool {
    let is_same = match (one.callee, other.callee) {
        (Callee::Builtin(a), Callee::Builtin(b)) => a.name == b.name,
        (Callee::Function(a), Callee::Function(b)) => a == b,
        _ => false,
    };
    is_same
        && one.mock == other.mock
        && one.context == other.context
        && all(&one.arguments, &other.arguments)
}

fn conditions(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Truthy(a), Condition::Truthy(b))
        | (Condition::Defined(a), Condition::Defined(b))
        | (Condition::Collection(a), Condition::Collection(b)) => exprs(a, b),
        (Condition::Equal(a, b), Condition::Equal(c, d)) => exprs(a, c) && exprs(b, d),
        (Condition::Compare(how, a, b), Condition::Compare(own_how, c, d)) => {
            how == own_how && exprs(a, c) && exprs(b, d)
        }
        (Condition::ObjectOf(a, keys), Condition::ObjectOf(b, own_keys)) => {
            keys == own_keys && exprs(a, b)
        }
        (
            Condition::Key { of: a, key: b, truthy },
            Condition::Key { of: c, key: d, truthy: own_truthy },
        ) => truthy == own_truthy && exprs(a, c) && exprs(b, d),
        (Condition::Not(a), Condition::Not(b)) => conditions(a, b),
        _ => false,
    }
}
