//! Converts the compiler's answers to those of the protocol.

use std::collections::HashMap;

use ferrego_compiler::diagnostics::{Code, Severity};
use ferrego_compiler::ide::{
    Change, Completion, CompletionKind, Finding, Location, Symbol, SymbolKind,
};
use gen_lsp_types as lsp;

use super::documents::Documents;
use super::positions::Lines;

/// The address of the pages that explain codes.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/");

/// Converts a place.
pub(super) fn location(documents: &Documents, location: &Location) -> lsp::Location {
    let range = Lines::of(&location.text).range(&location.range);
    lsp::Location { uri: documents.uri(&location.name), range }
}

/// Converts a finding.
pub(super) fn diagnostic(
    documents: &Documents,
    lines: &Lines<'_>,
    finding: &Finding,
) -> lsp::Diagnostic {
    let diagnostic = &finding.diagnostic;
    let related = finding.related.iter().map(|(place, message)| {
        let (location, message) = (location(documents, place), message.clone());
        lsp::DiagnosticRelatedInformation { location, message }
    });
    let related: Vec<_> = related.collect();
    let message = match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    lsp::Diagnostic {
        range: lines.range(&finding.location.range),
        severity: Some(match diagnostic.severity {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
        }),
        code: Some(diagnostic.code.as_str().to_owned().into()),
        code_description: Some(lsp::CodeDescription { href: page(diagnostic.code) }),
        source: Some("ferrego".to_owned()),
        message: message.into(),
        tags: tag(diagnostic.code).map(|tag| vec![tag]),
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    }
}

/// Returns the address of the page that explains a code.
fn page(code: Code) -> lsp::Uri {
    let folder = match code {
        Code::Lint(_) => "compiler/src/lints",
        _ => "source/src/diagnostics",
    };
    let name = code.as_str().replace(' ', "-").to_ascii_lowercase();
    lsp::Uri(format!("{PAGES}{folder}/pages/{name}.md"))
}

/// Returns the tag by which editors fade or strike out a part of the text.
fn tag(code: Code) -> Option<lsp::DiagnosticTag> {
    match code {
        Code::Lint(lint) if lint.name.starts_with("unused-") => {
            Some(lsp::DiagnosticTag::Unnecessary)
        }
        Code::Lint(lint) if lint.name == "deprecated-builtin" => {
            Some(lsp::DiagnosticTag::Deprecated)
        }
        _ => None,
    }
}

/// Converts changes of files.
pub(super) fn edit(documents: &Documents, changes: &[Change]) -> lsp::WorkspaceEdit {
    let mut edits: HashMap<lsp::Uri, Vec<lsp::TextEdit>> = HashMap::new();
    for change in changes {
        let lsp::Location { uri, range } = location(documents, &change.location);
        edits.entry(uri).or_default().push(lsp::TextEdit { range, new_text: change.text.clone() });
    }
    lsp::WorkspaceEdit { changes: Some(edits), ..lsp::WorkspaceEdit::default() }
}

/// Converts a completion.
pub(super) fn completion(lines: &Lines<'_>, completion: Completion) -> lsp::CompletionItem {
    let Completion { label, text, kind, detail, documentation, replaced } = completion;
    let (rank, kind) = match kind {
        CompletionKind::Variable => (0, lsp::CompletionItemKind::Variable),
        CompletionKind::Field => (1, lsp::CompletionItemKind::Field),
        CompletionKind::Rule => (2, lsp::CompletionItemKind::Constant),
        CompletionKind::Function => (3, lsp::CompletionItemKind::Function),
        CompletionKind::Package => (4, lsp::CompletionItemKind::Module),
        CompletionKind::Keyword => (5, lsp::CompletionItemKind::Keyword),
        CompletionKind::Builtin => (6, lsp::CompletionItemKind::Function),
    };
    // Editors compare the text in the replaced range with this one.
    let starts_with_bracket = text.starts_with('[');
    let edit = lsp::TextEdit { range: lines.range(&replaced), new_text: text };
    lsp::CompletionItem {
        sort_text: Some(format!("{rank}{label}")),
        filter_text: starts_with_bracket.then(|| format!(".{label}")),
        label,
        kind: Some(kind),
        detail,
        documentation: documentation.map(|text| markdown(text).into()),
        text_edit: Some(edit.into()),
        ..lsp::CompletionItem::default()
    }
}

/// Converts a text in Markdown.
pub(super) fn markdown(value: String) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value }
}

/// Converts a symbol with those in it.
pub(super) fn symbol(lines: &Lines<'_>, symbol: &Symbol) -> lsp::DocumentSymbol {
    let kind = match symbol.kind {
        SymbolKind::Package => lsp::SymbolKind::Package,
        SymbolKind::Function => lsp::SymbolKind::Function,
        SymbolKind::Set => lsp::SymbolKind::Array,
        SymbolKind::Value => lsp::SymbolKind::Variable,
    };
    let children: Vec<_> = symbol.children.iter().map(|child| self::symbol(lines, child)).collect();
    #[expect(deprecated, reason = "the type has no default")]
    lsp::DocumentSymbol {
        name: symbol.name.clone(),
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range: lines.range(&symbol.location.range),
        selection_range: lines.range(&symbol.name_location.range),
        children: (!children.is_empty()).then_some(children),
    }
}
