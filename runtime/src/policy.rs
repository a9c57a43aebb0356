//! Compiled policies, and the evaluations that an embedding program runs.

use crate::admission::review;
use crate::arena::Arena;
use crate::budget::{Budget, Exceeded};
use crate::codegen_support::hash_join::shared::Indexes;
use crate::context::{Context, Eval, Evaluate, Input};
use crate::env::{Env, Host, NoHost};
use crate::error::{ErrorCode, EvalError, Location};
use crate::value::{Object, Value};

/// A policy compiled to Rust. `include_policies!` defines one for each template.
///
/// ```
/// use ferrego_runtime::{Arena, Evaluation, Policy};
///
/// /// Returns `true` if the policy is defined without an input and without data.
/// fn is_constant(policy: &Policy) -> bool {
///     let arena = Arena::new();
///     let path = policy.entries.first().map_or("", |entry| entry.path);
///     !policy.reads_inventory() && Evaluation::new(&arena).run(policy, path).is_ok()
/// }
/// # static POLICY: Policy = Policy {
/// #     name: "none", entries: &[], memo_cells: 0, needs: &[""], inventory: &[],
/// #     template: None,
/// # };
/// # assert!(!is_constant(&POLICY));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The name of the template or module from which it was compiled.
    pub name: &'static str,
    /// The documents that can be evaluated.
    pub entries: &'static [PolicyEntry],
    /// The number of memo cells that an evaluation needs.
    pub memo_cells: usize,
    /// The paths of the parts of `input` that the entries can read, for [`Needs::of`]. A reader
    /// need not build the other parts.
    ///
    /// [`Needs::of`]: crate::json::Needs::of
    pub needs: &'static [&'static str],
    /// The paths of the parts of `data.inventory` that the entries can read, in the notation of
    /// `needs`. It is empty if they read no part. See [`Policy::reads_inventory`].
    pub inventory: &'static [&'static str],
    /// The facts about the template that its constraints need; `None` for plain modules.
    pub template: Option<PolicyTemplate>,
}

impl Policy {
    /// Returns `true` if an answer can depend on `data.inventory`, which holds the cluster's
    /// objects other than the one under review.
    ///
    /// Such a policy needs an inventory that holds the parts that `inventory` names. Without it,
    /// the policy finds nothing to compare with and allows the review. Gatekeeper calls it a
    /// referential policy. The compiler derives the paths from its evaluation plan, so a reference
    /// in a rule that no entry evaluates does not count.
    pub const fn reads_inventory(&self) -> bool {
        !self.inventory.is_empty()
    }
}

/// The facts about a `ConstraintTemplate` that the policy compiled from it keeps.
///
/// ```
/// use ferrego_runtime::Policy;
///
/// /// Returns the kind of the constraints that the policy judges by.
/// fn kind(policy: &Policy) -> Option<&'static str> {
///     policy.template.map(|template| template.kind)
/// }
/// # static POLICY: Policy = Policy {
/// #     name: "none", entries: &[], memo_cells: 0, needs: &[""], inventory: &[],
/// #     template: None,
/// # };
/// # assert_eq!(kind(&POLICY), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PolicyTemplate {
    /// The kind of the template's constraints.
    pub kind: &'static str,
    /// The schema of their parameters, `openAPIV3Schema`, as JSON; empty if there is none.
    pub schema: &'static str,
    /// `true` if the schema need not be structural (`legacySchema`, the default before
    /// `templates.gatekeeper.sh/v1`).
    pub legacy_schema: bool,
}

/// A policy that computes violations: compiled code, an interpreter, or Rust written by hand.
///
/// ```
/// use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
/// use ferrego_runtime::{Arena, Eval, Evaluation, Violations};
///
/// /// Denies every review.
/// struct DenyAll;
///
/// impl Violations for DenyAll {
///     fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
///         let mut violation = ObjectBuilder::new(evaluation.arena());
///         violation.insert("msg".into(), "no".into());
///         let mut violations = SetBuilder::new(evaluation.arena());
///         violations.insert(violation.finish());
///         Ok(Some(violations.finish()))
///     }
/// }
///
/// let arena = Arena::new();
/// let violations = DenyAll.violations(&Evaluation::new(&arena))?.expect("a set");
/// assert_eq!(violations.to_string(), r#"{{"msg": "no"}}"#);
/// # Ok::<(), Box<ferrego_runtime::EvalError>>(())
/// ```
pub trait Violations: Send + Sync {
    /// Returns the set `violation` of the policy under `evaluation`, or `None` if it is undefined.
    ///
    /// # Errors
    /// Returns the error that stops the evaluation, as [`Evaluation::run`] does.
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a>;

