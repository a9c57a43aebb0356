//! The webhook under load.
//!
//! Each server is a process with one thread for requests, and this process is the load. The server has
//! the first core for itself, its threads for slow reviews included, and the load has the others. The
//! stub reads the body of a request and answers "allowed", with the same libraries and settings, so
//! that the difference is the price of the judgment.

mod cores;
mod load;
mod objects;
mod server;

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lexopt::prelude::*;

use crate::Fault;
use crate::target;
use crate::workloads::set::Everything;
use load::{Load, Outcome};

/// The kinds of servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Stub,
    Compiled,
    Interpreted,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Stub, Self::Compiled, Self::Interpreted];

    fn name(self) -> &'static str {
        match self {
            Self::Stub => "stub",
            Self::Compiled => "compiled",
            Self::Interpreted => "interpreted",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The options of the command line.
struct Options {
    duration: Duration,
    connections: usize,
    /// The server that is measured, or `None` for all of them.
    only: Option<Kind>,
    /// The number of objects in the inventory.
    objects: usize,
    /// The number of millions of reviews after each of which memory is measured again.
    memory: u64,
    /// The server that this process is, with its folder.
    server: Option<(Kind, String)>,
}

impl Options {
    fn from_arguments() -> Result<Self, Fault> {
        let mut options = Self {
            duration: Duration::from_secs(10),
            connections: 16,
            only: None,
            objects: 0,
            memory: 0,
            server: None,
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("seconds") => {
                    options.duration = Duration::from_secs(arguments.value()?.parse()?);
                }
                Long("connections") => options.connections = arguments.value()?.parse()?,
                Long("only") => {
                    let name = arguments.value()?.string()?;
                    options.only = Some(Kind::of(&name).ok_or("unknown server")?);
                }
                Long("objects") => options.objects = arguments.value()?.parse()?,
                Long("memory") => options.memory = arguments.value()?.parse()?,
                Long("server") => {
                    let name = arguments.value()?.string()?;
                    let kind = Kind::of(&name).ok_or("unknown server")?;
                    options.server = Some((kind, arguments.value()?.string()?));
                }
                _ => return Err(argument.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Measures the servers, or is one of them.
///
/// # Errors
/// Returns an error if a server does not start, or answers a review with anything but its verdict.
pub fn run() -> Result<(), Fault> {
    let options = Options::from_arguments()?;
    let targets = target::fixtures()?;
    let everything = Everything::of(&targets)?;
    if let Some((kind, folder)) = &options.server {
        cores::take_first();
        return server::run(*kind, everything, &targets, options.objects, Path::new(folder));
    }
    cores::leave_first();
    let folder = tempfile::tempdir()?;
    server::write_certificate(folder.path())?;
    let review = everything.review();
    println!("{} bytes a review, {} connections", review.len(), options.connections);
    println!("| server | reviews/s | of the stub | p50 | p99 | p99.9 at half load | memory |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let mut stub = None;
    let wanted = |kind: &Kind| options.only.is_none_or(|only| only == *kind);
    for kind in Kind::ALL.into_iter().filter(wanted) {
        let server = Server::start(kind, options.objects, folder.path())?;
        let load = Load::new(server.address, folder.path(), review, options.connections)?;
        load.run(Duration::from_secs(1), None)?;
        let full = load.run(options.duration, None)?;
        let rate = full.rate();
        let stub = *stub.get_or_insert(rate);
        let half = load.run(options.duration, Some(rate / 2.0))?;
        let memory = server.memory()?;
        println!(
            "| {} | {rate:.0} | {:.2} | {} | {} | {} | {memory} KiB |",
            kind.name(),
            rate / stub,
            micros(&half, 0.5),
            micros(&half, 0.99),
            micros(&half, 0.999),
        );
        let mut reviews = 0;
        for _ in 0..options.memory {
            reviews += load.count(1_000_000)?;
            println!("{}: {} KiB after {reviews} more reviews", kind.name(), server.memory()?);
        }
    }
    Ok(())
}

fn micros(outcome: &Outcome, part: f64) -> String {
    format!("{:.0} µs", outcome.quantile(part).as_secs_f64() * 1e6)
}

/// A server in a process of its own.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(kind: Kind, objects: usize, folder: &Path) -> Result<Self, Fault> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--objects", &objects.to_string(), "--server", kind.name()])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(Self { process, address: line.trim().parse()? })
    }

    /// Returns the memory that the process holds, in KiB.
    fn memory(&self) -> Result<u64, Fault> {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path)?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmRSS")?;
        Ok(number.parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
