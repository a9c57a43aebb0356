//! The abilities of the server.

use gen_lsp_types as lsp;
use serde_json::Value;

/// Returns the answer to `initialize`.
pub(super) fn result(params: &Value) -> lsp::InitializeResult {
    let prepares = params["capabilities"]["textDocument"]["rename"]["prepareSupport"] == true;
    let sync = lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::Incremental),
        save: Some(true.into()),
        ..lsp::TextDocumentSyncOptions::default()
    };
    let completion = lsp::CompletionOptions {
        trigger_characters: Some(vec![".".to_owned()]),
        ..lsp::CompletionOptions::default()
    };
    let renames =
        lsp::RenameOptions { prepare_provider: Some(true), ..lsp::RenameOptions::default() };
    let actions = lsp::CodeActionOptions {
        code_action_kinds: Some(vec![lsp::CodeActionKind::QuickFix]),
        ..lsp::CodeActionOptions::default()
    };
    let capabilities = lsp::ServerCapabilities {
        position_encoding: Some(lsp::PositionEncodingKind::UTF16),
        text_document_sync: Some(sync.into()),
        completion_provider: Some(completion),
        hover_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        document_symbol_provider: Some(true.into()),
        code_action_provider: Some(actions.into()),
        document_formatting_provider: Some(true.into()),
        // Only a client that prepares accepts the options.
        rename_provider: Some(if prepares { renames.into() } else { true.into() }),
        ..lsp::ServerCapabilities::default()
    };
    let server_info = lsp::ServerInfo {
        name: "ferrego".to_owned(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
    };
    lsp::InitializeResult { capabilities, server_info: Some(server_info) }
}
