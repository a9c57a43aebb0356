//! The stages over the working tree, in run order.
//!
//! Each stage has the name of a stage of OPA's compiler (`NewCompiler` in `ast/compile.go`), and the
//! order is OPA's: `resolve_refs` is OPA's `ResolveRefs`. `resolve_refs` is `CheckUnusedImports`
//! too. `rewrite_rego_metadata_calls` is also `ParseMetadataBlocks` and `SetAnnotationSet`.
//! `CheckTypes` and `CheckDeprecatedBuiltins` follow after the lowering, in [`super::analyze`].
//! OPA's other stages serve its own data structures and evaluation.

use super::bodies::{
    check_safety_rule_bodies, rewrite_comprehension_terms, rewrite_dynamic_terms, rewrite_equals,
    rewrite_expr_terms, rewrite_print_calls, rewrite_refs_in_head, rewrite_rego_metadata_calls,
    rewrite_rule_head_refs, rewrite_template_strings, rewrite_with_values,
};
use super::checks::{
    check_duplicate_imports, check_keyword_overrides, check_recursion, check_rule_conflicts,
    check_safety_rule_heads, check_undefined_funcs, check_void_calls,
};
use super::names::{resolve_refs, rewrite_local_vars, set_rule_tree};
use super::unit::Unit;

/// A stage: its name, and the function that rewrites the modules of a unit or reports errors about
/// them.
pub(crate) type Stage = (&'static str, fn(&mut Unit<'_>));

/// The stages in run order.
pub(crate) const STAGES: [Stage; 21] = [
    ("resolve_refs", resolve_refs::run), // ResolveRefs, CheckUnusedImports
    ("rewrite_rule_head_refs", rewrite_rule_head_refs::run), // RewriteRuleHeadRefs
    ("check_keyword_overrides", check_keyword_overrides::run), // CheckKeywordOverrides
    ("check_duplicate_imports", check_duplicate_imports::run), // CheckDuplicateImports
    ("set_rule_tree", set_rule_tree::run), // SetModuleTree, SetRuleTree
    ("rewrite_local_vars", rewrite_local_vars::run), // RewriteLocalVars
    ("rewrite_template_strings", rewrite_template_strings::run), // RewriteTemplateStrings
    ("check_void_calls", check_void_calls::run), // CheckVoidCalls
    ("rewrite_print_calls", rewrite_print_calls::run), // RewritePrintCalls
    ("rewrite_expr_terms", rewrite_expr_terms::run), // RewriteExprTerms
    ("rewrite_rego_metadata_calls", rewrite_rego_metadata_calls::run), // ParseMetadataBlocks, RewriteRegoMetadataCalls
    ("rewrite_comprehension_terms", rewrite_comprehension_terms::run), // RewriteComprehensionTerms
    ("rewrite_refs_in_head", rewrite_refs_in_head::run),               // RewriteRefsInHead
    ("rewrite_with_values", rewrite_with_values::run),                 // RewriteWithValues
    ("check_rule_conflicts", check_rule_conflicts::run),               // CheckRuleConflicts
    ("check_undefined_funcs", check_undefined_funcs::run),             // CheckUndefinedFuncs
    ("check_safety_rule_heads", check_safety_rule_heads::run),         // CheckSafetyRuleHeads
    ("check_safety_rule_bodies", check_safety_rule_bodies::run),       // CheckSafetyRuleBodies
    ("rewrite_equals", rewrite_equals::run),                           // RewriteEquals
    ("rewrite_dynamic_terms", rewrite_dynamic_terms::run),             // RewriteDynamicTerms
    ("check_recursion", check_recursion::run),                         // CheckRecursion
];
