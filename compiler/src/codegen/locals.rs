//! Names the locals of a function. A name is numbered only where another local of the name is
//! visible.
//!
//! ```text
//! for container in …  { let msg = …; }     two loops may use the same names
//! for container in …  { let msg = …; }
//!
//! let cidr = block.field("cidr");
//! let Some(cidr) = cidr else { … };        the value may hide the option, which is not read again
//! ```
//!
//! A variable of the Rego keeps its name. Any other local gives way: it takes its other name if a
//! variable of the first name is bound while it is visible.
//!
//! A local is visible from its binding to the end of the block that binds it. Code may be printed
//! without the braces of its block, and its names then stay visible to the code behind it. That
//! code reads none of them: it reads locals that were bound before, which have other names, or that
//! it binds itself. Only a binding that can fail may hide another local, because braces enclose it.

mod events;

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};

use crate::codegen::names::{Names, Numbers};
use crate::ir::{Function, LocalId};

use events::{Event, Events};

/// Returns the names of the locals, and reserves them in `names`.
pub(super) fn names(function: &Function, names: &mut Names) -> Vec<Ident> {
    let bases = function.locals.iter().map(|local| Names::local_base(&local.name));
    let bases: Vec<String> = bases.collect();
    let events = Events::of(function, &bases);
    // A local with several bindings has one name at all of them.
    let mut apart = HashSet::new();
    let given = loop {
        let scopes = Scopes::new(function, names, &bases, &events, &apart);
        match scopes.name_all() {
            Ok(given) => break given,
            Err(locals) => apart.extend(locals),
        }
    };
    let named = given
        .into_iter()
        .zip(&bases)
        .map(|(name, base)| name.unwrap_or_else(|| unbound(names, base)));
    let named: Vec<_> = named.collect();
    for name in &named {
        names.reserve(name.clone());
    }
    named.iter().map(|name| Ident::new(name, Span::call_site())).collect()
}

/// Returns the name of a local that nothing binds.
fn unbound(names: &Names, base: &str) -> String {
    names.local(base, &|_| false, &mut Numbers::new())
}

struct Scopes<'s> {
    function: &'s Function,
    names: &'s Names,
    /// The names of the locals without numbers.
    bases: &'s [String],
    events: &'s Events,
    /// The names of the visible locals, each with the locals that have it, and the names that only
    /// one local may have.
    visible: HashMap<String, Vec<LocalId>>,
    /// The numbers that are taken by visible locals.
    numbers: Numbers,
    /// The visible locals in the order of their bindings.
    bound: Vec<Binding>,
    given: Vec<Option<String>>,
    /// The locals whose names no other local may have.
    apart: &'s HashSet<LocalId>,
}

/// A visible local.
struct Binding {
    base: String,
    name: String,
    /// The number of the base before the binding.
    number: Option<usize>,
}

impl<'s> Scopes<'s> {
    fn new(
        function: &'s Function,
        names: &'s Names,
        bases: &'s [String],
        events: &'s Events,
        apart: &'s HashSet<LocalId>,
    ) -> Self {
        let given = vec![None; function.locals.len()];
        let (visible, numbers, bound) = (HashMap::new(), Numbers::new(), Vec::new());
        let mut scopes =
            Self { function, names, bases, events, visible, numbers, bound, given, apart };
        let all: HashSet<&String> = bases.iter().collect();
        for &local in apart {
            let base = &bases[local.0 as usize];
            let mut count = 2;
            let mut name = format!("{base}_{count}");
            while all.contains(&name) || !scopes.is_free(&name) {
                count += 1;
                name = format!("{base}_{count}");
            }
            scopes.visible.insert(name.clone(), vec![local]);
            scopes.given[local.0 as usize] = Some(name);
        }
        scopes
    }

    /// Returns the names, or the locals whose names are not free at all of their bindings.
    fn name_all(mut self) -> Result<Vec<Option<String>>, HashSet<LocalId>> {
        let (mut open, mut refused) = (Vec::new(), HashSet::new());
        for (at, event) in self.events.all.iter().enumerate() {
            match event {
                Event::Open => open.push(self.bound.len()),
                Event::Close => self.forget(open.pop().unwrap_or_default()),
                Event::Read(_) => {}
                Event::Bind { local, .. } => match self.name(at, *local) {
                    Some(binding) => self.bind(*local, binding),
                    None => {
                        refused.insert(*local);
                    }
                },
            }
        }
        if refused.is_empty() { Ok(self.given) } else { Err(refused) }
    }

    /// Names the local that is bound at `at`. Returns `None` if it has a name that is not free
    /// there.
    fn name(&mut self, at: usize, local: LocalId) -> Option<Binding> {
        let index = local.0 as usize;
        let base = &self.bases[index];
        if let Some(name) = &self.given[index] {
            let fits = self.fits(at, local, name) || self.apart.contains(&local);
            let name = name.clone();
            return fits.then(|| self.binding(base.clone(), name));
        }
        let mut bases = vec![base.clone()];
        let mut option = None;
        if let Some(otherwise) = &self.function.locals[index].otherwise {
            bases.push(Names::local_base(otherwise));
            bases.retain(|name| !self.events.is_variable(at, local, name));
            // The value of an option has the option's name.
            option =
                self.events.option(at).and_then(|option| self.given[option.0 as usize].clone());
        }
        let mut names = option.iter().chain(&bases);
        if let Some(name) = names.find(|name| self.fits(at, local, name)) {
            return Some(self.binding(base.clone(), name.clone()));
        }
        let base = bases.into_iter().next().unwrap_or_else(|| base.clone());
        let number = self.numbers.get(&base).copied();
        let is_visible = |name: &str| self.visible.contains_key(name);
        let name = self.names.local(&base, &is_visible, &mut self.numbers);
        Some(Binding { base, name, number })
    }

    fn binding(&self, base: String, name: String) -> Binding {
        let number = self.numbers.get(&base).copied();
        Binding { base, name, number }
    }

    /// Returns `true` if the local that is bound at `at` may have the name: it is free, or hides
    /// one that is not read while the local is visible.
    fn fits(&self, at: usize, local: LocalId, name: &str) -> bool {
        if self.is_free(name) {
            return true;
        }
        let Some(&hidden) = self.visible.get(name).and_then(|locals| locals.last()) else {
            return false;
        };
        let may_hide = self.function.locals[local.0 as usize].otherwise.is_some()
            || self.events.option(at) == Some(hidden);
        may_hide
            && self.events.can_fail(at)
            && !self.apart.contains(&hidden)
            && self.events.is_past(at, hidden)
    }

    fn is_free(&self, name: &str) -> bool {
        !self.visible.contains_key(name) && !self.names.is_taken(name)
    }

    fn bind(&mut self, local: LocalId, binding: Binding) {
        self.given[local.0 as usize] = Some(binding.name.clone());
        self.visible.entry(binding.name.clone()).or_default().push(local);
        self.bound.push(binding);
    }

    /// Ends the visibility of all but the first `count` visible locals.
    fn forget(&mut self, count: usize) {
        for Binding { base, name, number } in self.bound.drain(count..).rev() {
            if let Some(locals) = self.visible.get_mut(&name) {
                locals.pop();
                if locals.is_empty() {
                    self.visible.remove(&name);
                }
            }
            match number {
                Some(number) => self.numbers.insert(base, number),
                None => self.numbers.remove(&base),
            };
        }
    }
}
