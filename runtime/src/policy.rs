//! Compiled policies, as the embedding program sees them.

use crate::admission;
use crate::arena::Arena;
use crate::context::{Context, Eval, Evaluate, Input};
use crate::env::{Env, Host, NoHost};
use crate::error::{ErrorCode, EvalError, Location};
use crate::joins::Indexes;
use crate::value::{Object, Value};

/// A policy compiled to Rust.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The name of the template or module that it was compiled from.
    pub name: &'static str,
    /// What can be asked for.
    pub entries: &'static [PolicyEntry],
    /// Memo cells that an evaluation needs.
    pub memo_cells: usize,
    /// The paths of what the entries can read of `input`, which [`Needs::of`] takes: a reader
    /// need not build the rest.
    ///
    /// [`Needs::of`]: crate::json::Needs::of
    pub needs: &'static [&'static str],
    /// The paths of what the entries can read below `data.inventory`, in the notation of `needs`;
    /// empty if they read nothing of it. See [`Policy::reads_inventory`].
    pub inventory: &'static [&'static str],
    /// What a constraint must know of the template; `None` for plain modules.
    pub template: Option<PolicyTemplate>,
}

impl Policy {
    /// Returns `true` if an answer can depend on `data.inventory`, the objects of the cluster
    /// beside the one under review.
    ///
    /// Such a policy needs an inventory that holds what `inventory` names: without it the policy
    /// finds nothing to compare with and allows. Gatekeeper calls it a referential policy. The
    /// compiler derives the answer from the evaluation plan, so a reference in a rule that no
    /// entry evaluates does not count.
    pub const fn reads_inventory(&self) -> bool {
        !self.inventory.is_empty()
    }
}

/// What a policy keeps of the `ConstraintTemplate` that it was compiled from.
#[derive(Clone, Copy, Debug)]
pub struct PolicyTemplate {
    /// The kind of its constraints.
    pub kind: &'static str,
    /// The schema of their parameters, `openAPIV3Schema`, as JSON; empty where there is none.
    pub schema: &'static str,
    /// Whether the schema need not be structural: `legacySchema`, which is so by default before
    /// `templates.gatekeeper.sh/v1`.
    pub legacy_schema: bool,
}

/// What gives the violations of one policy: compiled code, or an interpreter.
///
/// It is what lets a program that judges reviews run either without knowing which.
pub trait Violations: Send + Sync {
    /// The set `violation` of the policy under `evaluation`; `None` where it is undefined.
    ///
    /// # Errors
    /// What stops the evaluation, as for [`Evaluation::run`].
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a>;

    /// The paths of what the policy can read of `input`, as [`Policy::needs`]; all of it unless
    /// the policy knows better.
    fn needs(&self) -> &'static [&'static str] {
        &[""]
    }
}

impl Violations for Policy {
    /// Evaluates the first entry, which is `violation` in a policy compiled from a template.
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        match self.entries.first() {
            Some(entry) => evaluation.entry(self, entry),
            None => Err(no_entry(self, "data.….violation")),
        }
    }

    fn needs(&self) -> &'static [&'static str] {
        self.needs
    }
}

/// A document of a policy.
#[derive(Clone, Copy, Debug)]
pub struct PolicyEntry {
    /// Its path, `data.pkg.rule`.
    pub path: &'static str,
    /// The function that gives it.
    pub evaluate: Evaluate,
}

/// One evaluation: the documents to judge and where the answer goes.
///
/// ```
/// use ferrego_runtime::{Arena, Evaluation, json};
/// # use ferrego_runtime::policy::Policy;
/// # static POLICY: Policy = Policy {
/// #     name: "none", entries: &[], memo_cells: 0, needs: &[""], inventory: &[],
/// #     template: None,
/// # };
/// let arena = Arena::new();
/// let input = json::parse(&arena, br#"{"review": {}}"#).unwrap();
/// let answer = Evaluation::new(&arena).input(input).run(&POLICY, "data.none.violation");
/// assert!(answer.is_err(), "a policy that has no such rule gives no answer");
/// ```
#[derive(Clone, Copy)]
pub struct Evaluation<'a> {
    arena: &'a Arena,
    host: &'a dyn Host,
    input: &'a Input<'a>,
    review: Value<'a>,
    /// The object of the review.
    object: Option<Value<'a>>,
    /// Whether a template can judge `review`.
    has_review: bool,
    /// Whether a template can judge the review in `input`.
    is_reviewable: bool,
    data: Value<'a>,
    indexes: Option<&'a Indexes<'a>>,
    strict: bool,
}

impl<'a> Evaluation<'a> {
    /// An evaluation without input, with empty `data`, without a host, not strict.
    pub fn new(arena: &'a Arena) -> Self {
        let data = Value::EMPTY_OBJECT;
        Self {
            arena,
            host: &NoHost,
            input: &Input::NONE,
            review: Value::EMPTY_OBJECT,
            object: None,
            has_review: false,
            is_reviewable: false,
            data,
            indexes: None,
            strict: false,
        }
    }

