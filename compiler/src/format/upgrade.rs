//! Rewrites a module of v0 to v1, as `opa fmt --v0-v1` with dropped imports does.
//!
//! ```text
//! package a                            package a
//! import future.keywords.in
//!                                 →    p contains x if {
//! p[x] { x := input.xs[_]; x in ys }       x := input.xs[_]
//! ys = {1, 2}                              x in ys
//!                                      }
//!
//!                                      ys := {1, 2}
//! ```
//!
//! The result is read as v1: its syntax tree in OPA's structure must be that of the source read as v0. Unlike
//! OPA, the rewriting adds no import: `import future.keywords` stays if the module has a `not`, because
//! it makes a negation include the computation of its operands.

use std::collections::HashSet;

use super::comments::Comment;
use super::location::Text;
use super::writer::{self, Target};
use super::{ROUNDS, STACK, difference, once, rules_with_comments, tree, unstable};
use crate::ast::walk::{self, Node};
use crate::ast::{LiteralKind, Module, Name, Rule, Term, TermKind};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::parse;
use crate::source::{RegoVersion, Source, SourceId, Span};

/// The keywords that v1 has and v0 has not.
const ADDED: [&str; 4] = ["contains", "every", "if", "in"];

/// Rewrites a module of v0 to v1. The result is formatted.
///
/// # Errors
///
/// Returns the errors of [`parse::module`] for v0, and the names that are keywords in v1. If the
/// result would not be equivalent to the source, returns `Code::Unsupported`.
pub fn upgrade(source: &Source) -> Result<String, Diagnostics> {
    stacker::maybe_grow(STACK / 2, STACK, || {
        let mut text = rewritten(&source.text)?;
        for _ in 0..ROUNDS {
            let again = once(&text, RegoVersion::V1)?;
            if again == text {
                return Ok(text);
            }
            text = again;
        }
        Err(unstable())
    })
}

fn rewritten(text: &str) -> Result<String, Diagnostics> {
    let module = parse::module(SourceId(0), text, RegoVersion::V0)?;
    let names = keyword_names(SourceId(0), &module);
    if !names.0.is_empty() {
        return Err(names);
    }
    let index = Text::new(text);
    let tree = tree::module(&index, &module);
    let target = Target::Upgraded { needed: needed(&module) };
    let comments = Comment::all(&index, &module.comments);
    let output = writer::write(&index, &tree, comments, (&target, &[]));
    let Some(fault) = difference(&output.text, &target, &module, &tree) else {
        return Ok(output.text);
    };
    // Comments between tokens can break a rule. They move to lines before it.
    let commented = rules_with_comments(&index, &tree, &module);
    for rules in [&output.unexpected, &commented] {
        let Some(moved) = comments_before(text, &tree, &module, rules) else { continue };
        let Ok(source) = parse::module(SourceId(0), &moved, RegoVersion::V0) else { continue };
        let index = Text::new(&moved);
        let (own, comments) =
            (tree::module(&index, &source), Comment::all(&index, &source.comments));
        let output = writer::write(&index, &own, comments, (&target, &[]));
        if difference(&output.text, &target, &module, &tree).is_none() {
            return Ok(output.text);
        }
    }
    let rule = output.unexpected.first().and_then(|&rule| tree.rules.get(rule));
    let span = rule.map_or(module.package.span, |rule| Span {
        source: SourceId(0),
        start: u32::try_from(rule.location.start).unwrap_or(u32::MAX),
        end: u32::try_from(rule.head.location.end).unwrap_or(u32::MAX),
    });
    let message = format!("this Rego cannot be rewritten to v1: {fault}");
    Err(Diagnostic::new(Code::Unsupported, span, message)
        .with_help("move the comments between its tokens to lines of their own")
        .into())
}

