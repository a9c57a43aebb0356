//! The reports of commands that judge objects, and the formats that they share with others.

pub mod json;
pub mod junit;
pub mod notice;
pub mod sarif;
pub mod test;
pub mod uri;
