//! The variables of a compilation.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A variable. A name of the source is one symbol everywhere until the stage `rewrite_local_vars`
/// gives each declaration its own. Undeclared names stay one symbol; each rule has its own variable
/// of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Var(u32);

/// A set of variables.
pub(crate) type VarSet = BTreeSet<Var>;

/// `input`
pub(crate) const INPUT: Var = Var(0);
/// `data`
pub(crate) const DATA: Var = Var(1);
/// The operator of `=`.
pub(crate) const EQ: Var = Var(2);
/// The operator of `==`.
pub(crate) const EQUAL: Var = Var(3);
/// The operator of `:=`.
pub(crate) const ASSIGN: Var = Var(4);

const RESERVED: [&str; 5] = ["input", "data", "eq", "equal", "assign"];

/// The origin of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// A name of the source.
    Named,
    /// `_`
    Wildcard,
    /// The compiler.
    Generated,
    /// A declaration of the variable.
    Rewritten(Var),
}

#[derive(Clone, Debug)]
struct Symbol {
    name: Arc<str>,
    origin: Origin,
}

/// The table of variables.
#[derive(Debug)]
pub(crate) struct Symbols {
    all: Vec<Symbol>,
    named: HashMap<Arc<str>, Var>,
    underscore: Arc<str>,
}

impl Symbols {
    /// Returns the table with the reserved names.
    pub(crate) fn new() -> Self {
        let mut symbols =
            Self { all: Vec::new(), named: HashMap::new(), underscore: Arc::from("_") };
        for name in RESERVED {
            symbols.named(name);
        }
        symbols
    }

    /// Returns the variable named `name`.
    pub(crate) fn named(&mut self, name: &str) -> Var {
        if let Some(&var) = self.named.get(name) {
            return var;
        }
        let name: Arc<str> = Arc::from(name);
        let var = self.add(Arc::clone(&name), Origin::Named);
        self.named.insert(name, var);
        var
    }

    /// Returns a new wildcard.
    pub(crate) fn wildcard(&mut self) -> Var {
        self.add(Arc::clone(&self.underscore), Origin::Wildcard)
    }

    /// Returns a new generated variable, named by `hint` after its content.
    pub(crate) fn generate(&mut self, hint: &Arc<str>) -> Var {
        self.add(Arc::clone(hint), Origin::Generated)
    }

    /// Returns a new variable in place of `var`.
    pub(crate) fn rewrite(&mut self, var: Var) -> Var {
        self.add(Arc::clone(self.name(var)), Origin::Rewritten(var))
    }

    fn add(&mut self, name: Arc<str>, origin: Origin) -> Var {
        let var = Var(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(Symbol { name, origin });
        var
    }

    fn origin(&self, var: Var) -> Origin {
        self.all.get(var.0 as usize).map_or(Origin::Generated, |symbol| symbol.origin)
    }

    /// Returns the name as the source writes it, or a generated variable's hint.
    pub(crate) fn name(&self, var: Var) -> &Arc<str> {
        self.all.get(var.0 as usize).map_or(&self.underscore, |symbol| &symbol.name)
    }

    /// Returns the name of `var` if it is a name of the source that no declaration has replaced.
    /// Such a name may be that of a builtin.
    pub(crate) fn free_name(&self, var: Var) -> Option<&str> {
        (self.origin(var) == Origin::Named).then(|| &**self.name(var))
    }

    /// Returns the variable of the source that `var` has replaced, or `var` itself.
    pub(crate) fn original(&self, var: Var) -> Var {
        match self.origin(var) {
            Origin::Rewritten(original) => original,
            _ => var,
        }
    }

    /// Returns `true` if the source has no name for `var`.
    pub(crate) fn is_generated(&self, var: Var) -> bool {
        self.origin(self.original(var)) == Origin::Generated
    }

    /// Returns `true` if the source writes `var` as `_`.
    pub(crate) fn is_wildcard(&self, var: Var) -> bool {
        self.origin(self.original(var)) == Origin::Wildcard
    }
}

/// Returns `input` and `data`, which are bound everywhere.
pub(crate) fn reserved() -> VarSet {
    VarSet::from([INPUT, DATA])
}
