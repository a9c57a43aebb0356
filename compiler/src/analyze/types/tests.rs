//! Tests of the type checker: operations on types, and whole programs.

mod algebra;
mod empty;
mod programs;
