//! The state of the server, and the dispatch of messages.

use std::io::{self, Write};
use std::path::PathBuf;

use ferrego_compiler::ide::Settings;
use gen_lsp_types as lsp;
use gen_lsp_types::Request as _;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::convert;
use super::documents::Documents;
use super::frames::Frame;
use super::positions::Lines;
use super::requests::{Answer, Context};
use super::uris;
use super::workspace::Workspace;

/// A language server that writes its messages to `W`.
pub(super) struct Server<W> {
    settings: Settings,
    output: W,
    state: State,
    documents: Documents,
}

/// The state of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The client has not sent `initialize`.
    New,
    Running,
    /// The client has sent `shutdown`.
    ShutDown,
}

/// The effect of a message on the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Continue,
    Exit,
}

impl<W: Write> Server<W> {
    pub(super) fn new(settings: Settings, output: W) -> Self {
        Self { settings, output, state: State::New, documents: Documents::default() }
    }

    /// Returns `true` if the client has shut the server down.
    pub(super) fn is_shut_down(&self) -> bool {
        self.state == State::ShutDown
    }

    /// Sends a message.
    pub(super) fn send(&mut self, message: impl Into<Message>) -> io::Result<()> {
        message.into().write(&mut self.output)
    }

    /// Handles a frame.
    pub(super) fn handle(&mut self, frame: Frame) -> io::Result<Outcome> {
        match frame {
            Frame::Message(Message::Request(request)) => self.request(request)?,
            Frame::Message(Message::Notification(notification)) => {
                if notification.method == "exit" {
                    return Ok(Outcome::Exit);
                }
                self.notification(notification)?;
            }
            // The server asks the client nothing.
            Frame::Message(Message::Response(_)) => {}
            Frame::Invalid { code, reason } => self.refuse(code, &reason)?,
            Frame::End => return Ok(Outcome::Exit),
        }
        Ok(Outcome::Continue)
    }

