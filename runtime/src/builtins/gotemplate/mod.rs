//! `strings.render_template` (OPA's `topdown/template.go`): Go's `text/template` for JSON values.
//! Strings that are not UTF-8, addresses (`%p`) and the spare capacity of slices stop the
//! evaluation; everything else renders as in Go.

#[cfg(feature = "gotemplate")]
mod constant;
#[cfg(feature = "gotemplate")]
mod fault;
#[cfg(feature = "gotemplate")]
mod functions;
#[cfg(feature = "gotemplate")]
mod letters;
#[cfg(feature = "gotemplate")]
mod lex;
#[cfg(feature = "gotemplate")]
mod parse;
#[cfg(feature = "gotemplate")]
mod pipeline;
#[cfg(feature = "gotemplate")]
mod render;
#[cfg(feature = "gotemplate")]
mod run;
#[cfg(feature = "gotemplate")]
mod token;
#[cfg(feature = "gotemplate")]
mod tree;
#[cfg(feature = "gotemplate")]
mod value;

#[cfg(feature = "gotemplate")]
use self::fault::Fault;
#[cfg(feature = "gotemplate")]
pub use self::render::render_template;

use super::row::{Builtin, row};

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(gotemplate::render_template, "strings.render_template", "(string, object[string: any]) => string", feature: "gotemplate", effect: Any),
];

#[cfg(all(test, feature = "gotemplate"))]
mod tests;
