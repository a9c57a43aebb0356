//! Schemas as documents, checked and with their references.

use super::check;
use super::draft::{Draft, declared_draft};
use super::error::SchemaError;
use super::pool::Pool;
use super::reference::Reference;
use crate::env::Env;
use crate::value::Value;

/// A schema document.
pub(super) struct Schema<'a> {
    /// The document, in which every reference is absolute.
    pub(super) root: Value<'a>,
    pub(super) draft: Draft,
    /// The document and its parts, and the metaschemas that it refers to.
    pub(super) pool: Pool<'a>,
}

impl<'a> Schema<'a> {
    /// Creates the schema `root` and checks it completely.
    pub(super) fn new(env: &Env<'a>, root: Value<'a>) -> Result<Self, SchemaError> {
        let mut pool = Pool::default();
        let root = pool.add(env.arena, root, &Reference::default())?;
        let draft = declared_draft(&root)?.unwrap_or(Draft::Hybrid);
        check::check(env, root, draft, &mut pool)?;
        Ok(Schema { root, draft, pool })
    }
}
