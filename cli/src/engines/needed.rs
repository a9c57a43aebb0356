//! The policies that must be compiled.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::template::{EnginePreference, Template};
use ferrego_gatekeeper::documents::{Copied, Document, Input, read_all};
use ferrego_gatekeeper::engine::{Engine, Preferring, load};
use ferrego_program::status::Exit;
use ferrego_runtime::{EvalError, Evaluation, Value, Violations};

use super::compiled::BuiltIn;
use super::{hash, program};
use crate::failure::Failure;
use crate::output::visible;

/// The templates that will be evaluated, by hash. It is an engine that records templates and
/// evaluates nothing.
#[derive(Default)]
pub(crate) struct Needed(RefCell<BTreeMap<String, Template>>);

impl Needed {
    /// Returns the templates in `files` of at most `limit` bytes. A broken template is left out,
    /// because it is reported when it is loaded for the evaluation.
    pub(crate) fn find(
        files: impl IntoIterator<Item = PathBuf>,
        preference: EnginePreference,
        limit: u64,
    ) -> Self {
        let needed = Self::default();
        for file in files {
            needed.add(&read_all(&Input::File(file), limit).0, preference);
        }
        needed
    }

    /// Returns the templates among `documents`, without the broken ones.
    pub(crate) fn of(documents: &[Document], preference: EnginePreference) -> Self {
        let needed = Self::default();
        needed.add(documents, preference);
        needed
    }

    fn add(&self, documents: &[Document], preference: EnginePreference) {
        for document in documents {
            drop(load(document, &Preferring::new(self, preference)));
        }
    }

    /// Runs this command in a program that has the policies, if `policies` lacks one of them.
    /// Returns the exit status of that program, or `None` if this process has all policies.
    ///
    /// `copies` are those of the inputs that were read and can be read only once. The other program
    /// can read standard input only. `quiet` suppresses messages about the build.
    pub(crate) fn run_elsewhere(
        &self,
        policies: &[BuiltIn],
        copies: &[&Copied],
        quiet: bool,
    ) -> Result<Option<Exit>, Failure> {
        let templates = self.0.borrow();
        let is_there = |wanted: &String| policies.iter().any(|(hash, _)| hash == wanted);
        if templates.keys().all(is_there) || program::is_one() {
            return Ok(None);
        }
        let (inputs, pipes): (Vec<&Copied>, Vec<&Copied>) =
            copies.iter().partition(|copy| copy.path() == Path::new("-"));
        if let Some(pipe) = pipes.first() {
            let name = visible(&pipe.path().to_string_lossy());
            let message = format!("expected a file, found a pipe or a device: {name}");
            let help =
                "write the documents to a file: the compiled policies are in another program";
            return Err(Failure::usage(message).with_help(help));
        }
        program::run(&templates, inputs.first().copied(), quiet).map(Some)
    }
}

impl Engine for Needed {
    fn policy(
        &self,
        template: &Template,
        _: &[Module],
    ) -> Result<Arc<dyn Violations>, Diagnostics> {
        self.0.borrow_mut().insert(hash(template), template.clone());
        Ok(Arc::new(Unevaluated))
    }
}

/// The policy of a template that is not evaluated.
pub(super) struct Unevaluated;

impl Violations for Unevaluated {
    fn violations<'a>(&self, _: &Evaluation<'a>) -> Result<Option<Value<'a>>, Box<EvalError>> {
        Ok(None)
    }
}
