//! The providers of one state of the policies.

use std::fmt;
use std::sync::Arc;

use ferrego_gatekeeper::external_data::{Provider, Response, UnknownProvider};

use super::{ProviderClient, Remotes};
use crate::wait;

/// The providers that answer the policies of one [`State`](crate::State). A provider that is not among
/// them is unknown, and a policy sees this as a `system_error`.
pub struct Providers {
    pub(super) client: Arc<ProviderClient>,
    pub(super) remotes: Arc<Remotes>,
}

impl Providers {
    /// Returns the number of providers.
    pub fn len(&self) -> usize {
        self.remotes.len()
    }

    /// Returns `true` if no provider answers.
    pub fn is_empty(&self) -> bool {
        self.remotes.is_empty()
    }

    /// Records that these providers are in force. The next ones share their caches.
    pub(crate) fn put_in_force(&self) {
        self.client.put_in_force(&self.remotes);
    }
}

impl Provider for Providers {
    fn fetch(
        &self,
        provider: &str,
        keys: &[&str],
        response: &mut Response<'_>,
    ) -> Result<(), UnknownProvider> {
        let Some(remote) = self.remotes.get(provider) else {
            let (client, name) = (Arc::clone(&self.client), provider.to_owned());
            wait::if_kept(move || {
                tracing::warn!(provider = name, "a policy calls an unknown provider");
                client.metrics.providers().unknown();
            });
            return Err(UnknownProvider);
        };
        remote.answer(keys, &self.client.runtime, response);
        Ok(())
    }
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Providers").field("names", &self.remotes.keys()).finish_non_exhaustive()
    }
}
