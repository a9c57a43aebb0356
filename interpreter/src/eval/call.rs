//! Calls of builtins and functions.

use ferrego_compiler::source::Span;
use ferrego_runtime::builtins::{Builtin, Kind, host};
use ferrego_runtime::error::BuiltinResult;
use ferrego_runtime::{ErrorCode, Value};

use super::context::{Context, Mock};
use super::frame::Frame;
use super::{EachSolution, EachValue, Flow, Lookup, Machine, Outcome, Values};
use crate::program::{Call, Callee, PRINT};

impl<'m, 'a> Machine<'m, 'a> {
    /// Calls `each` for every result that matches the call's output. Without an output, calls
    /// `each` for every result that is not false.
    pub(super) fn call(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        call: &'m Call,
        span: Span,
        each: EachSolution<'_>,
    ) -> Outcome {
        let arguments: Option<Values<'a>> =
            call.arguments.iter().map(|argument| self.plug(frame, argument)).collect();
        let mut each = |result: Value<'a>| match &call.output {
            Some(output) => self.matching(frame, output, result, each),
            None if result.is_truthy() => each(),
            None => Ok(Flow::Continue),
        };
        match arguments {
            Some(arguments) => {
                self.results(context, frame, call.callee, &arguments, span, &mut each)
            }
            None => self.with_free_operands(frame, call).map_or(Ok(Flow::Continue), each),
        }
    }

    /// Calls `each` for every result of `callee`. The replacement of a function is called without
    /// any replacements in effect.
    fn results(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        callee: Callee,
        arguments: &[Value<'a>],
        span: Span,
        each: EachValue<'_, 'a>,
    ) -> Outcome {
        match (context.mock(callee), callee) {
            (Some(Mock::Value(value)), _) => each(value),
            (Some(Mock::Function(other)), _) => {
                let mut unmocked = context.fresh();
                unmocked.mocks.clear();
                self.results(&unmocked, frame, other, arguments, span, each)
            }
            (None, Callee::Function(group)) => {
                self.value(context, group, arguments)?.map_or(Ok(Flow::Continue), each)
            }
            (None, Callee::Builtin(builtin)) => self.builtin(frame, builtin, arguments, span, each),
        }
    }

    fn builtin(
        &self,
        frame: &Frame<'m, 'a>,
        builtin: &Builtin,
        arguments: &[Value<'a>],
        span: Span,
        each: EachValue<'_, 'a>,
    ) -> Outcome {
        let result = match builtin.kind {
            Kind::Pure | Kind::Nondeterministic | Kind::Relation => {
                let Some(function) = builtin.function else {
                    let message = format!("{} needs the feature {}", builtin.name, builtin.feature);
                    return Err(self.error(ErrorCode::Internal, &message, frame.group, span));
                };
                let result = self.checked(frame, builtin, span, function(self.env, arguments))?;
                if builtin.kind == Kind::Relation {
                    return self.each_of(result, each);
                }
                result
            }
            Kind::Host => self.host(frame, builtin, arguments, span)?,
            Kind::Engine(_) => {
                if let (Some(printer), PRINT, [operands]) =
                    (&self.shared.printer, builtin.name, arguments)
                {
                    printer.print(self.program, span, operands);
                }
                Some(Value::Bool(true))
            }
            Kind::Refused(reason) => {
                let message = format!("{}: {reason}", builtin.name);
                return Err(self.error(ErrorCode::Internal, &message, frame.group, span));
            }
        };
        result.map_or(Ok(Flow::Continue), each)
    }

    fn host(
        &self,
        frame: &Frame<'m, 'a>,
        builtin: &Builtin,
        arguments: &[Value<'a>],
        span: Span,
    ) -> Lookup<'a> {
        if let Some(result) = host::call(self.env, builtin.name, arguments) {
            return self.checked(frame, builtin, span, result);
        }
        let message = format!("{}: the host of this evaluation does not offer it", builtin.name);
        Err(self.error(ErrorCode::Builtin, &message, frame.group, span))
    }

    /// Makes a failed call undefined, and records the first failure for strict evaluations.
    /// Failures that stop every evaluation are returned.
    fn checked(
        &self,
        frame: &Frame<'m, 'a>,
        builtin: &Builtin,
        span: Span,
        result: BuiltinResult<'a>,
    ) -> Lookup<'a> {
        let failure = match result {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        let error = || {
            let message = format!("{}: {}", builtin.name, failure.message);
            self.error(failure.code, &message, frame.group, span)
        };
        if failure.stops(false) {
            return Err(error());
        }
        let mut first = self.shared.failure.borrow_mut();
        if self.env.strict && first.is_none() {
            *first = Some(error());
        }
        Ok(None)
    }

    fn each_of(&self, results: Option<Value<'a>>, each: EachValue<'_, 'a>) -> Outcome {
        let Some(Value::Array(results)) = results else { return Ok(Flow::Continue) };
        self.charge(results.len())?;
        for (index, result) in results.iter().enumerate() {
            self.look(index)?;
            if each(*result)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}
