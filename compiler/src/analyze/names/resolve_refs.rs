//! Stage `ResolveRefs`: names of rules and imports become references below `data` and `input`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::analyze::messages;
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::declarations;
use crate::analyze::working_ast::print;
use crate::analyze::working_ast::symbols::{Symbols, Var, VarSet};
use crate::analyze::working_ast::walk_mut::{
    NodeMut, children_of_comprehension, children_of_expr, children_of_term,
};
use crate::analyze::working_ast::{Body, Branch, Expr, ExprKind, Import, Module, Term, TermKind};
use crate::diagnostics::Diagnostics;
use crate::source::Span;

/// Resolves the names of all modules.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let exports = exports(&unit.modules);
    for module in &mut unit.modules {
        let mut globals = Globals::new(module, &exports, &mut unit.symbols);
        for rule in &mut module.rules {
            for branch in &mut rule.branches {
                resolve_branch(&mut globals, branch, &unit.symbols, &mut unit.errors);
            }
        }
        if unit.options.strict {
            unused_imports(module, &globals, &mut unit.symbols, &mut unit.errors);
        }
    }
}

/// The names of the rules of each package.
type Exports = HashMap<Vec<Arc<str>>, Vec<Var>>;

fn exports(modules: &[Module]) -> Exports {
    let mut exports = Exports::new();
    for module in modules {
        let names = module
            .rules
            .iter()
            .filter_map(|rule| rule.branches.first()?.head.reference.first()?.as_var());
        exports.entry(module.package.clone()).or_default().extend(names);
    }
    exports
}

/// The references that the names of a module denote, as terms with the root first.
struct Globals {
    paths: HashMap<Var, Vec<Term>>,
    used: VarSet,
    /// The names that are variables at the current place of the resolution, by scope.
    declared: Vec<VarSet>,
}

impl Globals {
    fn new(module: &Module, exports: &Exports, symbols: &mut Symbols) -> Self {
        let mut paths = HashMap::new();
        for &name in exports.get(&module.package).into_iter().flatten() {
            let mut path = vec![Arc::from("data")];
            path.extend(module.package.iter().cloned());
            path.push(Arc::clone(symbols.name(name)));
            paths.insert(name, path_terms(&path, symbols));
        }
        for import in module.imports.iter().filter(|import| !import.is_language()) {
            let name = symbols.named(import.name());
            paths.insert(name, path_terms(&import.path, symbols));
        }
        Self { paths, used: VarSet::new(), declared: Vec::new() }
    }

    /// Returns the reference that `var` at `span` denotes.
    fn path(&mut self, var: Var, span: Span) -> Option<Vec<Term>> {
        if self.declared.iter().any(|names| names.contains(&var)) {
            return None;
        }
        let mut path = self.paths.get(&var)?.clone();
        self.used.insert(var);
        for term in &mut path {
            term.span = span;
        }
        Some(path)
    }
}

fn path_terms(path: &[Arc<str>], symbols: &mut Symbols) -> Vec<Term> {
    let span = Span::default();
    let Some((root, fields)) = path.split_first() else { return Vec::new() };
    let mut terms = vec![Term::var(symbols.named(root), span)];
    terms.extend(fields.iter().map(|field| Term::string(field, span)));
    terms
}

impl Import {
    /// Returns `true` if the import is of a part of the language: `rego.v1`, `future.keywords`.
    pub(crate) fn is_language(&self) -> bool {
        self.path.first().is_some_and(|root| matches!(&**root, "future" | "rego"))
    }

    /// Returns the name that the import introduces.
    pub(crate) fn name(&self) -> &str {
        match (&self.alias, self.path.last()) {
            (Some(alias), _) => alias,
            (None, Some(last)) => last,
            (None, None) => "",
        }
    }
}

fn unused_imports(
    module: &Module,
    globals: &Globals,
    symbols: &mut Symbols,
    errors: &mut Diagnostics,
) {
    for import in module.imports.iter().filter(|import| !import.is_language()) {
        if !globals.used.contains(&symbols.named(import.name())) {
            errors.push(messages::unused_import(import.span, &print::import(import)));
        }
    }
}

fn resolve_branch(
    globals: &mut Globals,
    branch: &mut Branch,
    symbols: &Symbols,
    errors: &mut Diagnostics,
) {
    let head = &mut branch.head;
    let mut arguments = VarSet::new();
    for parameter in &head.parameters {
        if let Some(root) = collect_parameter(parameter, &mut arguments) {
            errors.push(messages::argument_shadows(branch.span, symbols.name(root)));
            return;
        }
    }
    globals.declared = vec![arguments, declarations::declared_in(&branch.body)];
    let operands = head.reference.iter_mut().skip(1);
    for term in operands.chain(&mut head.key).chain(&mut head.value) {
        resolve_term(globals, term);
    }
    resolve_body(globals, &mut branch.body);
}

/// Collects the variables that a parameter binds. Returns the root document that the parameter
/// would shadow, if there is one.
fn collect_parameter(term: &Term, names: &mut VarSet) -> Option<Var> {
    match &term.kind {
        TermKind::Var(var) => {
            names.insert(*var);
            None
        }
        TermKind::Object(pairs) => {
            pairs.iter().find_map(|(_, value)| collect_parameter(value, names))
        }
        TermKind::Array(terms) => terms.iter().find_map(|term| collect_parameter(term, names)),
        TermKind::Ref(terms) => match term.as_root_document() {
            Some(root) => Some(root),
            None => terms.iter().find_map(|term| collect_parameter(term, names)),
        },
        _ => None,
    }
}

fn resolve_body(globals: &mut Globals, body: &mut Body) {
    for expr in body.iter_mut() {
        resolve_expr(globals, expr);
    }
}

fn resolve_expr(globals: &mut Globals, expr: &mut Expr) {
    let ExprKind::Every(every) = &mut expr.kind else {
        return children_of_expr(expr, &mut |child| resolve_node(globals, child));
    };
    let locals = every.key.iter().chain([&every.value]).filter_map(Term::as_var);
    globals.declared.push(locals.collect());
    resolve_term(globals, &mut every.domain);
    resolve_body(globals, &mut every.body);
    globals.declared.pop();
    for with in &mut expr.with {
        resolve_term(globals, &mut with.target);
        resolve_term(globals, &mut with.value);
    }
}

fn resolve_node(globals: &mut Globals, node: NodeMut<'_>) {
    match node {
        NodeMut::Term(term) => resolve_term(globals, term),
        NodeMut::Expr(expr) => resolve_expr(globals, expr),
    }
}

fn resolve_term(globals: &mut Globals, term: &mut Term) {
    let span = term.span;
    match &mut term.kind {
        TermKind::Var(var) => {
            if let Some(path) = globals.path(*var, span) {
                term.kind = TermKind::Ref(path);
            }
        }
        TermKind::Ref(terms) => resolve_reference(globals, terms),
        TermKind::Comprehension(comprehension) => {
            globals.declared.push(declarations::declared_in(&comprehension.body));
            children_of_comprehension(comprehension, &mut |child| resolve_node(globals, child));
            globals.declared.pop();
        }
        _ => children_of_term(term, &mut |child| resolve_node(globals, child)),
    }
}

fn resolve_reference(globals: &mut Globals, terms: &mut Vec<Term>) {
    for term in terms.iter_mut().skip(1) {
        resolve_term(globals, term);
    }
    let Some(head) = terms.first_mut() else { return };
    match head.as_var().and_then(|var| globals.path(var, head.span)) {
        Some(path) => {
            terms.splice(..1, path);
        }
        None if head.as_var().is_none() => resolve_term(globals, head),
        None => {}
    }
}
