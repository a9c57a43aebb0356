//! The reports of the commands.

pub(crate) mod check;
pub(crate) mod describe;
pub(crate) mod explanation;
pub(crate) mod json;
mod junit;
mod notice;
mod sarif;
pub(crate) mod test;
pub(crate) mod uri;
pub(crate) mod verify;
