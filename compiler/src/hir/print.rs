//! Prints the analyzed program as text, for snapshots and for people.

use std::fmt::{self, Write};

use super::{
    Body, Branch, Callee, Constant, Head, Literal, LiteralKind, Program, Root, Rule, Term, VarId,
    WithTarget, WithValue,
};

/// Returns the program as stable text: rules in order, one literal per line. Variables carry their
/// index; the names of generated variables begin with `~`.
pub fn print(program: &Program) -> String {
    let mut text = String::new();
    for (index, rule) in program.rules.iter().enumerate() {
        let mut printer = Printer { program, text: &mut text, branch: None, depth: 0 };
        // Writing to a string does not fail.
        let _ = printer.rule(index, rule);
    }
    text
}

struct Printer<'p> {
    program: &'p Program,
    text: &'p mut String,
    branch: Option<&'p Branch>,
    depth: usize,
}

impl<'p> Printer<'p> {
    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn rule(&mut self, index: usize, rule: &'p Rule) -> fmt::Result {
        write!(self.text, "rule {index} data.{} {:?}", rule.path.join("."), rule.kind)?;
        self.depth = 1;
        if let Some(default) = &rule.default {
            self.line();
            self.text.push_str("default ");
            self.branch(default)?;
        }
        for clause in &rule.clauses {
            for (index, branch) in clause.branches.iter().enumerate() {
                self.line();
                self.text.push_str(if index == 0 { "clause " } else { "else " });
                self.branch(branch)?;
            }
        }
        self.text.push('\n');
        Ok(())
    }

    fn branch(&mut self, branch: &'p Branch) -> fmt::Result {
        self.branch = Some(branch);
        self.list("(", &branch.parameters, ")")?;
        self.list("[", &branch.keys, "]")?;
        match &branch.head {
            Head::Value(value) => {
                self.text.push_str(" = ");
                self.term(value)?;
            }
            Head::Member(member) => {
                self.text.push_str(" contains ");
                self.term(member)?;
            }
        }
        self.block(&branch.body)
    }

    fn block(&mut self, body: &'p Body) -> fmt::Result {
        self.text.push_str(" {");
        self.depth += 1;
        for literal in body {
            self.line();
            self.literal(literal)?;
        }
        self.depth -= 1;
        if !body.is_empty() {
            self.line();
        }
        self.text.push('}');
        Ok(())
    }

    fn literal(&mut self, literal: &'p Literal) -> fmt::Result {
        match &literal.kind {
            LiteralKind::Test(term) => self.term(term)?,
            LiteralKind::Unify(left, right) => {
                self.term(left)?;
                self.text.push_str(" = ");
                self.term(right)?;
            }
            LiteralKind::Call { callee, arguments, output } => {
                if let Some(output) = output {
                    self.term(output)?;
                    self.text.push_str(" = ");
                }
                self.callee(*callee);
                self.text.push('(');
                self.terms(arguments)?;
                self.text.push(')');
            }
            LiteralKind::Not(body) | LiteralKind::NotBody(body) => {
                self.text.push_str("not");
                self.block(body)?;
            }
            LiteralKind::Every { key, value, domain, body } => {
                self.text.push_str("every ");
                if let Some(key) = key {
                    self.variable(*key)?;
                    self.text.push_str(", ");
                }
                self.variable(*value)?;
                self.text.push_str(" in ");
                self.term(domain)?;
                self.block(body)?;
            }
        }
        literal.with.iter().try_for_each(|with| self.with(with))
    }

    fn with(&mut self, with: &'p super::With) -> fmt::Result {
        self.text.push_str(" with ");
        match &with.target {
            WithTarget::Input(path) => self.path("input", path),
            WithTarget::Data(path) => self.path("data", path),
            WithTarget::Function(callee) => self.callee(*callee),
        }
        self.text.push_str(" as ");
        match &with.value {
            WithValue::Value(value) => self.term(value)?,
            WithValue::Function(callee) => self.callee(*callee),
        }
        Ok(())
    }

    fn path(&mut self, root: &str, path: &[std::sync::Arc<str>]) {
        self.text.push_str(root);
        for field in path {
            self.text.push('.');
            self.text.push_str(field);
        }
    }

    fn callee(&mut self, callee: Callee) {
        match callee {
            Callee::Builtin(builtin) => self.text.push_str(builtin.name),
            Callee::Function(rule) => {
                let path = self.program.rules.get(rule.0 as usize).map(|rule| &*rule.path);
                self.path("data", path.unwrap_or_default());
            }
        }
    }

