//! The outline of a file.

use super::{Analysis, Location};
use crate::ast::{HeadKind, Rule};
use crate::source::Span;

/// A rule or package of a file.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: SymbolKind,
    /// The whole text.
    pub location: Location,
    /// The name's place.
    pub name_location: Location,
    /// The symbols within.
    pub children: Vec<Symbol>,
}

/// The kinds of symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A package.
    Package,
    /// A function.
    Function,
    /// A rule that gives a set.
    Set,
    /// A rule that gives a value.
    Value,
}

impl Analysis {
    /// Returns the packages of the file with their rules, in source order. The definitions of a rule
    /// are symbols of their own.
    pub fn symbols(&self) -> Vec<Symbol> {
        let mut symbols = Vec::new();
        for policy in &self.policies {
            for (index, module) in policy.modules.iter().enumerate() {
                let other = policy.sources[index].origin.is_none() && index > 0;
                let Some(module) = module.as_ref().filter(|_| !other) else { continue };
                let place = |span: Span| policy.location(span);
                let rule = |rule: &Rule| {
                    let name = &rule.head.reference.name;
                    Some(Symbol {
                        name: name.text.to_string(),
                        kind: match rule.head.kind {
                            HeadKind::Function { .. } => SymbolKind::Function,
                            HeadKind::Set { .. } => SymbolKind::Set,
                            HeadKind::Value(_) => SymbolKind::Value,
                        },
                        location: place(rule.span)?,
                        name_location: place(name.span)?,
                        children: Vec::new(),
                    })
                };
                let children: Vec<Symbol> = module.rules.iter().filter_map(rule).collect();
                let span = module.package.span;
                let whole = module.rules.last().map_or(span, |rule| span.to(rule.span));
                let whole = place(whole).or_else(|| place(span));
                let (Some(location), Some(name_location)) = (whole, place(span)) else {
                    symbols.extend(children);
                    continue;
                };
                let name = module.package.path.join(".");
                let kind = SymbolKind::Package;
                symbols.push(Symbol { name, kind, location, name_location, children });
            }
        }
        symbols
    }
}
