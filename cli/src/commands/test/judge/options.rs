//! The options of the judging.

/// The options of the judging.
pub(crate) struct Options {
    /// The number of threads.
    pub(crate) jobs: usize,
    /// `true` if only violations that deny are reported.
    pub(crate) deny_only: bool,
    /// `true` if the report names all objects.
    pub(crate) all_objects: bool,
    /// `true` if a terminal shows the progress.
    pub(crate) progress: bool,
}
