//! How what was found is printed.

mod notice;
pub(crate) mod test;
pub(crate) mod verify;
