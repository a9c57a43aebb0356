//! Diagnostics for the author of a policy.
//!
//! [`Code`] is the catalog of codes. [`Diagnostics::render`] also shows the source lines.

mod code;
mod diagnostic;
pub mod escape;
mod lint;
mod notice;
mod notices;
mod render;

pub use code::Code;
pub use diagnostic::{Diagnostic, Diagnostics, Edit, Fix, Label};
pub use lint::{Group, Level, Lint};
pub use notice::{Excerpt, Notice, Severity};
pub use notices::Notices;
