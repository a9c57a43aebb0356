//! Messages of type errors, in OPA's words: a first line, then details that start with a tab.

use std::fmt::Write as _;

use super::key::Key;
use super::ty::{Function, Shown, Type, type_list};
use crate::analyze::field_syntax::push_field;
use crate::hir::{Callee, Constant, Program, Ref, Root, Term, VarId, Variable};

/// Returns the message for an equation whose sides cannot be equal.
pub(super) fn mismatch(left: Option<&Type>, right: Option<&Type>) -> String {
    let mut text = format!("match error\n\tleft  : {}\n\tright : {}", Shown(left), Shown(right));
    let kind = match (left, right) {
        (Some(Type::Object(_)), Some(Type::Object(_))) => "objects",
        (Some(Type::Array(_)), Some(Type::Array(_))) => "arrays",
        (Some(Type::Set(_)), Some(Type::Set(_))) => "sets",
        _ => return text,
    };
    let _ = write!(
        text,
        "\n\thint  : both sides are {kind} but their types differ, so they can never be equal"
    );
    text
}

/// Returns the message for a call whose operands do not match the function's parameters.
pub(super) fn operands(
    name: &str,
    problem: &str,
    have: &[Option<Type>],
    want: &Function,
) -> String {
    let mut expected = type_list(&want.operands_and_result());
    if let Some(variadic) = &want.variadic {
        let separator = if expected.is_empty() { "" } else { ", " };
        let _ = write!(expected, "{separator}{variadic}...");
    }
    format!("{name}: {problem}\n\thave: ({})\n\twant: ({expected})", type_list(have))
}

/// Returns the help for a call whose operand at `index` does not match its parameter. The operand
/// after those of the function is the one that the result is compared with.
pub(super) fn operand(name: &str, index: usize, have: Option<&Type>, want: &Function) -> String {
    if name == "plus" && matches!(have, Some(Type::String)) {
        return "`+` adds numbers; join strings with `concat` or `sprintf`".to_owned();
    }
    let have = Shown(have);
    let Some(parameter) = want.operands.get(index) else {
        let result = Shown(want.result.as_ref());
        return format!("`{name}` returns {result}, which is compared with {have} here");
    };
    let (number, parameter) = (index + 1, Shown(parameter.as_ref()));
    format!("`{name}` expects {parameter} as argument {number}, found {have}")
}

/// Returns the message for a call whose operator is not a function.
pub(super) fn undefined_function(name: &str) -> String {
    format!("undefined function {name}")
}

/// Returns the message for a reference to a function or into a value without parts. `have` is the
/// type after the first `position` operands.
pub(super) fn not_indexable(
    names: Names<'_>,
    reference: &Ref,
    position: usize,
    have: &Type,
) -> String {
    let shown = names.reference(reference);
    let carets = "^".repeat(names.prefix(reference, position).chars().count());
    format!("undefined ref: {shown}\n\t{shown}\n\t{carets}\n\thave: {have}")
}

/// A type error in an operand of a reference.
pub(super) struct InvalidOperand<'t> {
    /// The index of the operand.
    pub(super) operand: usize,
    /// The type of the operand, unless it is a constant.
    pub(super) have: Option<&'t Type>,
    /// The type that would fit.
    pub(super) want: Option<&'t Type>,
    /// The keys of the value, if they are known.
    pub(super) one_of: Vec<Key>,
}

/// Returns the message for a reference by a key that the value cannot have.
pub(super) fn invalid_operand(
    names: Names<'_>,
    reference: &Ref,
    invalid: &InvalidOperand<'_>,
) -> String {
    let shown = names.reference(reference);
    let prefix = names.prefix(reference, invalid.operand);
    let pad = " ".repeat(prefix.chars().count() + 1);
    let have = match (invalid.have, reference.operands.get(invalid.operand)) {
        (Some(have), _) => format!("have (type): {have}"),
        (None, Some(operand)) => format!("have: {}", names.term(operand)),
        (None, None) => "have: ???".to_owned(),
    };
    let want = if invalid.one_of.is_empty() && invalid.want.is_none() {
        "want (one of): []".to_owned()
    } else if invalid.one_of.is_empty() {
        format!("want (type): {}", Shown(invalid.want))
    } else {
        let keys: Vec<_> = invalid.one_of.iter().map(key_text).collect();
        format!("want (one of): [{}]", keys.join(" "))
    };
    format!("undefined ref: {shown}\n\t{shown}\n\t{pad}^\n\t{pad}{have}\n\t{pad}{want}")
}

/// Returns the full name of the function that a call names.
pub(super) fn callee(program: &Program, callee: Callee) -> String {
    match callee {
        Callee::Builtin(builtin) => builtin.name.to_owned(),
        Callee::Function(id) => {
            let mut text = "data".to_owned();
            for step in &program.rule(id).path {
                push_field(&mut text, step);
            }
            text
        }
    }
}

/// The names of a branch's variables.
#[derive(Clone, Copy)]
pub(super) struct Names<'p>(pub(super) &'p [Variable]);

impl<'p> Names<'p> {
    fn reference(self, reference: &Ref) -> String {
        self.prefix(reference, reference.operands.len())
    }

    /// Returns the text of the reference with only its first operands.
    fn prefix(self, reference: &Ref, operands: usize) -> String {
        let mut text = match reference.root {
            Root::Input => "input".to_owned(),
            Root::Data => "data".to_owned(),
            Root::Var(variable) => self.variable(variable).to_owned(),
        };
        for operand in reference.operands.iter().take(operands) {
            match operand {
                Term::Constant(Constant::String(field)) => push_field(&mut text, field),
                other => {
                    let _ = write!(text, "[{}]", self.term(other));
                }
            }
        }
        text
    }

    fn variable(self, variable: VarId) -> &'p str {
        self.0.get(variable.0 as usize).map_or("_", |variable| &variable.name)
    }

    fn term(self, term: &Term) -> String {
        match term {
            Term::Constant(constant) => constant_text(constant),
            Term::Var(variable) => self.variable(*variable).to_owned(),
            Term::Ref(reference) => self.reference(reference),
            Term::Array(elements) => format!("[{}]", self.terms(elements)),
            Term::Set(members) => format!("{{{}}}", self.terms(members)),
            Term::Object(properties) => {
                let shown = properties
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.term(key), self.term(value)));
                format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
            }
            Term::ArrayComprehension(_) => "[…]".to_owned(),
            Term::SetComprehension(_) | Term::ObjectComprehension(_) => "{…}".to_owned(),
        }
    }

    fn terms(self, terms: &[Term]) -> String {
        terms.iter().map(|term| self.term(term)).collect::<Vec<_>>().join(", ")
    }
}

fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::Set(members) if members.is_empty() => "set()".to_owned(),
        Constant::Set(members) => {
            format!("{{{}}}", members.iter().map(constant_text).collect::<Vec<_>>().join(", "))
        }
        _ => key_text(&Key::from(constant)),
    }
}

fn key_text(key: &Key) -> String {
    match key {
        Key::Null => "null".to_owned(),
        Key::Bool(value) => value.to_string(),
        Key::Number(text) => text.to_string(),
        Key::String(text) => format!("{text:?}"),
        Key::Array(elements) => {
            format!("[{}]", elements.iter().map(key_text).collect::<Vec<_>>().join(", "))
        }
        Key::Object(pairs) => {
            let shown =
                pairs.iter().map(|(key, value)| format!("{}: {}", key_text(key), key_text(value)));
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        }
    }
}
