//! Policies that this program links.

use std::sync::Arc;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::{Code, Diagnostic, Diagnostics};
use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::Span;
use ferrego_compiler::template::Template;
use ferrego_gatekeeper::engine::Engine;
use ferrego_runtime::{Policy, Violations};

use super::hash;

/// The hash of the template that a policy was compiled from, and the compiled policy. The command
/// finds the policy by the hash.
pub type BuiltIn = (&'static str, &'static Policy);

/// An engine with policies that were compiled to Rust.
#[derive(Debug)]
pub(crate) struct Compiled(pub(crate) &'static [BuiltIn]);

impl Engine for Compiled {
    fn policy(
        &self,
        template: &Template,
        _: &[Module],
    ) -> Result<Arc<dyn Violations>, Diagnostics> {
        let wanted = hash(template);
        if let Some((_, policy)) = self.0.iter().find(|(hash, _)| *hash == wanted) {
            return Ok(Arc::new(**policy));
        }
        // The policy was left out of the program because it does not compile. Report why.
        pipeline::compile(&template.sources, &Options::of(template))?;
        let message = "the compiled policy is not in this program";
        Err(Diagnostic::new(Code::Unsupported, Span::default(), message).into())
    }
}
