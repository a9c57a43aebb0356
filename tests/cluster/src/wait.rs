//! Waiting for a condition.

use std::fmt::Debug;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The time between two looks at a condition.
const INTERVAL: Duration = Duration::from_millis(50);

/// Calls `look` until it returns `Ok`, and returns its value.
///
/// # Panics
///
/// If `look` still returns an error after `limit`, with `what` and the last error.
pub fn until<T, E: Debug>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> Result<T, E>,
) -> T {
    let start = Instant::now();
    loop {
        match look() {
            Ok(value) => return value,
            Err(error) => {
                assert!(start.elapsed() < limit, "{what}: not after {limit:?}: {error:?}");
            }
        }
        sleep(INTERVAL);
    }
}
