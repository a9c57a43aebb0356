//! Syntax and builtins that a version of Gatekeeper does not have.
//!
//! The versions of OPA are those of `capabilities/*.json` in OPA's source, which list the builtins,
//! keywords and features of each release.

mod version;

use crate::ast::{self, Import, Literal, LiteralKind, Module, Name, Operand, Term, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{Callee, LiteralKind as Step};
use crate::parse::is_keyword;
use crate::source::{RegoVersion, Span};

use self::version::Opa;
use super::call_index::CallIndex;
use super::{Findings, Subject, bodies};

pub use self::version::{GatekeeperVersion, UnknownVersion};

/// A template uses what the chosen version of Gatekeeper does not have.
pub(super) static NEWER_THAN_GATEKEEPER: Lint = Lint {
    name: "newer-than-gatekeeper",
    group: Group::Compatibility,
    summary: "syntax or a builtin that the Gatekeeper of `--gatekeeper` does not have",
    page: include_str!("../pages/newer-than-gatekeeper.md"),
};

/// The builtins that are newer than OPA 0.60, with the version that introduced them.
const BUILTINS: [(&str, Opa); 8] = [
    ("array.flatten", (1, 13)),
    ("crypto.x509.parse_and_verify_certificates_with_options", (0, 63)),
    ("io.jwt.verify_eddsa", (1, 8)),
    ("json.marshal_with_options", (0, 64)),
    ("strings.count", (0, 67)),
    ("strings.split_n", (1, 19)),
    ("uri.is_valid", (1, 16)),
    ("uri.parse", (1, 16)),
];

/// The versions of OPA that introduced parts of the language.
const VERSION_ONE: Opa = (1, 0);
const KEYWORDS_IN_REFERENCES: Opa = (1, 6);
const TEMPLATE_STRINGS: Opa = (1, 12);
const NEGATED_BODIES: Opa = (1, 17);
const CONNECTIVES: Opa = (1, 20);

/// Reports what the Gatekeeper of the template's surroundings does not have.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(gatekeeper) = subject.surroundings.gatekeeper.filter(|_| subject.template) else {
        return;
    };
    let mut search = Search { subject, gatekeeper, findings };
    search.version();
    for module in subject.modules {
        search.module(module);
    }
    search.builtins();
}

struct Search<'s, 'p> {
    subject: &'s Subject<'p>,
    gatekeeper: GatekeeperVersion,
    findings: &'s mut Findings,
}

impl Search<'_, '_> {
    /// Reports `what` at a place if only later versions of Gatekeeper have it.
    fn require(&mut self, since: Opa, place: Span, what: &str) {
        let gatekeeper = self.gatekeeper;
        if gatekeeper.opa() >= since {
            return;
        }
        let (major, minor) = gatekeeper.opa();
        let message =
            format!("Gatekeeper {gatekeeper} does not have {what}: it runs OPA {major}.{minor}");
        let help = match GatekeeperVersion::first_with(since) {
            Some(first) => format!("Gatekeeper {first} and later versions have it"),
            None => format!("OPA {}.{} introduced it; no Gatekeeper has it yet", since.0, since.1),
        };
        let finding = Diagnostic::warning(&NEWER_THAN_GATEKEEPER, place, message);
        self.findings.report(finding.with_help(help));
    }

    /// Looks at the template's version of Rego, which is that of all its sources.
    fn version(&mut self) {
        let (Some(source), Some(module)) =
            (self.subject.sources.first(), self.subject.modules.first())
        else {
            return;
        };
        if source.version == RegoVersion::V1 {
            self.require(VERSION_ONE, module.package.span, "`version: v1` of templates");
        }
    }

    fn module(&mut self, module: &Module) {
        self.words(module.package.span, module.version);
        for import in &module.imports {
            self.import(import, module.version);
        }
        for rule in &module.rules {
            self.fields(&rule.head.reference.operands, module.version);
            ast::walk::nodes(rule, &mut |node| match node {
                ast::walk::Node::Term(term) => self.term(term, module.version),
                ast::walk::Node::Body(body) => {
                    body.literals.iter().for_each(|literal| self.literal(literal));
                }
            });
        }
    }

    fn import(&mut self, import: &Import, version: RegoVersion) {
        let path: Vec<&str> = import.path.iter().map(AsRef::as_ref).collect();
        match path[..] {
            ["future", "keywords", "not"] => {
                self.require(NEGATED_BODIES, import.span, "`future.keywords.not`");
            }
            ["future", "keywords", "and" | "or"] => {
                self.require(CONNECTIVES, import.span, "the keywords `and` and `or`");
            }
            ["future" | "rego", ..] => {}
            _ => self.words(import.span, version),
        }
    }

    /// Looks for keywords after a dot in the path of a package or an import.
    fn words(&mut self, clause: Span, version: RegoVersion) {
        let text = self.subject.text(clause);
        for (start, _) in text.match_indices('.') {
            let rest = &text[start + 1..];
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let word = &rest[..word.unwrap_or(rest.len())];
            self.word(word, clause, version);
        }
    }

    fn word(&mut self, word: &str, place: Span, version: RegoVersion) {
        if is_keyword(word, version) {
            let what = format!("the keyword `{word}` after a dot (write `[\"{word}\"]`)");
            self.require(KEYWORDS_IN_REFERENCES, place, &what);
        }
    }

    fn fields(&mut self, operands: &[Operand], version: RegoVersion) {
        for operand in operands {
            if let Operand::Field(Name { text, span }) = operand {
                self.word(text, *span, version);
            }
        }
    }

    fn term(&mut self, term: &Term, version: RegoVersion) {
        match &term.kind {
            TermKind::Template(_) => {
                self.require(TEMPLATE_STRINGS, term.span, "template strings");
            }
            TermKind::Ref(reference) => self.fields(&reference.operands, version),
            _ => {}
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal.kind {
            LiteralKind::NotBody(_) => {
                self.require(NEGATED_BODIES, literal.span, "`not` before a body");
            }
            LiteralKind::Logical(_) => {
                self.require(CONNECTIVES, literal.span, "the keywords `and` and `or`");
            }
            _ => {}
        }
    }

    fn builtins(&mut self) {
        let mut found = Vec::new();
        for branch in bodies::branches(self.subject.program) {
            bodies::of_branch(branch, &mut |body| {
                for literal in body {
                    if let Step::Call { callee: Callee::Builtin(builtin), .. } = literal.kind
                        && let Some((name, since)) =
                            BUILTINS.iter().find(|(name, _)| *name == builtin.name)
                    {
                        found.push((*name, *since, literal.span));
                    }
                }
            });
        }
        if found.is_empty() {
            return;
        }
        let calls = CallIndex::of(self.subject);
        for (name, since, span) in found {
            let place = calls.at(span).map_or(span, |(_, call)| call.function.span);
            self.require(since, place, &format!("the builtin `{name}`"));
        }
    }
}
