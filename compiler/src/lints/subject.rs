//! The policy that the checks look at.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::{Surroundings, rule_uses};
use crate::ast::Module;
use crate::hir::{self, RuleId};
use crate::source::{Source, Span};
use crate::template::Constraints;

/// A policy that compiles.
#[derive(Debug)]
pub struct Subject<'p> {
    /// The sources, to which spans refer.
    pub sources: &'p [Source],
    /// Their syntax trees.
    pub modules: &'p [Module],
    /// The analyzed program.
    pub program: &'p hir::Program,
    /// `true` if the policy is a template, whose first source defines `violation`.
    pub template: bool,
    /// The kind and the schema of a template's constraints.
    pub constraints: Option<&'p Constraints>,
    /// The known surroundings of a template.
    pub surroundings: &'p Surroundings,
    /// The order of [`Subject::callees_first`], once a check asked for it.
    pub(crate) order: OnceCell<Vec<RuleId>>,
}

impl<'p> Subject<'p> {
    /// Returns all rules in an order in which rules come before those that mention them.
    pub(super) fn callees_first(&self) -> &[RuleId] {
        self.order.get_or_init(|| rule_uses::callees_first(self.program))
    }

    /// Returns the text of a span.
    pub(super) fn text(&self, span: Span) -> &'p str {
        let source = self.sources.get(span.source.0 as usize);
        let range = span.start as usize..span.end as usize;
        source.and_then(|source| source.text.get(range)).unwrap_or_default()
    }

    /// Returns the text of a span for a message: a long text is cut, and only its first line is
    /// quoted.
    pub(super) fn quoted(&self, span: Span) -> Cow<'p, str> {
        const LONGEST: usize = 60;
        let text = self.text(span).trim();
        let line = text.lines().next().unwrap_or_default();
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) => Cow::Owned(format!("{}…", &line[..end])),
            None if line.len() < text.len() => Cow::Owned(format!("{line}…")),
            None => Cow::Borrowed(line),
        }
    }
}
