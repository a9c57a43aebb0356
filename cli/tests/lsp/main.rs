//! `ferrego lsp` through the protocol, as an editor speaks it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::needless_pass_by_value, reason = "messages are written where they are sent")]

mod agreement;
mod client;
mod hostile;
mod modules;
mod session;
mod settings;
mod speed;
