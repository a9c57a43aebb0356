//! The readiness of a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// The readiness of a server. A server starts unready, is ready once all its conditions hold, and is
/// unready again when it stops.
///
/// ```
/// use ferrego_webhook::{Condition, Readiness};
///
/// let readiness = Readiness::waiting_for(&[Condition::Policies, Condition::Inventory]);
/// readiness.set(Condition::Policies);
/// assert_eq!(readiness.missing(), ["inventory"]);
/// readiness.set(Condition::Inventory);
/// assert!(readiness.is_ready());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    /// The conditions that do not hold, as bits.
    missing: Arc<AtomicU8>,
}

/// A condition of readiness.
///
/// ```
/// use ferrego_webhook::{Condition, Readiness};
///
/// let readiness = Readiness::waiting_for(&[Condition::Certificate]);
/// assert_eq!(readiness.missing(), ["certificate"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// The certificate is loaded.
    Certificate,
    /// The templates and constraints are loaded.
    Policies,
    /// The objects of the inventory are loaded.
    Inventory,
    /// The server is not stopping.
    Running,
}

impl Condition {
    const ALL: [Self; 4] = [Self::Certificate, Self::Policies, Self::Inventory, Self::Running];

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Policies => "policies",
            Self::Inventory => "inventory",
            Self::Running => "running",
        }
    }
}

impl Readiness {
    /// Creates a readiness that waits for `conditions`.
    pub fn waiting_for(conditions: &[Condition]) -> Self {
        let readiness = Self::default();
        for condition in conditions {
            readiness.unset(*condition);
        }
        readiness
    }

    /// Marks a condition as one that holds.
    pub fn set(&self, condition: Condition) {
        self.missing.fetch_and(!condition.bit(), Ordering::Release);
    }

    /// Marks a condition as one that does not hold.
    pub fn unset(&self, condition: Condition) {
        self.missing.fetch_or(condition.bit(), Ordering::Release);
    }

    /// Returns `true` if all conditions hold.
    pub fn is_ready(&self) -> bool {
        self.missing.load(Ordering::Acquire) == 0
    }

    /// Returns `true` if the policies and the inventory are loaded.
    pub(crate) fn is_loaded(&self) -> bool {
        let loaded = Condition::Policies.bit() | Condition::Inventory.bit();
        self.missing.load(Ordering::Acquire) & loaded == 0
    }

    /// Returns the names of the conditions that do not hold.
    pub fn missing(&self) -> Vec<&'static str> {
        let missing = self.missing.load(Ordering::Acquire);
        let conditions = Condition::ALL.into_iter();
        conditions.filter(|one| missing & one.bit() != 0).map(Condition::as_str).collect()
    }
}
