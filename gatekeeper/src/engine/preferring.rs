//! An engine with a choice for templates that have CEL beside their Rego.

use std::sync::Arc;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::template::{EnginePreference, Template};
use ferrego_runtime::Violations;

use super::{Difference, Engine};

/// An engine that accepts templates according to its preference.
pub struct Preferring<'e> {
    engine: &'e dyn Engine,
    preference: EnginePreference,
}

impl<'e> Preferring<'e> {
    /// Combines `engine` with `preference`.
    pub fn new(engine: &'e dyn Engine, preference: EnginePreference) -> Self {
        Self { engine, preference }
    }
}

impl Engine for Preferring<'_> {
    fn policy(
        &self,
        template: &Template,
        modules: &[Module],
    ) -> Result<Arc<dyn Violations>, Diagnostics> {
        self.engine.policy(template, modules)
    }

    fn preference(&self) -> EnginePreference {
        self.preference
    }

    fn take_differences(&self) -> Vec<Difference> {
        self.engine.take_differences()
    }
}
