//! How what was found is printed.

pub(crate) mod json;
mod junit;
mod notice;
mod uri;
pub(crate) mod test;
pub(crate) mod verify;
