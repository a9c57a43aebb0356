//! Checks: the stages that report errors and change nothing.

pub(crate) mod check_builtins;
pub(crate) mod check_duplicate_imports;
pub(crate) mod check_equal_keys;
pub(crate) mod check_keyword_overrides;
pub(crate) mod check_path_conflicts;
pub(crate) mod check_recursion;
pub(crate) mod check_rule_conflicts;
pub(crate) mod check_safety_rule_heads;
pub(crate) mod check_undefined_funcs;
pub(crate) mod check_void_calls;
pub(crate) mod cycles;
