//! Prints terms. A term is in parentheses if its operator would bind too weakly without them.

use std::fmt::{self, Display, Formatter, Write};

use super::super::{
    Comprehension, Infix, Membership, ObjectComprehension, Operand, Operator, Ref, TemplatePart,
    Term, TermKind, With,
};
use super::printed::{Printed, is_name, joined};

/// The precedence of a term: the weakest operator in it that no bracket encloses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precedence {
    /// `k, v in xs`, which has a bare comma.
    Pair,
    In,
    Relation,
    Or,
    And,
    Sum,
    Product,
    /// No operator.
    Closed,
}

impl Precedence {
    fn of(term: &Term) -> Self {
        match &term.kind {
            TermKind::In(member) => precedence_of_membership(member),
            TermKind::Infix(infix) => Self::of_operator(infix.operator),
            _ => Precedence::Closed,
        }
    }

    fn of_operator(operator: Operator) -> Self {
        match operator {
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessEqual
            | Operator::Greater
            | Operator::GreaterEqual => Precedence::Relation,
            Operator::Or => Precedence::Or,
            Operator::And => Precedence::And,
            Operator::Plus | Operator::Minus => Precedence::Sum,
            Operator::Multiply | Operator::Divide | Operator::Remainder => Precedence::Product,
        }
    }

    /// Returns the next stronger level, which the right operand of a left-associative operator
    /// needs.
    fn above(self) -> Self {
        match self {
            Precedence::Pair => Precedence::In,
            Precedence::In => Precedence::Relation,
            Precedence::Relation => Precedence::Or,
            Precedence::Or => Precedence::And,
            Precedence::And => Precedence::Sum,
            Precedence::Sum => Precedence::Product,
            Precedence::Product | Precedence::Closed => Precedence::Closed,
        }
    }
}

fn precedence_of_membership(member: &Membership) -> Precedence {
    match (&member.key, &member.value.kind) {
        (Some(_), _) => Precedence::Pair,
        (None, TermKind::In(inner)) => precedence_of_membership(inner),
        (None, _) => Precedence::In,
    }
}

/// Writes the term, in parentheses if it is weaker than `minimum`.
fn with_precedence(f: &mut Formatter<'_>, term: &Term, minimum: Precedence) -> fmt::Result {
    if Precedence::of(term) < minimum {
        write!(f, "({})", Printed(term))
    } else {
        write!(f, "{}", Printed(term))
    }
}

/// An element of a comma-separated list.
struct Element<'a>(&'a Term);

impl Display for Element<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        with_precedence(f, self.0, Precedence::In)
    }
}

/// The first element of brackets that may be a comprehension, so that no bar may follow its first
/// term.
struct First<'a>(&'a Term);

impl Display for First<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if has_bar(self.0) {
            write!(f, "({})", Printed(self.0))
        } else {
            write!(f, "{}", Element(self.0))
        }
    }
}

/// A term after the opening brace of a body.
pub(super) struct Leading<'a>(pub(super) &'a Term);

impl Display for Leading<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if has_bar(self.0) {
            write!(f, "({})", Printed(self.0))
        } else {
            write!(f, "{}", Printed(self.0))
        }
    }
}

/// Returns `true` if the operator after the term's first operand is a bar.
fn has_bar(term: &Term) -> bool {
    let (first, minimum, is_bar) = match &term.kind {
        TermKind::Infix(infix) => {
            let minimum = Precedence::of_operator(infix.operator);
            (&infix.left, minimum, infix.operator == Operator::Or)
        }
        TermKind::In(member) => match &member.key {
            Some(key) => (key, Precedence::Relation, false),
            None => (&member.value, Precedence::Pair, false),
        },
        _ => return false,
    };
    let precedence = Precedence::of(first);
    if precedence == Precedence::Closed || precedence < minimum { is_bar } else { has_bar(first) }
}

/// Writes the elements of a list that starts a bracket.
fn elements(f: &mut Formatter<'_>, terms: &[Term]) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        match index {
            0 => write!(f, "{}", First(term))?,
            _ => write!(f, ", {}", Element(term))?,
        }
    }
    Ok(())
}

fn pairs(f: &mut Formatter<'_>, pairs: &[(Term, Term)]) -> fmt::Result {
    for (index, (key, value)) in pairs.iter().enumerate() {
        match index {
            0 => write!(f, "{}: {}", First(key), First(value))?,
            _ => write!(f, ", {}: {}", Element(key), Element(value))?,
        }
    }
    Ok(())
}

impl Display for Printed<'_, Term> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            TermKind::Null => f.write_str("null"),
            TermKind::Bool(value) => write!(f, "{value}"),
            TermKind::Number(text) | TermKind::Var(text) => f.write_str(text),
            TermKind::String(text) => string(f, text),
            TermKind::Template(parts) => template(f, parts),
            TermKind::Ref(reference) => self::reference(f, reference),
            TermKind::Call(call) => {
                head(f, &call.function)?;
                arguments(f, &call.arguments)
            }
            TermKind::Array(terms) => {
                f.write_char('[')?;
                elements(f, terms)?;
                f.write_char(']')
            }
            TermKind::Object(members) => {
                f.write_char('{')?;
                pairs(f, members)?;
                f.write_char('}')
            }
            TermKind::Set(terms) if terms.is_empty() => f.write_str("set()"),
            TermKind::Set(terms) => {
                f.write_char('{')?;
                elements(f, terms)?;
                f.write_char('}')
            }
            TermKind::ArrayComprehension(comprehension) => {
                self::comprehension(f, "[", comprehension, "]")
            }
            TermKind::SetComprehension(comprehension) => {
                self::comprehension(f, "{", comprehension, "}")
            }
            TermKind::ObjectComprehension(comprehension) => object_comprehension(f, comprehension),
            TermKind::Infix(infix) => self::infix(f, infix),
            TermKind::Negative(term) => {
                f.write_char('-')?;
                head(f, term)
            }
            TermKind::In(membership) => {
                member(f, membership.key.as_ref(), &membership.value, &membership.collection)
            }
        }
    }
}

