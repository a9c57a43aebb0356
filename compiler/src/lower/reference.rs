//! Lowers references to paths of keys, with a loop for each operand that is not bound yet.

use ferrego_runtime::codegen_support::storage;

use crate::hir::{Constant, Head, Ref, Root, RuleKind, Term, VarId};
use crate::ir::{Expr, LocalId};
use crate::lower::builder::Loop;
use crate::lower::scope::Scope;
use crate::lower::{Lowered, rule, unsupported};
use crate::source::Span;

impl<'p> Scope<'_, 'p> {
    /// Returns the value of a reference. Opens a loop for each operand that is not bound yet.
    pub(super) fn reference(&mut self, reference: &'p Ref) -> Lowered<Expr> {
        let span = reference.span;
        match reference.root {
            Root::Input => self.follow(Expr::Input(self.context), &reference.operands, span),
            Root::Var(variable) => {
                let base = self.variable(variable, span)?;
                self.follow(base, &reference.operands, span)
            }
            Root::Data => self.data_reference(reference),
        }
    }

    /// Lowers a reference below `data`: to a rule, a package, a base document, or across several of
    /// them.
    fn data_reference(&mut self, reference: &'p Ref) -> Lowered<Expr> {
        let operands = &reference.operands;
        let (node, consumed) = self.lowering.program.walk_tree(operands);
        let rest = &operands[consumed..];
        if let Some(rule) = node.rule {
            self.check_lookup(rule, rest, reference.span)?;
            let value = self.rule_value(rule, reference.span)?;
            return self.follow(value, rest, reference.span);
        }
        match rest.first() {
            None => {
                let path = rule::constant_path(operands);
                Ok(Expr::Rule(self.lowering.function_of_package(&path, node), self.context))
            }
            Some(Term::Constant(_)) => {
                self.follow(Expr::BaseData(self.context), operands, reference.span)
            }
            Some(_) => self.tree_reference(node, reference, consumed),
        }
    }

    /// Reports a lookup by a known key in `s[{y}] { … }`. OPA unifies the key with the head before
    /// the body runs, and unifies sets only if they are ground, so it finds nothing.
    fn check_lookup(&self, id: crate::hir::RuleId, rest: &'p [Term], span: Span) -> Lowered<()> {
        let Some(key) = rest.first().filter(|key| !self.has_unbound(key)) else { return Ok(()) };
        let rule = self.lowering.program.rule(id);
        let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
        let composite = !matches!(
            key,
            Term::Constant(
                Constant::Null | Constant::Bool(_) | Constant::Number(_) | Constant::String(_)
            )
        );
        let set_pattern = |branch: &crate::hir::Branch| match &branch.head {
            Head::Member(member) => holds_set(member),
            Head::Value(_) => branch.keys.iter().any(holds_set),
        };
        if composite && branches.into_iter().any(set_pattern) {
            return Err(unsupported(
                span,
                "a lookup in a rule whose head holds a set of variables",
            ));
        }
        Ok(())
    }

    /// Returns the value of a rule without parameters.
    pub(super) fn rule_value(&mut self, id: crate::hir::RuleId, span: Span) -> Lowered<Expr> {
        let rule = self.lowering.program.rule(id);
        if matches!(rule.kind, RuleKind::Function { .. }) {
            return Err(unsupported(span, "a function used as a value"));
        }
        if let Some(constant) = rule::constant(rule, &self.lowering.slots) {
            if let Some(name) = rule.path.last() {
                self.lowering.plan.constant_names.push((constant.clone(), name.clone()));
            }
            return Ok(Expr::Constant(constant.clone()));
        }
        Ok(Expr::Rule(self.lowering.function_of_rule(id), self.context))
    }

    /// Returns the value below `base` at `operands`.
    ///
    /// A reference into `data` follows the rules of OPA's storage throughout. A `Get` from the base
    /// document applies these rules itself. After a loop, a key needs a step of its own if the
    /// rules differ for it.
    pub(super) fn follow(
        &mut self,
        mut base: Expr,
        operands: &'p [Term],
        span: Span,
    ) -> Lowered<Expr> {
        let is_stored = matches!(base, Expr::BaseData(_));
        let mut keys = Vec::new();
        let mut name = "value";
        for operand in operands {
            if let Some(variable) = self.unbound(operand) {
                let of = get(base, std::mem::take(&mut keys));
                base = self.iterate(of, variable, name);
            } else if self.has_unbound(operand) {
                let of = get(base, std::mem::take(&mut keys));
                base = self.iterate_pattern(of, operand, span)?;
            } else {
                let key = self.defined_term(operand, span)?;
                let is_below_loop = !matches!(base, Expr::BaseData(_));
                if is_stored && is_below_loop && differs_in_storage(&key) {
                    let of = get(base, std::mem::take(&mut keys));
                    base = Expr::StorageGet { base: Box::new(of), key: Box::new(key) };
                } else {
                    keys.push(key);
                }
            }
            if let Term::Constant(Constant::String(key)) = operand {
                name = key;
            }
        }
        Ok(get(base, keys))
    }

    /// Opens a loop over `of` that binds `variable` to the keys. Returns the values.
    pub(super) fn iterate(&mut self, of: Expr, variable: VarId, name: &str) -> Expr {
        let key = self.uses.repeated(variable).then(|| self.local_of(variable));
        let value = self.temporary_or(&singular(name), "item");
        self.block.open(Loop::Each { key, value: Some(value), of });
        // A variable that is mentioned once is never read; it only has to count as bound.
        self.set(variable, Expr::Local(key.unwrap_or(value)));
        Expr::Local(value)
    }

    /// Opens a loop over `of` that matches the keys with a pattern. Returns the values.
    fn iterate_pattern(&mut self, of: Expr, pattern: &'p Term, span: Span) -> Lowered<Expr> {
        let key: LocalId = self.temporary("key");
        let value = self.temporary("value");
        self.block.open(Loop::Each { key: Some(key), value: Some(value), of });
        self.matches(pattern, Expr::Local(key), span)?;
        Ok(Expr::Local(value))
    }

    /// Returns the variable that the term denotes, if it is not bound.
    pub(super) fn unbound(&self, term: &Term) -> Option<VarId> {
        match term {
            Term::Var(variable) if !self.is_bound(*variable) => Some(*variable),
            _ => None,
        }
    }

    /// Returns `true` if a variable in the term or composite is not bound.
    pub(super) fn has_unbound(&self, term: &Term) -> bool {
        match term {
            Term::Var(variable) => !self.is_bound(*variable),
            Term::Array(items) | Term::Set(items) => {
                items.iter().any(|item| self.has_unbound(item))
            }
            Term::Object(pairs) => {
                pairs.iter().any(|(key, value)| self.has_unbound(key) || self.has_unbound(value))
            }
            _ => false,
        }
    }
}

