//! The relation of every constraint to one review, for explanations.

use ferrego_runtime::{Arena, Evaluation};

use super::JudgeError;
use super::run::{Run, candidate};
use super::set::PolicySet;
use super::tally::Tally;
use crate::Constraint;
use crate::expansion::Expander;
use crate::inventory::Snapshot;
use crate::matching::{Candidate, Exclusion, MatchError};
use crate::review::Review;

/// The relation of a constraint to a review.
pub enum Standing<'e, 'a> {
    /// A clause of `spec.match` excludes the object.
    Excluded(Exclusion),
    /// Matching cannot decide.
    Unknown(MatchError),
    /// The constraint applies, and this is the evaluation of its policy.
    Applies(&'e Evaluation<'a>),
}

impl PolicySet {
    /// Passes every constraint to `give` with its relation to the review, and then with its relation
    /// to each object that expansion generates from the object of the review. The text is the name
    /// of the `ExpansionTemplate`, and empty for the review itself.
    ///
    /// # Errors
    /// Returns an error if the object cannot be expanded.
    pub fn each_standing<'a>(
        &'a self,
        review: &Review<'a>,
        expander: &'a Expander,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
        give: &mut dyn FnMut(&str, &'a Constraint, Standing<'_, 'a>),
    ) -> Result<(), JudgeError> {
        self.standings(review, snapshot, arena, &mut |one, standing| give("", one, standing));
        let candidate = review.candidate();
        let (Some(object), false) = (candidate.object, expander.is_empty()) else { return Ok(()) };
        let namespace = Some(candidate.namespace).filter(|name| !name.is_empty());
        for resultant in expander.expand(arena, object, namespace)? {
            let implied = self.implied_review(review, &resultant, arena)?;
            let template = resultant.template;
            self.standings(&implied, snapshot, arena, &mut |one, standing| {
                give(template, one, standing);
            });
        }
        Ok(())
    }

    /// Passes the candidate of the review to `give`, and then that of each object that expansion
    /// generates. A judgment reports an object that cannot be expanded.
    #[doc(hidden)]
    pub fn each_candidate<'a>(
        &self,
        review: &Review<'a>,
        expander: &'a Expander,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
        give: &mut dyn FnMut(&Candidate<'a>),
    ) {
        give(&candidate(review, snapshot, arena));
        let reviewed = review.candidate();
        let (Some(object), false) = (reviewed.object, expander.is_empty()) else { return };
        let namespace = Some(reviewed.namespace).filter(|name| !name.is_empty());
        for resultant in expander.expand(arena, object, namespace).unwrap_or_default() {
            if let Ok(implied) = self.implied_review(review, &resultant, arena) {
                give(&candidate(&implied, snapshot, arena));
            }
        }
    }

    fn standings<'a>(
        &'a self,
        review: &Review<'a>,
        snapshot: &'a Snapshot,
        arena: &'a Arena,
        give: &mut dyn FnMut(&'a Constraint, Standing<'_, 'a>),
    ) {
        let mut run = Run::new(self, review, snapshot, arena, 0, Tally::new(&self.limits));
        for judged in &self.constraints {
            match judged.constraint.matching().exclusion(&run.candidate) {
                Ok(Some(exclusion)) => give(&judged.constraint, Standing::Excluded(exclusion)),
                Err(error) => give(&judged.constraint, Standing::Unknown(error)),
                Ok(None) => {
                    run.ask(judged);
                    give(&judged.constraint, Standing::Applies(&run.evaluation));
                }
            }
        }
    }
}