    /// Sets `input`.
    ///
    /// A policy compiled from a template reads `input.review`, an `AdmissionRequest`, and
    /// `input.parameters`. With any other input its evaluation is an error, not an empty answer.
    /// [`Evaluation::admission`] makes such an input of a review.
    #[must_use]
    pub fn input(mut self, input: Value<'a>) -> Self {
        let input = Input::of(Some(input));
        // The lookup of the object decides nearly always, so that the check costs no lookup.
        self.is_reviewable = input.has_object() || is_reviewable_without_object(&input);
        self.input = self.arena.place(input);
        self
    }

    /// Sets what Gatekeeper asks policies with: the same `review`, with the parameters of one
    /// constraint after the other.
    #[must_use]
    pub fn review(mut self, review: Value<'a>) -> Self {
        self.review = review;
        self.object = review.get_str("object");
        self.has_review = matches!(self.object, Some(Value::Object(_)))
            || admission::is_reviewable_without_object(&review);
        self
    }

    /// Sets `input` to an object of `parameters` and the `review`.
    #[inline]
    pub fn ask(&mut self, parameters: Value<'a>) {
        let parameters = (Value::String("parameters"), parameters);
        let pairs = self.arena.slice(&[parameters, (Value::String("review"), self.review)]);
        let document = Value::Object(Object { pairs });
        self.input = self.arena.place(Input::with_object(document, self.object));
        self.is_reviewable = self.has_review;
    }

    /// Sets `data`: an object.
    #[must_use]
    pub fn data(mut self, data: Value<'a>) -> Self {
        self.data = data;
        self
    }

    /// Sets the indexes that are kept with `data`: they make policies that search it faster, and
    /// change no answer.
    #[must_use]
    pub fn indexes(mut self, indexes: &'a Indexes<'a>) -> Self {
        self.indexes = Some(indexes);
        self
    }

    /// Sets what answers host builtins.
    #[must_use]
    pub fn host(mut self, host: &'a dyn Host) -> Self {
        self.host = host;
        self
    }

    /// Sets whether errors of builtins stop the evaluation.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Evaluates the document at `path`, such as `data.pkg.violation`: its value, or `None` where
    /// it is undefined.
    ///
    /// # Errors
    /// What stops the evaluation: a conflict, a failing builtin where strict, a missing host
    /// function, or a path that the policy was not compiled for; for a policy compiled from a
    /// template, an input without a review.
    pub fn run(&self, policy: &Policy, path: &str) -> Eval<'a> {
        match policy.entries.iter().find(|entry| entry.path == path) {
            Some(entry) => self.entry(policy, entry),
            None => Err(no_entry(policy, path)),
        }
    }

    /// Evaluates an entry of `policy`, as [`Evaluation::run`] does, without searching for it.
    ///
    /// # Errors
    /// As for [`Evaluation::run`].
    #[inline]
    pub fn entry(&self, policy: &Policy, entry: &PolicyEntry) -> Eval<'a> {
        if policy.template.is_some() && !self.is_reviewable {
            return Err(no_review(policy));
        }
        let Self { input, data, indexes, .. } = *self;
        // Written where it stays: what is copied right after it was written stalls.
        let env = self.arena.place(self.env());
        Context::indexed(env, input, data, indexes, policy.memo_cells).answer(entry.evaluate)
    }

    /// A new environment of this evaluation: what an engine other than compiled code runs in.
    #[inline]
    pub fn env(&self) -> Env<'a> {
        let mut env = Env::new(self.arena, self.host);
        env.strict = self.strict;
        env
    }

    /// Returns the arena of the evaluation.
    pub(crate) fn arena(&self) -> &'a Arena {
        self.arena
    }

    /// The documents `input`, where there is one, and `data`.
    pub fn documents(&self) -> (Option<Value<'a>>, Value<'a>) {
        (self.input.document(), self.data)
    }
}

/// Returns `true` if a template can judge `input`, whose review has no object in `object`.
#[cold]
fn is_reviewable_without_object(input: &Input<'_>) -> bool {
    let review = input.document().and_then(|document| document.get_str("review"));
    review.is_some_and(|review| admission::is_reviewable_without_object(&review))
}

/// An input without a review would satisfy no rule and read as "allowed".
#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
fn no_review(policy: &Policy) -> Box<EvalError> {
    let location = Location { rule: "", file: policy.name, line: 0 };
    let message = "expected `input.review` to be an AdmissionRequest with its `object`, found \
                   another input; help: give the review to `Evaluation::admission`";
    EvalError::new(ErrorCode::Internal, message, &location)
}

#[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
fn no_entry(policy: &Policy, path: &str) -> Box<EvalError> {
    let location = Location { rule: "", file: policy.name, line: 0 };
    let message = format!("the policy {} was not compiled for {path}", policy.name);
    EvalError::new(ErrorCode::Internal, message, &location)
}
