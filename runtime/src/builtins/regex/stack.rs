//! Room for the recursion over deep patterns.

use std::thread;

/// Patterns with more parentheses may nest deeper than a thread's stack allows.
const FEW: usize = 64;

/// Enough for the deepest pattern that the engine takes.
const SIZE: usize = 256 << 20;

/// Returns what `work` returns, which recurses over `pattern`. A pattern that may nest deeply gets
/// a thread with a stack of its own. `None` if there can be no such thread.
pub(super) fn with_room_for<T: Send>(pattern: &str, work: impl FnOnce() -> T + Send) -> Option<T> {
    if pattern.bytes().filter(|&byte| byte == b'(').nth(FEW).is_none() {
        return Some(work());
    }
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, work).ok()?;
        worker.join().ok()
    })
}
