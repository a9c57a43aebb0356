//! Prints trees as Rego text: a whole module for reading, or a single node for messages and for the
//! documentation of generated code.
//!
//! Parsing the text of a [`module()`] as the module's version gives an equal tree.

mod rule;
mod term;

#[cfg(test)]
mod tests;

use std::fmt::{self, Display, Formatter, Write};

use super::{Import, Literal, Module, Package, Rule, Term};

/// Returns the module's text. Comments keep their order but not their places: they follow the
/// rules.
pub fn module(module: &Module) -> String {
    let mut text = format!("{}\n", Printed(&module.package));
    if !module.imports.is_empty() {
        text.push('\n');
    }
    for import in &module.imports {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", Printed(import));
    }
    for rule in &module.rules {
        let _ = writeln!(text, "\n{}", Printed(rule));
    }
    for comment in &module.comments {
        let _ = write!(text, "\n#{}", comment.text);
    }
    text
}

/// Returns the rule's text, on several lines if it has bodies.
pub fn rule(rule: &Rule) -> String {
    Printed(rule).to_string()
}

/// Returns the literal's text.
pub fn literal(literal: &Literal) -> String {
    Printed(literal).to_string()
}

/// Returns the term's text.
pub fn term(term: &Term) -> String {
    Printed(term).to_string()
}

/// A node whose [`Display`] writes Rego.
struct Printed<'a, T: ?Sized>(&'a T);

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

fn path(f: &mut Formatter<'_>, path: &[std::sync::Arc<str>]) -> fmt::Result {
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

/// Returns `true` if `text` can follow a dot.
fn is_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Writes the items with `separator` between them.
fn joined<'a, T: 'a>(
    f: &mut Formatter<'_>,
    items: impl IntoIterator<Item = &'a T>,
    separator: &str,
) -> fmt::Result
where
    Printed<'a, T>: Display,
{
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{}", Printed(item))?;
    }
    Ok(())
}

/// A node on lines of its own between braces, indented once.
struct Block<'a, T: ?Sized>(&'a T);

impl<'a, T: ?Sized> Display for Block<'a, T>
where
    Printed<'a, T>: Display,
{
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{{")?;
        let mut indented = Indented { target: f, fresh: true };
        writeln!(indented, "{}", Printed(self.0))?;
        f.write_char('}')
    }
}

/// A writer that puts a tab before each line.
struct Indented<'a, 'f> {
    target: &'a mut Formatter<'f>,
    fresh: bool,
}

impl Write for Indented<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for line in text.split_inclusive('\n') {
            if self.fresh {
                self.target.write_char('\t')?;
            }
            self.fresh = line.ends_with('\n');
            self.target.write_str(line)?;
        }
        Ok(())
    }
}
