//! Finds the lints that a printed module allows.
//!
//! The Rego decides the names, the conditions and the length of a function. A module allows only
//! the lints that its own code can trigger, so that most headers are short. A lint of clippy that
//! follows types or scopes is allowed if the syntax makes it possible.

mod similar;

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, Ident, ReturnType, Stmt};

/// The parameters of a function that clippy accepts.
const MOST_PARAMETERS: usize = 7;
/// The names of one character in a function that clippy accepts.
const MOST_SHORT_NAMES: usize = 4;
/// The lines of a function that clippy accepts.
const MOST_LINES: usize = 100;
/// The lints that names trigger.
const NAMES: &[&str] = &[
    "non_snake_case",
    "clippy::many_single_char_names",
    "clippy::similar_names",
    "clippy::used_underscore_binding",
    "clippy::used_underscore_items",
];
/// The lints that functions and conditions trigger.
const CODE: &[&str] = &[
    "clippy::eq_op",
    "clippy::match_same_arms",
    "clippy::too_many_arguments",
    "clippy::too_many_lines",
];

/// Returns the attributes of a module, a line each or more, from its syntax and its text.
pub(super) fn attributes(file: &syn::File, text: &str) -> String {
    let mut allows = Allows::default();
    allows.visit_file(file);
    if has_long_function(text) {
        allows.lints.insert("clippy::too_many_lines");
    }
    let names = "the names are those of the Rego";
    let code = "functions and conditions are those of the Rego";
    let kind = "the kind of a rule decides its type";
    let edition = "edition 2021 has no `let` after `&&`";
    let visibility = "the embedding program decides who sees the policy";
    [
        allows.attribute(NAMES, names),
        allows.attribute(CODE, code),
        allows.attribute(&["clippy::unnecessary_wraps"], kind),
        allows.attribute(&["clippy::collapsible_if"], edition),
        attribute(&["unreachable_pub"], visibility),
    ]
    .concat()
}

/// Prints an attribute as rustfmt does, or nothing for no lints.
fn attribute(lints: &[&str], reason: &str) -> String {
    if lints.is_empty() {
        return String::new();
    }
    let line = format!("#[allow({}, reason = \"{reason}\")]\n", lints.join(", "));
    if line.trim_end().len() <= super::layout::MAX_WIDTH {
        return line;
    }
    format!("#[allow(\n    {},\n    reason = \"{reason}\"\n)]\n", lints.join(",\n    "))
}

/// Returns `true` if a function has more lines of code than clippy accepts. Comments count here.
fn has_long_function(text: &str) -> bool {
    let mut lines = 0;
    for line in text.lines() {
        if line == "    }" && lines > MOST_LINES {
            return true;
        }
        lines = if line.starts_with("    fn ") { 0 } else { lines + 1 };
    }
    false
}

/// The lints that the code visited so far may trigger.
#[derive(Default)]
struct Allows {
    lints: BTreeSet<&'static str>,
    /// The names that the function binds.
    bound: Vec<String>,
    /// `true` if the function contains a `?`.
    has_question: bool,
}

impl Allows {
    fn attribute(&self, lints: &[&str], reason: &str) -> String {
        let used: Vec<_> = lints.iter().copied().filter(|lint| self.lints.contains(lint)).collect();
        attribute(&used, reason)
    }

    /// Notes what the names that a function binds trigger.
    fn names(&mut self) {
        if self.bound.iter().filter(|name| name.chars().count() == 1).count() > MOST_SHORT_NAMES {
            self.lints.insert("clippy::many_single_char_names");
        }
        if similar::are_any_similar(&self.bound) {
            self.lints.insert("clippy::similar_names");
        }
    }

    fn name(&mut self, name: &Ident) {
        let name = name.to_string();
        if name.chars().any(char::is_uppercase) || name.trim_start_matches('_').contains("__") {
            self.lints.insert("non_snake_case");
        }
    }
}

impl<'f> Visit<'f> for Allows {
    fn visit_item_fn(&mut self, function: &'f syn::ItemFn) {
        self.bound.clear();
        self.has_question = false;
        self.name(&function.sig.ident);
        if function.sig.inputs.len() > MOST_PARAMETERS {
            self.lints.insert("clippy::too_many_arguments");
        }
        visit::visit_item_fn(self, function);
        let returns = !matches!(function.sig.output, ReturnType::Default);
        if returns && !self.has_question && may_wrap(&function.block) {
            self.lints.insert("clippy::unnecessary_wraps");
        }
        self.names();
    }

    fn visit_pat_ident(&mut self, pattern: &'f syn::PatIdent) {
        let name = pattern.ident.to_string();
        // A pattern of one capitalized name is `None`: no local begins with a capital.
        if !name.starts_with(char::is_uppercase) {
            self.name(&pattern.ident);
            self.bound.push(name);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_item_mod(&mut self, module: &'f syn::ItemMod) {
        self.name(&module.ident);
        visit::visit_item_mod(self, module);
    }

    fn visit_expr_path(&mut self, path: &'f syn::ExprPath) {
        if path.path.segments.iter().any(|one| one.ident.to_string().starts_with('_')) {
            self.lints.insert("clippy::used_underscore_binding");
            self.lints.insert("clippy::used_underscore_items");
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_binary(&mut self, binary: &'f syn::ExprBinary) {
        let kinds = [&*binary.left, &*binary.right].map(std::mem::discriminant);
        // The left side of a long chain is the rest of the chain: it is not printed for each link.
        if kinds[0] == kinds[1] && text(&binary.left) == text(&binary.right) {
            self.lints.insert("clippy::eq_op");
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_match(&mut self, node: &'f syn::ExprMatch) {
        let mut bodies = BTreeSet::new();
        if !node.arms.iter().all(|arm| bodies.insert(text(&arm.body))) {
            self.lints.insert("clippy::match_same_arms");
        }
        visit::visit_expr_match(self, node);
    }

    fn visit_expr_if(&mut self, node: &'f syn::ExprIf) {
        if node.else_branch.is_none()
            && let [Stmt::Expr(Expr::If(inner), _)] = node.then_branch.stmts.as_slice()
            && inner.else_branch.is_none()
        {
            self.lints.insert("clippy::collapsible_if");
        }
        visit::visit_expr_if(self, node);
    }

    fn visit_expr_try(&mut self, node: &'f syn::ExprTry) {
        self.has_question = true;
        visit::visit_expr_try(self, node);
    }

    fn visit_expr_closure(&mut self, closure: &'f syn::ExprClosure) {
        let has_question = self.has_question;
        visit::visit_expr_closure(self, closure);
        self.has_question = has_question;
    }
}

/// Returns `true` if the value of a block may always be in `Some` or `Ok`.
fn may_wrap(block: &syn::Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(Expr::MethodCall(_) | Expr::Path(_) | Expr::Binary(_), None)) => false,
        Some(Stmt::Expr(Expr::Call(call), None)) => is_wrapped(call),
        _ => true,
    }
}

/// Returns `true` for `Some(x)` and `Ok(x)`.
fn is_wrapped(call: &syn::ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else { return true };
    let last = function.path.segments.last();
    last.is_some_and(|last| last.ident == "Some" || last.ident == "Ok")
}

fn text(node: &impl ToTokens) -> String {
    node.to_token_stream().to_string()
}