    /// Returns the paths of the parts of `input` that the policy can read, like [`Policy::needs`].
    /// The default is all of `input`.
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
///
/// ```
/// use ferrego_runtime::Policy;
///
/// /// Returns the paths that [`Evaluation::run`](ferrego_runtime::Evaluation::run) accepts.
/// fn paths(policy: &Policy) -> Vec<&'static str> {
///     policy.entries.iter().map(|entry| entry.path).collect()
/// }
/// # static POLICY: Policy = Policy {
/// #     name: "none", entries: &[], memo_cells: 0, needs: &[""], inventory: &[],
/// #     template: None,
/// # };
/// # assert!(paths(&POLICY).is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PolicyEntry {
    /// The path, `data.pkg.rule`.
    pub path: &'static str,
    /// The function that evaluates it.
    pub evaluate: Evaluate,
}

/// One evaluation: the documents to judge, and the arena for the answer.
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
/// assert!(answer.is_err(), "the policy has no such rule");
/// ```
#[derive(Clone, Copy)]
pub struct Evaluation<'a> {
    arena: &'a Arena,
    host: &'a dyn Host,
    input: &'a Input<'a>,
    review: Value<'a>,
    /// The reviewed object.
    object: Option<Value<'a>>,
    /// `true` if a template can judge `review`.
    has_review: bool,
    /// `true` if a template can judge the review in `input`.
    is_reviewable: bool,
    data: Value<'a>,
    indexes: Option<&'a Indexes<'a>>,
    strict: bool,
    budget: Budget,
}

