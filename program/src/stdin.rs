//! Detection of a standard input that the caller provides.

/// Returns `true` if standard input is a pipe, a socket or a file, as in gator. Terminals and
/// `/dev/null` are not read.
#[cfg(unix)]
pub(crate) fn is_given() -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;

    let descriptor = std::io::stdin().as_fd().try_clone_to_owned();
    let metadata = descriptor.map(std::fs::File::from).and_then(|file| file.metadata());
    metadata.is_ok_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_fifo() || kind.is_socket() || kind.is_file()
    })
}

/// Returns `true` if standard input is not a terminal.
#[cfg(not(unix))]
pub fn is_given() -> bool {
    use std::io::IsTerminal as _;

    !std::io::stdin().is_terminal()
}
