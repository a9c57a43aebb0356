//! Writes template strings (`writeTemplateString`).

use super::super::tree::Part;
use super::{Writer, Written};

impl<'m> Writer<'m> {
    /// Writes a template string.
    pub(super) fn template(&mut self, raw: bool, parts: &'m [Part]) -> Written {
        let quote = if raw { "`" } else { "\"" };
        self.push("$");
        self.push(quote);
        for part in parts {
            match part {
                Part::Text(text) if raw => {
                    let text = text.replace('{', "\\{");
                    self.push(&text);
                }
                Part::Text(text) => {
                    for character in text.chars() {
                        if character == '{' {
                            self.push("\\{");
                        } else {
                            self.escaped(character, '"');
                        }
                    }
                }
                Part::Expr(expr) => {
                    self.push("{");
                    self.up();
                    let written = self.expr(expr);
                    self.push("}");
                    self.down();
                    written?;
                }
            }
        }
        self.push(quote);
        Ok(())
    }
}