    /// Answers a message whose id is not known. `Response` has no such answer.
    fn refuse(&mut self, code: ErrorCode, reason: &str) -> io::Result<()> {
        let error = json!({"code": code as i32, "message": reason});
        let text = json!({"jsonrpc": "2.0", "id": null, "error": error}).to_string();
        write!(self.output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        self.output.flush()
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        let Request { id, method, params } = request;
        let refused = match (self.state, &*method) {
            (State::New, "initialize") => return self.initialize(id, &params),
            (State::New, _) => {
                Some((ErrorCode::ServerNotInitialized, "expected `initialize` first"))
            }
            (State::Running, "initialize") => {
                Some((ErrorCode::InvalidRequest, "the server is initialized"))
            }
            (State::ShutDown, _) => Some((ErrorCode::InvalidRequest, "the server is shut down")),
            (State::Running, "shutdown") => {
                self.state = State::ShutDown;
                return self.send(Response::new_ok(id, Value::Null));
            }
            (State::Running, _) => None,
        };
        let response = match refused {
            Some((code, reason)) => Response::new_err(id, code as i32, reason.to_owned()),
            None => self.answer(id, &method, params),
        };
        self.send(response)
    }

    fn answer(&mut self, id: RequestId, method: &str, params: Value) -> Response {
        let Self { documents, settings, .. } = self;
        let mut context = Context { documents, settings };
        let context = &mut context;
        let is = |known: lsp::LspRequestMethod<'_>| known.as_str() == method;
        if is(lsp::HoverRequest::METHOD) {
            call(id, params, |params| Ok(context.hover(params)))
        } else if is(lsp::CompletionRequest::METHOD) {
            call(id, params, |params| Ok(context.completion(params)))
        } else if is(lsp::DefinitionRequest::METHOD) {
            call(id, params, |params| Ok(context.definition(params)))
        } else if is(lsp::ReferencesRequest::METHOD) {
            call(id, params, |params| Ok(context.references(params)))
        } else if is(lsp::DocumentSymbolRequest::METHOD) {
            call(id, params, |params| Ok(context.symbols(params)))
        } else if is(lsp::CodeActionRequest::METHOD) {
            call(id, params, |params| Ok(context.code_actions(params)))
        } else if is(lsp::DocumentFormattingRequest::METHOD) {
            call(id, params, |params| context.formatting(params))
        } else if is(lsp::PrepareRenameRequest::METHOD) {
            call(id, params, |params| Ok(context.prepare_rename(params)))
        } else if is(lsp::RenameRequest::METHOD) {
            call(id, params, |params| context.rename(params))
        } else {
            let reason = format!("unknown method `{method}`");
            Response::new_err(id, ErrorCode::MethodNotFound as i32, reason)
        }
    }

    fn initialize(&mut self, id: RequestId, params: &Value) -> io::Result<()> {
        // A client may announce abilities of later versions of the protocol, which must not fail.
        if !params.is_object() {
            let reason = "expected an object".to_owned();
            return self.send(Response::new_err(id, ErrorCode::InvalidParams as i32, reason));
        }
        let version = &params["initializationOptions"]["gatekeeper"];
        if !version.is_null() {
            let text = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
            match text.parse() {
                Ok(version) => self.settings.gatekeeper = Some(version),
                Err(error) => {
                    let reason = format!("initialization option `gatekeeper`: {error}");
                    let code = ErrorCode::InvalidParams as i32;
                    return self.send(Response::new_err(id, code, reason));
                }
            }
        }
        self.state = State::Running;
        self.documents.workspace = Workspace::new(folders(params));
        self.send(Response::new_ok(id, super::capabilities::result(params)))
    }

    fn notification(&mut self, notification: Notification) -> io::Result<()> {
        let Notification { method, params } = notification;
        if self.state != State::Running {
            return Ok(());
        }
        // A notification has no answer, so one with wrong parameters has no effect.
        match &*method {
            "textDocument/didOpen" => {
                if let Ok(params) = serde_json::from_value::<lsp::DidOpenTextDocumentParams>(params)
                {
                    self.documents.open(params.text_document);
                }
            }
            "textDocument/didChange" => {
                if let Ok(params) = serde_json::from_value(params) {
                    self.documents.change(params);
                }
            }
            "textDocument/didSave" => self.documents.saved(),
            "textDocument/didClose" => {
                if let Ok(params) =
                    serde_json::from_value::<lsp::DidCloseTextDocumentParams>(params)
                {
                    let uri = params.text_document.uri;
                    if self.documents.close(&uri) {
                        self.diagnostics(uri, None, Vec::new())?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Analyzes the documents that have changed, and sends their findings.
    pub(super) fn publish(&mut self) -> io::Result<()> {
        for uri in self.documents.changed() {
            self.documents.analyzed(&uri, &self.settings);
        }
        for (uri, version) in self.documents.take_unpublished() {
            let documents = &self.documents;
            let Some(analysis) = documents.analysis(&uri) else { continue };
            let lines = Lines::of(analysis.text());
            let findings = analysis.findings().iter();
            let found = findings.map(|one| convert::diagnostic(documents, &lines, one)).collect();
            self.diagnostics(uri, Some(version), found)?;
        }
        Ok(())
    }

    fn diagnostics(
        &mut self,
        uri: lsp::Uri,
        version: Option<i32>,
        diagnostics: Vec<lsp::Diagnostic>,
    ) -> io::Result<()> {
        let params = lsp::PublishDiagnosticsParams { uri, version, diagnostics };
        let method = "textDocument/publishDiagnostics".to_owned();
        self.send(Notification::new(method, params))
    }
}

/// Answers a request whose parameters have the type `P`.
fn call<P: DeserializeOwned, T: Serialize>(
    id: RequestId,
    params: Value,
    answer: impl FnOnce(&P) -> Answer<T>,
) -> Response {
    match serde_json::from_value(params) {
        Ok(params) => match answer(&params) {
            Ok(result) => Response::new_ok(id, result),
            Err(error) => Response { id, response_result: Err(error) },
        },
        Err(error) => invalid(id, &error),
    }
}

fn invalid(id: RequestId, error: &serde_json::Error) -> Response {
    Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string())
}

/// Returns the folders of the workspace.
fn folders(params: &Value) -> Vec<PathBuf> {
    let list = params["workspaceFolders"].as_array().into_iter().flatten();
    let mut uris: Vec<&Value> = list.map(|folder| &folder["uri"]).collect();
    if uris.is_empty() {
        uris.push(&params["rootUri"]);
    }
    uris.into_iter().filter_map(Value::as_str).filter_map(|uri| uris::path(&uri.into())).collect()
}
