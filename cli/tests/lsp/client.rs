//! A client that speaks to `ferrego lsp` through its pipes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The time within which the server must answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A session with the server, which ends with the client.
pub(crate) struct Client {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next: i32,
    /// The notifications that were received while the client waited for an answer.
    waiting: Vec<Value>,
}

impl Client {
    /// Starts the server without a word.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrego"));
        command.arg("lsp").args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut server = command.spawn().expect("the server starts");
        let input = server.stdin.take();
        let mut output = BufReader::new(server.stdout.take().expect("a pipe"));
        let (sender, messages) = mpsc::channel();
        thread::spawn(move || {
            loop {
                let mut length = 0;
                let mut line = String::new();
                while line != "\r\n" {
                    line.clear();
                    if output.read_line(&mut line).expect("UTF-8") == 0 {
                        return;
                    }
                    if let Some(value) = line.strip_prefix("Content-Length: ") {
                        length = value.trim().parse().expect("a length");
                    }
                }
                let mut body = vec![0; length];
                output.read_exact(&mut body).expect("a body");
                if sender.send(serde_json::from_slice(&body).expect("JSON")).is_err() {
                    return;
                }
            }
        });
        Self { server, input, messages, next: 1, waiting: Vec::new() }
    }

    /// Starts the server, and initializes it with the folder of a workspace.
    pub(crate) fn initialized(arguments: &[&str], folder: Option<&str>) -> Self {
        Self::with_options(arguments, folder, &Value::Null)
    }

    /// Starts the server, and initializes it with the folder of a workspace and with options.
    pub(crate) fn with_options(arguments: &[&str], folder: Option<&str>, options: &Value) -> Self {
        let mut client = Self::start(arguments);
        let rename = json!({"textDocument": {"rename": {"prepareSupport": true}}});
        let params = json!({
            "processId": null, "rootUri": folder, "capabilities": rename,
            "initializationOptions": options,
        });
        let answer = client.request("initialize", params);
        assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16", "{answer}");
        client.notify("initialized", json!({}));
        client
    }

    /// Sends bytes as they are.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("an open pipe");
        input.write_all(bytes).expect("the server reads");
        input.flush().expect("the server reads");
    }

    /// Sends a message in a frame.
    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    /// Sends a notification.
    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request, and returns its id.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i32 {
        let id = self.next;
        self.next += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Returns the next message.
    pub(crate) fn receive(&mut self) -> Value {
        self.messages.recv_timeout(PATIENCE).expect("a message in time")
    }

    /// Returns the whole answer to the request `id`.
    pub(crate) fn answer(&mut self, id: i32) -> Value {
        loop {
            let message = self.receive();
            if message["id"] == id {
                return message;
            }
            self.waiting.push(message);
        }
    }

    /// Returns the result of a request, which must succeed.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let mut answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// Returns the code of the error that answers a request.
    pub(crate) fn refused(&mut self, method: &str, params: Value) -> i64 {
        let id = self.ask(method, params);
        let answer = self.answer(id);
        answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("{method}: {answer}"))
    }

    /// Opens a document, and returns its diagnostics.
    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) -> Vec<Value> {
        let item = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
        self.diagnostics(uri, 1)
    }

    /// Replaces a text, and returns the diagnostics of the result.
    pub(crate) fn replace(&mut self, uri: &str, version: i32, text: &str) -> Vec<Value> {
        self.change(uri, version, json!({"text": text}));
        self.diagnostics(uri, version)
    }

    /// Sends a change.
    pub(crate) fn change(&mut self, uri: &str, version: i32, change: Value) {
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        self.notify("textDocument/didChange", params);
    }

    /// Returns the diagnostics of a version of a document.
    pub(crate) fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        let is_wanted = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        };
        loop {
            let found = self.waiting.iter().position(is_wanted);
            if let Some(index) = found {
                let message = self.waiting.remove(index);
                return message["params"]["diagnostics"].as_array().expect("a list").clone();
            }
            assert!(Instant::now() < deadline, "no diagnostics of {uri}");
            let message = self.receive();
            self.waiting.push(message);
        }
    }

    /// Closes the pipe to the server.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    /// Returns the exit status of the server, which must end.
    pub(crate) fn status(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.server.try_wait().expect("a child") {
                return status.code();
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the server does not end");
    }

    /// Shuts the server down, and returns its exit status.
    pub(crate) fn shut_down(mut self) -> Option<i32> {
        assert_eq!(self.request("shutdown", Value::Null), Value::Null);
        self.notify("exit", Value::Null);
        self.status()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A server that has ended cannot be killed.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Returns the position of the first `mark` in a text, with columns in UTF-16 code units.
pub(crate) fn position(text: &str, mark: &str) -> Value {
    let start = text.find(mark).unwrap_or_else(|| panic!("no {mark:?} in the text"));
    let before = &text[..start];
    let line = before.matches('\n').count();
    let column = before[before.rfind('\n').map_or(0, |end| end + 1)..].encode_utf16().count();
    json!({"line": line, "character": column})
}

/// Returns the parameters of a request about the place of `mark`.
pub(crate) fn at(uri: &str, text: &str, mark: &str) -> Value {
    json!({"textDocument": {"uri": uri}, "position": position(text, mark)})
}
