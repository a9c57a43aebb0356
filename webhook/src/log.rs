//! Logs in JSON, a line for each event.
//!
//! The crate logs through [`tracing`], so a program that installs a subscriber of its own decides
//! about the form. [`to_stderr`] installs one that writes lines like this:
//!
//! ```json
//! {"timestamp":"2026-11-29T12:00:00.000Z","level":"INFO","message":"serving","listen":"0.0.0.0:8443"}
//! ```

use tracing_subscriber::fmt::time::SystemTime;

/// Writes the events of this process to standard error from now on. If a subscriber is already
/// installed, it stays.
pub fn to_stderr() {
    let format = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_timer(SystemTime)
        .with_max_level(tracing::Level::INFO)
        .with_writer(std::io::stderr);
    // The program has its own subscriber.
    let _ = format.try_init();
}
