//! The targets of the fuzzer: functions of any bytes, each of which checks the properties of one part.
//!
//! `tests/fuzz` holds a program for each target, which libFuzzer links, and the seeds. The test
//! `tests/tests/fuzz.rs` replays the seeds. A target panics nowhere on purpose. It returns the property
//! that does not hold, so that the fuzzer, the replay and property tests share it.

pub mod builtins;
pub mod editing;
pub mod json;
pub mod pipeline;
pub mod policies;
pub mod reviews;
pub mod yaml;

use std::fmt;

/// A property that does not hold, with the values that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

fn broken(text: impl Into<String>) -> Broken {
    Broken(text.into())
}

/// Checks that two values are equal.
fn equal<T: PartialEq + fmt::Debug>(property: &str, left: &T, right: &T) -> Result<(), Broken> {
    if left == right {
        Ok(())
    } else {
        Err(broken(format!("{property}: {left:?} is not {right:?}")))
    }
}
