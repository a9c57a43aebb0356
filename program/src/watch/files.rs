//! The audit of files that is kept current.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::arguments::Judging;
use crate::failure::Failure;
use crate::follow::{Files, Follower};
use crate::judge::{
    self, Collected, Coverage, Documents as _, SetUp, coverage_notices, not_applied,
};
use crate::output;
use crate::serve::unusable;
use crate::status::Status;
use ferrego_gatekeeper::documents::{Document, Input};
use ferrego_gatekeeper::fault::FieldPath;
use ferrego_runtime::Arena;
use ferrego_runtime::json::{Escape, to_string};
use ferrego_source::diagnostics::{Notice, Severity};
use ferrego_webhook::stop::Stop;

use super::events::{Events, Totals};
use super::ledger::{Ledger, Scope};
use super::policies::{Policies, add_inventory_readers};
use super::{BATCH, jobs, status, totals};

/// An audit of files that is kept current.
pub struct Watching<'a> {
    /// The files and folders.
    pub paths: Vec<PathBuf>,
    /// The options of the report.
    pub judging: &'a Judging,
    /// The bytes of each file that are read.
    pub limit: u64,
    /// The time between two looks at the files.
    pub interval: Duration,
    /// Prepares the judgment by the documents of the files.
    pub set_up: &'a dyn Fn(&mut Collected) -> Result<SetUp, Failure>,
}

/// A document of a file. A document that changed or moved is another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Place {
    file: Arc<str>,
    line: u32,
    /// The hash of the document's value.
    hash: u64,
    /// The number of equal documents before it at its place.
    before: u32,
}

/// The watched files, and the findings in them.
struct Watched<'w> {
    watching: &'w Watching<'w>,
    hasher: RandomState,
    ledger: Ledger<Place>,
    /// The policies of the last load.
    policies: Option<Policies>,
    /// The errors and warnings about the files of the last load.
    notices: Vec<Notice>,
    /// The errors of a later reading, which left the last load in force.
    refused: Vec<Notice>,
    /// The number of loads.
    loads: u64,
    totals: Totals,
}

/// Judges the files, and those documents again that change, until the process is told to stop.
///
/// # Errors
/// Returns a failure if the files cannot be followed or collected, or if standard output cannot be
/// written.
pub fn watch(watching: &Watching<'_>) -> Result<Status, Failure> {
    let paths = &watching.paths;
    refuse_streams(paths)?;
    let stop = Stop::on_signal().map_err(|error| unusable(&error))?;
    let mut follower = Follower::new(Files::of(paths));
    let mut watched = Watched {
        watching,
        hasher: RandomState::new(),
        ledger: Ledger::new(true),
        policies: None,
        notices: Vec::new(),
        refused: Vec::new(),
        loads: 0,
        totals: Totals::default(),
    };
    let first = watched.read(paths)?;
    output::stdout(|to| {
        let mut events = Events::new(watching.judging, to);
        if let Some((collected, set_up)) = first {
            watched.judge(&collected, set_up, &mut events)?;
        }
        watched.tell(&mut events)?;
        events.listed(totals(&watched.ledger, watched.totals))?;
        while !stop.wait(watching.interval) {
            if follower.has_changed(Files::of(paths)) {
                match watched.read(paths) {
                    Ok(Some((collected, set_up))) => {
                        watched.judge(&collected, set_up, &mut events)?;
                    }
                    Ok(None) => {}
                    Err(Failure(notices)) => watched.refused = notices,
                }
                watched.tell(&mut events)?;
            }
        }
        Ok(())
    })?;
    Ok(status(&watched.ledger, &watched.standing()))
}

