//! Expressions that have one value wherever a definition writes them.
//!
//! ```text
//! allowed := {r | r := input.parameters.registries[_]}
//! found := {x | x := input.parameters.registries[_]}
//! count(found - allowed) > 0     # both sides are one expression: the difference is empty
//! ```
//!
//! An expression becomes a text in which variables are numbered: those of the definition by their
//! index, those of a comprehension in the order of their occurrence. Builtins and functions return
//! one value for one list of arguments, except `rand.intn` and its like. Terms with equal texts are
//! equal. A term that iterates, or that a `with` concerns, has no text.

use std::fmt::Write;

use ferrego_runtime::builtins::Kind;

use super::constants::Path;
use super::literal::Scope;
use crate::hir::{Body, Callee, Literal, LiteralKind, Ref, Root, Term, VarId};
use crate::lints::calls;

/// The length of the longest text. Longer expressions have none.
const LONGEST: usize = 2048;

impl Scope<'_, '_, '_, '_> {
    /// Returns the expression of a call.
    pub(super) fn expression_of_call(&self, callee: Callee, arguments: &[Term]) -> Option<Path> {
        let mut writer = Writer::new(self)?;
        writer.call(callee, arguments)?;
        Some(Path::of_text(&writer.text))
    }

    /// Returns the path of a reference whose operands have one value each, or `None` if it
    /// iterates.
    pub(super) fn path(&self, reference: &Ref) -> Option<Path> {
        let mut writer = Writer::new(self)?;
        writer.reference(reference)?;
        Some(Path::of_text(&writer.text))
    }

    /// Returns `true` if the operand at `index` is the number of members of what precedes it.
    pub(super) fn is_past_end(&self, reference: &Ref, index: usize) -> bool {
        let Some(Term::Var(variable)) = reference.operands.get(index) else { return false };
        let Some((held, _)) = self.held.get(variable) else { return false };
        let Some(counted) = held.text().strip_prefix("count(") else { return false };
        let Some(mut writer) = Writer::new(self) else { return false };
        let written = writer.prefix(reference, index);
        written.is_some() && counted.strip_suffix(',') == Some(&writer.text)
    }

    /// Returns the expression of a term.
    pub(super) fn expression(&self, term: &Term) -> Option<Path> {
        let mut writer = Writer::new(self)?;
        writer.term(term)?;
        Some(Path::of_text(&writer.text))
    }

    /// Returns the indexes of two operands of a call that are one expression, if that is a mistake.
    pub(super) fn same_operands(&self, callee: Callee, arguments: &[Term]) -> Option<[usize; 2]> {
        let differ: &[[usize; 2]] = match callee {
            Callee::Builtin(builtin) => calls::different_operands(builtin.name),
            Callee::Function(_) if arguments.len() == 2 => &[[0, 1]],
            Callee::Function(_) => &[],
        };
        let pair = differ.iter().find(|pair| {
            let [first, second] = pair.map(|index| arguments.get(index));
            first.zip(second).is_some_and(|(first, second)| {
                !matches!(first, Term::Constant(_))
                    && self
                        .expression(first)
                        .is_some_and(|own| self.expression(second) == Some(own))
            })
        });
        pair.copied()
    }
}

/// The writer of an expression. Its functions return `None` if the term has no one value.
struct Writer<'w, 's, 'e, 'a, 'p> {
    scope: &'w Scope<'s, 'e, 'a, 'p>,
    text: String,
    /// The variables of the comprehensions around the part, in the order of their occurrence.
    own: Vec<VarId>,
    /// The number of comprehensions around the part.
    depth: usize,
}

impl<'w, 's, 'e, 'a, 'p> Writer<'w, 's, 'e, 'a, 'p> {
    fn new(scope: &'w Scope<'s, 'e, 'a, 'p>) -> Option<Self> {
        let known = !scope.replaced;
        known.then(|| Self { scope, text: String::new(), own: Vec::new(), depth: 0 })
    }

