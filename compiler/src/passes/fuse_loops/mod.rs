//! Shares one loop among the definitions of a set that begin with the same loop.
//!
//! ```text
//! scope { each _, c in cs { test c["a"]; add 1 } }   # before: two loops
//! scope { each _, c in cs { test c["b"]; add 2 } }
//!
//! fused pass of 2                                     # after: one
//!   each _, c in cs
//!     scope { test pass takes 0; test c["a"]; add 1 }
//!     scope { test pass takes 1; test c["b"]; add 2 }
//! ```
//!
//! The set has the same members, added in another order. The order can be observed in two cases:
//! which text of equal numbers a set keeps, and which error comes first. In these cases the runtime
//! (`ferrego_runtime::codegen_support::fused`) runs the block once for each definition, with the others left out. If
//! a definition asks the host, no loops are shared.

mod fingerprint;

use std::collections::HashMap;

use crate::ir::{
    Block, CollectKind, Condition, Function, Local, LocalId, Program, Statement, visit,
};
use crate::passes::effects::{self, Analysis};
use crate::passes::{equivalence, head};
use crate::source::Span;

/// Merges the definitions of `program` that begin with equivalent statements.
pub(super) fn run(program: &mut Program) {
    effects::change(program, |analysis, function| {
        let mut body = std::mem::take(&mut function.body);
        block(analysis, function, &mut body);
        function.body = body;
    });
}

fn block(analysis: &Analysis<'_>, function: &mut Function, inside: &mut Block) {
    for statement in &mut inside.0 {
        visit::change_blocks(statement, &mut |inner| block(analysis, function, inner));
        if let Statement::Collect { kind: CollectKind::Set | CollectKind::Multiset, body, .. } =
            statement
            && let Some(fused) = fused(analysis, function, body)
        {
            *body = fused;
        }
    }
}

/// Returns the definitions of a set with their common statements merged, if these contain a loop.
fn fused(analysis: &Analysis<'_>, function: &mut Function, body: &Block) -> Option<Block> {
    let definitions = body.0.iter().map(definition).collect::<Option<Vec<_>>>()?;
    let count = u32::try_from(definitions.len()).ok()?;
    if count < 2 || analysis.block(body).asks {
        return None;
    }
    let pass = LocalId(u32::try_from(function.locals.len()).ok()?);
    let mut fusion = Fusion { analysis, pass, loops: 0 };
    let parts = (0..count).zip(definitions).map(|(number, (statements, at))| Part {
        number,
        statements: statements.to_vec(),
        at,
    });
    let body = fusion.merge(parts.collect());
    if fusion.loops == 0 {
        return None;
    }
    function.locals.push(Local::hint("pass", "fused_pass"));
    Some(Block(vec![Statement::Fused { pass, count, body: Block(body) }]))
}

/// Returns the statements and the place of a definition.
fn definition(statement: &Statement) -> Option<(&[Statement], Span)> {
    match statement {
        Statement::Scope { body, at } => Some((&body.0, *at)),
        _ => None,
    }
}

/// The remaining statements of a definition, after those that it shares with others.
struct Part {
    number: u32,
    statements: Vec<Statement>,
    at: Span,
}

struct Fusion<'a, 'p> {
    analysis: &'a Analysis<'p>,
    pass: LocalId,
    /// The number of loops that were merged into others.
    loops: usize,
}

impl Fusion<'_, '_> {
    /// Returns the statements of the parts, with parts that begin alike merged into one block.
    fn merge(&mut self, parts: Vec<Part>) -> Vec<Statement> {
        let mut groups: Vec<Vec<Part>> = Vec::new();
        let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
        for part in parts {
            let fingerprint = part.head(self.analysis).and_then(fingerprint::of);
            let known = fingerprint.map(|fingerprint| places.entry(fingerprint).or_default());
            let alike = |place: &&usize| begin_alike(self.analysis, &groups[**place][0], &part);
            if let Some(&place) = known.as_ref().and_then(|known| known.iter().find(alike)) {
                groups[place].push(part);
                continue;
            }
            if let Some(known) = known {
                known.push(groups.len());
            }
            groups.push(vec![part]);
        }
        let mut blocks: Vec<_> =
            groups.into_iter().map(|group| (group[0].at, self.group(group))).collect();
        match blocks.as_mut_slice() {
            [(_, only)] => std::mem::take(only),
            _ => blocks
                .into_iter()
                .map(|(at, block)| Statement::Scope { body: Block(block), at })
                .collect(),
        }
    }

    /// Returns the statements of parts that begin alike.
    fn group(&mut self, mut group: Vec<Part>) -> Vec<Statement> {
        let Some((first, others)) = group.split_first_mut() else { return Vec::new() };
        if others.is_empty() {
            let mut statements = std::mem::take(&mut first.statements);
            let taken = Statement::Test(Condition::InPass(self.pass, first.number));
            statements.insert(0, taken);
            return statements;
        }
        let mut head = first.take_head(self.analysis);
        for other in others {
            let (own, head) = (other.take_head(self.analysis), &mut head);
            equivalence::rename(&mut other.statements, &equivalence::unite(head, &own));
        }
        if let Statement::Each { body, .. } | Statement::Rows { body, .. } = &mut head {
            self.loops += 1;
            body.0 = self.merge(group);
            return vec![head];
        }
        let mut statements = vec![head];
        statements.extend(self.merge(group));
        statements
    }
}

/// Returns `true` if two parts begin with equivalent statements, after lookups that can move behind
/// them.
fn begin_alike(analysis: &Analysis<'_>, one: &Part, other: &Part) -> bool {
    match (one.head(analysis), other.head(analysis)) {
        (Some(head), Some(own)) => equivalence::statements(head, own),
        _ => false,
    }
}

impl Part {
    /// Returns the head, unless it is a loop that does not hold the rest of its body.
    fn head(&self, analysis: &Analysis<'_>) -> Option<&Statement> {
        let at = head::index(analysis, &self.statements);
        let head = self.statements.get(at)?;
        let is_loop = matches!(head, Statement::Each { .. } | Statement::Rows { .. });
        (!is_loop || at + 1 == self.statements.len()).then_some(head)
    }

    /// Removes and returns the head. If it is a loop, its body is appended to the statements that
    /// remain.
    fn take_head(&mut self, analysis: &Analysis<'_>) -> Statement {
        let mut head = self.statements.remove(head::index(analysis, &self.statements));
        if let Statement::Each { body, .. } | Statement::Rows { body, .. } = &mut head {
            self.statements.append(&mut body.0);
        }
        head
    }
}

#[cfg(test)]
mod tests;
