//! Texts for the domains of builtins: valid, borderline and invalid ones.

mod encodings;
mod formats;
mod general;
mod networks;
mod patterns;
mod schemas;
mod times;

pub(super) use encodings::{BASE64, HEX, JSON, QUERY, YAML};
pub(super) use formats::{FORMAT, TEMPLATE};
pub(super) use general::{GENERAL, NUMERIC, SEMVER, UNIT, UUID};
pub(super) use networks::{CIDR, MERGED_CIDR, SMALL_CIDR};
pub(super) use patterns::{GLOB, GLOB_TEXT, GLOBS, REGEX, REGEX_TEMPLATE, REPLACEMENT};
pub(super) use schemas::{DOCUMENT, PATCH_OP, POINTER, SCHEMA};
pub(super) use times::{DURATION, LAYOUT, LAYOUT_VALUES, RFC3339, ZONE};

/// A pool of texts.
pub(super) type Pool = &'static [&'static str];
