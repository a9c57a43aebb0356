//! Stack space for the recursion over deep patterns.

use std::thread;

/// The number of parentheses above which a pattern may nest deeper than a thread's stack allows.
const FEW: usize = 64;

/// A stack size in bytes that suffices for the deepest pattern that the engine accepts.
const SIZE: usize = 256 << 20;

/// Runs `work`, which recurses over `pattern`. If the pattern may nest deeply, runs it on a thread
/// with a larger stack. Returns `None` if that thread cannot be created.
pub(super) fn with_room_for<T: Send>(pattern: &str, work: impl FnOnce() -> T + Send) -> Option<T> {
    if pattern.bytes().filter(|&byte| byte == b'(').nth(FEW).is_none() {
        return Some(work());
    }
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, work).ok()?;
        worker.join().ok()
    })
}
