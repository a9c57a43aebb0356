//! The answers to requests about documents.

use ferrego_compiler::ide::{Analysis, Finding, Settings};
use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, ResponseError};

use super::convert;
use super::documents::Documents;
use super::formatting;
use super::positions::Lines;

/// The answer to a request, or the reason why there is none.
pub(super) type Answer<T> = Result<T, ResponseError>;

/// The documents, with the user's choices.
pub(super) struct Context<'s> {
    pub(super) documents: &'s mut Documents,
    pub(super) settings: &'s Settings,
}

impl Context<'_> {
    /// Answers a question about a place. Documents that are not open have no answers.
    fn at<T: Default>(
        &mut self,
        params: &lsp::TextDocumentPositionParams,
        answer: impl FnOnce(&Documents, &Analysis, usize) -> T,
    ) -> T {
        let uri = &params.text_document.uri;
        if self.documents.analyzed(uri, self.settings).is_none() {
            return T::default();
        }
        let documents = &*self.documents;
        let Some(analysis) = documents.analysis(uri) else { return T::default() };
        let offset = Lines::of(analysis.text()).offset(params.position);
        answer(documents, analysis, offset)
    }

    pub(super) fn hover(&mut self, params: &lsp::HoverParams) -> Option<lsp::Hover> {
        self.at(&params.text_document_position_params, |_, analysis, offset| {
            let hover = analysis.hover(offset)?;
            let lines = Lines::of(analysis.text());
            let range = hover.location.map(|location| lines.range(&location.range));
            Some(lsp::Hover { contents: convert::markdown(hover.markdown).into(), range })
        })
    }

    pub(super) fn completion(
        &mut self,
        params: &lsp::CompletionParams,
    ) -> Option<lsp::CompletionResponse> {
        self.at(&params.text_document_position_params, |_, analysis, offset| {
            let lines = Lines::of(analysis.text());
            let items = analysis.complete(offset).into_iter();
            let items = items.map(|one| convert::completion(&lines, one)).collect();
            Some(lsp::CompletionResponse::CompletionItemList(items))
        })
    }

    pub(super) fn definition(
        &mut self,
        params: &lsp::DefinitionParams,
    ) -> Option<lsp::DefinitionResponse> {
        self.at(&params.text_document_position_params, |documents, analysis, offset| {
            let found = analysis.definitions(offset);
            let found = found.iter().map(|place| convert::location(documents, place)).collect();
            Some(lsp::DefinitionResponse::Definition(lsp::Definition::LocationList(found)))
        })
    }

    pub(super) fn references(
        &mut self,
        params: &lsp::ReferenceParams,
    ) -> Option<Vec<lsp::Location>> {
        let definitions = params.context.include_declaration;
        self.at(&params.text_document_position_params, |documents, analysis, offset| {
            let found = analysis.references(offset, definitions);
            Some(found.iter().map(|place| convert::location(documents, place)).collect())
        })
    }

    pub(super) fn symbols(
        &mut self,
        params: &lsp::DocumentSymbolParams,
    ) -> Option<lsp::DocumentSymbolResponse> {
        let analyzed = self.documents.analyzed(&params.text_document.uri, self.settings);
        analyzed.map(|(_, analysis)| {
            let lines = Lines::of(analysis.text());
            let symbols = analysis.symbols();
            let symbols = symbols.iter().map(|one| convert::symbol(&lines, one)).collect();
            lsp::DocumentSymbolResponse::DocumentSymbolList(symbols)
        })
    }

    pub(super) fn prepare_rename(
        &mut self,
        params: &lsp::PrepareRenameParams,
    ) -> Option<lsp::PrepareRenameResult> {
        let place = &params.text_document_position_params;
        // An error would be shown at every attempt; `null` lets the editor say it in its words.
        self.at(place, |_, analysis, offset| {
            let location = analysis.renamable(offset).ok()?;
            let range = Lines::of(analysis.text()).range(&location.range);
            Some(lsp::PrepareRenameResult::Range(range))
        })
    }

    pub(super) fn rename(
        &mut self,
        params: &lsp::RenameParams,
    ) -> Answer<Option<lsp::WorkspaceEdit>> {
        let place = &params.text_document_position_params;
        let renamed = self.at(place, |documents, analysis, offset| {
            let changes = analysis.rename(offset, &params.new_name);
            Some(changes.map(|changes| convert::edit(documents, &changes)))
        });
        renamed.transpose().map_err(|error| failed(error.to_string()))
    }

    /// Returns the changes that format a document.
    pub(super) fn formatting(
        &mut self,
        params: &lsp::DocumentFormattingParams,
    ) -> Answer<Option<Vec<lsp::TextEdit>>> {
        let Some(document) = self.documents.document(&params.text_document.uri) else {
            return Ok(None);
        };
        let change = formatting::change(document, self.settings).map_err(failed)?;
        let lines = Lines::of(&document.text);
        let edits = change
            .into_iter()
            .map(|(range, new_text)| lsp::TextEdit { range: lines.range(&range), new_text });
        Ok(Some(edits.collect()))
    }

    /// Returns the fixes of the findings that touch a range.
    pub(super) fn code_actions(
        &mut self,
        params: &lsp::CodeActionParams,
    ) -> Option<Vec<lsp::CodeActionResponse>> {
        let uri = &params.text_document.uri;
        let quick = |kind: &lsp::CodeActionKind| {
            matches!(kind, lsp::CodeActionKind::Empty | lsp::CodeActionKind::QuickFix)
        };
        if params.context.only.as_ref().is_some_and(|only| !only.iter().any(quick)) {
            return Some(Vec::new());
        }
        self.documents.analyzed(uri, self.settings)?;
        let documents = &*self.documents;
        let analysis = documents.analysis(uri)?;
        let lines = Lines::of(analysis.text());
        let asked = lines.bytes(params.range);
        let touches = |finding: &&Finding| {
            let own = &finding.location.range;
            own.start <= asked.end && asked.start <= own.end && !finding.changes.is_empty()
        };
        let found = analysis.findings().iter().filter(touches);
        let actions = found.map(|finding| action(documents, &lines, finding).into());
        Some(actions.collect())
    }
}

fn action(documents: &Documents, lines: &Lines<'_>, finding: &Finding) -> lsp::CodeAction {
    let safe = finding.diagnostic.fix.as_ref().is_some_and(|fix| fix.safe);
    lsp::CodeAction {
        title: title(finding),
        kind: Some(lsp::CodeActionKind::QuickFix),
        diagnostics: Some(vec![convert::diagnostic(documents, lines, finding)]),
        is_preferred: Some(safe),
        edit: Some(convert::edit(documents, &finding.changes)),
        ..lsp::CodeAction::default()
    }
}

/// Returns the change in words: ``Replace `a` by `b` ``.
fn title(finding: &Finding) -> String {
    let [change] = &finding.changes[..] else {
        return match &finding.diagnostic.help {
            Some(help) => format!("Fix: {help}"),
            None => format!("Fix `{}`", finding.diagnostic.code.as_str()),
        };
    };
    let old = change.location.text.get(change.location.range.clone()).unwrap_or_default();
    let old = old.split_whitespace().collect::<Vec<_>>().join(" ");
    if change.text.is_empty() {
        format!("Remove `{old}`")
    } else {
        format!("Replace `{old}` by `{}`", change.text)
    }
}

fn failed(message: String) -> ResponseError {
    ResponseError { code: ErrorCode::RequestFailed as i32, message, data: None }
}
