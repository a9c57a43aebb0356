//! Names: the stages that find out what each name denotes, and the tables that they build.

pub(crate) mod builtins;
pub(crate) mod resolve_refs;
pub(crate) mod rewrite_local_vars;
pub(crate) mod rule_tree;
mod scopes;
pub(crate) mod set_rule_tree;
