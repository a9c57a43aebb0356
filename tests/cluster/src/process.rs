//! Child processes with a log file, on ports that no other process uses.

use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio, id};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::wait;

/// The number of the next port, counted from the first of this process.
static NEXT_PORT: AtomicU16 = AtomicU16::new(0);

/// Returns a port of the loopback address that no process listens on.
///
/// The ports are below those that systems give to outgoing connections (32768 on Linux), so that
/// none is taken before a server listens on it.
pub fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    let start = u16::try_from(id() % u32::from(COUNT)).unwrap_or_default();
    loop {
        let offset = start.wrapping_add(NEXT_PORT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        if TcpListener::bind(("127.0.0.1", FIRST + offset)).is_ok() {
            return FIRST + offset;
        }
    }
}

/// A child process. Its output goes to a log file, and it is killed when this value is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command, with both outputs in the file `log`.
    ///
    /// # Panics
    ///
    /// If the command does not start.
    pub fn start(mut command: Command, log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).expect("the log opens");
        let copy = file.try_clone().expect("the log opens twice");
        let started = command.stdin(Stdio::null()).stdout(file).stderr(copy).spawn();
        let child =
            started.unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
        Self { child, log: log.to_owned() }
    }

    /// Returns the end of the log, for messages.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(3000)..]).into_owned()
    }

    /// Returns the whole log.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Returns the exit status if the process has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the child can be waited for")
    }

    /// Sends a signal to the process.
    ///
    /// # Errors
    ///
    /// If the process has ended.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        Ok(kill_process(pid.expect("a process id"), signal)?)
    }

    /// Sends SIGTERM and waits for the end of the process.
    ///
    /// # Panics
    ///
    /// If the process has not ended after `limit`.
    pub fn terminate(&mut self, limit: Duration) -> ExitStatus {
        self.signal(Signal::TERM).expect("the process takes signals");
        wait::until("the end after SIGTERM", limit, || self.ended().ok_or("it runs"))
    }

    /// Kills the process with SIGKILL and waits for its end.
    pub fn kill(&mut self) {
        // A process that has ended already cannot be killed, which is the state asked for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Returns the resident memory of the process in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
        number.and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
