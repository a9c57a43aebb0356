//! The arguments of `ferrego lsp`.

use clap::Args;
use ferrego_compiler::ide::Settings;
use ferrego_compiler::lints::GatekeeperVersion;

use super::{Engines, Language};
use crate::levels::LintLevels;

#[derive(Debug, Args)]
pub(crate) struct Lsp {
    /// Use standard input and output. This is the only transport, which some editors ask for
    #[arg(long)]
    stdio: bool,
    #[command(flatten)]
    language: Language,
    #[command(flatten)]
    engines: Engines,
    #[command(flatten)]
    levels: LintLevels,
    /// Report what this version of Gatekeeper does not have, such as 3.22. An editor can also pass
    /// it as the initialization option `gatekeeper`
    #[arg(long, value_name = "VERSION")]
    gatekeeper: Option<GatekeeperVersion>,
}

impl Lsp {
    /// Returns the choices for the analysis of files.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            version: self.language.version(),
            levels: self.levels.levels.clone(),
            engine: self.engines.preference(),
            gatekeeper: self.gatekeeper,
        }
    }
}