/// Returns `true` if OPA's storage may find another member at the key than a lookup in a value
/// does.
fn differs_in_storage(key: &Expr) -> bool {
    match key {
        Expr::Constant(Constant::String(text)) => storage::array_index(text).is_some(),
        _ => true,
    }
}

/// Returns `base` at `keys`, appended to the keys that `base` already has.
pub(super) fn get(base: Expr, keys: Vec<Expr>) -> Expr {
    if keys.is_empty() {
        return base;
    }
    match base {
        Expr::Get { base, keys: mut before } => {
            before.extend(keys);
            Expr::Get { base, keys: before }
        }
        base => Expr::Get { base: Box::new(base), keys },
    }
}

/// Returns a name for a member of the collection `plural`: `containers` hold a `container`.
fn singular(plural: &str) -> String {
    match plural.strip_suffix("ies") {
        Some(stem) if !stem.is_empty() => return format!("{stem}y"),
        _ => {}
    }
    match plural.strip_suffix('s') {
        Some(stem) if stem.len() > 1 && !stem.ends_with('s') => stem.to_owned(),
        _ => "item".to_owned(),
    }
}

/// Returns `true` if the term is or contains a set that is not constant.
fn holds_set(term: &Term) -> bool {
    match term {
        Term::Set(_) => true,
        Term::Array(items) => items.iter().any(holds_set),
        Term::Object(pairs) => pairs.iter().any(|(key, value)| holds_set(key) || holds_set(value)),
        _ => false,
    }
}
