//! The policies that a server judges by.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::{ArcSwap, Guard};
use ferrego_gatekeeper::exemption::ExemptNamespaces;
use ferrego_gatekeeper::expansion::Expander;
use ferrego_gatekeeper::{Inventory, PolicySet};

#[cfg(feature = "cluster")]
use crate::cluster::validation::Validation;
#[cfg(feature = "external-data")]
use crate::external_data::Providers;

/// The policies of a server. They can be replaced while requests run: a request is judged by the
/// state that was current when its evaluation began.
///
/// ```
/// use ferrego_gatekeeper::PolicySet;
/// use ferrego_webhook::{Policies, State};
///
/// let policies = Policies::new(State::new(PolicySet::builder().build()));
/// policies.replace(State::new(PolicySet::builder().build()));
/// assert_eq!(policies.current().set().constraints().count(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Policies {
    current: Arc<ArcSwap<State>>,
}

impl Policies {
    /// Creates policies with their first state.
    pub fn new(state: State) -> Self {
        state.take_effect();
        Self { current: Arc::new(ArcSwap::from_pointee(state)) }
    }

    /// Replaces the state for the requests that begin from now on.
    pub fn replace(&self, state: State) {
        let state = Arc::new(state);
        self.current.store(Arc::clone(&state));
        state.take_effect();
    }

    /// Returns the current state.
    pub fn current(&self) -> Arc<State> {
        self.current.load_full()
    }

    /// Returns the current state for one request.
    pub(crate) fn load(&self) -> Guard<Arc<State>> {
        self.current.load()
    }
}

/// The state of the policies at one time: a set with its constraints, and the rest of the cluster
/// that decides about requests.
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::exemption::ExemptNamespaces;
/// use ferrego_gatekeeper::{Inventory, PolicySet};
/// use ferrego_webhook::State;
///
/// let inventory = Arc::new(Inventory::new());
/// let state = State::new(PolicySet::builder().build())
///     .with_inventory(Arc::clone(&inventory))
///     .with_exempt_namespaces(ExemptNamespaces::new(["kube-system"]));
/// assert!(state.inventory().is_empty());
/// ```
pub struct State {
    set: PolicySet,
    expander: Option<Expander>,
    inventory: Arc<Inventory>,
    /// The Namespaces, if policies do not see them in the inventory.
    namespaces: Option<Arc<Inventory>>,
    exempt: ExemptNamespaces,
    #[cfg(feature = "external-data")]
    providers: Option<Arc<Providers>>,
    /// The validation of policies, if reviews of them are validated.
    #[cfg(feature = "cluster")]
    validation: Option<Validation>,
    loaded: SystemTime,
}

impl State {
    /// Creates a state with a set of policies, an empty inventory and no exempt namespaces.
    pub fn new(set: PolicySet) -> Self {
        let (inventory, exempt) = (Arc::default(), ExemptNamespaces::default());
        Self {
            set,
            expander: None,
            inventory,
            namespaces: None,
            exempt,
            #[cfg(feature = "external-data")]
            providers: None,
            #[cfg(feature = "cluster")]
            validation: None,
            loaded: SystemTime::now(),
        }
    }

    /// Sets the expansion templates, whose objects are judged with the object of a request.
    #[must_use]
    pub fn with_expander(self, expander: Expander) -> Self {
        let expander = Some(expander).filter(|expander| !expander.is_empty());
        Self { expander, ..self }
    }

    /// Sets the inventory. Its numbers must have the form of the set's. Changes of the inventory
    /// are seen by the requests that begin after them.
    #[must_use]
    pub fn with_inventory(self, inventory: Arc<Inventory>) -> Self {
        Self { inventory, ..self }
    }

    /// Sets the Namespaces that selectors and `namespaceObject` use. By default, they are those of the
    /// inventory, where policies see them too.
    #[must_use]
    pub fn with_namespaces(self, namespaces: Arc<Inventory>) -> Self {
        Self { namespaces: Some(namespaces), ..self }
    }

    /// Sets the namespaces whose objects are allowed without a judgment.
    #[must_use]
    pub fn with_exempt_namespaces(self, exempt: ExemptNamespaces) -> Self {
        Self { exempt, ..self }
    }

    /// Sets the providers that the set's policies call. Those of the next state share their caches.
    #[cfg(feature = "external-data")]
    #[must_use]
    pub fn with_providers(self, providers: Arc<Providers>) -> Self {
        Self { providers: Some(providers), ..self }
    }

    /// Sets the validation of policies that a review would change.
    #[cfg(feature = "cluster")]
    pub(crate) fn with_validation(self, validation: Validation) -> Self {
        Self { validation: Some(validation), ..self }
    }

    /// Returns the validation of policies.
    #[cfg(feature = "cluster")]
    pub(crate) fn validation(&self) -> Option<&Validation> {
        self.validation.as_ref()
    }

    /// Records that the state is in force.
    fn take_effect(&self) {
        #[cfg(feature = "external-data")]
        if let Some(providers) = &self.providers {
            providers.put_in_force();
        }
    }

    /// Returns the set of policies.
    pub fn set(&self) -> &PolicySet {
        &self.set
    }

    /// Returns the inventory.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// Returns the time at which the state was created.
    pub(crate) fn loaded(&self) -> SystemTime {
        self.loaded
    }

    /// Returns the Namespaces.
    pub(crate) fn namespaces(&self) -> &Inventory {
        self.namespaces.as_ref().unwrap_or(&self.inventory)
    }

    /// Returns the expansion templates, if there are any.
    pub(crate) fn expander(&self) -> Option<&Expander> {
        self.expander.as_ref()
    }

    /// Returns the exempt namespaces.
    pub(crate) fn exempt(&self) -> &ExemptNamespaces {
        &self.exempt
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("set", &self.set)
            .field("inventory", &self.inventory)
            .finish_non_exhaustive()
    }
}
