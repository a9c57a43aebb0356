//! `ferrego lsp`: a language server for templates and Rego, over standard input and output.
//!
//! A thread reads messages, and this one answers them in order. Before it answers, it takes all
//! messages that have arrived, so that a cancelled request is not answered, and only the last of
//! several changes is analyzed.

mod capabilities;
mod convert;
mod documents;
mod formatting;
mod frames;
mod positions;
mod requests;
mod server;
mod uris;
mod workspace;

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use ferrego_compiler::ide::Settings;
use ferrego_program::status::{Exit, Status};
use lsp_server::{ErrorCode, Message, Notification, RequestId, Response};

use crate::failure::Failure;
use frames::Frame;
use server::{Outcome, Server};

/// Serves a client until it asks to exit. The exit status is 0 if it asked to shut down before, as
/// the protocol demands, and 1 otherwise.
pub(crate) fn serve(settings: Settings) -> Result<Exit, Failure> {
    let (sender, frames) = mpsc::channel();
    // The thread ends with the stream, or with the process.
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let frame = frames::read(&mut input).unwrap_or(Frame::End);
            let is_end = matches!(frame, Frame::End);
            if sender.send(frame).is_err() || is_end {
                break;
            }
        }
    });
    let mut server = Server::new(settings, io::stdout());
    let clean = run(&mut server, &frames)
        .map_err(|error| Failure::usage(format!("cannot write to standard output: {error}")))?;
    Ok(Exit::from(if clean { Status::Passed } else { Status::Failed }))
}

/// Answers messages. Returns `true` if the client shut the server down before it asked to exit.
fn run(server: &mut Server<io::Stdout>, frames: &Receiver<Frame>) -> io::Result<bool> {
    let mut waiting: VecDeque<Frame> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let frame = if let Ok(frame) = frames.try_recv() {
                frame
            } else {
                server.publish()?;
                frames.recv().unwrap_or(Frame::End)
            };
            waiting.push_back(frame);
        }
        waiting.extend(frames.try_iter());
        for id in cancelled(&mut waiting) {
            let message = "the client cancelled the request".to_owned();
            server.send(Response::new_err(id, ErrorCode::RequestCanceled as i32, message))?;
        }
        let Some(frame) = waiting.pop_front() else { continue };
        match server.handle(frame)? {
            Outcome::Continue => {}
            Outcome::Exit => return Ok(server.is_shut_down()),
        }
    }
}

/// Removes the waiting requests that the client cancels, and returns their ids.
fn cancelled(waiting: &mut VecDeque<Frame>) -> Vec<RequestId> {
    let is_cancel = |frame: &Frame| match frame {
        Frame::Message(Message::Notification(Notification { method, params })) => {
            let id = params.get("id").filter(|_| method == "$/cancelRequest")?;
            serde_json::from_value::<RequestId>(id.clone()).ok()
        }
        _ => None,
    };
    let mut ids: Vec<RequestId> = waiting.iter().filter_map(is_cancel).collect();
    let is_waiting = |frame: &Frame, id: &RequestId| matches!(frame, Frame::Message(Message::Request(request)) if request.id == *id);
    ids.retain(|id| waiting.iter().any(|frame| is_waiting(frame, id)));
    waiting.retain(|frame| !ids.iter().any(|id| is_waiting(frame, id)));
    ids
}
