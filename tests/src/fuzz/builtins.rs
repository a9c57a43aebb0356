//! Calls of builtins, against the properties of all builtins.

use ferrego_runtime::builtins::{self, Builtin, BuiltinFn, Effect, Kind};
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Budget, Env, ErrorCode, Host, Value};

use super::{Broken, broken, equal};
use crate::builtins::generate::Generator;
use crate::builtins::signature::{self, Type};
use crate::builtins::term::Term;
use crate::draw::Draw;

/// The budget within which a call is compared. The operands are small, so nearly all calls take far
/// less.
const AMPLE: Budget = Budget::DEFAULT.steps(20_000).memory(4 << 20);
/// A budget that many calls exceed.
const SCARCE: Budget = Budget::DEFAULT.steps(100).memory(0);
/// The bytes that a call may take beyond its budget: values below the size that the arena counts,
/// and the rest of its last chunk.
const SLACK: usize = 4 << 20;

/// Draws a builtin and its operands from `bytes`, and checks the call.
///
/// # Errors
/// Returns the property that does not hold, with the call.
pub fn check(bytes: &[u8]) -> Result<(), Broken> {
    let mut draw = Draw::from_bytes(bytes);
    let rows: Vec<&Builtin> = builtins::all().filter(|row| row.function.is_some()).collect();
    let row = rows[draw.below(rows.len())];
    let any = draw.below(8) == 0;
    let mut generator = Generator::drawing(row, draw).map_err(broken)?;
    let operands = if any { generator.any_operands() } else { generator.call() };
    call(row, &operands)
}

/// Checks the properties of a call:
///
/// - The result has the declared type, and is well formed.
/// - Two calls have one answer, unless the builtin is not deterministic.
/// - A strict evaluation differs from another only in the message of a failure.
/// - The call has no effects beyond those of its row.
/// - With a small budget, the answer is the same or the budget is exceeded, and the arena grows
///   little.
///
/// # Errors
/// Returns the property that does not hold, with the call.
pub fn call(row: &Builtin, operands: &[Term]) -> Result<(), Broken> {
    let Some(function) = row.function else { return Ok(()) };
    properties(row, function, operands).map_err(|Broken(property)| {
        let operands: Vec<_> = operands.iter().map(ToString::to_string).collect();
        broken(format!("{}({}): {property}", row.name, operands.join(", ")))
    })
}

fn properties(row: &Builtin, function: BuiltinFn, operands: &[Term]) -> Result<(), Broken> {
    let declared = signature::result(row.signature).map_err(broken)?;
    let declared = match (declared, row.kind) {
        (Some(of), Kind::Relation) => Some(Type::Array(Box::new(of))),
        (of, _) => of,
    };
    let ask = |strict, budget| answer(function, operands, declared.as_ref(), strict, budget);
    let lenient = ask(false, AMPLE)?;
    let strict = ask(true, AMPLE)?;
    effects(row, &lenient)?;
    if row.kind != Kind::Nondeterministic {
        equal("a second call", &ask(false, AMPLE)?, &lenient)?;
        equal("a strict call", &strict, &lenient)?;
        let scarce = ask(false, SCARCE)?;
        if scarce != Answer::Exceeded {
            equal("a call with a small budget", &scarce, &lenient)?;
        }
    }
    Ok(())
}

/// An answer to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Value(String),
    Undefined,
    Error(ErrorCode),
    /// The call exceeded its budget.
    Exceeded,
}

/// A host whose time and random numbers are always the same.
struct Fixed;

impl Host for Fixed {
    fn now_ns(&self) -> i64 {
        1_767_225_600_000_000_000
    }

    fn seed(&self) -> u64 {
        7
    }
}

fn answer(
    function: BuiltinFn,
    operands: &[Term],
    declared: Option<&Type>,
    strict: bool,
    budget: Budget,
) -> Result<Answer, Broken> {
    let arena = Arena::new();
    let mut env = Env::new(&arena, &Fixed);
    env.strict = strict;
    env.budget = budget;
    let operands: Vec<Value<'_>> = operands.iter().map(|operand| operand.value(&arena)).collect();
    let before = arena.allocated_bytes();
    let running = arena.begin(budget);
    let result = function(&env, &operands);
    let exceeded = running.finish().is_some();
    let taken = arena.allocated_bytes() - before;
    if taken > 2 * budget.memory + SLACK {
        return Err(broken(format!("a call takes {taken} bytes of {}", budget.memory)));
    }
    Ok(match result {
        _ if exceeded => Answer::Exceeded,
        Err(error) if error.code == ErrorCode::Cancel => Answer::Exceeded,
        Err(error) => Answer::Error(error.code),
        Ok(None) => Answer::Undefined,
        Ok(Some(value)) => {
            if declared.is_some_and(|of| !of.admits(&value)) {
                return Err(broken(format!("the result {value} does not have the declared type")));
            }
            well_formed(&value)?;
            let _ = json::to_string(&value, Escape::Html);
            Answer::Value(value.to_string())
        }
    })
}

/// Checks that the members of sets and the keys of objects are distinct and in order.
fn well_formed(value: &Value<'_>) -> Result<(), Broken> {
    let ascend = |members: &[Value<'_>]| members.is_sorted_by(|one, other| one < other);
    match value {
        Value::Array(items) => items.iter().try_for_each(well_formed),
        Value::Set(members) => {
            let members: Vec<_> = members.iter().collect();
            members.iter().try_for_each(well_formed)?;
            if ascend(&members) { Ok(()) } else { Err(broken(format!("a set {value}"))) }
        }
        Value::Object(object) => {
            let (keys, values): (Vec<_>, Vec<_>) = object.iter().unzip();
            keys.iter().chain(&values).try_for_each(well_formed)?;
            if ascend(&keys) { Ok(()) } else { Err(broken(format!("an object {value}"))) }
        }
        _ => Ok(()),
    }
}

/// Checks the answer of an evaluation that is not strict against the effects of the row.
fn effects(row: &Builtin, answer: &Answer) -> Result<(), Broken> {
    let is_allowed = match (row.effect, answer) {
        (Effect::Any, _)
        | (_, Answer::Value(_) | Answer::Exceeded)
        | (Effect::Fails, Answer::Undefined) => true,
        (_, Answer::Error(code)) if *code == ErrorCode::Internal => true,
        (Effect::Total, _) => false,
        (Effect::Fails, Answer::Error(code)) => {
            matches!(code, ErrorCode::Type | ErrorCode::Builtin)
        }
    };
    if is_allowed { Ok(()) } else { Err(broken(format!("{answer:?} with {:?}", row.effect))) }
}
