//! The parts of all printers: names, lists and indented blocks.

use std::fmt::{self, Display, Formatter, Write};

/// A node whose [`Display`] writes Rego.
pub(super) struct Printed<'a, T: ?Sized>(pub(super) &'a T);

/// Returns `true` if `text` can follow a dot.
pub(crate) fn is_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Writes the items with `separator` between them.
pub(super) fn joined<'a, T: 'a>(
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
pub(super) struct Block<'a, T: ?Sized>(pub(super) &'a T);

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
