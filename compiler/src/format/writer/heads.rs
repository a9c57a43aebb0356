//! Writes heads (`writeHead`).

use super::super::tree::{Head, Rule, Term, TermKind, is_true};
use super::{Writer, Written};

impl<'m> Writer<'m> {
    /// Writes a head. `constant` is `true` if the rule has no body.
    pub(super) fn head(&mut self, rule: &'m Rule, constant: bool) -> Written {
        let head = &rule.head;
        self.head_reference(head)?;
        if !head.arguments.is_empty() {
            self.push("(");
            let elements: Vec<&Term> = head.arguments.iter().collect();
            let written = self.elements(&elements, head.location, (b'(', b')'), false);
            self.push(")");
            written?;
        }
        let Some(value) = &head.value else { return self.key(head) };
        let written = head.key.is_some() || !is_true(&value.term) || constant || rule.default;
        if !written {
            return Ok(());
        }
        // OPA leaves `f(1)` of v0 without a value, which v1 refuses.
        let explicit = self.options.v1 && constant && head.key.is_none();
        if value.implied && is_true(&value.term) && !explicit {
            return Ok(());
        }
        self.push(if value.declares || self.options.v1 { " := " } else { " = " });
        self.term(&value.term)
    }

    fn head_reference(&mut self, head: &'m Head) -> Written {
        let [name, rest @ ..] = &head.reference[..] else { return Ok(()) };
        let [operand] = rest else { return self.reference(&head.reference) };
        if self.options.long_heads {
            return self.reference(&head.reference);
        }
        if self.comments.get(self.next).is_some_and(|comment| comment.row == operand.location.row) {
            self.surprised = true;
            return Err(self.write_verbatim(head.location));
        }
        self.term_in_parentheses(false, name)?;
        self.push("[");
        match &operand.kind {
            TermKind::String { value, .. } => self.quoted(value),
            _ => self.term(operand)?,
        }
        self.push("]");
        Ok(())
    }

    /// Writes the key of a set.
    fn key(&mut self, head: &'m Head) -> Written {
        let Some(key) = &head.key else { return Ok(()) };
        if self.options.contains {
            self.push(" contains ");
            return self.term(key);
        }
        self.push("[");
        let written = self.term(key);
        self.push("]");
        written
    }
}
