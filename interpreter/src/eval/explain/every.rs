//! The facts about `every`.

use super::Scene;
use super::facts::Facts;
use super::text::key_text;
use crate::eval::body::bind_member;
use crate::eval::reference::{count, member_at};
use crate::program::Every;

impl<'m> Scene<'_, 'm, '_> {
    /// Adds the first member for which the body of an `every` fails, with the literal that fails.
    pub(super) fn failing_member(&self, every: &'m Every, facts: &mut Facts) {
        let Some(domain) = self.machine.plug(self.frame, &every.domain) else { return };
        let Some(count) = count(domain) else {
            self.operand(&every.domain, facts);
            return facts.note("expected an array, an object or a set".to_owned());
        };
        let Some(scene) = self.deeper() else { return };
        for index in 0..count {
            let Some((key, value)) = member_at(domain, index) else { break };
            bind_member(scene.frame, every, Some((key, value)));
            let failure = scene.failure_of(&every.body);
            if let Some(failure) = failure {
                let number = index + 1;
                let title = format!("fails for member {number} of {count}, {}", key_text(&value));
                facts.body(title, vec![failure.step]);
                break;
            }
        }
        bind_member(scene.frame, every, None);
    }

    /// Adds the number of members for which an `every` holds.
    pub(super) fn members_hold(&self, every: &'m Every, facts: &mut Facts) {
        let domain = self.machine.plug(self.frame, &every.domain);
        if let Some(count) = domain.and_then(count) {
            facts.note(match count {
                0 => "holds: the collection is empty".to_owned(),
                1 => "holds for 1 member".to_owned(),
                count => format!("holds for all {count} members"),
            });
        }
    }
}