fn infix(f: &mut Formatter<'_>, infix: &Infix) -> fmt::Result {
    let precedence = Precedence::of_operator(infix.operator);
    with_precedence(f, &infix.left, precedence)?;
    write!(f, " {} ", infix.operator.symbol())?;
    with_precedence(f, &infix.right, precedence.above())
}

/// Writes `value in collection` or `key, value in collection`.
pub(super) fn member(
    f: &mut Formatter<'_>,
    key: Option<&Term>,
    value: &Term,
    collection: &Term,
) -> fmt::Result {
    match key {
        Some(key) => {
            with_precedence(f, key, Precedence::Relation)?;
            f.write_str(", ")?;
            with_precedence(f, value, Precedence::Relation)?;
        }
        None => with_precedence(f, value, Precedence::Pair)?,
    }
    f.write_str(" in ")?;
    right_of_in(f, collection)
}

/// Writes the operand right of `in`. The caller writes a space before it: `in[…]` would be a
/// reference into `in`.
pub(super) fn right_of_in(f: &mut Formatter<'_>, term: &Term) -> fmt::Result {
    with_precedence(f, term, Precedence::Relation)
}

/// Writes a term that a reference looks into, a call calls or a minus negates.
fn head(f: &mut Formatter<'_>, term: &Term) -> fmt::Result {
    match term.kind {
        TermKind::Infix(_) | TermKind::In(_) | TermKind::Negative(_) => {
            write!(f, "({})", Printed(term))
        }
        _ => write!(f, "{}", Printed(term)),
    }
}

fn reference(f: &mut Formatter<'_>, reference: &Ref) -> fmt::Result {
    head(f, &reference.head)?;
    operands(f, &reference.operands)
}

/// Writes the operands after the head of a reference.
pub(super) fn operands(f: &mut Formatter<'_>, operands: &[Operand]) -> fmt::Result {
    operands.iter().try_for_each(|operand| match operand {
        Operand::Field(name) if is_name(&name.text) => write!(f, ".{}", name.text),
        Operand::Field(name) => {
            f.write_char('[')?;
            string(f, &name.text)?;
            f.write_char(']')
        }
        Operand::Index(term) => write!(f, "[{}]", Printed(term)),
    })
}

/// Writes a list in parentheses.
pub(super) fn arguments(f: &mut Formatter<'_>, terms: &[Term]) -> fmt::Result {
    f.write_char('(')?;
    for (index, term) in terms.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(f, "{separator}{}", Element(term))?;
    }
    f.write_char(')')
}

/// Writes a comprehension's head, which is a single term.
fn comprehension_head(f: &mut Formatter<'_>, term: &Term) -> fmt::Result {
    with_precedence(f, term, Precedence::Closed)
}

fn comprehension(
    f: &mut Formatter<'_>,
    open: &str,
    comprehension: &Comprehension,
    close: &str,
) -> fmt::Result {
    f.write_str(open)?;
    comprehension_head(f, &comprehension.value)?;
    f.write_str(" | ")?;
    joined(f, &comprehension.body.literals, "; ")?;
    f.write_str(close)
}

fn object_comprehension(f: &mut Formatter<'_>, comprehension: &ObjectComprehension) -> fmt::Result {
    write!(f, "{{{}: ", First(&comprehension.key))?;
    comprehension_head(f, &comprehension.value)?;
    f.write_str(" | ")?;
    joined(f, &comprehension.body.literals, "; ")?;
    f.write_char('}')
}

fn template(f: &mut Formatter<'_>, parts: &[TemplatePart]) -> fmt::Result {
    f.write_str("$\"")?;
    for part in parts {
        match part {
            TemplatePart::Text(text) => escaped(f, text, true)?,
            TemplatePart::Term(term) => write!(f, "{{{}}}", Printed(term))?,
            TemplatePart::With(term, with) => {
                write!(f, "{{{}", Printed(term))?;
                modifiers(f, with)?;
                f.write_char('}')?;
            }
        }
    }
    f.write_char('"')
}

/// Writes the `with` modifiers, each after a space.
pub(super) fn modifiers(f: &mut Formatter<'_>, with: &[With]) -> fmt::Result {
    for With { target, value, .. } in with {
        write!(f, " with {} as {}", Printed(target), Printed(value))?;
    }
    Ok(())
}

/// Writes a string literal.
pub(super) fn string(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    escaped(f, text, false)?;
    f.write_char('"')
}

fn escaped(f: &mut Formatter<'_>, text: &str, template: bool) -> fmt::Result {
    text.chars().try_for_each(|character| match character {
        '"' => f.write_str("\\\""),
        '\\' => f.write_str("\\\\"),
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        '{' if template => f.write_str("\\{"),
        '\u{feff}' => f.write_str("\\ufeff"),
        control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control)),
        other => f.write_char(other),
    })
}
