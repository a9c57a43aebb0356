//! What a policy's text is written from: the choices, the names in scope and their shapes.

use ferrego_compiler::ast::{Literal, Term, TermKind};

use super::draw::Draw;
use super::schema::Schema;
use super::tree::var;

/// Which forms of the language a module uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// v0 without keywords.
    Classic,
    /// v0 with `import future.keywords`.
    Keywords,
    /// v0 with `import rego.v1`.
    ImportsV1,
    /// v1.
    V1,
}

impl Style {
    /// Whether `in`, `every`, `if` and `contains` are keywords.
    pub(super) fn keywords(self) -> bool {
        self != Style::Classic
    }

    /// Whether the rules of v1 hold.
    pub(super) fn strict(self) -> bool {
        matches!(self, Style::ImportsV1 | Style::V1)
    }
}

/// A name bound in the body being written.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) schema: &'static Schema,
    /// Whether its value comes from the input, of which no type is known before it is run.
    pub(super) dynamic: bool,
}

/// What a rule makes.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Value(&'static Schema),
    Set(&'static Schema),
    Map(&'static Schema),
    Function(Vec<&'static Schema>, &'static Schema),
}

/// A rule that may be referred to.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    /// How to name it here: `rule`, `lib.rule` or `data.lib.rule`.
    pub(super) path: String,
    pub(super) shape: Shape,
}

/// Names as templates have them; some are words of Rust.
const NAMES: &[&str] = &[
    "container",
    "msg",
    "image",
    "label",
    "value",
    "key",
    "x",
    "y",
    "c",
    "repo",
    "provided",
    "missing",
    "limit",
    "obj",
    "spec",
    "ns",
    "item",
    "name",
    "type",
    "match",
    "ref",
    "self_",
    "fn",
    "port",
    "elem",
    "good",
    "result",
    "loop",
    "str",
    "other",
];

const INDICES: &[&str] = &["i", "j", "k", "n", "idx"];

/// Writes the pieces of one module.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) draw: Draw,
    pub(super) style: Style,
    /// The rules written so far: a rule refers to earlier ones only, so that none is recursive.
    pub(super) rules: Vec<Signature>,
    pub(super) locals: Vec<Local>,
    /// Whether a reference may bind a variable of its own: not below `not`.
    pub(super) iterate: bool,
    /// Whether locals are bound with `:=`; otherwise with `=`, in any order.
    pub(super) declares: bool,
    used: Vec<String>,
}

impl Writer {
    pub(super) fn new(draw: Draw, style: Style) -> Self {
        Self {
            draw,
            style,
            rules: Vec::new(),
            locals: Vec::new(),
            iterate: true,
            declares: true,
            used: Vec::new(),
        }
    }

    /// Forgets the names of the rule before.
    pub(super) fn begin_rule(&mut self) {
        self.locals.clear();
        self.used.clear();
        self.iterate = true;
        self.declares = self.draw.chance(85);
    }

    /// A name that the rule does not have yet.
    pub(super) fn fresh(&mut self) -> String {
        self.fresh_of(NAMES)
    }

    fn fresh_of(&mut self, names: &[&str]) -> String {
        let start = self.draw.below(names.len());
        let free = (0..names.len()).map(|step| names[(start + step) % names.len()]).find(|name| {
            !self.used.iter().any(|used| used == name)
                && !self.rules.iter().any(|rule| rule.path == **name)
        });
        let name = free.map_or_else(|| format!("v{}", self.used.len()), str::to_owned);
        self.used.push(name.clone());
        name
    }

    /// Binds a new name.
    pub(super) fn bind(&mut self, schema: &'static Schema, dynamic: bool) -> String {
        let name = self.fresh();
        self.locals.push(Local { name: name.clone(), schema, dynamic });
        name
    }

    /// Binds a new name for a key or an index.
    pub(super) fn bind_index(&mut self, schema: &'static Schema) -> String {
        let name = self.fresh_of(INDICES);
        self.locals.push(Local { name: name.clone(), schema, dynamic: false });
        name
    }

    /// A local that may stand where `want` is wanted.
    pub(super) fn local(&mut self, want: &Schema) -> Option<Term> {
        let fit: Vec<usize> =
            (0..self.locals.len()).filter(|&at| want.admits(self.locals[at].schema)).collect();
        if fit.is_empty() {
            return None;
        }
        let at = self.draw.pick(&fit);
        Some(var(&self.locals[at].name))
    }

    /// Whether a term's type is unknown before it is run.
    pub(super) fn is_dynamic(&self, term: &Term) -> bool {
        match &term.kind {
            TermKind::Ref(reference) => self.is_dynamic(&reference.head),
            TermKind::Var(name) => {
                **name == *"input"
                    || self.locals.iter().any(|local| local.name == **name && local.dynamic)
            }
            _ => false,
        }
    }

    /// Runs `write` in a scope of its own, where references may iterate; its names are gone
    /// afterwards.
    pub(super) fn scoped<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let (outer, iterate) = (self.locals.len(), self.iterate);
        self.iterate = true;
        let written = write(self);
        self.locals.truncate(outer);
        self.iterate = iterate;
        written
    }

    /// Runs `write` where references bind nothing.
    pub(super) fn bound<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let iterate = std::mem::replace(&mut self.iterate, false);
        let written = write(self);
        self.iterate = iterate;
        written
    }

    /// The literals in another order, where each order means the same.
    pub(super) fn settle(&mut self, literals: &mut [Literal]) {
        use ferrego_compiler::ast::LiteralKind::{Assign, Some, SomeIn};
        let fixed =
            |literal: &Literal| matches!(literal.kind, Assign(..) | Some(_) | SomeIn { .. });
        if !literals.iter().any(fixed) {
            self.draw.shuffle(literals);
        }
    }
}
