//! Checks bodies: `CheckBody` and `checkExpr` of OPA's `ast/check.go`.

use super::algebra::{is_unknown, keys, values};
use super::check_refs::RefCheck;
use super::messages::{self, Names};
use super::operands::{Mismatch, mismatch};
use super::replacements::Replacements;
use super::scope::Scope;
use super::signature::Signatures;
use super::ty::{Function, Property, Type};
use super::unify::unifies;
use super::view::{View, views};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{
    Body, Callee, Literal, LiteralKind, Program, Ref, Term, With, WithTarget, WithValue,
};

/// The checker of a branch's bodies.
#[derive(Clone, Copy)]
pub(super) struct BodyCheck<'p> {
    pub(super) program: &'p Program,
    pub(super) signatures: &'p Signatures,
    pub(super) replacements: &'p Replacements<'p>,
    pub(super) names: Names<'p>,
}

/// A type error in an expression.
struct Fault {
    diagnostic: Diagnostic,
    /// `true` if an unknown type is the cause. Then an error inside the expression, which left the
    /// type unknown, is the better explanation.
    from_unknown: bool,
}

/// The nesting level up to which OPA's second check of inner comprehensions, in the outer scope, is
/// repeated here. Each level doubles the work, so deeper comprehensions are checked only once.
const MAX_RECHECKED_LEVEL: u32 = 6;

