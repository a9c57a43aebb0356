//! Package clauses and imports, and the effect of imports on the keywords
//! (`parsePackage`, `parseImport`, `futureImport`, `regoV1Import` of OPA's parser).

use std::sync::Arc;

use pest::iterators::Pair;

use crate::ast::{Import, Name, Package, TermKind};
use crate::source::{RegoVersion, Span};

use super::super::errors::parse_error;
use super::super::grammar::Rule;
use super::super::keywords::{self, Keywords};
use super::super::syntax_errors;
use super::rule::key_of;
use super::{ModuleBuilder, ParseResult, TermBuilder, check};

impl TermBuilder<'_, '_> {
    pub(super) fn package(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Package> {
        let span = self.span(&pair);
        let mut path = Vec::new();
        for pair in pair.into_inner().filter(|pair| pair.as_rule() == Rule::path) {
            path = self.path(pair)?.into_iter().map(|(text, _)| text).collect();
        }
        self.check_no_minus(span)?;
        Ok(Package { path, span })
    }

    pub(super) fn import(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Import> {
        let span = self.span(&pair);
        let mut path = Vec::new();
        let mut alias = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::path => path = self.path(pair)?,
                Rule::strict_name if matches!(pair.as_str(), "data" | "input") => {
                    let name = pair.as_str();
                    let message = format!(
                        "unexpected import alias, must not be a reserved name, got: {name}"
                    );
                    return Err(parse_error(self.span(&pair), message));
                }
                Rule::strict_name => alias = Some(self.name(&pair)),
                _ => {}
            }
        }
        self.check_no_minus(span)?;
        self.check_import(&path, alias.as_ref(), span)?;
        Ok(Import { path: path.into_iter().map(|(text, _)| text).collect(), alias, span })
    }

    /// Rejects a minus after a clause: it would be the sign of the next statement.
    fn check_no_minus(&self, clause: Span) -> ParseResult<()> {
        let next = syntax_errors::next_token(self.chunk, clause);
        if self.chunk.text.get(next.start as usize..).is_some_and(|rest| rest.starts_with('-')) {
            return Err(syntax_errors::unexpected(self.chunk, next, ""));
        }
        Ok(())
    }

    /// Builds a path of names and strings.
    fn path(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Vec<(Arc<str>, Span)>> {
        let mut path = Vec::new();
        for pair in pair.into_inner() {
            let span = self.span(&pair);
            match pair.as_rule() {
                Rule::word => path.push((pair.as_str().into(), span)),
                Rule::arguments => return Err(self.unexpected(&pair, "")),
                _ => {
                    let term = key_of(self.operand(pair)?);
                    let kind = check::value_name(&term);
                    let TermKind::String(text) = term.kind else {
                        let message = format!("unexpected {kind} token: expecting string");
                        return Err(parse_error(term.span, message));
                    };
                    path.push((text, term.span));
                }
            }
        }
        Ok(path)
    }

    fn check_import(
        &self,
        path: &[(Arc<str>, Span)],
        alias: Option<&Name>,
        span: Span,
    ) -> ParseResult<()> {
        let (Some((root, root_span)), Some((last, last_span))) = (path.first(), path.last()) else {
            return Err(parse_error(span, "expected path"));
        };
        if !matches!(root.as_ref(), "data" | "input" | "future" | "rego") {
            let message = format!(
                "unexpected import path, must begin with one of: {{data, future, input, rego}}, got: {root}"
            );
            return Err(parse_error(*root_span, message));
        }
        if alias.is_none() && root.as_ref() != "future" && keywords::is_keyword(last, self.version)
        {
            let message =
                format!("unexpected import path, must not end with a keyword, got: {last}");
            return Err(parse_error(*last_span, message)
                .with_help("import a different path or use an alias"));
        }
        Ok(())
    }
}

impl ModuleBuilder {
    /// Checks an import of `future` or `rego` and activates its keywords.
    pub(super) fn take_keywords(
        &mut self,
        import: Import,
        active: &mut Keywords,
    ) -> ParseResult<Import> {
        let path: Vec<&str> = import.path.iter().map(AsRef::as_ref).collect();
        let aliased = import.alias.is_some();
        match path[..] {
            ["rego", "v1" | "v2"] if aliased => {
                return Err(parse_error(import.span, "`rego` imports cannot be aliased"));
            }
            ["rego", version @ ("v1" | "v2")] => {
                self.effective = RegoVersion::V1;
                let added = if version == "v2" { &keywords::VERSION_TWO[..] } else { &[] };
                for word in keywords::FUTURE.iter().chain(added) {
                    active.import(word);
                }
            }
            ["rego", ..] => {
                let path = path.join(".");
                let message =
                    format!("invalid import `{path}`, must be one of: `rego.v1`, `rego.v2`");
                return Err(parse_error(import.span, message));
            }
            ["future", "keywords", ..] if aliased => {
                return Err(parse_error(import.span, "`future` imports cannot be aliased"));
            }
            ["future", "keywords", word] if keywords::IMPORTABLE.contains(&word) => {
                active.import(word);
            }
            ["future", "keywords", _] => {
                let known = keywords::IMPORTABLE.join(" ");
                let message = format!("unexpected keyword, must be one of [{known}]");
                return Err(parse_error(import.span, message));
            }
            ["future", "keywords"] => {
                for word in keywords::IMPORTABLE {
                    active.import(word);
                }
            }
            _ => return Err(parse_error(import.span, "invalid import, must be `future.keywords`")),
        }
        Ok(import)
    }
}
