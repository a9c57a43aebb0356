//! String searches that are faster than the standard library's on short texts, and values for
//! property tests. Nothing outside this crate uses them.

pub(crate) mod memmem;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod short_str;