impl<'a> Evaluation<'a> {
    /// Creates an evaluation without input and host, with empty `data`, and not strict.
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
            budget: Budget::DEFAULT,
        }
    }

    /// Sets `input`.
    ///
    /// A policy compiled from a template reads `input.review`, an `AdmissionRequest`, and
    /// `input.parameters`. With any other input, its evaluation is an error, not an empty answer.
    /// [`Evaluation::admission`] builds such an input from a review.
    #[must_use]
    pub fn input(mut self, input: Value<'a>) -> Self {
        let input = Input::of(Some(input));
        // The lookup of the object decides nearly always, so the check rarely needs another lookup.
        self.is_reviewable = input.has_object() || is_reviewable_without_object(&input);
        self.input = self.arena.place(input);
        self
    }

    /// Sets the review for [`Evaluation::set_parameters`]. Gatekeeper evaluates each policy with one
    /// `review` and the parameters of one constraint after the other.
    #[must_use]
    pub fn review(mut self, review: Value<'a>) -> Self {
        self.review = review;
        self.object = review.get_str("object");
        self.has_review = matches!(self.object, Some(Value::Object(_)))
            || review::is_reviewable_without_object(&review);
        self
    }

    /// Sets `input` to an object with `parameters` and the `review`.
    #[inline]
    pub fn set_parameters(&mut self, parameters: Value<'a>) {
        let parameters = (Value::String("parameters"), parameters);
        let pairs = self.arena.slice(&[parameters, (Value::String("review"), self.review)]);
        let document = Value::Object(Object { pairs });
        self.input = self.arena.place(Input::with_object(document, self.object));
        self.is_reviewable = self.has_review;
    }

    /// Sets `data`, which must be an object.
    #[must_use]
    pub fn data(mut self, data: Value<'a>) -> Self {
        self.data = data;
        self
    }

    /// Sets the indexes that are kept with `data`. They speed up policies that search `data`, and
    /// change no answer.
    #[must_use]
    pub fn indexes(mut self, indexes: &'a Indexes<'a>) -> Self {
        self.indexes = Some(indexes);
        self
    }

    /// Sets the host, which evaluates host builtins.
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

    /// Sets the limits of each evaluation. The default is [`Budget::default`].
    #[must_use]
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Evaluates the document at `path`, such as `data.pkg.violation`. Returns its value, or `None`
    /// if it is undefined.
    ///
    /// # Errors
    /// Returns the error that stops the evaluation:
    ///
    /// - a conflict;
    /// - in a strict evaluation, a failing builtin;
    /// - a missing host function;
    /// - more steps, memory or time than the [`Budget`] allows;
    /// - a path for which the policy was not compiled;
    /// - for a policy compiled from a template, an input without a review.
    pub fn run(&self, policy: &Policy, path: &str) -> Eval<'a> {
        match policy.entries.iter().find(|entry| entry.path == path) {
            Some(entry) => self.entry(policy, entry),
            None => Err(no_entry(policy, path)),
        }
    }

    /// Evaluates an entry of `policy` like [`Evaluation::run`], but without searching for it.
    ///
    /// # Errors
    /// Returns the errors of [`Evaluation::run`].
    #[inline]
    pub fn entry(&self, policy: &Policy, entry: &PolicyEntry) -> Eval<'a> {
        if policy.template.is_some() && !self.is_reviewable {
            return Err(no_review(policy));
        }
        let Self { input, data, indexes, .. } = *self;
        // The environment is written where it stays. Copying it right after it was written would
        // stall the processor.
        let env = self.arena.place(self.env());
        let running = self.arena.begin(self.budget);
        let context = Context::indexed(env, input, data, indexes, policy.memo_cells);
        let answer = context.answer(entry.evaluate);
        match running.finish() {
            None => answer,
            Some((exceeded, place)) => Err(over_budget(entry.path, exceeded, place, answer)),
        }
    }

    /// Creates an environment of this evaluation, for an engine other than compiled code.
    #[doc(hidden)]
    #[inline]
    pub fn env(&self) -> Env<'a> {
        let mut env = Env::new(self.arena, self.host);
        env.budget = self.budget;
        env.strict = self.strict;
        env
    }

    /// Returns the arena of the evaluation.
    pub fn arena(&self) -> &'a Arena {
        self.arena
    }

    /// Returns the documents `input`, if there is one, and `data`.
    pub fn documents(&self) -> (Option<Value<'a>>, Value<'a>) {
        (self.input.document(), self.data)
    }
}

/// Returns the error of an evaluation that exceeded its budget: its own, with the place where it
/// noticed, or one without a place.
#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
fn over_budget(
    path: &'static str,
    exceeded: Exceeded,
    place: Option<Location>,
    answer: Eval<'_>,
) -> Box<EvalError> {
    match answer {
        Err(error) if error.code == ErrorCode::Cancel => error,
        _ => {
            let place = place.unwrap_or(Location { rule: path, file: "", line: 0, column: 0 });
            EvalError::new(ErrorCode::Cancel, exceeded.message(), &place)
        }
    }
}

/// Returns `true` if a template can judge `input`, whose review has no object in `object`.
#[cold]
fn is_reviewable_without_object(input: &Input<'_>) -> bool {
    let review = input.document().and_then(|document| document.get_str("review"));
    review.is_some_and(|review| review::is_reviewable_without_object(&review))
}

/// Returns the error of an input without a review. Without this error, the input would satisfy no
/// rule and read as "allowed".
#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
fn no_review(policy: &Policy) -> Box<EvalError> {
    let location = Location { rule: "", file: policy.name, line: 0, column: 0 };
    let message = "expected `input.review` to be an AdmissionRequest with its `object`, found \
                   another input; help: give the review to `Evaluation::admission`";
    EvalError::new(ErrorCode::Internal, message, &location)
}

#[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
fn no_entry(policy: &Policy, path: &str) -> Box<EvalError> {
    let location = Location { rule: "", file: policy.name, line: 0, column: 0 };
    let message = format!("the policy `{}` was not compiled for `{path}`", policy.name);
    EvalError::new(ErrorCode::Internal, message, &location)
}
