//! The signals that tell a process to stop: SIGTERM and SIGINT.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Returns a future that ends when the process is told to stop.
#[cfg(unix)]
pub(crate) fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Returns a future that ends when the process is told to stop.
#[cfg(not(unix))]
pub(crate) fn signal() -> io::Result<impl Future<Output = ()>> {
    // Without a handler, the process ends at once.
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// A flag that the signals set, for a caller that blocks.
#[derive(Debug)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Waits for the signals on a thread of its own until the process ends.
    ///
    /// # Errors
    /// Returns an error if the system offers no thread or no handler of signals.
    pub fn on_signal() -> io::Result<Self> {
        let flag = Arc::new((Mutex::new(false), Condvar::new()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let signal = {
            let _inside = runtime.enter();
            signal()?
        };
        let told = Arc::clone(&flag);
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            runtime.block_on(signal);
            *told.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
            told.1.notify_all();
        })?;
        Ok(Self(flag))
    }

    /// Returns `true` if the process was told to stop.
    pub fn is_told(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the process is told to stop, but not longer than `time`. Returns `true` if it was
    /// told.
    pub fn wait(&self, time: Duration) -> bool {
        let (told, changed) = &*self.0;
        let told = told.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(told, time, |told| !*told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
