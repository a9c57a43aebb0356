//! How what was found is printed.

mod notice;
pub(crate) mod verify;
