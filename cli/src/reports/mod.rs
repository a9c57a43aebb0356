//! The reports of the commands.

pub(crate) mod check;
pub(crate) mod describe;
pub(crate) mod explanation;
pub(crate) mod verify;
