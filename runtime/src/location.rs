//! Places in a policy's source.

/// The place of an error in the policy's source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The full path of the rule, `data.pkg.rule`.
    pub rule: &'static str,
    /// The file that the author wrote, as given to the compiler: the YAML of a template, or a Rego
    /// module.
    pub file: &'static str,
    /// The line in the file, from 1; 0 if there is none.
    pub line: u32,
    /// The column in the line, in characters from 1; 0 if there is none.
    pub column: u32,
}

/// A line and a column of a rule's file, both from 1. `(0, 0)` stands for no place.
pub type LineColumn = (u32, u32);

/// The rule that generated code belongs to. Errors that the code raises name it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The full path, `data.pkg.rule`.
    pub path: &'static str,
    /// The file that the rule is written in: the YAML of a template, or a Rego module.
    pub file: &'static str,
}

impl Rule {
    /// Returns the location of a place in the rule's file.
    pub const fn at(&self, (line, column): LineColumn) -> Location {
        Location { rule: self.path, file: self.file, line, column }
    }
}