    fn term(&mut self, term: &Term) -> Option<()> {
        match term {
            Term::Constant(constant) => self.write(&format_args!("{constant:?}")),
            Term::Var(variable) => self.variable(*variable),
            Term::Ref(reference) => self.reference(reference),
            Term::Array(parts) => self.list("[", parts),
            Term::Set(parts) => self.list("{", parts),
            Term::Object(pairs) => {
                self.write(&"{")?;
                for (key, value) in pairs {
                    self.term(key)?;
                    self.write(&":")?;
                    self.term(value)?;
                    self.write(&",")?;
                }
                Some(())
            }
            Term::ArrayComprehension(inner) => {
                self.comprehension("[|", &inner.body, &[&inner.value])
            }
            Term::SetComprehension(inner) => self.comprehension("{|", &inner.body, &[&inner.value]),
            Term::ObjectComprehension(inner) => {
                self.comprehension("{:|", &inner.body, &[&inner.key, &inner.value])
            }
        }
    }

    fn list(&mut self, open: &str, parts: &[Term]) -> Option<()> {
        self.write(&open)?;
        for part in parts {
            self.term(part)?;
            self.write(&",")?;
        }
        Some(())
    }

    fn reference(&mut self, reference: &Ref) -> Option<()> {
        self.prefix(reference, reference.operands.len())
    }

    /// Writes a reference with its first operands.
    fn prefix(&mut self, reference: &Ref, length: usize) -> Option<()> {
        match reference.root {
            Root::Input => self.write(&"input")?,
            Root::Data => self.write(&"data")?,
            Root::Var(variable) => self.variable(variable)?,
        }
        for operand in reference.operands.iter().take(length) {
            self.write(&"/")?;
            self.term(operand)?;
        }
        Some(())
    }

    /// Writes a variable: the expression that it holds, or its number. Within a comprehension, a
    /// variable without a value belongs to it.
    fn variable(&mut self, variable: VarId) -> Option<()> {
        if let Some((path, _)) = self.scope.held.get(&variable) {
            return self.write(&path.text());
        }
        if self.scope.variables.contains_key(&variable) {
            return self.write(&Path::variable(variable).text());
        }
        if self.depth == 0 {
            return None;
        }
        let known = self.own.iter().position(|own| *own == variable);
        let index = known.unwrap_or(self.own.len());
        if known.is_none() {
            self.own.push(variable);
        }
        self.write(&format_args!("~{index}"))
    }

    fn comprehension(&mut self, open: &str, body: &Body, values: &[&Term]) -> Option<()> {
        self.depth += 1;
        self.write(&open)?;
        self.body(body)?;
        for value in values {
            self.write(&"|")?;
            self.term(value)?;
        }
        self.depth -= 1;
        Some(())
    }

    fn body(&mut self, body: &Body) -> Option<()> {
        body.iter().try_for_each(|literal| self.literal(literal))
    }

    fn literal(&mut self, literal: &Literal) -> Option<()> {
        if !literal.with.is_empty() {
            return None;
        }
        match &literal.kind {
            LiteralKind::Test(term) => self.term(term)?,
            LiteralKind::Unify(left, right) => {
                self.term(left)?;
                self.write(&"=")?;
                self.term(right)?;
            }
            LiteralKind::Call { callee, arguments, output } => {
                self.call(*callee, arguments)?;
                if let Some(output) = output {
                    self.write(&"=")?;
                    self.term(output)?;
                }
            }
            LiteralKind::Not(inner) | LiteralKind::NotBody(inner) => {
                self.write(&"!")?;
                self.body(inner)?;
            }
            LiteralKind::Every { .. } => return None,
        }
        self.write(&";")
    }

    fn call(&mut self, callee: Callee, arguments: &[Term]) -> Option<()> {
        match callee {
            Callee::Builtin(builtin) if builtin.kind == Kind::Pure => self.write(&builtin.name)?,
            Callee::Builtin(_) => return None,
            Callee::Function(rule) => self.write(&format_args!("f{}", rule.0))?,
        }
        self.list("(", arguments)
    }

    fn write(&mut self, part: &dyn std::fmt::Display) -> Option<()> {
        // Writing to a string does not fail.
        let _ = write!(self.text, "{part}");
        (self.text.len() <= LONGEST).then_some(())
    }
}
