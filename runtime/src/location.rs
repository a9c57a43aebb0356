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
