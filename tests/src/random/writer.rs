//! The state from which a policy's text is written: the random choices, the names in scope and
//! their shapes.

use ferrego_compiler::ast::{Literal, Term, TermKind};

use super::schema::Schema;
use super::tree::var;
use crate::draw::Draw;

/// The forms of the language that a module uses.
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
    /// Returns `true` if `in`, `every`, `if` and `contains` are keywords.
    pub(super) fn keywords(self) -> bool {
        self != Style::Classic
    }

    /// Returns `true` if the rules of v1 apply.
    pub(super) fn strict(self) -> bool {
        matches!(self, Style::ImportsV1 | Style::V1)
    }
}

/// A name that is bound in the current body.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) schema: &'static Schema,
    /// `true` if the value comes from the input, whose type is unknown before the evaluation.
    pub(super) dynamic: bool,
}

/// The shape of a rule's value.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Value(&'static Schema),
    Set(&'static Schema),
    Map(&'static Schema),
    Function(Vec<&'static Schema>, &'static Schema),
}

/// A rule that later rules may refer to.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    /// The name of the rule here: `rule`, `lib.rule` or `data.lib.rule`.
    pub(super) path: String,
    pub(super) shape: Shape,
}

/// Names that occur in templates. Some are keywords of Rust.
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

/// A writer of the parts of one module.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) draw: Draw,
    pub(super) style: Style,
    /// The rules written so far. A rule refers only to earlier ones, so that no rule is recursive.
    pub(super) rules: Vec<Signature>,
    pub(super) locals: Vec<Local>,
    /// `true` if a reference may bind a new variable. Below `not` it may not.
    pub(super) iterate: bool,
    /// `true` if locals are bound with `:=`. Otherwise they are bound with `=`, in any order.
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

    /// Forgets the names of the previous rule.
    pub(super) fn begin_rule(&mut self) {
        self.locals.clear();
        self.used.clear();
        self.iterate = true;
        self.declares = self.draw.chance(85);
    }

    /// Returns a name that the rule does not use yet.
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

    /// Returns a local that can be used as a value of the shape `want`.
    pub(super) fn local(&mut self, want: &Schema) -> Option<Term> {
        let fit: Vec<usize> =
            (0..self.locals.len()).filter(|&at| want.admits(self.locals[at].schema)).collect();
        if fit.is_empty() {
            return None;
        }
        let at = self.draw.pick(&fit);
        Some(var(&self.locals[at].name))
    }

    /// Returns `true` if the type of a term is unknown before the evaluation.
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

    /// Runs `write` in a new scope, where references may iterate. The names of the scope are
    /// removed afterwards.
    pub(super) fn scoped<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let (outer, iterate) = (self.locals.len(), self.iterate);
        self.iterate = true;
        let written = write(self);
        self.locals.truncate(outer);
        self.iterate = iterate;
        written
    }

    /// Runs `write` with references that bind nothing.
    pub(super) fn bound<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let iterate = std::mem::replace(&mut self.iterate, false);
        let written = write(self);
        self.iterate = iterate;
        written
    }

    /// Shuffles the literals if every order has the same meaning.
    pub(super) fn settle(&mut self, literals: &mut [Literal]) {
        use ferrego_compiler::ast::LiteralKind::{Assign, Some, SomeIn};
        let fixed =
            |literal: &Literal| matches!(literal.kind, Assign(..) | Some(_) | SomeIn { .. });
        if !literals.iter().any(fixed) {
            self.draw.shuffle(literals);
        }
    }
}
