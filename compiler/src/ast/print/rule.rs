//! Prints packages, imports, rules, bodies and literals.

use std::fmt::{self, Display, Formatter, Write as _};
use std::sync::Arc;

use super::super::{
    Assigned, Body, Else, Head, HeadKind, Import, Literal, LiteralKind, LogicalOperand, Name,
    Package, Rule,
};
use super::printed::{Block, Printed, is_name, joined};
use super::term;

impl Display for Printed<'_, Package> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("package ")?;
        path(f, &self.0.path)
    }
}

impl Display for Printed<'_, Import> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("import ")?;
        path(f, &self.0.path)?;
        match &self.0.alias {
            Some(alias) => write!(f, " as {}", alias.text),
            None => Ok(()),
        }
    }
}

fn path(f: &mut Formatter<'_>, path: &[Arc<str>]) -> fmt::Result {
    for (index, name) in path.iter().enumerate() {
        match index {
            0 => f.write_str(name)?,
            _ if is_name(name) => write!(f, ".{name}")?,
            _ => {
                f.write_char('[')?;
                term::string(f, name)?;
                f.write_char(']')?;
            }
        }
    }
    Ok(())
}

impl Display for Printed<'_, Rule> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let rule = self.0;
        if rule.default {
            f.write_str("default ")?;
        }
        write!(f, "{}", Printed(&rule.head))?;
        let mut bodies = rule.bodies.iter();
        if let Some(body) = bodies.next() {
            let keyword = if rule.head.uses_if { "if " } else { "" };
            write!(f, " {keyword}{}", Block(body))?;
        }
        for branch in &rule.branches {
            write!(f, " {}", Printed(branch))?;
        }
        for body in bodies {
            write!(f, " {}", Block(body))?;
        }
        Ok(())
    }
}

impl Display for Printed<'_, Head> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Head { reference, kind, .. } = self.0;
        f.write_str(&reference.name.text)?;
        term::operands(f, &reference.operands)?;
        match kind {
            HeadKind::Value(value) => assigned(f, value.as_ref()),
            HeadKind::Function { parameters, value } => {
                term::arguments(f, parameters)?;
                assigned(f, value.as_ref())
            }
            HeadKind::Set { key, contains: true } => write!(f, " contains {}", Printed(key)),
            HeadKind::Set { key, contains: false } => write!(f, "[{}]", Printed(key)),
        }
    }
}

fn assigned(f: &mut Formatter<'_>, value: Option<&Assigned>) -> fmt::Result {
    match value {
        Some(Assigned { declares: true, term }) => write!(f, " := {}", Printed(term)),
        Some(Assigned { declares: false, term }) => write!(f, " = {}", Printed(term)),
        None => Ok(()),
    }
}

impl Display for Printed<'_, Else> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("else")?;
        assigned(f, self.0.value.as_ref())?;
        match &self.0.body {
            Some(body) if self.0.uses_if => write!(f, " if {}", Block(body)),
            Some(body) => write!(f, " {}", Block(body)),
            None => Ok(()),
        }
    }
}

/// The literals, one per line. Before a line that starts with a minus, a semicolon separates:
/// without it, the line would continue the expression before. A bar after the first term would make
/// the braces a comprehension, so [`FirstLiteral`] puts such a term in parentheses.
impl Display for Printed<'_, Body> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, literal) in self.0.literals.iter().enumerate() {
            if index == 0 {
                write!(f, "{}", FirstLiteral(literal))?;
                continue;
            }
            let text = Printed(literal).to_string();
            let separator = if text.starts_with('-') { ";\n" } else { "\n" };
            write!(f, "{separator}{text}")?;
        }
        Ok(())
    }
}

/// The literal after an opening brace.
struct FirstLiteral<'a>(&'a Literal);

impl Display for FirstLiteral<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            LiteralKind::Term(term) => write!(f, "{}", term::Leading(term))?,
            LiteralKind::Unify(left, right) => {
                write!(f, "{} = {}", term::Leading(left), Printed(right))?;
            }
            LiteralKind::Assign(left, right) => {
                write!(f, "{} := {}", term::Leading(left), Printed(right))?;
            }
            kind => write!(f, "{}", Printed(kind))?,
        }
        term::modifiers(f, &self.0.with)
    }
}

impl Display for Printed<'_, Literal> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Printed(&self.0.kind))?;
        term::modifiers(f, &self.0.with)
    }
}

impl Display for Printed<'_, LiteralKind> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            LiteralKind::Term(term) => write!(f, "{}", Printed(term)),
            LiteralKind::Unify(left, right) => write!(f, "{} = {}", Printed(left), Printed(right)),
            LiteralKind::Assign(left, right) => {
                write!(f, "{} := {}", Printed(left), Printed(right))
            }
            LiteralKind::Not(kind) if matches!(**kind, LiteralKind::Logical(_)) => {
                write!(f, "not ({})", Printed(&**kind))
            }
            LiteralKind::Not(kind) => write!(f, "not {}", Printed(&**kind)),
            LiteralKind::NotBody(body) => write!(f, "not {}", Block(body)),
            LiteralKind::Logical(logical) => {
                let keyword = logical.connective.keyword();
                let (left, right) = (Printed(&logical.left), Printed(&logical.right));
                write!(f, "{left} {keyword} {right}")
            }
            LiteralKind::Some(names) => {
                f.write_str("some ")?;
                joined(f, names, ", ")
            }
            LiteralKind::SomeIn { key, value, collection } => {
                f.write_str("some ")?;
                term::member(f, key.as_ref(), value, collection)
            }
            LiteralKind::Every { key, value, domain, body } => {
                f.write_str("every ")?;
                if let Some(key) = key {
                    write!(f, "{}, ", key.text)?;
                }
                write!(f, "{} in ", value.text)?;
                term::right_of_in(f, domain)?;
                write!(f, " {}", Block(body))
            }
        }
    }
}

impl Display for Printed<'_, Name> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Display for Printed<'_, LogicalOperand> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LogicalOperand { braces, body } = self.0;
        match &body.literals[..] {
            _ if *braces => write!(f, "{}", Block(body)),
            [literal] if matches!(literal.kind, LiteralKind::Logical(_)) => {
                write!(f, "({})", Printed(&literal.kind))
            }
            literals => joined(f, literals, "; "),
        }
    }
}
