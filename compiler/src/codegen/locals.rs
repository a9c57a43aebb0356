//! Names the locals of a function. A name is numbered only where another local of the name is
//! visible.
//!
//! ```text
//! for container in …  { let msg = …; }     two loops may use the same names
//! for container in …  { let msg = …; }
//! ```
//!
//! A local is visible from its binding to the end of the block that binds it. Code may be printed
//! without the braces of its block, and its names then stay visible to the code behind it. That
//! code reads none of them: it reads locals that were bound before, which have other names, or that
//! it binds itself.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};

use crate::codegen::names::{Names, Numbers};
use crate::ir::{
    Block, Function, LocalId, Statement,
    visit::{Visitor, descend},
};

/// Returns the names of the locals, and reserves them in `names`.
pub(super) fn names(function: &Function, names: &mut Names) -> Vec<Ident> {
    let mut scopes = Scopes {
        function,
        names,
        visible: HashSet::new(),
        numbers: Numbers::new(),
        bound: Vec::new(),
        given: vec![None; function.locals.len()],
    };
    for &parameter in &function.parameters {
        scopes.bind(parameter);
    }
    scopes.block(&function.body);
    let given = scopes.given;
    let named = given
        .into_iter()
        .zip(&function.locals)
        .map(|(name, local)| name.unwrap_or_else(|| unbound(names, &local.name)));
    let named: Vec<_> = named.collect();
    for name in &named {
        names.reserve(name.clone());
    }
    named.iter().map(|name| Ident::new(name, Span::call_site())).collect()
}

/// Returns the name of a local that nothing binds.
fn unbound(names: &Names, wanted: &str) -> String {
    names.local(&Names::local_base(wanted), &HashSet::new(), &mut Numbers::new())
}

struct Scopes<'s> {
    function: &'s Function,
    names: &'s Names,
    /// The names of the visible locals.
    visible: HashSet<String>,
    /// The numbers that are taken by visible locals.
    numbers: Numbers,
    /// The visible locals in the order of their bindings.
    bound: Vec<Binding>,
    given: Vec<Option<String>>,
}

/// A visible local.
struct Binding {
    base: String,
    name: String,
    /// The number of the base before the binding.
    number: Option<usize>,
}

impl Scopes<'_> {
    fn bind(&mut self, local: LocalId) {
        let index = local.0 as usize;
        let base = Names::local_base(&self.function.locals[index].name);
        let number = self.numbers.get(&base).copied();
        let name = self.names.local(&base, &self.visible, &mut self.numbers);
        self.visible.insert(name.clone());
        self.bound.push(Binding { base, name: name.clone(), number });
        self.given[index] = Some(name);
    }

    /// Visits a part of the code, whose bindings end with it.
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = self.bound.len();
        visit(self);
        for Binding { base, name, number } in self.bound.drain(before..).rev() {
            self.visible.remove(&name);
            match number {
                Some(number) => self.numbers.insert(base, number),
                None => self.numbers.remove(&base),
            };
        }
    }
}

impl Visitor for Scopes<'_> {
    fn block(&mut self, block: &Block) {
        self.inside(|scopes| descend::block(scopes, block));
    }

    fn statement(&mut self, statement: &Statement) {
        if let Statement::Lazy { local, before, value } = statement {
            self.bind(*local);
            return self.inside(|scopes| {
                descend::block(scopes, before);
                scopes.expr(value);
            });
        }
        descend::header(self, statement);
        let in_loop: Vec<LocalId> = match statement {
            Statement::Each { key, value, .. } => key.iter().chain(value).copied().collect(),
            Statement::Rows { locals, .. } => locals.iter().flatten().copied().collect(),
            Statement::Walk { value, .. } => vec![*value],
            Statement::Fused { pass, .. } => vec![*pass],
            _ => Vec::new(),
        };
        match statement {
            Statement::Let { local, .. }
            | Statement::Bind { local, .. }
            | Statement::LetOption { local, .. }
            | Statement::Collect { local, .. }
            | Statement::Single { local, .. }
            | Statement::First { local, .. }
            | Statement::WalkPath(local) => self.bind(*local),
            Statement::Destructure { items, .. } => items.iter().for_each(|item| self.bind(*item)),
            _ => {}
        }
        self.inside(|scopes| {
            for local in in_loop {
                scopes.bind(local);
            }
            descend::blocks(scopes, statement);
        });
    }
}
