//! Generated policies in the compiler and the interpreter, and beside OPA.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ferrego_compiler::pipeline::Options;
use ferrego_compiler::source::Source;

use super::{Broken, broken, pipeline};
use crate::cases::Engine;
use crate::cases::interpreter::InterpreterHere;
use crate::draw::Draw;
use crate::oracle::{Oracle, OracleEngine};
use crate::random::departures::{Departures, Evidence};
use crate::random::hunt::{self, Difference, Figures};
use crate::random::{RandomPolicy, policy};

/// The number of inputs of each policy.
const INPUTS: usize = 3;

/// The engines that take part besides the interpreter.
#[derive(Default)]
pub struct Engines {
    opa: Option<OracleEngine>,
    /// The quirks of OPA that no engine reproduces.
    known: Option<Mutex<Departures>>,
}

impl Engines {
    /// Returns OPA, if the environment names the oracle.
    ///
    /// # Errors
    /// Returns an error if the list of known departures cannot be read.
    pub fn from_environment() -> io::Result<Self> {
        let Some(path) = Oracle::find(None) else { return Ok(Self::default()) };
        let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("opa_departures.jsonl");
        let known = Departures::read(&list)?;
        let opa = OracleEngine::new(Oracle::at(&path));
        Ok(Self { opa: Some(opa), known: Some(Mutex::new(known)) })
    }

    /// Draws a policy with its inputs from `bytes`. Checks that it compiles if and only if the
    /// interpreter loads it, and that the interpreter and OPA give one answer to each input.
    ///
    /// # Errors
    /// Returns the property that does not hold, with the policy.
    pub fn check(&self, bytes: &[u8]) -> Result<(), Broken> {
        let policy = policy(Draw::from_bytes(bytes), INPUTS);
        let named = policy.texts().into_iter().zip(["main.rego", "lib.rego", "more.rego"]);
        let sources: Vec<_> =
            named.map(|(text, name)| Source::new(name, text, policy.version)).collect();
        let shown = |text: &str| {
            let texts = policy.texts().join("---\n");
            broken(format!("{text}\n{texts}\n{:?}\n{:?}", policy.inputs, policy.data))
        };
        pipeline::compile(&sources, &Options::modules("fuzz"))
            .map_err(|property| shown(&property.0))?;
        let mut engines: Vec<&dyn Engine> = vec![&InterpreterHere];
        engines.extend(self.opa.as_ref().map(|opa| opa as &dyn Engine));
        let found = hunt::compare(&engines, std::slice::from_ref(&policy), &mut Figures::default());
        match found.into_iter().flatten().next() {
            Some(difference) if !self.explains(&engines, &policy, &difference) => {
                Err(shown(&difference.text))
            }
            _ => Ok(()),
        }
    }

    /// Returns `true` if a difference is a known departure of OPA's. The list names what the
    /// smallest policy contains that shows the departure.
    fn explains(
        &self,
        engines: &[&dyn Engine],
        policy: &RandomPolicy,
        difference: &Difference,
    ) -> bool {
        let Some(known) = &self.known else { return false };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut explains = |difference: &Difference, smallest| {
            let (said, own) = (&*difference.text, &*difference.shape);
            known.explains(Evidence { said, own, smallest })
        };
        if explains(difference, None) {
            return true;
        }
        let (smallest, difference) = hunt::smallest(engines, policy, difference.clone(), 30, 40);
        explains(&difference, Some(&smallest.texts().join("---\n")))
    }
}