impl BodyCheck<'_> {
    /// Checks the literals in order, and adds the types of the body's variables to `scope`.
    pub(super) fn check(&self, scope: &mut Scope<'_>, body: &Body) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for literal in body {
            self.check_literal(scope, literal, &mut faults);
        }
        faults
    }

    fn check_literal(
        &self,
        scope: &mut Scope<'_>,
        literal: &Literal,
        faults: &mut Vec<Diagnostic>,
    ) {
        if let LiteralKind::Not(body) = &literal.kind {
            let fault = self.check_modifiers(scope, literal).err();
            faults.extend(fault.map(|fault| fault.diagnostic));
            for inner in body {
                self.check_literal(scope, inner, faults);
            }
            return;
        }
        match self.replacements.tree(scope, &literal.with) {
            Some(tree) => {
                scope.with_tree(&tree, |scope| self.check_whole_literal(scope, literal, faults));
            }
            None => self.check_whole_literal(scope, literal, faults),
        }
    }

    fn check_whole_literal(
        &self,
        scope: &mut Scope<'_>,
        literal: &Literal,
        faults: &mut Vec<Diagnostic>,
    ) {
        let before = faults.len();
        self.check_closures(scope, literal, faults);
        self.check_references(scope, literal, faults);
        if let Err(fault) = self.check_expression(scope, literal) {
            let is_explained = faults.len() > before && fault.from_unknown;
            if !is_explained {
                faults.push(fault.diagnostic);
            }
        }
    }

    /// Checks the comprehensions in a literal, each in a scope of its own.
    fn check_closures(
        &self,
        scope: &mut Scope<'_>,
        literal: &Literal,
        faults: &mut Vec<Diagnostic>,
    ) {
        scope.clear_closures();
        for closure in closures(literal) {
            match self.check_closure(scope, closure, scope.level) {
                Ok(ty) => scope.put_closure(closure, Some(ty)),
                Err(found) => faults.extend(found),
            }
        }
    }

    /// Returns the type of a comprehension. OPA checks nested comprehensions a second time,
    /// directly in `scope`, where the types of the variables in between are unknown.
    fn check_closure(
        &self,
        scope: &Scope<'_>,
        closure: &Term,
        level: u32,
    ) -> Result<Type, Vec<Diagnostic>> {
        let level = level + 1;
        let Some(body) = body_of(closure) else { return Ok(Type::any()) };
        let mut inner = scope.inner(level);
        let faults = self.check(&mut inner, body);
        if !faults.is_empty() {
            return Err(faults);
        }
        if level <= MAX_RECHECKED_LEVEL {
            for nested in body.iter().flat_map(closures) {
                self.check_closure(scope, nested, level)?;
            }
        }
        Ok(type_of_closure(&inner, closure))
    }

    fn check_references(
        &self,
        scope: &mut Scope<'_>,
        literal: &Literal,
        faults: &mut Vec<Diagnostic>,
    ) {
        for reference in references(literal) {
            let check = RefCheck { scope, names: self.names, reference };
            faults.extend(check.check().err());
        }
    }

    fn check_expression(&self, scope: &mut Scope<'_>, literal: &Literal) -> Result<(), Fault> {
        self.check_modifiers(scope, literal)?;
        match &literal.kind {
            LiteralKind::Unify(left, right) => unify(scope, literal, left, right),
            LiteralKind::Call { callee, arguments, output } => {
                check_member(scope, literal, *callee, arguments)?;
                let operands = views(arguments).into_iter().chain(output.iter().map(View::from));
                self.check_call(scope, literal, *callee, &operands.collect::<Vec<_>>())
            }
            LiteralKind::Test(_)
            | LiteralKind::Not(_)
            | LiteralKind::NotBody(_)
            | LiteralKind::Every { .. } => Ok(()),
        }
    }

    fn check_call(
        &self,
        scope: &mut Scope<'_>,
        literal: &Literal,
        callee: Callee,
        operands: &[View<'_>],
    ) -> Result<(), Fault> {
        let name = || messages::callee(self.program, callee);
        let function = match self.type_of_callee(scope, callee) {
            Some(Type::Function(function)) => function,
            None => return Ok(()),
            // A rule of a union type is not `any`: OPA rejects its calls.
            Some(Type::Any(any)) if any.of.is_empty() => return Ok(()),
            Some(_) => {
                let message = messages::undefined_function(&name());
                return Err(Fault::new(literal, message, false));
            }
        };
        let Some(mismatch) = mismatch(scope, operands, &function) else { return Ok(()) };
        let Mismatch { problem, have, operand } = mismatch;
        let from_unknown = have.iter().any(|ty| is_unknown(ty.as_ref()));
        let message = messages::operands(&name(), problem, &have, &function);
        let mut fault = Fault::new(literal, message, from_unknown);
        fault.diagnostic.help = operand.map(|index| {
            let have = have.get(index).and_then(Option::as_ref);
            messages::operand(&name(), index, have, &function)
        });
        Err(fault)
    }

    /// Checks that the replacement of a function accepts the operands of the function.
    fn check_modifiers(&self, scope: &Scope<'_>, literal: &Literal) -> Result<(), Fault> {
        literal.with.iter().try_for_each(|with| self.check_modifier(scope, with))
    }

    fn check_modifier(&self, scope: &Scope<'_>, with: &With) -> Result<(), Fault> {
        let (WithTarget::Function(target), WithValue::Function(value)) =
            (&with.target, &with.value)
        else {
            return Ok(());
        };
        let target_type = self.type_of_callee(scope, *target);
        let value_type = self.type_of_callee(scope, *value);
        let (Some(Type::Function(want)), Some(Type::Function(have))) = (&target_type, &value_type)
        else {
            return Ok(());
        };
        if unifies(target_type.as_ref(), value_type.as_ref()) {
            return Ok(());
        }
        let name = messages::callee(self.program, *target);
        let want = Function { operands: want.operands.clone(), ..Function::default() };
        let message = messages::operands(&name, "arity mismatch", &have.operands, &want);
        let diagnostic = Diagnostic::new(Code::Type, with.span, message);
        Err(Fault { diagnostic, from_unknown: false })
    }

    pub(super) fn type_of_callee(&self, scope: &Scope<'_>, callee: Callee) -> Option<Type> {
        match callee {
            Callee::Builtin(builtin) => self.signatures.of(builtin),
            Callee::Function(id) => scope.type_of_rule(&self.program.rule(id).path),
        }
    }
}

impl Fault {
    fn new(literal: &Literal, message: String, from_unknown: bool) -> Self {
        Fault { diagnostic: Diagnostic::new(Code::Type, literal.span, message), from_unknown }
    }
}

fn unify(scope: &mut Scope<'_>, literal: &Literal, left: &Term, right: &Term) -> Result<(), Fault> {
    let (left, right) = (View::from(left), View::from(right));
    let (left_type, right_type) = (scope.type_of(left), scope.type_of(right));
    let (left_type, right_type) = (left_type.as_ref(), right_type.as_ref());
    if scope.unify_terms((left, left_type), (right, right_type)) {
        return Ok(());
    }
    let message = messages::mismatch(left_type, right_type);
    Err(Fault::new(literal, message, is_unknown(left_type) || is_unknown(right_type)))
}