impl Watched<'_> {
    /// Reads the files. If they have errors that they did not have at the last load, it stays in force,
    /// and `None` is returned.
    fn read(&mut self, paths: &[PathBuf]) -> Result<Option<(Collected, SetUp)>, Failure> {
        let (inputs, notices) = judge::inputs_below(paths);
        refuse_pipes(&inputs)?;
        let mut collected = Collected::read(inputs, notices, self.watching.limit)?;
        let set_up = (self.watching.set_up)(&mut collected)?;
        let is_known = |error: &Notice| {
            self.notices
                .iter()
                .any(|one| (&one.code, &one.message) == (&error.code, &error.message))
        };
        let errors = collected.notices.iter().filter(|one| one.severity == Severity::Error);
        let new: Vec<Notice> = errors.filter(|error| !is_known(error)).cloned().collect();
        if self.policies.is_some() && !new.is_empty() {
            self.refused = new;
            return Ok(None);
        }
        self.refused.clear();
        Ok(Some((collected, set_up)))
    }

    /// Judges what changed since the last load. The violations of the first load are told at once,
    /// because nothing cancels them. Other changes are told by [`Watched::tell`].
    fn judge(
        &mut self,
        collected: &Collected,
        mut set_up: SetUp,
        events: &mut Events<'_>,
    ) -> io::Result<()> {
        let policies = Policies::of(collected, &set_up, false, &self.hasher);
        let is_first = self.policies.is_none();
        let (mut scope, gone) = self
            .policies
            .as_ref()
            .map_or((Scope::All, <_>::default()), |old| old.changes(&policies));
        self.policies = Some(policies);
        self.loads += 1;
        let places = self.places(collected);
        for place in &places {
            self.ledger.keep(place, self.loads);
        }
        // Other documents may read those that changed.
        let loads = self.loads;
        if places.iter().any(|place| !self.ledger.is_known(place))
            || self.ledger.any(|_, list| list < loads)
        {
            add_inventory_readers(&mut scope, &set_up);
        }
        self.ledger.remove(|_, list| list < loads);
        self.ledger.remove_constraints(&gone);
        let coverage = if is_first { Coverage::new(&set_up.set) } else { Coverage::default() };
        let mut told = Ok(());
        self.judge_documents(collected, places, &mut set_up, (&scope, &coverage), &mut |ledger| {
            if is_first {
                told = events.changes(&ledger.take_changes());
            }
            if told.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        told?;
        self.notices.clone_from(&collected.notices);
        self.notices.extend(not_applied(collected));
        if is_first {
            let objects = self.totals.objects;
            self.notices.extend(coverage_notices(collected, &set_up, &coverage, objects));
        }
        Ok(())
    }

    /// Judges the documents at new places by all constraints, and the others by those in the scope, until
    /// `judged` stops it, which receives the ledger after each batch of new places.
    fn judge_documents(
        &mut self,
        collected: &Collected,
        places: Vec<Place>,
        set_up: &mut SetUp,
        (scope, coverage): (&Scope, &Coverage),
        judged: &mut dyn FnMut(&mut Ledger<Place>) -> ControlFlow<()>,
    ) {
        let mut narrowed =
            set_up.set.only(|one| scope.contains(&format!("{}/{}", one.kind(), one.name())));
        let (mut new, mut known) = (Vec::new(), Vec::new());
        let mut places = places.into_iter();
        collected.each(&mut |document| {
            // Files that shrink while they are read are read again at the next look.
            let Some(place) = places.next() else { return ControlFlow::Break(()) };
            if matches!(scope, Scope::All) || !self.ledger.is_judged(&place) {
                new.push((place, document));
            } else if !scope.is_empty() {
                known.push((place, document));
            }
            if new.len() >= BATCH {
                self.judge_batch(std::mem::take(&mut new), set_up, &Scope::All, coverage);
                judged(&mut self.ledger)?;
            }
            if known.len() >= BATCH {
                std::mem::swap(&mut set_up.set, &mut narrowed);
                self.judge_batch(std::mem::take(&mut known), set_up, scope, &Coverage::default());
                std::mem::swap(&mut set_up.set, &mut narrowed);
            }
            ControlFlow::Continue(())
        });
        self.judge_batch(new, set_up, &Scope::All, coverage);
        std::mem::swap(&mut set_up.set, &mut narrowed);
        self.judge_batch(known, set_up, scope, &Coverage::default());
        std::mem::swap(&mut set_up.set, &mut narrowed);
    }

    fn judge_batch(
        &mut self,
        batch: Vec<(Place, Document)>,
        set_up: &SetUp,
        scope: &Scope,
        coverage: &Coverage,
    ) {
        let (places, documents): (Vec<Place>, Vec<Document>) = batch.into_iter().unzip();
        let jobs = jobs(self.watching.judging);
        let answers = judge::judge_each(&documents, set_up, coverage, jobs);
        for (place, answer) in places.into_iter().zip(answers) {
            self.totals.add(&answer);
            self.ledger.update(place, answer, scope, self.loads);
        }
    }

    /// Returns the places of the documents, in their order.
    fn places(&self, collected: &Collected) -> Vec<Place> {
        let (mut places, mut arena) = (Vec::new(), Arena::new());
        let mut equal: HashMap<Place, u32> = HashMap::new();
        collected.each(&mut |document| {
            arena.reset();
            // Documents without a value have the message as their text.
            let text = match document.value(&arena) {
                Ok(value) => to_string(&value, Escape::Plain),
                Err(notice) => notice.message,
            };
            let line = document.place(&FieldPath::default()).line;
            let hash = self.hasher.hash_one(text);
            let mut place = Place { file: Arc::clone(document.file()), line, hash, before: 0 };
            let before = equal.entry(place.clone()).or_default();
            place.before = *before;
            *before += 1;
            places.push(place);
            ControlFlow::Continue(())
        });
        places
    }

    /// Returns the errors and warnings that apply now.
    fn standing(&self) -> Vec<Notice> {
        let of_files = self.notices.iter().chain(&self.refused).cloned();
        of_files.chain(self.ledger.duplicates()).chain(self.ledger.notices()).collect()
    }

    fn tell(&mut self, events: &mut Events<'_>) -> std::io::Result<()> {
        events.changes(&self.ledger.take_changes())?;
        events.notices(&self.standing())
    }
}

/// Refuses standard input, and no paths at all.
fn refuse_streams(paths: &[PathBuf]) -> Result<(), Failure> {
    if paths.iter().any(|path| path == Path::new("-")) {
        return Err(Failure::usage("expected files with --watch, found standard input"));
    }
    if paths.is_empty() {
        return Err(Failure::usage("expected files with --watch, found none"));
    }
    Ok(())
}

/// Refuses inputs that cannot be read a second time.
fn refuse_pipes(inputs: &[Input]) -> Result<(), Failure> {
    let Some(pipe) = inputs.iter().find(|input| input.is_read_once()) else { return Ok(()) };
    let name = output::visible(&pipe.name());
    let message = format!("expected a file, found a pipe or a device: {name}");
    Err(Failure::usage(message)
        .with_help("write the documents to a file, which --watch can read again"))
}
