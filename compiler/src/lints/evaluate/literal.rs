//! The bodies and literals of one definition.

use std::collections::HashMap;

use ferrego_runtime::Value;

use super::call::limited;
use super::constants::Path;
use super::known::Bounds;
use super::{Evaluation, Kinds, Known, Outcome, Reason, report};
use crate::hir::walk::{self, Visited};
use crate::hir::{Body, Branch, Callee, Literal, LiteralKind, Term, VarId, WithTarget};
use crate::lints::calls;
use crate::source::Span;

/// The variables and paths of a definition, of which something is known.
pub(in crate::lints) struct Scope<'s, 'e, 'a, 'p> {
    pub(in crate::lints) evaluation: &'s mut Evaluation<'e, 'a, 'p>,
    pub(super) branch: &'p Branch,
    pub(super) variables: HashMap<VarId, Known<'a>>,
    /// The values to which earlier literals compare paths, with their places.
    pub(super) paths: HashMap<Path, (Value<'a>, Span)>,
    /// The expressions whose values variables hold.
    pub(super) held: HashMap<VarId, (Path, Span)>,
    /// The numbers between which earlier literals place variables and paths.
    pub(super) bounds: HashMap<Path, Bounds>,
    /// The comparisons of two values that earlier literals make, with their operators and places.
    pub(super) pairs: HashMap<(Path, Path), (&'static str, Span)>,
    /// The changes that leaving a nested body takes back.
    pub(super) trail: Vec<Change<'a>>,
    /// `true` within a literal with a `with`, where documents may have other values.
    pub(super) replaced: bool,
    /// The place of the literal.
    pub(super) at: Span,
}

/// A change of what is known.
pub(super) enum Change<'a> {
    /// The earlier facts about a variable.
    Variable(VarId, Known<'a>),
    /// A path that had no value.
    Path(Path),
    /// The earlier bounds of a variable or path.
    Bounds(Path, Bounds),
    /// Two values that were not compared.
    Pair(Path, Path),
}

impl<'s, 'e, 'a, 'p> Scope<'s, 'e, 'a, 'p> {
    /// Returns the scope of a definition, in which the parameters are bound.
    pub(super) fn new(evaluation: &'s mut Evaluation<'e, 'a, 'p>, branch: &'p Branch) -> Self {
        let mut scope = Scope {
            evaluation,
            branch,
            variables: HashMap::with_capacity(branch.variables.len()),
            paths: HashMap::new(),
            held: HashMap::new(),
            bounds: HashMap::new(),
            pairs: HashMap::new(),
            trail: Vec::new(),
            replaced: false,
            at: branch.span,
        };
        for parameter in &branch.parameters {
            scope.bind_all(parameter);
        }
        scope
    }

    /// Evaluates the literals in order, and reports the first that never holds, or those that
    /// always hold without a purpose.
    pub(super) fn body(&mut self, body: &'p Body) -> Outcome {
        let mut whole = Outcome::Always(None);
        for literal in body {
            let outcome = self.literal(literal);
            if !matches!(whole, Outcome::Never(_)) {
                report::outcome(self.evaluation, literal.span, &outcome);
            }
            whole = whole.and(outcome);
        }
        whole
    }

    /// Evaluates the literals of a body whose bindings are not visible outside.
    pub(super) fn nested(&mut self, body: &'p Body) -> Outcome {
        self.within(|scope| scope.body(body))
    }

    /// Runs `evaluate`, and then forgets what it compared.
    fn within<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.trail.len();
        let result = evaluate(self);
        for change in self.trail.drain(length..).rev() {
            match change {
                Change::Variable(variable, known) => {
                    self.variables.insert(variable, known);
                }
                Change::Path(path) => {
                    self.paths.remove(&path);
                }
                Change::Bounds(path, bounds) => {
                    self.bounds.insert(path, bounds);
                }
                Change::Pair(left, right) => {
                    self.pairs.remove(&(left, right));
                }
            }
        }
        result
    }

    fn literal(&mut self, literal: &'p Literal) -> Outcome {
        self.at = literal.span;
        if literal.with.is_empty() {
            return self.kind(&literal.kind, literal.span);
        }
        let replaces_functions =
            literal.with.iter().any(|with| matches!(with.target, WithTarget::Function(_)));
        if replaces_functions {
            self.bind_all_of(literal);
            return Outcome::Open;
        }
        let before = std::mem::replace(&mut self.replaced, true);
        self.within(|scope| scope.kind(&literal.kind, literal.span));
        self.replaced = before;
        Outcome::Open
    }

    fn kind(&mut self, kind: &'p LiteralKind, span: Span) -> Outcome {
        match kind {
            LiteralKind::Test(term) => self.test(term),
            LiteralKind::Unify(left, right) => self.unify(left, right),
            LiteralKind::Call { callee, arguments, output } => {
                self.call(*callee, arguments, output.as_ref(), span)
            }
            LiteralKind::Not(body) => self.negation(body),
            LiteralKind::NotBody(body) => {
                self.nested(body);
                Outcome::Open
            }
            LiteralKind::Every { key, value, domain, body } => {
                let (_, known) = self.term(domain);
                for variable in key.iter().chain([value]) {
                    self.variables.insert(*variable, Known::ANY);
                }
                self.nested(body);
                match known.value {
                    Some(value) if value.len() == Some(0) => {
                        Outcome::always(Reason::new("the collection is empty"))
                    }
                    _ => Outcome::Open,
                }
            }
        }
    }

    fn test(&mut self, term: &'p Term) -> Outcome {
        let (defined, known) = self.term(term);
        if matches!(defined, Outcome::Never(_)) {
            return defined;
        }
        if known.is_setting() {
            return Outcome::Open;
        }
        let always = matches!(defined, Outcome::Always(_));
        match known.value {
            Some(Value::Bool(false)) => Outcome::never(self.reason_of_value(term, &known)),
            Some(_) if always => Outcome::always(self.reason_of_value(term, &known)),
            None if always && known.is_never_false() => {
                let name = self.name(term);
                let why = if known.kinds.meets(Kinds::BOOLEAN) {
                    format!("{name} always has a value, which is never false")
                } else {
                    format!("{name} is {}, which is never false", known.kinds)
                };
                Outcome::always(Reason::new(why).at(known.place, "defined here"))
            }
            _ => Outcome::Open,
        }
    }

    fn reason_of_value(&self, term: &Term, known: &Known<'a>) -> Reason {
        match (term, known.value) {
            (Term::Constant(_), _) | (_, None) => Reason::new("it is a constant"),
            (_, Some(value)) => self.value_is(term, &value, known.place),
        }
    }

    /// Evaluates `not`. The operands of a call in it are literals before it.
    fn negation(&mut self, body: &'p Body) -> Outcome {
        let [inner] = body.as_slice() else {
            self.nested(body);
            return Outcome::Open;
        };
        let reversed = |reason: Reason, word: &str| {
            let why = format!("the negated expression {word} holds: {}", reason.why);
            Reason { why: why.into(), ..reason }
        };
        match self.within(|scope| scope.literal(inner)) {
            Outcome::Never(Some(reason)) => Outcome::always(reversed(reason, "never")),
            Outcome::Always(Some(reason)) | Outcome::Idle(reason) => {
                Outcome::never(reversed(reason, "always"))
            }
            Outcome::Never(None) => Outcome::Always(None),
            Outcome::Always(None) | Outcome::Open => Outcome::Open,
        }
    }

    /// Evaluates a call of a function, a builtin or an operator.
    fn call(
        &mut self,
        callee: Callee,
        arguments: &'p [Term],
        output: Option<&'p Term>,
        span: Span,
    ) -> Outcome {
        let mut values = Vec::with_capacity(arguments.len());
        let mut defined = Outcome::Always(None);
        // The evaluation of a comprehension gives its variables values.
        self.expressions_of(callee, arguments, output, span);
        for argument in arguments {
            let (outcome, known) = self.term(argument);
            defined = defined.and(outcome);
            values.push(known);
        }
        let (outcome, result) = match callee {
            Callee::Function(rule) => {
                self.formatted(rule, arguments, &values, span);
                self.function(rule)
            }
            Callee::Builtin(builtin) => self.builtin(builtin, arguments, &values, span),
        };
        let defined = defined.and(outcome);
        match output {
            _ if matches!(defined, Outcome::Never(_)) => {
                if let Some(output) = output {
                    self.bind_all(output);
                }
                defined
            }
            Some(output) => {
                if let (Callee::Builtin(builtin), [left, right]) = (callee, &values[..])
                    && let Some(outcome) = limited(builtin.name, left, right)
                {
                    report::outcome(self.evaluation, span, &outcome);
                }
                let unified = self.unify_with(output, &result, span);
                defined.and(unified)
            }
            None => {
                let tested = match callee {
                    Callee::Builtin(builtin) => self.tested(builtin, arguments, &values, &result),
                    Callee::Function(rule) => self.tested_function(rule, &result),
                };
                match tested {
                    Outcome::Always(Some(reason)) if !matches!(defined, Outcome::Always(_)) => {
                        Outcome::Idle(reason)
                    }
                    idle @ Outcome::Idle(_) => idle,
                    tested => defined.and(tested),
                }
            }
        }
    }

    /// Notes the expression of a call, and reports two operands with one expression.
    fn expressions_of(
        &mut self,
        callee: Callee,
        arguments: &'p [Term],
        output: Option<&'p Term>,
        span: Span,
    ) {
        let same = self.same_operands(callee, arguments);
        if let Some(Term::Var(variable)) = output
            && !self.variables.contains_key(variable)
            && let Some(expression) = self.expression_of_call(callee, arguments)
        {
            self.held.insert(*variable, (expression, span));
        }
        if let Some(same) = same {
            let bound = match arguments.get(same[1]) {
                Some(Term::Var(variable)) => self.held.get(variable).map(|(_, place)| *place),
                _ => None,
            };
            calls::same_operands(self.evaluation, callee, same, span, bound);
        }
    }

    /// Binds the variables of a literal, of which nothing is known.
    fn bind_all_of(&mut self, literal: &'p Literal) {
        let mut bind = |variable: VarId| {
            self.variables.entry(variable).or_insert(Known::ANY);
        };
        walk::literal(literal, &mut |item| match item {
            Visited::Term(Term::Var(variable)) => bind(*variable),
            Visited::Bound(variable) => bind(variable),
            _ => {}
        });
    }
}
