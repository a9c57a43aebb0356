//! Builds the syntax tree from the pairs of the grammar.
//!
//! The grammar accepts slightly more than Rego. The builders decide the cases that the grammar
//! cannot, and reject with OPA's messages the texts that are not Rego.

mod chain;
mod check;
mod clause;
mod composite;
mod expression_rule;
mod literal;
mod logical;
mod rule;
mod string_literals;
mod term;

use pest::iterators::{Pair, Pairs};

use crate::ast;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::{RegoVersion, SourceId, Span};

use super::errors::{self, parse_error, span};
use super::grammar::{Chunk, Rule};
use super::keywords::Keywords;

/// A node, or the first error in it.
pub(super) type ParseResult<T> = Result<T, Diagnostic>;

/// A builder that collects a module's statements.
pub(super) struct ModuleBuilder {
    source: SourceId,
    version: RegoVersion,
    /// The version whose rules hold: v1 after `import rego.v1`.
    effective: RegoVersion,
    package: Option<ast::Package>,
    imports: Vec<ast::Import>,
    rules: Vec<ast::Rule>,
    /// `true` if a statement precedes the package clause.
    package_missing: bool,
    /// `true` if syntax errors made the parser skip statements.
    skipped: bool,
    errors: Vec<Diagnostic>,
}

impl ModuleBuilder {
    pub(super) fn new(source: SourceId, version: RegoVersion) -> Self {
        Self {
            source,
            version,
            effective: version,
            package: None,
            imports: Vec::new(),
            rules: Vec::new(),
            package_missing: false,
            skipped: false,
            errors: Vec::new(),
        }
    }

    /// Records that the parser skipped statements with syntax errors, which may include the package
    /// clause.
    pub(super) fn skip_statements(&mut self) {
        self.skipped = true;
    }

    /// Adds an error.
    pub(super) fn push_error(&mut self, error: Diagnostic) {
        self.errors.push(error);
    }

    /// Adds statements and returns their end as an offset in the module.
    pub(super) fn statements(&mut self, chunk: &Chunk<'_>, pairs: Pairs<'_, Rule>) -> usize {
        let mut end = chunk.text.len();
        for statements in pairs {
            end = chunk.absolute(statements.as_span().end());
            for statement in statements.into_inner() {
                if let Err(error) = self.statement(chunk, statement) {
                    self.errors.push(error);
                }
            }
        }
        end
    }

    fn statement(&mut self, chunk: &Chunk<'_>, pair: Pair<'_, Rule>) -> ParseResult<()> {
        let span = chunk.span(&pair);
        let mut builder = TermBuilder::new(chunk, self.version);
        match pair.as_rule() {
            Rule::package => {
                let package = builder.package(pair)?;
                return self.add_package(package);
            }
            Rule::import => {
                self.expect_package(span);
                let import = builder.import(pair)?;
                self.imports.push(import);
            }
            Rule::rule => {
                self.expect_package(span);
                let rule = builder.rule(pair)?;
                self.add_rule(rule);
            }
            Rule::expression_rule => {
                self.expect_package(span);
                let rule = builder.expression_rule(pair)?;
                self.add_rule(rule);
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds an import that may change the keywords, and returns its end as an offset in the module.
    pub(super) fn keyword_clause(
        &mut self,
        chunk: &Chunk<'_>,
        pairs: Pairs<'_, Rule>,
        keywords: &mut Keywords,
    ) -> usize {
        let mut end = chunk.text.len();
        let imports =
            pairs.flat_map(Pair::into_inner).filter(|pair| pair.as_rule() == Rule::import);
        for pair in imports {
            end = chunk.absolute(pair.as_span().end());
            self.expect_package(chunk.span(&pair));
            let mut builder = TermBuilder::new(chunk, self.version);
            let import = builder.import(pair);
            match import.and_then(|import| self.take_keywords(import, keywords)) {
                Ok(import) => self.imports.push(import),
                Err(error) => self.errors.push(error),
            }
        }
        end
    }

    fn add_package(&mut self, package: ast::Package) -> ParseResult<()> {
        if self.package.is_some() || self.package_missing {
            return Err(parse_error(package.span, "unexpected package")
                .with_help("write one package clause, before everything else in the module"));
        }
        self.package = Some(package);
        Ok(())
    }

    fn expect_package(&mut self, span: Span) {
        if self.package.is_none() && !self.package_missing && !self.skipped {
            self.package_missing = true;
            self.errors.push(
                parse_error(span, "package expected")
                    .with_help("start the module with `package name`"),
            );
        }
    }

    fn add_rule(&mut self, rule: ast::Rule) {
        if rule.default {
            check::default_rule(&rule, &mut self.errors);
        }
        self.rules.push(rule);
    }

    /// Returns the statements without errors as a module, if it has a package clause, and all errors
    /// with `syntax`, those of the grammar.
    pub(super) fn finish(
        mut self,
        text: &str,
        comments: Vec<ast::Comment>,
        syntax: Vec<Diagnostic>,
    ) -> (Option<ast::Module>, Diagnostics) {
        if syntax.is_empty() {
            if self.package.is_none() && !self.package_missing && self.errors.is_empty() {
                let end = span(self.source, text.len(), text.len());
                self.errors.push(parse_error(end, "empty module"));
            }
            if self.effective == RegoVersion::V1 {
                for rule in &self.rules {
                    check::version_one(rule, &mut self.errors);
                }
            }
        }
        self.errors.extend(self.rules.iter().filter_map(check::size));
        self.errors.extend(syntax);
        self.errors.sort_by_key(|error| error.span.start);
        let module = self.package.map(|package| ast::Module {
            version: self.effective,
            package,
            imports: self.imports,
            rules: self.rules,
            comments,
        });
        (module, Diagnostics(self.errors))
    }
}

/// A builder of the nodes below a statement.
pub(super) struct TermBuilder<'c, 't> {
    chunk: &'c Chunk<'t>,
    version: RegoVersion,
    /// The nesting depth of the current term in brackets.
    depth: usize,
    /// The number of bodies around the current term.
    bodies: usize,
    /// The number of operators above the current term.
    operators: usize,
}

impl<'c, 't> TermBuilder<'c, 't> {
    pub(super) fn new(chunk: &'c Chunk<'t>, version: RegoVersion) -> Self {
        Self { chunk, version, depth: 0, bodies: 0, operators: 0 }
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        self.chunk.span(pair)
    }

    /// Adds `levels` to the depth for the nodes built next; [`Self::ascend`] subtracts them again.
    fn descend(&mut self, levels: usize, span: Span) -> ParseResult<()> {
        self.depth += levels;
        if self.depth > errors::MAX_DEPTH { Err(errors::too_deep(span)) } else { Ok(()) }
    }

    fn ascend(&mut self, levels: usize) {
        self.depth -= levels;
    }

    /// Adds `operators` to the number above the nodes built next; [`Self::leave_chain`] subtracts
    /// them again. Each operator makes the tree one level deeper.
    fn enter_chain(&mut self, operators: usize, span: Span) -> ParseResult<()> {
        self.operators += operators;
        if self.operators > errors::MAX_OPERATORS {
            Err(errors::too_many_operators(span))
        } else {
            Ok(())
        }
    }

    fn leave_chain(&mut self, operators: usize) {
        self.operators -= operators;
    }

    /// Returns the error for a pair that the grammar accepts, but OPA does not expect at its place.
    fn unexpected(&self, pair: &Pair<'_, Rule>, note: &str) -> Diagnostic {
        super::syntax_errors::unexpected(self.chunk, self.span(pair), note)
    }
}
