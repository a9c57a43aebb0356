//! Tests of the type checker: of the types themselves, and of programs.

mod algebra;
mod empty;
mod programs;
