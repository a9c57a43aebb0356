//! The options of the analysis.

/// The options of the analysis.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// OPA's strict mode: unused imports, arguments and assigned variables are errors, and the
    /// checks of version 1 apply to all modules.
    pub strict: bool,
    /// `true` if the first module is a template's, so that the type check covers Gatekeeper's hook
    /// too.
    pub template: bool,
    /// `true` if calls of `print` are kept; by default they are erased, as in OPA.
    pub keep_prints: bool,
}