/// Returns the text of a module in which the comments within some rules are on lines before them.
/// Returns `None` if the rules have no comments. A block of metadata would contain the comments, so that a
/// module with one stays as it is.
fn comments_before(
    text: &str,
    tree: &tree::Module,
    module: &Module,
    rules: &[usize],
) -> Option<String> {
    if module.comments.iter().any(|comment| comment.text.trim().starts_with("METADATA")) {
        return None;
    }
    let mut moved = String::with_capacity(text.len());
    let (mut position, mut found) = (0, false);
    for rule in rules.iter().filter_map(|&rule| tree.rules.get(rule)) {
        let range = rule.location.start..rule.location.end;
        let within: Vec<_> = module
            .comments
            .iter()
            .map(|comment| comment.span.start as usize..comment.span.end as usize)
            .filter(|comment| range.contains(&comment.start) && comment.end <= range.end)
            .collect();
        moved.push_str(text.get(position..range.start)?);
        if !within.is_empty() && !moved.is_empty() && !moved.ends_with('\n') {
            moved.push('\n');
        }
        for comment in &within {
            found = true;
            moved.push_str(text.get(comment.clone())?.trim_end());
            moved.push('\n');
        }
        position = range.start;
        for comment in within {
            moved.push_str(text.get(position..comment.start)?);
            position = comment.end;
        }
        moved.push_str(text.get(position..range.end)?);
        position = range.end;
    }
    moved.push_str(text.get(position..)?);
    found.then_some(moved)
}

/// Returns the keywords in a module for which v1 needs an import.
fn needed(module: &Module) -> Vec<&'static str> {
    let mut found = HashSet::new();
    for rule in &module.rules {
        walk::bodies(rule, &mut |body| {
            for literal in &body.literals {
                let mut kind = &literal.kind;
                while let LiteralKind::Not(inner) = kind {
                    if module.negates_bodies() {
                        found.insert("not");
                    }
                    kind = inner;
                }
                match kind {
                    LiteralKind::NotBody(_) => found.insert("not"),
                    LiteralKind::Logical(logical) => found.insert(logical.connective.keyword()),
                    _ => false,
                };
            }
        });
    }
    found.into_iter().collect()
}

/// Returns the names in a module of v0 that are keywords in v1.
pub(crate) fn keyword_names(source: SourceId, module: &Module) -> Diagnostics {
    let mut found = Names { source, calls: HashSet::new(), faults: Diagnostics::default() };
    for import in &module.imports {
        if let Some(name) = import.name() {
            found.name(name, import.alias.as_ref().map_or(import.span, |alias| alias.span));
        }
    }
    for rule in &module.rules {
        found.rule(rule);
    }
    found.faults
}

struct Names {
    source: SourceId,
    /// The starts of the names of called functions. A call of `contains` is one in v1 too.
    calls: HashSet<u32>,
    faults: Diagnostics,
}

impl Names {
    fn rule(&mut self, rule: &Rule) {
        self.declared(&rule.head.reference.name);
        walk::nodes(rule, &mut |node| match node {
            Node::Term(term) => self.term(term),
            Node::Body(body) => {
                for literal in &body.literals {
                    self.literal(&literal.kind);
                }
            }
        });
    }

    fn literal(&mut self, kind: &LiteralKind) {
        match kind {
            LiteralKind::Some(names) => names.iter().for_each(|name| self.declared(name)),
            LiteralKind::Every { key, value, .. } => {
                key.iter().chain([value]).for_each(|name| self.declared(name));
            }
            _ => {}
        }
    }

    fn term(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Var(name) if !self.calls.contains(&term.span.start) => {
                self.name(name, term.span);
            }
            TermKind::Ref(reference) => {
                if let TermKind::Var(name) = &reference.head.kind {
                    self.name(name, reference.head.span);
                }
            }
            TermKind::Call(call) => match &call.function.kind {
                TermKind::Var(name) if &**name == "contains" => {
                    self.calls.insert(call.function.span.start);
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn declared(&mut self, name: &Name) {
        self.name(&name.text, name.span);
    }

    fn name(&mut self, name: &str, span: Span) {
        if ADDED.contains(&name) {
            let message = format!("`{name}` is a keyword in v1, which cannot be a name");
            let span = Span { source: self.source, ..span };
            let fault =
                Diagnostic::new(Code::Parse, span, message).with_help("choose another name");
            self.faults.push(fault);
        }
    }
}