    /// Writes the terms between brackets. Writes nothing if `terms` is empty.
    fn list(&mut self, open: &str, terms: &'p [Term], close: &str) -> fmt::Result {
        if !terms.is_empty() {
            self.text.push_str(open);
            self.terms(terms)?;
            self.text.push_str(close);
        }
        Ok(())
    }

    fn terms(&mut self, terms: &'p [Term]) -> fmt::Result {
        for (index, term) in terms.iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            self.term(term)?;
        }
        Ok(())
    }

    fn variable(&mut self, var: VarId) -> fmt::Result {
        let variable = self.branch.and_then(|branch| branch.variables.get(var.0 as usize));
        match variable {
            Some(variable) if variable.generated => write!(self.text, "~{}", variable.name)?,
            Some(variable) => write!(self.text, "{}", variable.name)?,
            None => self.text.push('?'),
        }
        write!(self.text, "#{}", var.0)
    }

    fn term(&mut self, term: &'p Term) -> fmt::Result {
        match term {
            Term::Constant(constant) => write_constant(self.text, constant),
            Term::Var(var) => self.variable(*var),
            Term::Ref(reference) => {
                match reference.root {
                    Root::Input => self.text.push_str("input"),
                    Root::Data => self.text.push_str("data"),
                    Root::Var(var) => self.variable(var)?,
                }
                reference.operands.iter().try_for_each(|operand| self.operand(operand))
            }
            Term::Array(terms) => self.composite("[", terms, "]"),
            Term::Set(terms) => self.composite("{", terms, "}"),
            Term::Object(pairs) => self.object(pairs),
            Term::ArrayComprehension(inner) => {
                self.comprehension("[", None, &inner.value, &inner.body, "]")
            }
            Term::SetComprehension(inner) => {
                self.comprehension("{", None, &inner.value, &inner.body, "}")
            }
            Term::ObjectComprehension(inner) => {
                self.comprehension("{", Some(&inner.key), &inner.value, &inner.body, "}")
            }
        }
    }

    fn operand(&mut self, operand: &'p Term) -> fmt::Result {
        self.text.push('[');
        self.term(operand)?;
        self.text.push(']');
        Ok(())
    }

    fn composite(&mut self, open: &str, terms: &'p [Term], close: &str) -> fmt::Result {
        self.text.push_str(open);
        self.terms(terms)?;
        self.text.push_str(close);
        Ok(())
    }

    fn object(&mut self, pairs: &'p [(Term, Term)]) -> fmt::Result {
        self.text.push('{');
        for (index, (key, value)) in pairs.iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            self.term(key)?;
            self.text.push_str(": ");
            self.term(value)?;
        }
        self.text.push('}');
        Ok(())
    }

    fn comprehension(
        &mut self,
        open: &str,
        key: Option<&'p Term>,
        value: &'p Term,
        body: &'p Body,
        close: &str,
    ) -> fmt::Result {
        self.text.push_str(open);
        if let Some(key) = key {
            self.term(key)?;
            self.text.push_str(": ");
        }
        self.term(value)?;
        self.text.push_str(" |");
        self.block(body)?;
        self.text.push_str(close);
        Ok(())
    }
}

fn write_constant(text: &mut String, constant: &Constant) -> fmt::Result {
    let list = |text: &mut String, items: &[Constant]| {
        items.iter().enumerate().try_for_each(|(index, item)| {
            if index > 0 {
                text.push_str(", ");
            }
            write_constant(text, item)
        })
    };
    match constant {
        Constant::Null => text.write_str("null"),
        Constant::Bool(value) => write!(text, "{value}"),
        Constant::Number(number) => text.write_str(number),
        Constant::String(string) => write!(text, "{string:?}"),
        Constant::Array(items) => {
            text.push('[');
            list(text, items)?;
            text.write_str("]")
        }
        Constant::Set(items) if items.is_empty() => text.write_str("set()"),
        Constant::Set(items) => {
            text.push('{');
            list(text, items)?;
            text.write_str("}")
        }
        Constant::Object(pairs) => {
            text.push('{');
            for (index, (key, value)) in pairs.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                write_constant(text, key)?;
                text.push_str(": ");
                write_constant(text, value)?;
            }
            text.write_str("}")
        }
    }
}
