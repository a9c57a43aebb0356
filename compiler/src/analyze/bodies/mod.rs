//! Bodies: the stages that flatten heads and bodies, and bring the expressions of bodies in order.

pub(crate) mod check_safety_rule_bodies;
pub(crate) mod output_vars;
pub(crate) mod rewrite_comprehension_terms;
pub(crate) mod rewrite_dynamic_terms;
pub(crate) mod rewrite_equals;
pub(crate) mod rewrite_expr_terms;
pub(crate) mod rewrite_print_calls;
pub(crate) mod rewrite_refs_in_head;
pub(crate) mod rewrite_rego_metadata_calls;
pub(crate) mod rewrite_rule_head_refs;
pub(crate) mod rewrite_template_strings;
pub(crate) mod rewrite_with_values;
mod unify;
pub(crate) mod unsafe_order;
