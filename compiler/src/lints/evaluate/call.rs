//! Calls of builtins.

use ferrego_runtime::Value;
use ferrego_runtime::builtins::{Builtin, Effect, Reads, lookup};
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};

use super::constants::{self, Called};
use super::known::{Case, Range};
use super::literal::{Change, Scope};
use super::{Kinds, Known, Origin, Outcome, Reason, report};
use crate::hir::{RuleId, Term};
use crate::lints::calls::{self, CallSite};
use crate::source::Span;

impl<'a, 'p> Scope<'_, '_, 'a, 'p> {
    /// Evaluates a call of a builtin: whether it is defined, and its result.
    pub(super) fn builtin(
        &mut self,
        builtin: &'static Builtin,
        arguments: &'p [Term],
        operands: &[Known<'a>],
        span: Span,
    ) -> (Outcome, Known<'a>) {
        let declared = match builtin.result() {
            "" => Kinds::ANY,
            result => Kinds::declared(result),
        };
        let declared = of_operator(builtin, operands, declared);
        let elements = arguments.iter().zip(operands);
        let elements = elements.map(|(term, known)| self.elements(term, known)).collect();
        let site = CallSite { builtin, operands, elements, span };
        calls::check(self.evaluation, &site);
        if let Some(reason) = self.refused(builtin, arguments, operands) {
            return (Outcome::never(reason), Known::of_kinds(declared));
        }
        if matches!(builtin.name, "minus" | "and") {
            self.other_case(operands);
        }
        let values: Option<Vec<_>> = operands.iter().map(|known| known.value).collect();
        let called = match values {
            Some(values) => constants::call(self.evaluation.arena, builtin, &values),
            None => Called::Unknown,
        };
        let origin = operands.iter().map(|known| known.origin).find(|from| *from != Origin::Body);
        match called {
            Called::Unknown if builtin.effect == Effect::Total => {
                (Outcome::Always(None), Known::of_kinds(declared))
            }
            Called::Unknown => {
                let range = Range::of_result(builtin.name);
                let of_keys = builtin.reads == Reads::Keys && accepts(builtin, operands);
                let fallback = operands.get(2).filter(|_| builtin.reads == Reads::Path);
                let has_default = fallback.is_some_and(|known| known.value.is_some());
                let total = of_keys || has_default;
                let defined = if total { Outcome::Always(None) } else { Outcome::Open };
                let never_false = fallback.is_some_and(Known::is_constant_of_other_type);
                let case = Case::of_result(builtin.name);
                (defined, Known { range, never_false, case, ..Known::of_kinds(declared) })
            }
            Called::Result(Some(value)) => {
                let known = Known::of_value(value);
                let origin = origin.unwrap_or(Origin::Body);
                (Outcome::Always(None), Known { origin, ..known })
            }
            Called::Result(None) => {
                let why = format!("`{}` is undefined for these operands", builtin.name);
                (Outcome::never(Reason::new(why)), Known::of_kinds(declared))
            }
            Called::Fails(_) => (Outcome::Never(None), Known::of_kinds(declared)),
        }
    }

    /// Reports a member of a constant set that is never in the other set of an operation, because
    /// `lower` or `upper` returned that one's members.
    fn other_case(&mut self, operands: &[Known<'a>]) {
        let [first, second] = operands else { return };
        for (constant, computed) in [(first, second), (second, first)] {
            let (Some(Value::Set(members)), Some(case)) = (constant.value, computed.case) else {
                continue;
            };
            let texts = members.members().iter().filter_map(Value::as_str);
            for text in texts {
                let Some(reason) = case.excludes(text) else { continue };
                let place = constant.place.unwrap_or(self.at);
                let written = self.evaluation.string_in(place, &Value::String(text));
                report::other_case(self.evaluation, written.unwrap_or(self.at), text, &reason);
            }
        }
    }

    /// Returns the reason that a call is undefined, if an operand has none of the types that the
    /// builtin accepts. Constants are left to the type checker.
    fn refused(
        &self,
        builtin: &Builtin,
        arguments: &'p [Term],
        operands: &[Known<'a>],
    ) -> Option<Reason> {
        builtin.operands().zip(arguments.iter().zip(operands)).find_map(
            |(declared, (term, known))| {
                let accepted = Kinds::declared(declared);
                let found = known.kinds;
                let refused = known.narrowed && found != Kinds::NONE && !found.meets(accepted);
                refused.then(|| {
                    let name = self.name(term);
                    let why = format!(
                        "{name} is {found}, and `{}` expects {accepted}",
                        if builtin.infix.is_empty() { builtin.name } else { builtin.infix }
                    );
                    Reason::new(why).at(known.place, "tested here")
                })
            },
        )
    }

    /// Evaluates a test of the type of a value, and notes the type for the literals after it.
    fn type_test(
        &mut self,
        builtin: &'static Builtin,
        term: &'p Term,
        known: &Known<'a>,
    ) -> Option<Outcome> {
        let accepted = accepted_types(self.evaluation.arena, builtin)?;
        if known.kinds == Kinds::ANY || known.kinds.meets(accepted) {
            if let Term::Var(variable) = term {
                let kinds = known.kinds.and(accepted);
                let own = *self.variables.get(variable).unwrap_or(known);
                self.trail.push(Change::Variable(*variable, own));
                let place = Some(self.at);
                let narrowed = Known { kinds, place, narrowed: true, ..own };
                self.variables.insert(*variable, narrowed);
            }
            return None;
        }
        if known.value.is_some() {
            return None;
        }
        let why = format!("{} is {}", self.name(term), known.kinds);
        Some(Outcome::never(Reason::new(why).at(known.place, "its type")))
    }

    /// Evaluates a call of a function: whether it is defined, and its result.
    pub(super) fn function(&mut self, rule: RuleId) -> (Outcome, Known<'a>) {
        let fact = self.evaluation.fact(rule);
        let defined = if fact.total { Outcome::Always(None) } else { Outcome::Open };
        (defined, fact.known)
    }

    /// Checks a call of a function that only formats its arguments.
    pub(super) fn formatted(
        &mut self,
        rule: RuleId,
        arguments: &'p [Term],
        values: &[Known<'a>],
        span: Span,
    ) {
        let (true, Some(builtin)) = (self.evaluation.formats.contains(&rule), lookup("sprintf"))
        else {
            return;
        };
        let elements = arguments.iter().zip(values);
        let elements = elements.map(|(term, known)| self.elements(term, known)).collect();
        let site = CallSite { builtin, operands: values, elements, span };
        calls::check(self.evaluation, &site);
    }

    /// Evaluates a literal that is a call of a function and must not be false.
    pub(super) fn tested_function(&mut self, rule: RuleId, result: &Known<'a>) -> Outcome {
        if !self.evaluation.fact(rule).total || !result.is_never_false() {
            return Outcome::Open;
        }
        let path = &self.evaluation.subject.program.rule(rule).path;
        let name = path.last().map_or("the function", |name| name);
        let why = if result.kinds.meets(Kinds::BOOLEAN) {
            format!("`{name}` has a value for all arguments, which is never false")
        } else {
            format!("`{name}` returns {} for all arguments", result.kinds)
        };
        Outcome::always(Reason::new(why).at(result.place, "defined here"))
    }

    /// Returns the facts about the elements of an array of a known length.
    fn elements(&self, term: &Term, known: &Known<'a>) -> Option<Vec<Known<'a>>> {
        if let Some(Value::Array(items)) = known.value {
            return Some(items.iter().map(|item| Known::of_value(*item)).collect());
        }
        let Term::Array(parts) = term else { return None };
        let facts = parts.iter().map(|part| match part {
            Term::Constant(constant) => Known::of_value(constant.value(self.evaluation.arena)),
            Term::Var(variable) => self.variables.get(variable).copied().unwrap_or(Known::ANY),
            Term::Array(_) => Known::of_kinds(Kinds::ARRAY),
            Term::Object(_) => Known::of_kinds(Kinds::OBJECT),
            Term::Set(_) => Known::of_kinds(Kinds::SET),
            _ => Known::ANY,
        });
        Some(facts.collect())
    }

    /// Evaluates a literal that is a call of a builtin and must not be false.
    pub(super) fn tested(
        &mut self,
        builtin: &'static Builtin,
        arguments: &'p [Term],
        operands: &[Known<'a>],
        result: &Known<'a>,
    ) -> Outcome {
        if operands.iter().any(Known::is_setting) || result.is_setting() {
            return Outcome::Open;
        }
        if let ([term], [known]) = (arguments, operands)
            && let Some(outcome) = self.type_test(builtin, term, known)
        {
            return outcome;
        }
        if let [known, part] = operands
            && matches!(builtin.name, "startswith" | "endswith" | "contains")
            && let Some(case) = known.case
            && let Some(reason) = part.value.and_then(|part| case.excludes(part.as_str()?))
        {
            return Outcome::never(reason);
        }
        if let [member, collection] = operands
            && builtin.name == "internal.member_2"
            && let Some(case) = collection.case
            && let Some(reason) = member.value.and_then(|member| case.excludes(member.as_str()?))
        {
            return Outcome::never(reason);
        }
        if let ([left, right], [first, second]) = (arguments, operands)
            && let Some(outcome) = self.bounded(builtin.name, [left, right], [first, second])
        {
            return outcome;
        }
        if let ([left, right], [first, second]) = (arguments, operands)
            && let Some(outcome) = self.comparison(builtin, (left, first), (right, second), result)
        {
            return outcome;
        }
        match result.value {
            Some(Value::Bool(holds)) => {
                let learned = operands.iter().any(|known| known.origin == Origin::Compared);
                let reason = || Reason::new("its operands are constants");
                if holds {
                    Outcome::Always((!learned).then(reason))
                } else {
                    Outcome::never(reason())
                }
            }
            None if result.never_false => {
                let why = format!("`{}` returns the default, which is not `false`", builtin.name);
                Outcome::always(Reason::new(why))
            }
            _ if result.kinds != Kinds::NONE
                && !result.kinds.meets(Kinds::BOOLEAN)
                && computes(builtin) =>
            {
                let name = if builtin.infix.is_empty() { builtin.name } else { builtin.infix };
                let why = format!("`{name}` returns {}, which is never false", result.kinds);
                Outcome::always(Reason::new(why))
            }
            _ => Outcome::Open,
        }
    }

    /// Evaluates a comparison by an operator, if the call is one whose outcome is known.
    fn comparison(
        &self,
        builtin: &Builtin,
        left: (&Term, &Known<'a>),
        right: (&Term, &Known<'a>),
        result: &Known<'a>,
    ) -> Option<Outcome> {
        let equality = match builtin.name {
            "equal" => true,
            "neq" => false,
            "lt" | "lte" | "gt" | "gte" => {
                if let Some(outcome) = limited(builtin.name, left.1, right.1) {
                    return Some(outcome);
                }
                let reason = self.different_types(left, right);
                let below = left.1.kinds.precedes(right.1.kinds);
                let holds = below == matches!(builtin.name, "lt" | "lte");
                return match (reason, result.value) {
                    (Some(reason), _) if holds => Some(Outcome::always(reason)),
                    (Some(reason), _) => Some(Outcome::never(reason)),
                    (None, Some(Value::Bool(true))) => {
                        Some(Outcome::always(self.explain(left, right)))
                    }
                    (None, Some(_)) => Some(Outcome::never(self.explain(left, right))),
                    (None, None) => None,
                };
            }
            _ => return None,
        };
        match (self.compare(left, right), equality) {
            (Outcome::Open | Outcome::Idle(_), _) => None,
            (outcome, true) => Some(outcome),
            (Outcome::Always(reason), false) => Some(Outcome::Never(reason)),
            (Outcome::Never(reason), false) => Some(Outcome::Always(reason)),
        }
    }
}

/// Evaluates a comparison of the result of a builtin with a number at or beyond its limits.
pub(super) fn limited(name: &str, left: &Known<'_>, right: &Known<'_>) -> Option<Outcome> {
    if !matches!(name, "lt" | "lte" | "gt" | "gte") {
        return None;
    }
    let (name, range, limit) = match (left.range, right.range) {
        (Some(range), None) => (name, range, right.value?.as_f64()?),
        (None, Some(range)) => {
            let turned = match name {
                "lt" => "gt",
                "lte" => "gte",
                "gt" => "lt",
                _ => "lte",
            };
            (turned, range, left.value?.as_f64()?)
        }
        _ => return None,
    };
    let least = || range.reason("less", range.least);
    let greatest = || range.reason("greater", range.greatest);
    match name {
        "gte" if limit <= range.least => Some(Outcome::Idle(least())),
        "gt" if limit < range.least => Some(Outcome::Idle(least())),
        "lt" if limit <= range.least => Some(Outcome::never(least())),
        "lte" if limit < range.least => Some(Outcome::never(least())),
        "lte" if limit >= range.greatest => Some(Outcome::Idle(greatest())),
        "lt" if limit > range.greatest => Some(Outcome::Idle(greatest())),
        "gt" if limit >= range.greatest => Some(Outcome::never(greatest())),
        "gte" if limit > range.greatest => Some(Outcome::never(greatest())),
        _ => None,
    }
}

/// Returns the types of the result of an operator on numbers or sets: the type of its operands.
fn of_operator(builtin: &Builtin, operands: &[Known<'_>], declared: Kinds) -> Kinds {
    if builtin.infix.is_empty() || declared != Kinds::NUMBER.or(Kinds::SET) {
        return declared;
    }
    let types = operands.iter().fold(declared, |types, operand| types.and(operand.kinds));
    if types == Kinds::NONE { declared } else { types }
}

/// Returns the types for which a builtin such as `is_string` holds.
fn accepted_types(arena: &ferrego_runtime::Arena, builtin: &Builtin) -> Option<Kinds> {
    if builtin.reads != Reads::Type || builtin.result() != "boolean" {
        return None;
    }
    let samples = [
        Value::Null,
        Value::Bool(true),
        Value::int(1),
        Value::String(""),
        arena.array(&[]),
        ObjectBuilder::new(arena).finish(),
        SetBuilder::new(arena).finish(),
    ];
    let holds = |sample: &&Value<'_>| {
        matches!(
            constants::call(arena, builtin, &[**sample]),
            Called::Result(Some(Value::Bool(true)))
        )
    };
    let kinds = samples.iter().filter(holds).map(Kinds::of).fold(Kinds::NONE, Kinds::or);
    (kinds != Kinds::NONE).then_some(kinds)
}

/// Returns `true` if the builtin accepts all types that the operands may have.
fn accepts(builtin: &Builtin, operands: &[Known<'_>]) -> bool {
    let accepted =
        |(declared, operand): (&str, &Known<'_>)| operand.kinds.within(Kinds::declared(declared));
    builtin.operands().zip(operands).all(accepted)
}

/// Returns `true` if the builtin computes a value and does not test its operands: nobody calls it
/// to learn whether it is defined.
fn computes(builtin: &Builtin) -> bool {
    builtin.builds || !builtin.infix.is_empty() || builtin.name == "count"
}