/// Checks the operands of `in` against the collection, because the signature of `in` accepts any
/// type.
fn check_member(
    scope: &mut Scope<'_>,
    literal: &Literal,
    callee: Callee,
    arguments: &[Term],
) -> Result<(), Fault> {
    let (key, member, collection) = match (callee, arguments) {
        (Callee::Builtin(builtin), [member, collection]) if builtin.name == "internal.member_2" => {
            (None, member, collection)
        }
        (Callee::Builtin(builtin), [key, member, collection])
            if builtin.name == "internal.member_3" =>
        {
            (Some(key), member, collection)
        }
        _ => return Ok(()),
    };
    let Some(collection) = scope.type_of(collection.into()) else { return Ok(()) };
    // `in` is false for values that cannot be iterated.
    let Some(members) = values(&collection) else { return Ok(()) };
    if let Some(key) = key {
        check_member_operand(scope, literal, key, keys(&collection).as_ref())?;
    }
    check_member_operand(scope, literal, member, Some(&members))
}

fn check_member_operand(
    scope: &mut Scope<'_>,
    literal: &Literal,
    operand: &Term,
    expected: Option<&Type>,
) -> Result<(), Fault> {
    if is_unknown(expected) {
        return Ok(());
    }
    let have = scope.type_of(operand.into());
    if (is_unknown(have.as_ref()) || unifies(have.as_ref(), expected))
        && scope.unify_type(operand.into(), expected, false)
    {
        return Ok(());
    }
    Err(Fault::new(literal, messages::mismatch(have.as_ref(), expected), have.is_none()))
}

fn type_of_closure(inner: &Scope<'_>, closure: &Term) -> Type {
    match closure {
        Term::ArrayComprehension(closure) => {
            Type::array(Vec::new(), inner.type_of((&closure.value).into()))
        }
        Term::SetComprehension(closure) => Type::set(inner.type_of((&closure.value).into())),
        Term::ObjectComprehension(closure) => {
            let key = inner.type_of((&closure.key).into());
            let value = inner.type_of((&closure.value).into());
            Type::object(Vec::new(), Some(Property { key, value }))
        }
        _ => Type::any(),
    }
}

fn body_of(closure: &Term) -> Option<&Body> {
    match closure {
        Term::ArrayComprehension(closure) | Term::SetComprehension(closure) => Some(&closure.body),
        Term::ObjectComprehension(closure) => Some(&closure.body),
        _ => None,
    }
}

/// Returns the comprehensions in a literal, including those in its bodies.
fn closures(literal: &Literal) -> Vec<&Term> {
    let mut found: Vec<&Term> =
        terms(literal).into_iter().filter(|term| body_of(term).is_some()).collect();
    found.extend(inner_body(literal).iter().flat_map(closures));
    found
}

/// Returns the references in a literal. In the body of an `every` and in a negated body, OPA checks
/// only references.
fn references(literal: &Literal) -> Vec<&Ref> {
    let mut found = Vec::new();
    for term in terms(literal) {
        collect_references(term, &mut found);
    }
    found.extend(inner_body(literal).iter().flat_map(references));
    found
}

fn collect_references<'t>(term: &'t Term, found: &mut Vec<&'t Ref>) {
    match term {
        Term::Ref(reference) => {
            found.push(reference);
            for operand in &reference.operands {
                collect_references(operand, found);
            }
        }
        Term::Array(parts) | Term::Set(parts) => {
            for part in parts {
                collect_references(part, found);
            }
        }
        Term::Object(properties) => {
            for (key, value) in properties {
                collect_references(key, found);
                collect_references(value, found);
            }
        }
        Term::Constant(_)
        | Term::Var(_)
        | Term::ArrayComprehension(_)
        | Term::SetComprehension(_)
        | Term::ObjectComprehension(_) => {}
    }
}

fn terms(literal: &Literal) -> Vec<&Term> {
    match &literal.kind {
        LiteralKind::Test(term) => vec![term],
        LiteralKind::Unify(left, right) => vec![left, right],
        LiteralKind::Call { arguments, output, .. } => arguments.iter().chain(output).collect(),
        LiteralKind::Every { domain, .. } => vec![domain],
        LiteralKind::Not(_) | LiteralKind::NotBody(_) => Vec::new(),
    }
}

fn inner_body(literal: &Literal) -> &[Literal] {
    match &literal.kind {
        LiteralKind::Not(body) | LiteralKind::NotBody(body) | LiteralKind::Every { body, .. } => {
            body
        }
        _ => &[],
    }
}
